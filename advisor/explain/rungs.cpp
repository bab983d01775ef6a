#include "advisor/explain/rungs.h"

#include <algorithm>
#include <cmath>

#include "advisor/evaluate/loss_ladder.h"
#include "advisor/model/plain_supcon.h"
#include "advisor/model/ssem_model.h"

namespace ssem::advisor {
namespace {

constexpr double kSinglePrecision = 1e-4;  // of a value: single precision
constexpr double kCollapsed = 2e-4;        // and embeddings that are nearly there
constexpr double kExact = 5e-4;            // and running means
constexpr double kEstimated = 5e-3;

double loss_weight_of(const EvaluationRequest& request) {
  const Problem& problem = request.problem;
  if (problem.convention == Convention::supcon) return plain_supcon_loss_weight(problem);
  return request.loss_weight.value_or(may_be_mixed(problem.convention) ? 0 : 1);
}

double images_of(const Problem& problem) {
  const bool balanced = problem.sampling == Sampling::balanced && !problem.imbalanced();
  return static_cast<double>(balanced ? problem.instances_per_class * problem.classes_per_batch : problem.batch_size);
}

double mean_partners(const Problem& problem) {
  return std::max(0.0, images_of(problem) / static_cast<double>(problem.classes_per_batch) - 1);
}

bool is_drawn(const Problem& problem) { return problem.sampling == Sampling::random || problem.imbalanced(); }

double class_numbers_deviation(const Problem& problem) {
  if (!is_drawn(problem)) return 0;
  return std::sqrt(2.0 * (static_cast<double>(problem.classes) - 1)) / (2 * images_of(problem));
}

// Relative, of the share of anchors that have a positive where some have none.
double share_deviation(const EvaluationRequest& request) {
  const Problem& problem = request.problem;
  const bool own_views = has_fixed_loss_weight(problem.convention) && problem.views > 1;
  if (!is_drawn(problem) || own_views) return 0;
  const double images = images_of(problem);
  const double alone = std::pow(1 - 1 / static_cast<double>(problem.classes), images - 1);
  const double supervised = has_fixed_loss_weight(problem.convention) ? 1 : 1 - loss_weight_of(request);
  const double share = supervised * (1 - alone) + (1 - supervised);
  return share > 0 ? supervised * std::sqrt(alone * (1 - alone) / images) / share : 0;
}

double start_deviation(const EvaluationRequest& request, std::int64_t dimension) {
  const Problem& problem = request.problem;
  const auto views = static_cast<double>(problem.views);
  const double embeddings = images_of(problem) * views;
  const double partners = mean_partners(problem);
  double share = 0;  // 1 / positives
  if (has_fixed_loss_weight(problem.convention)) {
    share = 1 / std::max(1.0, (partners + 1) * views - 1);
  } else {
    const double weight = loss_weight_of(request);
    share = (1 - weight) * (1 - weight) / std::max(1.0, partners * views) + weight * weight / std::max(1.0, views - 1);
  }
  const double spread = 1 / (static_cast<double>(dimension) * request.temperature * request.temperature);
  const double sums = std::min(1.0, std::expm1(std::min(spread, 50.0)) / embeddings);
  return std::sqrt(2 * (spread * share + sums) / embeddings);
}

Rung with_deviation(double value, double deviation, double relative) {
  return {value, std::hypot(deviation, relative * value)};
}

std::optional<Rung> without_labels(const EvaluationRequest& request) {
  const Problem& problem = request.problem;
  const bool labels_count = has_fixed_loss_weight(problem.convention) || request.loss_weight.value_or(1) < 1;
  if (!labels_count || problem.views < 2) return std::nullopt;
  Problem unlabelled = with_equal_classes(problem);
  if (has_fixed_loss_weight(problem.convention)) unlabelled.convention = Convention::anchor_excluded;
  const SsemModel model(unlabelled);
  const double value = model.loss(model.optimum(1, request.temperature), 1, request.temperature);
  return with_deviation(value, 0, kEstimated);
}

Rungs from_ladder(const EvaluationRequest& request, const LossLadder& ladder, bool collapsed) {
  const double numbers = class_numbers_deviation(request.problem);
  const double share = share_deviation(request);
  Rungs rungs;
  rungs.all_equal = with_deviation(ladder.all_equal, share * ladder.all_equal, kSinglePrecision);
  const auto learned = [&](double value, double relative) {
    return with_deviation(value, std::hypot(numbers, share * value), relative);
  };
  if (ladder.collapsed) rungs.collapsed = learned(*ladder.collapsed, kCollapsed);
  if (ladder.optimum && !collapsed) rungs.optimum = learned(*ladder.optimum, kEstimated);
  if (request.problem.dimension) rungs.initialisation = initialisation_in(request, *request.problem.dimension);
  rungs.without_labels = without_labels(request);
  return rungs;
}

}  // namespace

Problem with_equal_classes(const Problem& problem) {
  Problem equal = problem;
  if (!problem.imbalanced()) return equal;
  equal.class_counts.clear();
  equal.sampling = Sampling::random;
  equal.dataset_instances_per_class.reset();
  equal.dataset_is_batch = false;
  equal.instances_per_class = equal.batch_size / equal.classes;
  return equal;
}

std::optional<Rung> initialisation_in(const EvaluationRequest& request, std::int64_t dimension) {
  EvaluationRequest there = request;
  there.problem = with_equal_classes(request.problem);
  there.problem.dimension = dimension;
  const SsemModel model(there.problem);
  const LossLadder ladder = loss_ladder(there.problem, model, loss_weight_of(there), request.temperature, 0);
  if (!ladder.initialisation) return std::nullopt;
  const double share = share_deviation(there) * *ladder.initialisation;
  return with_deviation(*ladder.initialisation, std::hypot(start_deviation(there, dimension), share), kExact);
}

Rungs rungs_of(const EvaluationRequest& request) {
  EvaluationRequest unscaled = request;
  unscaled.problem.base_temperature.reset();
  const Evaluation evaluation = evaluate(unscaled);
  return from_ladder(unscaled, evaluation.loss_ladder.value_or(LossLadder{}), evaluation.collapsed);
}

Rungs tried_rungs_of(const EvaluationRequest& request) {
  EvaluationRequest tried = request;
  tried.problem = with_equal_classes(request.problem);
  const double weight = loss_weight_of(tried);
  const SsemModel model(tried.problem);
  const bool collapsed = has_fixed_loss_weight(tried.problem.convention) ||
                         is_collapsed(weight, model.loss_weight_threshold(request.temperature));
  const double z = collapsed ? 0 : model.optimum(weight, request.temperature);
  const LossLadder ladder =
      loss_ladder(tried.problem, model, weight, request.temperature, model.loss(z, weight, request.temperature));
  return from_ladder(tried, ladder, collapsed);
}

}  // namespace ssem::advisor
