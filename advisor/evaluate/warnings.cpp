#include "advisor/evaluate/warnings.h"

#include <cmath>
#include <string>
#include <utility>

#include "advisor/dimension/variance_estimate.h"
#include "advisor/evaluate/safe_temperatures.h"
#include "advisor/model/plain_supcon.h"
#include "advisor/numeric/number_text.h"

namespace ssem::advisor {
namespace {

constexpr double kNotablyOff = 0.1;  // relative difference between SSEM and the estimate worth a warning

void add(Evaluation& evaluation, const char* code, std::string message) {
  evaluation.warnings.push_back({code, std::move(message)});
}

void add_batch_warnings(Evaluation& evaluation) {
  const Problem& problem = evaluation.problem;
  if (problem.imbalanced() || (problem.queue_size && problem.sampling == Sampling::balanced)) return;
  if (problem.sampling == Sampling::balanced) {
    if (problem.instances_per_class == 1) {
      add(evaluation, "no_same_class_pairs",
          "A batch holds one image of each class, so no two images of a class meet and the supervised term has no "
          "positives. Use a larger batch, or a sampler that draws fewer classes per batch.");
    }
    const std::int64_t left = problem.batch_size - problem.instances_per_class * problem.classes_per_batch;
    if (left > 0) {
      add(evaluation, "batch_remainder",
          std::to_string(problem.batch_size) + " images do not divide by " + std::to_string(problem.classes_per_batch) +
              " classes: " + std::to_string(problem.instances_per_class) + " of each are counted, " +
              std::to_string(left) + " are left over.");
    }
    return;
  }
  const double partners = static_cast<double>(problem.images_met() - 1) / static_cast<double>(problem.classes);
  if (partners < 2) {
    add(evaluation, "few_partners",
        (problem.queue_size ? "In a queue of " + std::to_string(*problem.queue_size)
                            : "In a random batch of " + std::to_string(problem.batch_size)) +
            " an image meets " + number_text(partners) +
            " others of its class on average; anchors that meet none have only the self-supervised term. A balanced "
            "sampler or a larger batch uses the labels better.");
  }
}

void add_accumulation_warning(Evaluation& evaluation) {
  const std::int64_t steps = evaluation.problem.accumulation_steps;
  if (steps < 2) return;
  add(evaluation, "accumulation_does_not_enlarge",
      "Accumulating gradients over " + std::to_string(steps) +
          " steps does not enlarge a contrastive batch: each loss "
          "still compares " +
          std::to_string(evaluation.problem.batch_size) +
          " images. If the batch size given here is the accumulated one, give that of one step.");
}

void add_cross_entropy_warning(Evaluation& evaluation) {
  const auto& weight = evaluation.problem.cross_entropy_weight;
  if (!weight || *weight == 0) return;
  const auto& head = evaluation.problem.cross_entropy_head;
  std::string text = "The cross-entropy's weight " + number_text(*weight) +
                     " is not the loss weight, which weighs the self-supervised term. ";
  if (head != CrossEntropyHead::shared) {
    text += std::string(head ? "With" : "Where it has") +
            " a head of its own it has no term in the embeddings of this answer, which holds for the projection alone: "
            "the theory does not cover what two heads do to the encoder that they share. A classifier's own features "
            "collapse as training goes on. ";
  }
  if (head != CrossEntropyHead::separate) {
    text +=
        std::string(head ? "On" : "Where it classifies") +
        " these very embeddings it falls to 0 for every arrangement whose classes a linear classifier separates, as "
        "the classifier's weights grow: at the optimum it changes neither thresholds nor variance. While weights are "
        "small (short training, weight decay, a bounded scale) it draws classes together: expect less variance than "
        "predicted. ";
  }
  text.pop_back();
  add(evaluation, "cross_entropy_apart", std::move(text));
}

void add_numeric_warning(Evaluation& evaluation) {
  std::string libraries;
  for (const NumericLimit& limit : safe_temperatures()) {
    if (limit.dtype != "float32" || evaluation.temperature >= limit.lowest_safe_temperature) continue;
    libraries += (libraries.empty() ? "" : ", ") + limit.library + " (safe from " +
                 number_text(limit.lowest_safe_temperature) + ")";
  }
  if (libraries.empty()) return;
  add(evaluation, "temperature_below_safe",
      "At temperature " + number_text(evaluation.temperature) +
          " the loss or its gradient loses its digits in single precision in " + libraries + ".");
}

void add_dimension_warnings(Evaluation& evaluation, bool boundary_estimated) {
  const Problem& problem = evaluation.problem;
  if (!problem.dimension) {
    add(evaluation, "dimension_not_given",
        "The embedding dimension was not given: the numbers hold for dimension >= images - 1, the paper's setting. "
        "Give it to learn what a smaller one changes.");
    return;
  }
  const DimensionRegime regime = *evaluation.dimension_regime;
  if (regime == DimensionRegime::tangent_only) {
    add(evaluation, "estimate_rough",
        "Dimension = classes - 1 leaves no room outside the class means: the collapse threshold is higher and the "
        "estimated within-class variance may be off by up to " +
            number_text(100 * kTangentEstimateError) + " %. Prefer dimension >= classes.");
  } else if (regime == DimensionRegime::no_simplex) {
    add(evaluation, "no_simplex",
        "In fewer than classes - 1 dimensions the class means cannot form a simplex: similarities and variances of the "
        "SSEM model are only a guide. Prefer dimension >= classes.");
  }
  const auto& estimate = evaluation.estimated_within_class_variance;
  const double ideal = evaluation.large_dimension ? evaluation.large_dimension->within_class_variance : 0;
  if (estimate && evaluation.large_dimension && std::abs(*estimate - ideal) > kNotablyOff * ideal) {
    add(evaluation, "dimension_changes_variance",
        "In this dimension the within-class variance is estimated at " + number_text(*estimate) + " rather than " +
            number_text(ideal) + ": the images of a class do not all find room.");
  }
  if (boundary_estimated) {
    add(evaluation, "boundary_estimated",
        "The collapse threshold comes from a model of the class means, not from their computed minimum.");
  }
  if (!problem.imbalanced() && !evaluation.collapsed && evaluation.loss_weight == 1.0 &&
      regime != DimensionRegime::exact && problem.classes_per_batch == problem.classes) {
    add(evaluation, "variance_depends_on_labels",
        "At loss weight 1 labels play no part and the minimiser is not unique in this dimension: the estimated "
        "within-class variance is the mean over labellings.");
  }
}

}  // namespace

Warning mixed_not_covered(const Problem& problem) {
  const std::string own(name(problem.convention));
  return {
      "mixed_not_covered",
      own + (problem.imbalanced()
                 ? " mixed with a self-supervised term has no answer for unequal classes: the numbers are those of " +
                       own + " alone, which collapses; the mixed loss need not."
                 : " mixed with a self-supervised term has no answer below classes - 1 dimensions: the numbers are "
                   "those of a large dimension, a guide; the within-class variance is lower.")};
}

Warning loss_weight_ignored(const Problem& problem) {
  std::string message = "The convention has no loss weight of its own: the given one is ignored";
  if (acts_like_one_loss_weight(problem)) {
    message += "; in this batch plain SupCon acts like loss weight " + number_text(plain_supcon_loss_weight(problem));
  }
  return {"loss_weight_ignored", message + "."};
}

void add_warnings(Evaluation& evaluation, bool boundary_estimated) {
  add_batch_warnings(evaluation);
  add_accumulation_warning(evaluation);
  add_cross_entropy_warning(evaluation);
  add_numeric_warning(evaluation);
  add_dimension_warnings(evaluation, boundary_estimated);
  const Convention convention = evaluation.problem.convention;
  if (evaluation.problem.views == 1 && convention != Convention::anchor_included) {
    add(evaluation, "no_self_supervised_positives",
        "With one view of each image there are no self-supervised positives: the loss is its supervised term alone, "
        "plain SupCon, and loss weight has nothing to weigh. Two views give it something.");
  }
  const bool mixed = may_be_mixed(convention) && evaluation.loss_weight;
  if (mixed && evaluation.dimension_regime == DimensionRegime::no_simplex) {
    evaluation.warnings.push_back(mixed_not_covered(evaluation.problem));
  }
  if (has_fixed_loss_weight(convention) && !mixed) {
    const bool covered = convention != Convention::supcon_in || !evaluation.dimension_regime ||
                         *evaluation.dimension_regime != DimensionRegime::no_simplex;
    const bool varies = convention == Convention::supcon && !acts_like_one_loss_weight(evaluation.problem);
    const std::string whatever =
        varies
            ? ", whatever a batch holds: the more images of its class an anchor meets, the less its own image weighs, "
              "(views - 1) / (views * images of the class - 1), never above the threshold of that batch. "
            : ". ";
    add(evaluation, covered ? "always_collapses" : "collapse_not_proved",
        covered ? "This loss collapses every class at its optimum, at every temperature" + whatever +
                      "anchor_excluded with a loss weight above the threshold does not."
                : "With the log outside the mean, collapse is proved for dimension >= classes - 1 only; it is assumed "
                  "here.");
  }
  if (evaluation.view_split) {
    add(evaluation, "view_split",
        "Below loss weight " + number_text(*evaluation.view_split_loss_weight) +
            " the views of one image drift apart while images of a class still coincide: variance measured over views "
            "looks like no collapse, but images are not told apart. Measure view alignment too, or raise the loss "
            "weight.");
  }
  if (mixed && evaluation.estimated_within_class_variance && !evaluation.collapsed &&
      evaluation.dimension_regime != DimensionRegime::exact) {
    add(evaluation, "estimate_rough",
        "For " + std::string(name(convention)) +
            " mixed with a self-supervised term the estimate of the within-class variance is too low by up to " +
            (convention == Convention::supcon_in ? "22 %." : "7 %."));
  }
  if (evaluation.problem.convention == Convention::dcl && evaluation.estimated_within_class_variance &&
      evaluation.dimension_regime != DimensionRegime::exact && !evaluation.collapsed) {
    add(evaluation, "estimate_rough",
        "For the decoupled loss the estimate of the within-class variance replaces a pair's own term by its mean.");
  }
}

}  // namespace ssem::advisor
