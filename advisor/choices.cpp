#include "advisor/choices.h"

#include <array>
#include <utility>

namespace ssem::advisor {
namespace {

constexpr std::array<std::pair<Convention, std::string_view>, 7> kConventions{{
    {Convention::anchor_excluded, "anchor_excluded"},
    {Convention::anchor_included, "anchor_included"},
    {Convention::supcon, "supcon"},
    {Convention::supcon_in, "supcon_in"},
    {Convention::dcl, "dcl"},
    {Convention::cross_view, "cross_view"},
    {Convention::negatives_only, "negatives_only"},
}};
constexpr std::array<std::pair<Sampling, std::string_view>, 2> kSamplings{{
    {Sampling::balanced, "balanced"},
    {Sampling::random, "random"},
}};
constexpr std::array<std::pair<Reduction, std::string_view>, 2> kReductions{{
    {Reduction::anchor_mean, "anchor_mean"},
    {Reduction::pair_mean, "pair_mean"},
}};

constexpr std::array<std::pair<CrossEntropyHead, std::string_view>, 2> kCrossEntropyHeads{{
    {CrossEntropyHead::separate, "separate"},
    {CrossEntropyHead::shared, "shared"},
}};

template <class Table, class Value>
std::string_view name_in(const Table& table, Value value) {
  for (const auto& [key, text] : table) {
    if (key == value) return text;
  }
  return {};
}

template <class Value, std::size_t N>
std::optional<Value> value_in(const std::array<std::pair<Value, std::string_view>, N>& table, std::string_view text) {
  for (const auto& [value, name] : table) {
    if (name == text) return value;
  }
  return std::nullopt;
}

}  // namespace

std::string_view name(Convention convention) { return name_in(kConventions, convention); }
std::string_view name(Sampling sampling) { return name_in(kSamplings, sampling); }
std::string_view name(Reduction reduction) { return name_in(kReductions, reduction); }
std::string_view name(CrossEntropyHead head) { return name_in(kCrossEntropyHeads, head); }
std::optional<Convention> convention_from(std::string_view name) { return value_in(kConventions, name); }
std::optional<Sampling> sampling_from(std::string_view name) { return value_in(kSamplings, name); }
std::optional<Reduction> reduction_from(std::string_view name) { return value_in(kReductions, name); }
std::optional<CrossEntropyHead> cross_entropy_head_from(std::string_view name) {
  return value_in(kCrossEntropyHeads, name);
}

}  // namespace ssem::advisor
