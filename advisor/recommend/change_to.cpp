#include "advisor/recommend/change_to.h"

#include <algorithm>
#include <utility>

#include "advisor/numeric/number_text.h"

namespace ssem::advisor {
namespace {

constexpr std::string_view kUsualRow = "SupContrast";

std::string setting_of(const Evaluation& you, const std::optional<TrainedWith>& trained_with) {
  const bool simclr = !has_fixed_loss_weight(you.problem.convention) && you.loss_weight == 1.0;
  const std::string without_labels = you.problem.convention == Convention::cross_view ? "InfoNCE" : "SimCLR";
  const std::string loss = has_fixed_loss_weight(you.problem.convention)
                               ? "SupCon"
                               : (simclr ? without_labels : "loss weight " + number_text(you.loss_weight.value_or(0)));
  return loss + " at temperature " + number_text(you.temperature) +
         (trained_with ? " (" + std::string(loss_of(trained_with->library).title) + ")" : "");
}

std::vector<std::string> words_for(const Evaluation& you, const std::string& setting, const Recommendation& answer) {
  const Evaluation& advised = answer.evaluation;
  std::vector<std::string> why;
  if (you.collapsed) {
    why.push_back("You: " + setting + ": " +
                  (you.problem.imbalanced() ? "classes collapse." : "every class collapses at the optimum."));
    why.emplace_back(
        "All images of a class are drawn to one point: the classes stay apart, what differs inside a class (finer "
        "labels, single images, what transfers) is lost. The longer and better you train, the closer you come.");
  } else {
    why.push_back(
        "You: " + setting + ": no collapse" +
        (you.within_class_variance ? ", within-class variance " + number_text(*you.within_class_variance) + "." : "."));
  }
  if (answer.feasible && advised.loss_weight) {
    const std::string variance =
        number_text(advised.within_class_variance.value_or(answer.target_within_class_variance));
    why.push_back("Loss weight " + number_text(*advised.loss_weight) + " of the self-supervised term at temperature " +
                  number_text(advised.temperature) +
                  (advised.within_class_variance ? " keeps a within-class variance of " + variance + "."
                                                 : " keeps the images of a class apart; it aims at a variance of " +
                                                       variance + " in the smallest class with pairs in a batch."));
  }
  return why;
}

void take_row(const Recommendation& answer, std::string_view row, ChangeTo& change) {
  const auto found = std::find_if(answer.what_to_type.begin(), answer.what_to_type.end(),
                                  [&](const Snippet& snippet) { return snippet.library == row; });
  if (found == answer.what_to_type.end()) return;
  change.convention = found->convention;
  change.loss_weight = found->loss_weight;
  change.temperature = found->temperature;
  change.library = found->library;
  change.code = found->code;
  change.note = found->note;
}

}  // namespace

RecommendationRequest without_library(const RecommendationRequest& request) {
  RecommendationRequest other = request;
  other.trained_with.reset();
  other.loss_weight.reset();
  other.temperature.reset();
  if (has_fixed_loss_weight(other.problem.convention)) other.problem.convention = Convention::anchor_excluded;
  other.problem.views = std::max<std::int64_t>(2, other.problem.views);  // one has nothing to weigh
  other.problem.base_temperature.reset();                                // the lines set it to the temperature
  return other;
}

void add_change(const RecommendationRequest& request, Recommendation& answer) {
  const auto& library = request.trained_with;
  const bool plain = has_fixed_loss_weight(request.problem.convention);
  if (!library && !plain) return;
  std::optional<double> temperature = request.temperature;
  if (library) temperature = library->temperature;
  if (temperature) {
    answer.you = evaluate(
        {request.problem, library && !plain ? std::optional(library->loss_weight) : std::nullopt, *temperature});
    answer.you->assumed.clear();
  }
  const Recommendation advised = library ? answer : recommend(without_library(request));
  ChangeTo change;
  change.loss_weight = advised.evaluation.loss_weight.value_or(0);
  change.temperature = advised.evaluation.temperature;
  change.convention = advised.evaluation.problem.convention;
  take_row(advised, library ? loss_of(library->library).row : kUsualRow, change);
  const Evaluation& you = answer.you ? *answer.you : answer.evaluation;
  change.needed = you.collapsed;
  change.why = words_for(you, setting_of(you, library), advised);
  answer.change_to = std::move(change);
}

}  // namespace ssem::advisor
