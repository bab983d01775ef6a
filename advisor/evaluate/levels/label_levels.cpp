#include "advisor/evaluate/levels/label_levels.h"

#include <charconv>
#include <cmath>
#include <optional>
#include <string>

namespace ssem::advisor {
namespace {

constexpr const char* kLevelForms =
    "must be CLASSES:WEIGHT pairs with commas between them, the finest first, such as 100:1,20:0.5; "
    "CLASSES=TARGET of soft targets";

template <class Number>
std::optional<Number> whole_text_as(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::string_view name(LevelKind kind) { return kind == LevelKind::weight ? "weight" : "target"; }

std::string_view broken_rule(const LabelLevels& levels) {
  const std::vector<LabelLevel>& rows = levels.levels;
  if (rows.size() < 2 || rows.size() > kMostLabelLevels) return "must have two to four levels";
  bool any = false;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].classes < 1 || rows[i].classes > kMaxClasses) return "must have 1 to 1e6 classes on a level";
    if (!std::isfinite(rows[i].value) || rows[i].value < 0 || rows[i].value > kMaxLevelWeight) {
      return "must have weights or targets from 0 to 1e6";
    }
    any = any || rows[i].value > 0;
    if (i == 0) continue;
    if (rows[i].classes >= rows[i - 1].classes) return "must have fewer classes on every next level";
    if (rows[i - 1].classes % rows[i].classes != 0) {
      return "must have equally many classes in each of the next level: their numbers divide";
    }
  }
  if (rows.front().classes < 2) return "must have two classes or more on the finest level";
  if (!any) return "must have a weight or target above 0";
  return {};
}

Result<LabelLevels> label_levels_from(std::string_view text) {
  LabelLevels levels;
  levels.kind = text.find('=') == std::string_view::npos ? LevelKind::weight : LevelKind::target;
  const char between = levels.kind == LevelKind::weight ? ':' : '=';
  while (true) {
    const std::size_t comma = text.find(',');
    const std::string_view pair = text.substr(0, comma);
    const std::size_t at = pair.find(between);
    if (at == std::string_view::npos) return field_error("", kLevelForms);
    const auto classes = whole_text_as<std::int64_t>(pair.substr(0, at));
    const auto value = whole_text_as<double>(pair.substr(at + 1));
    if (!classes || !value) return field_error("", kLevelForms);
    levels.levels.push_back({*classes, *value});
    if (comma == std::string_view::npos || levels.levels.size() > kMostLabelLevels) break;
    text.remove_prefix(comma + 1);
  }
  if (const std::string_view rule = broken_rule(levels); !rule.empty()) return field_error("", std::string(rule));
  return levels;
}

void check_levels_problem(const Problem& problem, const LabelLevels& levels, FaultList& faults) {
  const auto fault = [&](const char* path, const char* rule) {
    if (!faults.has(path)) faults.add(path, rule);
  };
  if (problem.imbalanced()) fault("/class_counts", "excludes label_levels: their classes are equally large");
  if (!problem.imbalanced() && problem.classes != levels.levels.front().classes) {
    fault("/classes", "must be the finest level's in label_levels");
  }
  const Convention convention = problem.convention;
  if (convention != Convention::anchor_excluded && convention != Convention::anchor_included &&
      convention != Convention::supcon) {
    fault("/convention", "must be anchor_excluded, anchor_included or supcon beside label_levels");
  }
  if (!problem.imbalanced() && problem.dataset_instances() < 2) {
    fault("/instances_per_class", "must be 2 or more beside label_levels where the batch is the data set");
  }
  if (problem.views < 2) fault("/views", "must be 2 or more beside label_levels");
  if (problem.reduction != Reduction::anchor_mean) fault("/reduction", "must be anchor_mean beside label_levels");
  if (problem.classes_per_batch < problem.classes) {
    fault("/classes_per_batch", "must be all classes beside label_levels");
  }
}

}  // namespace ssem::advisor
