// Labels on two or more levels: classes inside coarser classes, each level with a weight of its own.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "advisor/problem.h"
#include "advisor/result.h"

namespace ssem::advisor {

inline constexpr std::size_t kMostLabelLevels = 4;
inline constexpr double kMaxLevelWeight = 1e6;

// What a level's number is.
enum class LevelKind {
  weight,  // of a supervised term of its own: positives share the level's class (HiMulCon)
  target,  // of each pair that shares this level's class and no finer one, among an anchor's soft targets (X-CLR)
};
std::string_view name(LevelKind kind);

struct LabelLevel {
  std::int64_t classes = 0;  // 1: all images are one class, a target for every pair
  double value = 0;
};

// The finest level first; every class of a level holds equally many of the level before.
struct LabelLevels {
  LevelKind kind = LevelKind::weight;
  std::vector<LabelLevel> levels;
};

// "CLASSES:WEIGHT,CLASSES:WEIGHT" or, of soft targets, "CLASSES=TARGET,CLASSES=TARGET". The fault, without a path, says
// what is wrong.
Result<LabelLevels> label_levels_from(std::string_view text);

// The rule that the levels break, empty where none. `label_levels_from` has looked already.
std::string_view broken_rule(const LabelLevels& levels);

// The problems that several levels can be answered for; faults name the field.
void check_levels_problem(const Problem& problem, const LabelLevels& levels, FaultList& faults);

}  // namespace ssem::advisor
