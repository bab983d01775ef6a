#include "api/cli/next_command.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "advisor/json/training/point.h"

namespace ssem::api::cli {
namespace {

using advisor::Evaluation;

constexpr std::string_view kConvention = "convention";
constexpr std::string_view kLibrary = "library";

std::string shell_word(const std::string& text) {
  constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.,:/+-=@%";
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string::npos) return text;
  std::string quoted = "'";
  for (const char letter : text) quoted += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
  return quoted + '\'';
}

const std::string* value_of(const GivenFields& given, std::string_view field) {
  const auto found = std::find_if(given.begin(), given.end(), [&](const auto& pair) { return pair.first == field; });
  return found == given.end() ? nullptr : &found->second;
}

// The given fields of a table, as flags; without the one called `left_out`.
std::string flags_text(const GivenFields& given, const std::vector<RequestFlag>& flags,
                       std::string_view left_out = "") {
  std::string text;
  for (const RequestFlag& flag : flags) {
    const std::string* value = value_of(given, flag.field);
    if (value == nullptr || flag.field == left_out) continue;
    text += ' ' + flag_of(flag);
    if (flag.value_of_flag.empty()) text += ' ' + shell_word(*value);
  }
  return text;
}

// Six digits: the result is the same, and the line can be read.
std::string digits(double value) {
  constexpr int kDigits = 6;
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general, kDigits);
  return {text.data(), end.ptr};
}

// A batch without two images of each class cannot be the data set: then shuffled ones are trained.
bool needs_shuffling(const Evaluation& point) {
  const advisor::Problem& problem = point.problem;
  return problem.unsaid.sampling && problem.sampling == advisor::Sampling::random && !problem.imbalanced() &&
         problem.batch_size < 2 * problem.classes;
}

// `validate` knows no libraries: what one decides is said by the problem's own flags.
std::string trained_problem_text(const GivenFields& given, const Evaluation& point) {
  std::string text = flags_text(given, problem_flags());
  if (needs_shuffling(point)) text += " --sampling random";
  if (value_of(given, kLibrary) == nullptr) return text;
  const advisor::Problem& problem = point.problem;
  const advisor::Problem defaults;
  if (problem.convention != defaults.convention) text += " --convention " + std::string(name(problem.convention));
  if (problem.reduction != defaults.reduction) text += " --reduction " + std::string(name(problem.reduction));
  if (problem.gpus_apart > 1 && value_of(given, "loss_gathers") == nullptr) text += " --loss-gathers false";
  return text;
}

std::string train_at(const GivenFields& given, const Evaluation& point) {
  std::string text = "ssem validate" + trained_problem_text(given, point);
  if (point.loss_weight && advisor::json::training::is_trained_with_loss_weight(point.problem.convention)) {
    text += " --loss-weight " + digits(*point.loss_weight);
  }
  return text + " --temperature " + digits(point.temperature);
}

// What cannot be trained is compared with what can.
bool only_evaluated(const Evaluation& point) {
  return point.problem.convention == advisor::Convention::supcon_in || point.problem.queue_size;
}

// Free vectors are a finite set: without a data set size the batch is all of it, and what was asked about is not what
// is trained.
std::string note_on_training(const Evaluation& point) {
  const advisor::Problem& problem = point.problem;
  if (problem.imbalanced() || !(problem.unsaid.dataset || problem.unsaid.preset_dataset)) return "";
  if (needs_shuffling(point)) return "It draws shuffled batches from a finite data set, which takes a while.";
  const bool shuffled = problem.sampling == advisor::Sampling::random;
  if (shuffled && !problem.unsaid.sampling) return "";
  const std::string whole = "It trains a batch that is the whole data set";
  return shuffled ? whole +
                        ", equally many images of each class: a pair and a variance of its own. With --sampling "
                        "random it draws shuffled batches, which takes longer."
                  : whole + ": a pair and a variance of its own.";
}

NextCommand training(std::string command, const Evaluation& point) {
  return {std::move(command), note_on_training(point)};
}

}  // namespace

NextCommand command_after_recommendation(const GivenFields& given, const Evaluation& point) {
  if (only_evaluated(point)) return {"ssem recommend" + flags_text(given, problem_flags(), kConvention), ""};
  const bool held = value_of(given, "loss_weight") != nullptr || value_of(given, "temperature") != nullptr;
  if (held) return training(train_at(given, point), point);
  return training("ssem validate" + trained_problem_text(given, point) + flags_text(given, recommendation_flags()),
                  point);
}

NextCommand command_after_evaluation(const GivenFields& given, const Evaluation& point) {
  const bool good = !point.collapsed && !point.view_split;
  if (good && !only_evaluated(point)) return training(train_at(given, point), point);
  const bool no_weight = has_fixed_loss_weight(point.problem.convention);  // then another convention is the advice
  return {"ssem recommend" + flags_text(given, library_flags()) +
              flags_text(given, problem_flags(), no_weight ? kConvention : ""),
          ""};
}

NextCommand command_after_explanation(const GivenFields& given, const advisor::ExplanationRequest& asked) {
  if (asked.unknown.classes || asked.unknown.batch) return {"ssem help explain", ""};
  // A fixed loss has nothing to recommend: another one is the advice.
  const bool fixed = has_fixed_loss_weight(asked.settings.problem.convention);
  return {"ssem recommend" + flags_text(given, library_flags()) +
              flags_text(given, problem_flags(), fixed ? kConvention : ""),
          ""};
}

NextCommand command_after_unlabelled(const GivenFields& given, const advisor::UnlabelledAdvice& advice) {
  const std::string problem = flags_text(given, evaluation_flags(), "temperature") + flags_text(given, problem_flags());
  if (advice.temperature_given) return {"ssem recommend" + problem, ""};
  return {"ssem evaluate" + problem + " --temperature " + digits(advice.band.high),
          "What the other end of the band does; which is better on your data only training says."};
}

NextCommand command_after_schedule(const GivenFields& given, const advisor::ScheduleEvaluation& evaluation) {
  const bool kept = evaluation.collapsed_share == 0 && !evaluation.points.back().collapsed;
  const std::string problem = flags_text(given, problem_flags());
  if (kept || !evaluation.safe_loss_weight) return {"ssem recommend" + problem, ""};
  return {"ssem evaluate" + problem + flags_text(given, evaluation_flags(), "loss_weight") + " --loss-weight " +
              digits(*evaluation.safe_loss_weight),
          ""};
}

NextCommand command_after_levels(const GivenFields& given, const advisor::LevelsEvaluation& evaluation) {
  const advisor::LevelsRequest& asked = evaluation.asked;
  const bool fixed = has_fixed_loss_weight(asked.problem.convention);  // then another convention is the advice
  const std::string* levels = value_of(given, "label_levels");
  const std::string problem = flags_text(given, problem_flags(), fixed ? kConvention : "") +
                              (levels == nullptr ? "" : " --label-levels " + shell_word(*levels));
  if (fixed) return {"ssem recommend" + problem, ""};
  if (!evaluation.safe_loss_weight) {  // this temperature parts nothing: a lower one may
    return {"ssem recommend" + problem + " --temperature " +
                digits(std::max(asked.temperature / 2, advisor::kLowestTemperature)),
            ""};
  }
  const double safe = *evaluation.safe_loss_weight;
  const bool there = asked.loss_weight == evaluation.safe_loss_weight;
  return {"ssem evaluate" + problem + " --loss-weight " + digits(there ? safe / 2 : safe) + " --temperature " +
              digits(asked.temperature),
          ""};
}

}  // namespace ssem::api::cli
