#include "trainer/audit/regime.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "advisor/json/training/audit_fields.h"
#include "advisor/numeric/number_text.h"
#include "trainer/verdict/verdict.h"

namespace ssem::trainer {
namespace {

constexpr double kClassesNotToldApart = 0.05;  // of the total variance
constexpr int kHalvings = 40;
constexpr double kBisected = 1e-3;      // relative: as near as a continuous prediction comes
constexpr double kSameVariance = 0.25;  // relative: further off, a given loss weight does not explain the embeddings

// theory.md, section 1: w_max of n images in each of m classes.
double largest_variance(std::int64_t images, std::int64_t classes) {
  const auto n = static_cast<double>(images), m = static_cast<double>(classes);
  return (n - 1) * m / (m * n - 1);
}

double images_apart(const Geometry& geometry) { return geometry.within_class_variance - geometry.view_variance; }

std::string text(double value) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.3g", value);
  return buffer;
}

std::optional<double> predicted_variance(const advisor::Evaluation& evaluation) {
  return evaluation.estimated_within_class_variance ? evaluation.estimated_within_class_variance
                                                    : evaluation.within_class_variance;
}

std::string regime_sentence(const Audit& audit) {
  const auto collapsed = std::count_if(audit.per_class.begin(), audit.per_class.end(),
                                       [](const AuditedClass& entry) { return entry.collapsed; });
  const std::string variance = text(images_apart(audit.geometry));
  switch (audit.regime) {
    case Regime::all_equal:
      return "All embeddings lie near one point: neither classes nor images are told apart.";
    case Regime::collapsed:
      return "Class collapse: the images of every class lie near one point (within-class variance " + variance + ").";
    case Regime::partly_collapsed:
      return std::to_string(collapsed) + " of " + std::to_string(audit.classes) +
             " classes have collapsed: their images lie near one point.";
    case Regime::view_split:
      if (collapsed == audit.classes) {
        return "False non-collapse: the views of one image lie apart (variance " + text(audit.geometry.view_variance) +
               "), but the images of every class, averaged over views, lie near one point (" + variance + ").";
      }
      return "The views of one image lie further apart (variance " + text(audit.geometry.view_variance) +
             ") than the images of a class (" + variance + "): augmentation, not content, decides where an image lies.";
    case Regime::self_supervised:
      return "Images are told apart, classes are hardly: only " + text(audit.nested.between_classes) +
             " of a variance of " + text(audit.nested.total) +
             " lies between classes, as after training without labels.";
    case Regime::structured:
      break;
  }
  return "Classes are apart (variance " + text(audit.nested.between_classes) + ") and so are the images of a class (" +
         variance + "): no collapse.";
}

}  // namespace

std::string_view name(Regime regime) {
  switch (regime) {
    case Regime::all_equal:
      return "all_equal";
    case Regime::collapsed:
      return "collapsed";
    case Regime::partly_collapsed:
      return "partly_collapsed";
    case Regime::view_split:
      return "view_split";
    case Regime::self_supervised:
      return "self_supervised";
    case Regime::structured:
      break;
  }
  return advisor::json::training::kStructured;
}

bool has_collapsed(const ClassGeometry& of_class, std::int64_t classes) {
  const double apart = of_class.within_class_variance - of_class.view_variance;
  return of_class.instances > 1 && apart <= kCollapsedShare * largest_variance(of_class.instances, classes);
}

std::optional<Error> conclude(Audit& audit, const AuditSpec& spec, const StopFlag& stop) {
  if (stop) return Error{ErrorCode::unavailable, "the audit was stopped before its end", {}};
  audit.regime = regime_of(audit);
  if (spec.temperature) {
    auto reading = reading_of(audit, spec);
    if (!reading) return reading.error();
    audit.reading = std::move(reading).value();
  }
  audit.diagnosis = diagnosis_of(audit, spec);
  return std::nullopt;
}

Regime regime_of(const Audit& audit) {
  if (audit.nested.total <= kCollapsedShare) return Regime::all_equal;
  const auto collapsed = std::count_if(audit.per_class.begin(), audit.per_class.end(),
                                       [](const AuditedClass& entry) { return entry.collapsed; });
  // theory.md, section 2: views drift apart while the images of a class still coincide.
  const bool split = audit.geometry.view_variance > std::max(kCollapsedShare, images_apart(audit.geometry));
  if (split) return Regime::view_split;
  if (collapsed == audit.classes) return Regime::collapsed;
  if (collapsed > 0) return Regime::partly_collapsed;
  // Means of few images differ by chance: between classes as much as their own spread explains is nothing.
  const double by_chance = audit.geometry.within_class_variance * static_cast<double>(audit.classes - 1) /
                           static_cast<double>(std::max<std::int64_t>(1, audit.instances - audit.classes));
  if (audit.nested.between_classes - by_chance <= kClassesNotToldApart * audit.nested.total)
    return Regime::self_supervised;
  return Regime::structured;
}

