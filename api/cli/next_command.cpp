#include "api/cli/next_command.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace ssem::api::cli {
namespace {

using advisor::Evaluation;

constexpr std::string_view kConvention = "convention";

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

std::string train_at(const GivenFields& given, const Evaluation& point) {
  std::string text = "ssem validate" + flags_text(given, problem_flags());
  if (point.loss_weight && !has_fixed_loss_weight(point.problem.convention)) {
    text += " --loss-weight " + digits(*point.loss_weight);
  }
  return text + " --temperature " + digits(point.temperature);
}

// What cannot be trained is compared with what can.
bool only_evaluated(const Evaluation& point) { return point.problem.convention == advisor::Convention::supcon_in; }

}  // namespace

std::string command_after_recommendation(const GivenFields& given, const Evaluation& point) {
  if (only_evaluated(point)) return "ssem recommend" + flags_text(given, problem_flags(), kConvention);
  const bool held = value_of(given, "loss_weight") != nullptr || value_of(given, "temperature") != nullptr;
  if (held) return train_at(given, point);
  return "ssem validate" + flags_text(given, problem_flags()) + flags_text(given, recommendation_flags());
}

std::string command_after_evaluation(const GivenFields& given, const Evaluation& point) {
  const bool good = !point.collapsed && !point.view_split;
  if (good && !only_evaluated(point)) return train_at(given, point);
  const bool no_weight = has_fixed_loss_weight(point.problem.convention);  // then another convention is the advice
  return "ssem recommend" + flags_text(given, problem_flags(), no_weight ? kConvention : "");
}

}  // namespace ssem::api::cli
