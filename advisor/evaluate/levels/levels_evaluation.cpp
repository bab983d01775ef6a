#include "advisor/evaluate/levels/levels_evaluation.h"

#include <algorithm>
#include <cmath>

#include "advisor/evaluate/levels/nested_loss.h"
#include "advisor/evaluate/levels/nested_optimum.h"
#include "advisor/evaluate/warnings.h"
#include "advisor/numeric/log_math.h"
#include "advisor/numeric/number_text.h"
#include "advisor/recommendation.h"

namespace ssem::advisor {
namespace {

constexpr double kLowestLogit = -14;  // loss weights from 8e-7 on
constexpr double kHighestLogit = 14;
constexpr int kLogitSteps = 14;
constexpr int kThresholdHalvings = 26;

double weight_at(double logit) { return 1 / (1 + std::exp(-logit)); }

NestedOptimum optimum_at(const LevelsRequest& request, double loss_weight) {
  return nested_optimum(NestedLoss(request.problem, request.label_levels, loss_weight, request.temperature));
}

struct LevelThresholds {
  std::vector<double> members;  // of each level the loss weight at which its members first come apart, from 0 on
  std::optional<double> view_split;

  double highest() const { return std::max(view_split.value_or(0), *std::max_element(members.begin(), members.end())); }
};

// Where `changed` begins to hold between two logits.
template <class Changed>
double change_between(const LevelsRequest& request, double low, double high, Changed&& changed) {
  for (int i = 0; i < kThresholdHalvings; ++i) {
    const double middle = (low + high) / 2;
    (changed(optimum_at(request, weight_at(middle)).variances) ? high : low) = middle;
  }
  return weight_at((low + high) / 2);
}

LevelThresholds level_thresholds(const LevelsRequest& request) {
  LevelThresholds result;
  result.members.assign(request.label_levels.levels.size(), 1);
  std::vector<bool> found(result.members.size(), false);
  bool split = false;
  for (int step = 0; step <= kLogitSteps; ++step) {
    const double width = (kHighestLogit - kLowestLogit) / kLogitSteps;
    const double high = kLowestLogit + width * step;
    const double low = high - width;
    const TierValues here = optimum_at(request, weight_at(high)).variances;
    if (step == 0) split = here[0] > 0;
    if (split && here[0] == 0) {
      split = false;
      result.view_split = change_between(request, low, high, [](const TierValues& at) { return at[0] == 0; });
    }
    for (std::size_t level = 0; level < found.size(); ++level) {
      if (found[level] || here[level + 1] == 0) continue;
      found[level] = true;
      result.members[level] =
          step == 0 ? 0  // at the lowest weight already
                    : change_between(request, low, high, [&](const TierValues& at) { return at[level + 1] > 0; });
    }
  }
  if (split) result.view_split = 1;
  return result;
}

std::optional<double> safe_weight(const LevelThresholds& thresholds) {
  const double highest = thresholds.highest();
  if (highest >= 1) return std::nullopt;
  return highest > 0 ? weight_at(logit(highest, 1 - highest) + kRequiredLossWeightLogitMargin) : 0;
}

std::string members_text(const std::vector<LevelState>& levels, std::size_t level) {
  if (level == 0)
    return "The images of each of the " + grouped_text(static_cast<double>(levels[0].classes)) + " classes";
  const std::string inside = grouped_text(static_cast<double>(levels[level - 1].classes));
  if (levels[level].classes == 1) return "The " + inside + " classes";
  return "The " + inside + " classes inside the " + grouped_text(static_cast<double>(levels[level].classes));
}

void explain_levels(LevelsEvaluation& result) {
  auto& why = result.why;
  for (std::size_t i = 0; i < result.levels.size(); ++i) {
    const LevelState& level = result.levels[i];
    std::string text = members_text(result.levels, i) +
                       (level.members_collapsed ? " fall together."
                                                : " stay apart: variance " + number_text(level.members_variance) + ".");
    if (level.loss_weight_threshold) {
      const double threshold = *level.loss_weight_threshold;
      text += threshold >= 1 ? " At this temperature no loss weight parts them."
                             : (threshold <= 0 ? " They do at every loss weight above 0."
                                               : " They part above loss weight " + number_text(threshold) + ".");
    }
    why.push_back(std::move(text));
  }
  if (result.view_split) {
    why.push_back("The views of one image drift apart" +
                  (result.view_split_loss_weight
                       ? ", as below loss weight " + number_text(*result.view_split_loss_weight) + "."
                       : std::string(".")));
  }
  if (result.safe_loss_weight) {
    why.push_back("Loss weight " + number_text(*result.safe_loss_weight) + " is clear of every level's threshold.");
  }
}

void warn_of_levels(LevelsEvaluation& result) {
  const Problem& problem = result.asked.problem;
  if (!problem.dimension) return;
  const auto classes = static_cast<double>(problem.classes);
  if (static_cast<double>(*problem.dimension) < classes) {
    result.warnings.push_back({"levels_need_dimensions",
                               "With fewer dimensions than classes on the finest level, thresholds and variances of "
                               "several levels are those of " +
                                   grouped_text(classes) + " dimensions or more: only a guide here."});
  } else if (!problem.dataset_is_batch ||
             static_cast<double>(*problem.dimension) < classes * problem.dataset_instances() - 1) {
    result.warnings.push_back(
        {"levels_large_dimension",
         "The finest level's threshold holds in these dimensions. Variances, and what coarser "
         "levels do where images are apart, are those of a large dimension: images have less room "
         "here and spread differently, which is not worked out for several levels."});
  }
}

// `thresholds`: absent where the convention has no loss weight.
LevelsEvaluation levels_at(const LevelsRequest& request, const std::optional<LevelThresholds>& thresholds) {
  LevelsEvaluation result;
  result.asked = request;
  const NestedLoss loss(request.problem, request.label_levels, request.loss_weight.value_or(0), request.temperature);
  const NestedOptimum optimum = nested_optimum(loss);
  const TierValues distances = loss.distances(optimum.variances);
  result.loss_value = optimum.loss_value;
  result.all_equal_loss_value = loss.at({});
  result.view_variance = optimum.variances[0];
  result.view_split = optimum.variances[0] > 0;
  double within = optimum.variances[0];
  for (std::size_t i = 0; i < request.label_levels.levels.size(); ++i) {
    LevelState state;
    state.classes = request.label_levels.levels[i].classes;
    state.value = request.label_levels.levels[i].value;
    state.members_variance = optimum.variances[i + 1];
    state.members_collapsed = state.members_variance == 0;
    state.within_class_variance = within += state.members_variance;
    state.similarity = 1 - distances[i + 1];
    if (thresholds) state.loss_weight_threshold = thresholds->members[i];
    result.levels.push_back(state);
  }
  if (loss.last_takes_the_rest()) {
    result.between_class_variance = optimum.variances[loss.tiers() - 1];
    result.between_class_similarity = 1 - distances[loss.tiers() - 1];
  }
  if (thresholds) {
    result.view_split_loss_weight = thresholds->view_split;
    result.safe_loss_weight = safe_weight(*thresholds);
  }
  if (!optimum.converged) {
    result.warnings.push_back({"not_converged", "The search for the optimum did not end within its steps."});
  }
  if (optimum.targets_met) {
    result.warnings.push_back({"targets_met",
                               "Every target is met exactly, and other arrangements meet them too: with the views of "
                               "an image apart, or the mean of all away from 0. The one with views together is told."});
  }
  explain_levels(result);
  warn_of_levels(result);
  if (request.problem.base_temperature) {
    const double scale = request.temperature / *request.problem.base_temperature;
    result.loss_value *= scale;
    result.all_equal_loss_value *= scale;
  }
  return result;
}

}  // namespace

LevelsEvaluation evaluate_levels(const LevelsRequest& request) {
  if (!has_fixed_loss_weight(request.problem.convention)) return levels_at(request, level_thresholds(request));
  LevelsRequest unweighed = request;
  unweighed.loss_weight.reset();
  LevelsEvaluation result = levels_at(unweighed, std::nullopt);
  if (request.loss_weight) result.warnings.push_back(loss_weight_ignored(request.problem));
  return result;
}

LevelsEvaluation advise_levels(LevelsRequest request) {
  if (request.loss_weight || has_fixed_loss_weight(request.problem.convention)) return evaluate_levels(request);
  const LevelThresholds thresholds = level_thresholds(request);
  request.loss_weight = safe_weight(thresholds).value_or(1);
  return levels_at(request, thresholds);
}

}  // namespace ssem::advisor
