#include "api/cli/text/evaluation_report.h"

#include <cmath>

#include "api/cli/text/goal_report.h"
#include "api/cli/text/number_format.h"

namespace ssem::api::cli {
namespace {

using advisor::Evaluation;
using advisor::Problem;

constexpr std::size_t kMostClassRows = 20;
constexpr const char* kLossWeightMeaning = "weight of the self-supervised term";

void add_number(Report& report, std::string_view label, const std::optional<double>& value,
                std::string_view note = "") {
  if (value) report.row(label, measured_number(*value), note);
}

void add_thresholds(Report& report, const Evaluation& evaluation) {
  if (!evaluation.loss_weight) {  // plain SupCon: nothing to choose, no pair to compare
    report.row("collapses", "always", "at every temperature");
    return;
  }
  const double threshold = evaluation.loss_weight_threshold;
  if (threshold > 1 || evaluation.one_minus_loss_weight_threshold < 0) {
    report.row("collapses at loss weight", "any", "no loss weight avoids it at this temperature");
  } else if (threshold < 0) {
    report.row("collapses at loss weight", "none", "at this temperature");
  } else {
    report.row("collapses at loss weight up to", short_threshold(threshold, evaluation.one_minus_loss_weight_threshold),
               kLossWeightMeaning);
  }
  if (evaluation.temperature_threshold == 0) {
    report.row("collapses at temperature", "any", "no temperature avoids it at this loss weight");
  } else if (std::isinf(evaluation.temperature_threshold)) {
    report.row("collapses at temperature", "none", "at this loss weight");
  } else {
    report.row("collapses at temperature from", short_number(evaluation.temperature_threshold));
  }
  if (evaluation.view_split_loss_weight && *evaluation.view_split_loss_weight < 0) {
    report.row("views drift apart at loss weight", "none", "at this temperature");
  } else if (evaluation.view_split_loss_weight) {
    report.row("views drift apart below loss weight", short_number(*evaluation.view_split_loss_weight));
  }
  report.row("margin in logit(loss weight)", short_number(evaluation.margin.loss_weight_logit),
             "above 0: no collapse at the optimum; encoders need more");
  report.row("margin in log(temperature)", short_number(evaluation.margin.log_temperature),
             "above 0: no collapse at the optimum");
}

void add_loss(Report& report, const Evaluation& evaluation) {
  if (!evaluation.loss_ladder) return;
  report.heading("Loss values to look for in the training log");
  add_number(report, "at the start, random embeddings", evaluation.loss_ladder->initialisation);
  report.row("all embeddings at one point", short_number(evaluation.loss_ladder->all_equal));
  add_number(report, "classes collapsed", evaluation.loss_ladder->collapsed);
  add_number(report, "at the optimum", evaluation.loss_ladder->optimum);
}

void add_classes(Report& report, const Evaluation& evaluation) {
  if (evaluation.per_class.empty()) return;
  report.heading("Classes");
  std::vector<std::vector<std::string>> rows;
  for (const auto& entry : evaluation.per_class) {
    if (rows.size() == kMostClassRows) break;
    const auto& variance = entry.estimated_within_class_variance;
    rows.push_back({std::to_string(entry.class_index), std::to_string(entry.class_count),
                    short_number(entry.instances_in_batch),
                    entry.loss_weight_threshold < 0 ? "none" : short_number(entry.loss_weight_threshold),
                    entry.collapsed ? "yes" : "no", variance ? measured_number(*variance) : "?"});
  }
  report.table({"class", "images", "in a batch", "collapses up to loss weight", "collapsed", "within-class variance"},
               rows);
  if (evaluation.per_class.size() > kMostClassRows) {
    report.sentence(std::to_string(evaluation.per_class.size() - kMostClassRows) + " more classes: see --json");
  }
}

std::string_view words_of(advisor::DimensionRegime regime) {
  switch (regime) {
    case advisor::DimensionRegime::exact:
      return "every number is exact";
    case advisor::DimensionRegime::boundary_exact:
      return "thresholds are exact, variances estimated";
    case advisor::DimensionRegime::tangent_only:
      return "thresholds are higher, variances estimated, roughly";
    case advisor::DimensionRegime::no_simplex:
      return "thresholds are computed, variances a guide";
  }
  return "";
}

}  // namespace

std::string evaluation_verdict(const Evaluation& evaluation) {
  const std::string at = " at " + point_text(evaluation);
  if (evaluation.problem.imbalanced()) {
    std::size_t collapsed = 0;
    for (const auto& entry : evaluation.per_class) collapsed += entry.collapsed ? 1 : 0;
    if (collapsed == 0) return "No class collapses" + at + ".";
    return std::to_string(collapsed) + " of " + std::to_string(evaluation.per_class.size()) + " classes collapse" + at +
           ".";
  }
  if (evaluation.problem.sampling == advisor::Sampling::balanced && evaluation.problem.instances_per_class == 1) {
    return "No two images of a class meet" + at + ": a batch holds one image of each class, and labels play no part.";
  }
  if (evaluation.collapsed) return "Class collapse" + at + ": all images of a class end at one point.";
  std::string text = "No collapse" + at;
  if (evaluation.within_class_variance) {
    const double shown = evaluation.estimated_within_class_variance.value_or(*evaluation.within_class_variance);
    text += ": within-class variance " + measured_number(shown);
    if (evaluation.max_within_class_variance) {
      text += " of at most " + short_number(*evaluation.max_within_class_variance);
    }
  }
  return text + (evaluation.view_split ? ", but the views of one image drift apart." : ".");
}

std::string point_text(const Evaluation& evaluation) {
  std::string text;
  if (evaluation.loss_weight) {
    text = "loss weight " + short_number(*evaluation.loss_weight) + " (" + kLossWeightMeaning + ") and ";
  }
  return text + "temperature " + short_number(evaluation.temperature);
}

void add_problem(Report& report, const Problem& problem) {
  report.heading("Problem");
  report.row("classes", std::to_string(problem.classes));
  std::string batch = std::to_string(problem.batch_size) + " images";
  if (problem.imbalanced()) {
    batch += ", classes in proportion to their counts";
  } else if (problem.sampling == advisor::Sampling::balanced) {
    batch += ", " + std::to_string(problem.instances_per_class) + " of each of " +
             std::to_string(problem.classes_per_batch) + " classes";
  } else {
    batch += " drawn at random";
  }
  report.row("batch", batch + ", " + std::to_string(problem.views) + " views of each");
  if (problem.queue_size) report.row("queue", std::to_string(*problem.queue_size) + " keys of other images");
  report.row("data set", problem.imbalanced() ? "class counts as given"
                         : problem.dataset_instances_per_class
                             ? std::to_string(*problem.dataset_instances_per_class) + " images of each class"
                         : problem.dataset_is_batch ? "the batch itself"
                                                    : "large");
  report.row("embedding dimension",
             problem.dimension ? std::to_string(*problem.dimension) : "not given: as large as the theory needs");
  report.row("convention", name(problem.convention));
  if (problem.sampling == advisor::Sampling::random || problem.imbalanced()) {
    report.row("reduction", name(problem.reduction));
  }
  report.row("loss", "(1 - loss weight) * supervised + loss weight * self-supervised");
}

void add_prediction(Report& report, const Evaluation& evaluation) {
  report.heading("Prediction");
  add_number(report, "within-class variance", evaluation.within_class_variance,
             "0 collapsed, 1 spread like all images");
  if (evaluation.large_dimension &&
      evaluation.large_dimension->within_class_variance != evaluation.within_class_variance) {
    add_number(report, "  in a large dimension", evaluation.large_dimension->within_class_variance);
  }
  add_number(report, "  largest possible", evaluation.max_within_class_variance);
  add_number(report, "between-class variance", evaluation.between_class_variance);
  add_number(report, "similarity within a class", evaluation.within_class_similarity, "cosine of two images");
  add_number(report, "similarity between classes", evaluation.between_class_similarity, "cosine of two images");
  add_thresholds(report, evaluation);
  if (evaluation.sensitivity) {
    report.row("variance gained per log(temperature)",
               measured_number(evaluation.sensitivity->within_per_log_temperature));
    report.row("variance gained per loss weight", measured_number(evaluation.sensitivity->within_per_loss_weight));
  }
  if (evaluation.dimension_regime) report.row("in this dimension", words_of(*evaluation.dimension_regime));
  add_loss(report, evaluation);
  add_classes(report, evaluation);
}

void add_warnings(Report& report, const Evaluation& evaluation) {
  if (evaluation.warnings.empty()) return;
  report.heading("Warnings");
  for (const auto& warning : evaluation.warnings) report.warning(warning.message);
}

std::string evaluation_report(const Evaluation& evaluation, const TextStyle& style) {
  Report report(style);
  report.verdict(evaluation_verdict(evaluation),
                 evaluation.collapsed || evaluation.view_split ? Report::Tone::bad : Report::Tone::good);
  add_warnings(report, evaluation);
  add_prediction(report, evaluation);
  add_expected(report, evaluation);
  add_problem(report, evaluation.problem);
  return std::move(report).take();
}

}  // namespace ssem::api::cli