Result<Reading> reading_of(const Audit& audit, const AuditSpec& spec) {
  advisor::ProblemFields fields;
  const std::int64_t each = std::max<std::int64_t>(1, audit.instances / audit.classes);
  fields.classes = audit.classes;
  fields.dimension = audit.dimension;
  fields.convention = spec.convention;
  fields.instances_per_class = spec.instances_per_class.value_or(each);
  // A file of fewer images than a batch is a part of the data set: how large that is nobody said.
  const bool part = spec.instances_per_class && *spec.instances_per_class <= each;
  if (part) fields.dataset_instances_per_class = each;
  fields.dataset_is_batch = !part;
  FaultList faults;
  const auto problem = advisor::check_problem(fields, faults);
  if (!problem) return faults.to_error();
  Reading reading;
  reading.problem = *problem;
  advisor::EvaluationRequest request{*problem, 0.5, *spec.temperature};
  const double measured = images_apart(audit.geometry);
  reading.collapse_threshold = advisor::evaluate(request).loss_weight_threshold;
  if (advisor::has_fixed_loss_weight(spec.convention)) {
    request.loss_weight.reset();  // nothing stands beside the loss
    reading.given = advisor::evaluate(request);
    return reading;
  }
  const auto variance_at = [&](double loss_weight) {
    request.loss_weight = loss_weight;
    return predicted_variance(advisor::evaluate(request)).value_or(0);
  };
  double low = 0, high = 1;
  request.loss_weight = high;
  reading.largest_variance = predicted_variance(advisor::evaluate(request));
  if (measured > kCollapsedShare && reading.largest_variance && measured <= *reading.largest_variance) {
    for (int k = 0; k < kHalvings; ++k) {
      const double middle = (low + high) / 2;
      (variance_at(middle) < measured ? low : high) = middle;
    }
    // In few dimensions the prediction jumps at the threshold: between its two ends no loss weight leads there.
    if (variance_at(high) - measured <= kBisected * measured) reading.matching_loss_weight = high;
  }
  if (spec.loss_weight) {
    request.loss_weight = *spec.loss_weight;
    reading.given = advisor::evaluate(request);
  }
  return reading;
}

std::vector<std::string> diagnosis_of(const Audit& audit, const AuditSpec& spec) {
  std::vector<std::string> sentences{regime_sentence(audit)};
  if (!audit.taken.empty()) sentences.push_back("Taken: " + audit.taken + ".");
  if (!audit.left_out.empty()) sentences.push_back("Left out: " + left_out_text(audit.left_out) + ".");
  if (audit.compared_rows < audit.rows) {
    sentences.push_back("Nearest neighbours and uniformity are those of " + std::to_string(audit.compared_rows) +
                        " of the " + std::to_string(audit.rows) +
                        " rows, drawn at random; everything else is of all rows.");
  }
  if (audit.nested.between_fine && audit.regime != Regime::all_equal) {
    const double inside = images_apart(audit.geometry);
    const double chance = audit.nested.between_instances * static_cast<double>(audit.fine_classes - audit.classes) /
                          static_cast<double>(std::max<std::int64_t>(1, audit.instances - audit.fine_classes));
    const double share = inside > 0 ? std::max(0.0, *audit.nested.between_fine - chance) / inside : 0;
    sentences.push_back(
        "Of the variance within classes " + text(100 * share) + " % lies between fine classes beyond chance: " +
        (share < kClassesNotToldApart ? "they are not kept apart as groups." : "they are kept apart as groups."));
  }
  if (!audit.reading) return sentences;
  const Reading& reading = *audit.reading;
  const double measured = images_apart(audit.geometry);
  std::string at = "At temperature " + advisor::number_text(*spec.temperature);
  at += spec.instances_per_class ? "" : ", with the whole file as one batch,";
  if (reading.matching_loss_weight) {
    sentences.push_back(at + " theory predicts this within-class variance for a loss weight of " +
                        text(*reading.matching_loss_weight) + "; classes collapse at " +
                        text(reading.collapse_threshold) + " and below.");
  } else if (measured <= kCollapsedShare) {
    sentences.push_back(at + " theory predicts collapse at loss weights of " + text(reading.collapse_threshold) +
                        " and below.");
  } else if (!reading.given) {
    sentences.push_back(at + (reading.largest_variance ? " no loss weight leads to a within-class variance of " +
                                                             text(measured) + " in theory."
                                                       : " theory names no single within-class variance here."));
  }
  if (reading.given) {
    const auto predicted = predicted_variance(*reading.given);
    if (!predicted) return sentences;
    const bool same = std::abs(measured - *predicted) <= std::max(kCollapsedShare, kSameVariance * *predicted);
    sentences.push_back(
        at +
        (spec.loss_weight ? (spec.instances_per_class ? " and loss weight " : " at loss weight ") +
                                advisor::number_text(*spec.loss_weight)
                          : "") +
        " theory predicts a within-class variance of " + text(*predicted) + ", " +
        (same ? "which is what is found."
              : "not the " + text(measured) +
                    " found: the encoder or the training stopped short of the optimum, or the images are no simplex."));
  }
  return sentences;
}

}  // namespace ssem::trainer
