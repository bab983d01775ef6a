#include "trainer/audit/embedding_arrays.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "advisor/json/quote_for_message.h"
#include "trainer/data/byte_source.h"

namespace ssem::trainer {
namespace {

using Named = NamedArrays::value_type;

constexpr std::array<std::string_view, 10> kEmbeddingNames{
    "embeddings", "z", "features", "x", "embedding", "feats", "data", "vectors", "arr_0", "representations"};
constexpr std::array<std::string_view, 8> kLabelNames{"labels", "y",       "label", "targets",
                                                      "target", "classes", "class", "arr_1"};
constexpr std::array<std::string_view, 1> kFineNames{"fine_labels"};
constexpr std::array<std::string_view, 1> kInstanceNames{"instance_ids"};
constexpr const char* kSaveText = "save numpy.asarray(labels, dtype=str), or numbers";

std::string lower(std::string_view text) {
  std::string folded(text);
  for (char& letter : folded) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return folded;
}

const Named* with_name(const NamedArrays& arrays, std::span<const std::string_view> names) {
  for (const std::string_view name : names) {
    for (const Named& each : arrays) {
      if (lower(each.first) == name) return &each;
    }
  }
  return nullptr;
}

template <class Fits>
const Named* only_one(const NamedArrays& arrays, const Fits& fits) {
  const Named* found = nullptr;
  for (const Named& each : arrays) {
    if (!fits(each)) continue;
    if (found != nullptr) return nullptr;
    found = &each;
  }
  return found;
}

bool is_floating(const Array& array) {
  return array.type == ElementType::float32 || array.type == ElementType::float64;
}

bool is_column(const Array& array) {
  return array.shape.size() == 1 || (array.shape.size() == 2 && array.shape[1] == 1);
}

// Rows of zeros with a single one.
bool is_one_hot(const Array& array) {
  if (array.shape.size() != 2 || array.shape[1] < 2 || !holds_numbers(array)) return false;
  const std::vector<double> values = to_doubles(array);
  const auto width = static_cast<std::size_t>(array.shape[1]);
  for (std::size_t row = 0; row < values.size(); row += width) {
    const auto begin = values.begin() + static_cast<std::ptrdiff_t>(row);
    const auto end = begin + static_cast<std::ptrdiff_t>(width);
    if (std::count(begin, end, 1.0) != 1 || std::count(begin, end, 0.0) + 1 != static_cast<std::ptrdiff_t>(width)) {
      return false;
    }
  }
  return true;
}

std::vector<std::int64_t> hot_places(const Array& array) {
  const std::vector<double> values = to_doubles(array);
  const auto width = static_cast<std::size_t>(array.shape[1]);
  std::vector<std::int64_t> places;
  for (std::size_t k = 0; k < values.size(); ++k) {
    if (values[k] == 1) places.push_back(static_cast<std::int64_t>(k % width));
  }
  return places;
}

std::string names_text(const NamedArrays& arrays) {
  std::string text;
  for (const auto& [name, array] : arrays) {
    const bool is_other = array.type == ElementType::other;
    text += (text.empty() ? "" : ", ") + advisor::json::quote_for_message(name) + " " +
            (is_other ? "of type " + array.words.front() : shape_text(array.shape));
  }
  return text.empty() ? "nothing" : text;
}

// One number for each image, whatever form it has; words are numbered in sorted order.
Result<std::vector<std::int64_t>> column_of(const std::string& path, const Named& named, std::int64_t images,
                                            std::vector<std::string>* words) {
  const auto& [name, array] = named;
  const std::string what = path + ": " + advisor::json::quote_for_message(name);
  if (array.type == ElementType::other) {
    const std::string why = array.words.size() > 1 ? " (" + array.words[1] + ')' : "";
    return Error{ErrorCode::invalid_argument,
                 what + " is of type " + array.words.front() + why + ", which is not read: " + kSaveText,
                 {}};
  }
  if (array.rows() == images && is_one_hot(array)) return hot_places(array);
  if (!is_column(array) || array.rows() != images) {
    return Error{ErrorCode::invalid_argument,
                 what + " must be one for each of the " + std::to_string(images) + " images, got shape " +
                     shape_text(array.shape),
                 {}};
  }
  if (array.type == ElementType::text) return word_numbers(array.words, words);
  return to_integers(array, what);
}

std::vector<std::int64_t> repeated(const std::vector<std::int64_t>& of_images, std::int64_t views) {
  std::vector<std::int64_t> rows;
  for (const std::int64_t value : of_images) rows.insert(rows.end(), static_cast<std::size_t>(views), value);
  return rows;
}

}  // namespace

Result<EmbeddingRows> rows_of_arrays(const std::string& path, const NamedArrays& arrays, Labels wanted) {
  const Named* rows = with_name(arrays, kEmbeddingNames);
  if (rows == nullptr) {
    rows = only_one(arrays, [](const Named& each) {
      return is_floating(each.second) && each.second.shape.size() > 1 && each.second.shape.back() > 1 &&
             !is_one_hot(each.second);
    });
  }
  if (rows == nullptr) {
    return fault_in(path, "must hold the embeddings as embeddings, z, features or x; it holds " + names_text(arrays));
  }
  const Array& of_rows = rows->second;
  const std::vector<std::int64_t>& shape = of_rows.shape;
  if (!holds_numbers(of_rows) || shape.size() < 2 || shape.size() > 3) {
    return fault_in(path, "the embeddings must be numbers of shape [rows, columns] or [images, views, columns], got " +
                              std::string(element_name(of_rows.type)) + " " + shape_text(shape));
  }
  const std::int64_t images = of_rows.rows(), views = shape.size() == 3 ? shape[1] : 1;
  const bool labelled = wanted == Labels::needed;
  const Named* labels = labelled ? with_name(arrays, kLabelNames) : nullptr;
  const Named* fine = labelled ? with_name(arrays, kFineNames) : nullptr;
  const Named* instances = with_name(arrays, kInstanceNames);
  if (labelled && labels == nullptr) {
    labels = only_one(arrays, [&](const Named& each) {
      return &each != rows && &each != fine && &each != instances && each.second.rows() == images &&
             each.second.type != ElementType::other &&
             ((is_column(each.second) && !is_floating(each.second)) || is_one_hot(each.second));
    });
  }
  if (labelled && labels == nullptr) {
    return fault_in(path, "must hold the labels as labels or y; it holds " + names_text(arrays) + kWithoutLabels);
  }
  EmbeddingRows found;
  found.dimension = shape.back();
  found.values = to_doubles(of_rows);
  const auto take = [&](const Named* array, std::vector<std::int64_t>& target,
                        std::vector<std::string>* words) -> std::optional<Error> {
    if (array == nullptr) return std::nullopt;
    auto column = column_of(path, *array, images, words);
    if (!column) return column.error();
    target = repeated(column.value(), views);
    return std::nullopt;
  };
  if (!labelled) found.labels.assign(static_cast<std::size_t>(images * views), 0);
  if (auto fault = take(labels, found.labels, &found.class_names)) return *std::move(fault);
  if (auto fault = take(fine, found.fine_labels, nullptr)) return *std::move(fault);
  if (auto fault = take(instances, found.instance_ids, nullptr)) return *std::move(fault);
  if (views > 1 && instances == nullptr) {
    std::vector<std::int64_t> own(static_cast<std::size_t>(images));
    for (std::size_t image = 0; image < own.size(); ++image) own[image] = static_cast<std::int64_t>(image);
    found.instance_ids = repeated(own, views);
  }
  for (const Named& each : arrays) {
    if (&each == rows || &each == labels || &each == fine || &each == instances) continue;
    found.left_out.push_back({advisor::json::quote_for_message(each.first), "not needed"});
  }
  const bool as_expected = rows->first == kEmbeddingNames[0] && (labels == nullptr || labels->first == kLabelNames[0]);
  if (!as_expected || !found.left_out.empty()) {
    found.taken = advisor::json::quote_for_message(rows->first) + " for the embeddings";
    if (labels != nullptr) found.taken += ", " + advisor::json::quote_for_message(labels->first) + " for the labels";
  }
  return found;
}

}  // namespace ssem::trainer
