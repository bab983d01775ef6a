#include "trainer/data/csv_coordinates.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "trainer/data/byte_source.h"

namespace ssem::trainer {
namespace {

constexpr std::size_t kMostNamed = 10;
constexpr std::size_t kMostDigits = 9;
constexpr std::size_t kFewestCounted = 3;  // rows; of two rows too much looks like a count

// Names end in one of these: label, class_id, image_path, global_step.
constexpr std::array<std::string_view, 40> kBookkeepingEnds{
    "id",        "ids",       "idx",     "index",     "uid",        "uuid",      "row",        "label",
    "labels",    "target",    "targets", "class",     "classes",    "category",  "categories", "epoch",
    "epochs",    "step",      "steps",   "iteration", "iterations", "iter",      "split",      "fold",
    "subset",    "partition", "seed",    "path",      "paths",      "file",      "files",      "filename",
    "filenames", "url",       "cluster", "clusters",  "superclass", "timestamp", "instance",   "instances"};
// Names hold one of these anywhere: pred_class, y_prob.
constexpr std::array<std::string_view, 11> kBookkeepingWords{"pred",          "preds", "predicted", "prediction",
                                                             "predictions",   "prob",  "probs",     "probability",
                                                             "probabilities", "logit", "logits"};

bool is_digit(char letter) { return std::isdigit(static_cast<unsigned char>(letter)) != 0; }
bool is_letter(char letter) { return std::isalpha(static_cast<unsigned char>(letter)) != 0; }
bool is_upper(char letter) { return std::isupper(static_cast<unsigned char>(letter)) != 0; }
char lower(char letter) { return static_cast<char>(std::tolower(static_cast<unsigned char>(letter))); }

// "classId_2" is class, id.
std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words;
  bool inside = false;
  for (std::size_t k = 0; k < name.size(); ++k) {
    if (!is_letter(name[k])) {
      inside = false;
      continue;
    }
    if (!inside || (is_upper(name[k]) && !is_upper(name[k - 1]))) words.emplace_back();
    inside = true;
    words.back() += lower(name[k]);
  }
  return words;
}

template <std::size_t size>
bool among(const std::array<std::string_view, size>& list, const std::string& word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

bool names_bookkeeping(std::string_view name) {
  const std::vector<std::string> words = words_of(name);
  if (words.empty()) return false;
  if (words.front() == "unnamed" || among(kBookkeepingEnds, words.back())) return true;
  if (words.size() == 1 && words.front() == "y") return true;
  return std::any_of(words.begin(), words.end(),
                     [](const std::string& word) { return among(kBookkeepingWords, word); });
}

// What numbered names share, and the number: x12 and emb[12] and 12; or a last letter x, y, z as 0, 1, 2.
struct NumberedName {
  std::string shared;
  std::int64_t number = 0;
  bool axis = false;
};

std::optional<NumberedName> numbered_name(const std::string& name) {
  std::size_t end = name.size();
  while (end > 0 && !is_digit(name[end - 1])) --end;
  std::size_t begin = end;
  while (begin > 0 && is_digit(name[begin - 1])) --begin;
  if (begin < end && end - begin <= kMostDigits) {
    return NumberedName{name.substr(0, begin) + '#' + name.substr(end), std::stoll(name.substr(begin, end - begin)),
                        false};
  }
  if (name.empty() || begin < end) return std::nullopt;
  const char last = lower(name.back());
  const std::string shared = name.substr(0, name.size() - 1);
  if (last < 'x' || last > 'z' || (!shared.empty() && is_letter(shared.back()))) return std::nullopt;
  return NumberedName{shared + "#axis", last - 'x', true};
}

struct NumberedSet {
  bool axis = false;
  std::vector<std::pair<std::int64_t, std::size_t>> members;  // number and column, by number

  bool whole() const {
    if (members.size() < 2 || (axis && members.front().first != 0)) return false;
    for (std::size_t k = 1; k < members.size(); ++k) {
      if (members[k].first != members[k - 1].first + 1) return false;
    }
    return true;
  }
  bool holds(std::size_t column) const {
    return std::any_of(members.begin(), members.end(), [&](const auto& member) { return member.second == column; });
  }
};

class Finder {
 public:
  Finder(const CsvTable& table, const std::vector<std::size_t>& labels, CsvContent content)
      : table_(table), content_(content) {
    std::map<std::string, NumberedSet> sets;
    for (std::size_t column = 0; column < table.columns.size(); ++column) {
      if (std::find(labels.begin(), labels.end(), column) != labels.end()) continue;
      open_.push_back(column);
      const auto numbered = numbered_name(table.columns[column]);
      // The y of x, y is a coordinate; alone it is the usual name of a label.
      if (!numbered || (!numbered->axis && names_bookkeeping(table.columns[column]))) continue;
      NumberedSet& set = sets[numbered->shared];
      set.axis = numbered->axis;
      set.members.emplace_back(numbered->number, column);
    }
    for (auto& [shared, set] : sets) {
      std::sort(set.members.begin(), set.members.end());
      if (set.whole()) {
        whole_.push_back(std::move(set));
      } else if (set.members.size() > 1 && !set.axis) {
        with_holes_.push_back(std::move(set));
      }
    }
  }

  Result<CsvCoordinates> find() {
    const bool embeddings = content_ == CsvContent::embeddings;
    if (embeddings && whole_.size() > 1) {
      return ambiguous("both " + text(whole_[0]) + " and " + text(whole_[1]) + " may be the coordinates");
    }
    if (embeddings && whole_.size() == 1) return numbered_only(whole_.front());
    leave_out([&](std::size_t column) { return is_whole_axis(column) ? std::nullopt : why_by_name(column); });
    leave_out_text();
    leave_out_row_count();
    if (embeddings) {
      for (const NumberedSet& set : with_holes_) {
        if (set.members.size() < open_.size()) {
          return ambiguous(text(set) + " are not numbered without holes, and other columns stand beside them");
        }
      }
    }
    CsvCoordinates found = coordinates();
    if (found.columns.empty() && !found.left_out.empty()) {
      return fault("has no column of coordinates: left out are " + left_out_text(found.left_out) + kHowToName);
    }
    return found;
  }

 private:
  static constexpr const char* kHowToName =
      "; name the coordinates, and nothing else, with one word and consecutive numbers: x0, x1, x2";

  CsvCoordinates coordinates() const {
    CsvCoordinates found{open_, {}};
    for (const auto& [column, why] : left_out_) found.left_out.push_back({table_.columns[column], why});
    return found;
  }

  Error fault(const std::string& message) const { return fault_in(table_.path, message); }
  Error ambiguous(const std::string& why) const {
    return fault("which columns are coordinates is open: " + why + kHowToName);
  }

  std::string text(const NumberedSet& set) const {
    return table_.columns[set.members.front().second] + " to " + table_.columns[set.members.back().second];
  }

  std::optional<std::string> why_by_name(std::size_t column) const {
    if (table_.columns[column].empty()) return "without a name";
    if (names_bookkeeping(table_.columns[column])) return "not a coordinate's name";
    return std::nullopt;
  }

  bool is_text(std::size_t column) const {
    return std::none_of(table_.rows.begin(), table_.rows.end(),
                        [&](const auto& row) { return csv_number(row[column]).has_value(); });
  }

  // Of two integers whose difference may be more than std::int64_t holds.
  static std::uint64_t distance(std::int64_t lower, std::int64_t upper) {
    return static_cast<std::uint64_t>(upper) - static_cast<std::uint64_t>(lower);
  }

  bool counts_rows(std::size_t column) const {
    if (table_.rows.size() < kFewestCounted) return false;
    const auto first = csv_integer(table_.rows.front()[column]);
    for (std::size_t row = 0; row < table_.rows.size(); ++row) {
      const auto value = csv_integer(table_.rows[row][column]);
      if (!first || !value || *value < *first || distance(*first, *value) != row) return false;
    }
    return true;
  }

  Result<CsvCoordinates> numbered_only(const NumberedSet& set) {
    std::vector<std::size_t> taken;
    std::vector<std::string> strangers;
    for (const std::size_t column : open_) {
      if (set.holds(column)) {
        taken.push_back(column);
        continue;
      }
      auto why = why_by_name(column);
      if (!why && is_text(column)) why = "text";
      if (!why && counts_rows(column)) why = "counts the rows";
      if (!why) strangers.push_back(table_.columns[column]);
      left_out_.emplace(column, why.value_or("not one of " + text(set)));
    }
    if (strangers.size() >= set.members.size()) {
      return ambiguous(text(set) + " are numbered, but as many others are not: " + strangers.front() + " and more");
    }
    open_ = std::move(taken);
    return coordinates();
  }

  // A y beside its x is a coordinate.
  bool is_whole_axis(std::size_t column) const {
    return std::any_of(whole_.begin(), whole_.end(),
                       [&](const NumberedSet& set) { return set.axis && set.holds(column); });
  }

  template <class Why>
  void leave_out(const Why& why_of) {
    std::vector<std::size_t> kept;
    for (const std::size_t column : open_) {
      const std::optional<std::string> why = why_of(column);
      if (why) {
        left_out_.emplace(column, *why);
      } else {
        kept.push_back(column);
      }
    }
    open_ = std::move(kept);
  }

  // Where all columns are text, they stay: reading them names line and column.
  void leave_out_text() {
    if (std::all_of(open_.begin(), open_.end(), [&](std::size_t column) { return is_text(column); })) return;
    leave_out([&](std::size_t column) { return is_text(column) ? std::optional<std::string>("text") : std::nullopt; });
  }

  void leave_out_row_count() {
    if (open_.size() < 2) return;
    const auto counting =
        std::find_if(open_.begin(), open_.end(), [&](std::size_t column) { return counts_rows(column); });
    if (counting == open_.end()) return;
    left_out_.emplace(*counting, "counts the rows");
    open_.erase(counting);
  }

  const CsvTable& table_;
  CsvContent content_;
  std::vector<std::size_t> open_;  // columns not yet decided
  std::vector<NumberedSet> whole_, with_holes_;
  std::map<std::size_t, std::string> left_out_;  // column -> why
};

}  // namespace

Result<CsvCoordinates> find_coordinates(const CsvTable& table, const std::vector<std::size_t>& labels,
                                        CsvContent content) {
  return Finder(table, labels, content).find();
}

std::string left_out_text(const std::vector<LeftOutColumn>& left_out) {
  std::string text;
  for (std::size_t k = 0; k < std::min(left_out.size(), kMostNamed); ++k) {
    if (k > 0) text += ", ";
    text +=
        left_out[k].name.empty() ? "the column " + left_out[k].why : left_out[k].name + " (" + left_out[k].why + ")";
  }
  if (left_out.size() > kMostNamed) text += " and " + std::to_string(left_out.size() - kMostNamed) + " more";
  return text;
}

}  // namespace ssem::trainer
