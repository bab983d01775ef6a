#include "advisor/recommend/snippets.h"

#include <optional>
#include <string>
#include <utility>

#include "advisor/model/advised_model.h"
#include "advisor/recommend/libraries/library.h"
#include "advisor/recommend/libraries/pytorch_function.h"
#include "advisor/recommend/target_curve.h"

namespace ssem::advisor {
namespace {

// What the lines must reach.
struct Advice {
  Problem problem;  // with a loss weight of its own, or with nothing to weigh
  double loss_weight = 0;
  double temperature = 0;
  double within_class_variance = 0;
  std::string note;
};

std::optional<double> loss_weight_of(const Problem& problem, const Advice& advice) {
  if (!(advice.within_class_variance > 0)) return std::nullopt;
  const SsemModel model = advised_model(problem);
  const DimensionBoundary boundary(problem, model);
  const LossWeight needed =
      TargetCurve(model, boundary, advice.within_class_variance).at(advice.temperature).loss_weight;
  if (!(needed.one_minus >= 0)) return std::nullopt;
  return needed.value;
}

// Plain SupCon has no loss weight: what is advised in its place is anchor_excluded, which has, at the same variance.
bool give_loss_weight(Advice& advice) {
  if (!has_fixed_loss_weight(advice.problem.convention)) return true;
  const std::string given(name(advice.problem.convention));
  if (advice.problem.views == 1) {
    advice.note = "Plain SupCon" + (given == "supcon" ? "" : " in place of " + given) +
                  ": with one view of an image there is no self-supervised term to add.";
    advice.problem.convention = Convention::supcon;
    advice.loss_weight = 0;
    return true;
  }
  advice.problem.convention = Convention::anchor_excluded;
  const std::optional<double> needed = loss_weight_of(advice.problem, advice);
  if (!needed) return false;
  advice.loss_weight = *needed;
  advice.note = "anchor_excluded, with the loss weight that " + given + " lacks, solved for the target.";
  return true;
}

bool same_loss(const Problem& one, const Problem& other) {
  return one.convention == other.convention && one.sampling == other.sampling &&
         (one.reduction == other.reduction || equal_partners(one));
}

std::string described(const Problem& own) {
  return std::string(name(own.convention)) + " with " + std::string(name(own.reduction)) + " in " +
         std::string(name(own.sampling)) + " batches";
}

void append(std::string& text, const std::string& sentence) {
  if (!text.empty() && !sentence.empty()) text += ' ';
  text += sentence;
}

Snippet snippet_of(const Library& library, const Advice& advice) {
  Problem own = advice.problem;
  library.adapt(own);
  std::string obstacle = library.obstacle(advice.problem);
  const bool writes_it_out = library.code == library.replacement;
  if (obstacle.empty() && advice.problem.queue_size && !writes_it_out) obstacle = "its loss takes no queue of keys";
  double own_loss_weight = advice.loss_weight;
  std::string note = advice.note;
  if (obstacle.empty() && !same_loss(own, advice.problem)) {
    const std::string it_computes = "it computes " + described(own);
    // With unequal classes another reduction means another effective class: no variance could be called the same.
    if (advice.problem.imbalanced() || advice.problem.views == 1) {
      obstacle = it_computes + ", for which no loss weight would be the same advice";
    } else if (const std::optional<double> needed = loss_weight_of(own, advice)) {
      own_loss_weight = *needed;
      append(note, "I" + it_computes.substr(1) + ": its loss weight is solved for the same variance.");
    } else {
      obstacle = it_computes + ", which reaches this variance at no loss weight";
    }
  }
  if (!obstacle.empty()) {
    append(note, "Cannot, because " + obstacle + ". The lines put the loss itself in its place.");
    const TypedNumbers numbers = typed_numbers(advice.loss_weight, advice.temperature);
    return {library.name,
            library.replacement(advice.problem, numbers),
            advice.problem.convention,
            advice.loss_weight,
            advice.temperature,
            std::move(note),
            false};
  }
  append(note, library.note(own));
  return {library.name,
          library.code(own, typed_numbers(own_loss_weight, advice.temperature)),
          own.convention,
          own_loss_weight,
          advice.temperature,
          std::move(note),
          true};
}

}  // namespace

std::vector<Snippet> snippets(const Problem& problem, double loss_weight, double temperature,
                              double within_class_variance) {
  std::vector<Snippet> result;
  Advice advice{problem, loss_weight, temperature, within_class_variance, ""};
  if (!give_loss_weight(advice)) return result;
  result.reserve(libraries().size());
  for (const Library& library : libraries()) result.push_back(snippet_of(library, advice));
  return result;
}

}  // namespace ssem::advisor
