#include "advisor/json/closest_name.h"

#include <algorithm>
#include <array>
#include <string>

namespace ssem::advisor::json {
namespace {

constexpr std::size_t kMaxLength = 64;

char folded(char letter) {
  if (letter >= 'A' && letter <= 'Z') return static_cast<char>(letter - 'A' + 'a');
  return letter == '-' ? '_' : letter;
}

// Edit distance where a swap of two neighbours counts once (optimal string alignment).
std::size_t edit_distance(std::string_view left, std::string_view right) {
  using Row = std::array<std::size_t, kMaxLength + 1>;
  Row before_last{};
  Row last{};
  Row row{};
  for (std::size_t j = 0; j <= right.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= left.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= right.size(); ++j) {
      const char a = folded(left[i - 1]);
      const char b = folded(right[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a == b ? 0U : 1U)});
      const bool swapped = i > 1 && j > 1 && a == folded(right[j - 2]) && folded(left[i - 2]) == b;
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    before_last = last;
    last = row;
  }
  return last[right.size()];
}

bool equal_folded(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](char a, char b) { return folded(a) == folded(b); });
}

bool begins_or_ends_with_word(std::string_view name, std::string_view word) {
  if (name.size() <= word.size()) return false;
  const std::size_t rest = name.size() - word.size();
  const bool begins = name[word.size()] == '_' && equal_folded(name.substr(0, word.size()), word);
  return begins || (name[rest - 1] == '_' && equal_folded(name.substr(rest), word));
}

// pml of pytorch_metric_learning.
bool is_initials(std::string_view name, std::string_view word) {
  constexpr std::size_t kFewest = 3;
  std::string initials;
  for (std::size_t k = 0; k < name.size(); ++k) {
    if (k == 0 || name[k - 1] == '_') initials += name[k];
  }
  return word.size() >= kFewest && initials.size() == word.size() && equal_folded(initials, word);
}

template <class Matches>
std::string_view the_only(std::span<const std::string_view> known, Matches&& matches) {
  std::string_view only;
  for (const std::string_view name : known) {
    if (!matches(name)) continue;
    if (!only.empty()) return {};
    only = name;
  }
  return only;
}

std::string_view of_word(std::string_view word, std::span<const std::string_view> known) {
  const auto by_initials = the_only(known, [word](std::string_view name) { return is_initials(name, word); });
  if (!by_initials.empty()) return by_initials;
  return the_only(known, [word](std::string_view name) { return begins_or_ends_with_word(name, word); });
}

}  // namespace

std::string_view closest_name(std::string_view misspelt, std::span<const std::string_view> known) {
  if (misspelt.empty() || misspelt.size() > kMaxLength) return {};
  std::string_view best;
  std::size_t fewest = std::max<std::size_t>(1, misspelt.size() / 3) + 1;
  for (const std::string_view name : known) {
    if (name.size() > kMaxLength) continue;
    const std::size_t edits = edit_distance(misspelt, name);
    if (edits >= fewest) continue;
    fewest = edits;
    best = name;
  }
  return best.empty() ? of_word(misspelt, known) : best;
}

std::string unknown_field_rule(std::string_view name, std::span<const std::string_view> known) {
  const std::string_view suggestion = closest_name(name, known);
  return suggestion.empty() ? "is no known field" : "is no known field; did you mean " + std::string(suggestion) + "?";
}

}  // namespace ssem::advisor::json
