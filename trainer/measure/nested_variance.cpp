#include "trainer/measure/nested_variance.h"

#include <algorithm>
#include <array>
#include <map>
#include <vector>

namespace ssem::trainer {
namespace {

using Key = std::array<std::int64_t, 3>;

struct Group {
  std::vector<double> sum;
  double rows = 0;
};

// The sum over groups of |sum of rows|^2 / rows: variances are differences of these between levels.
class Level {
 public:
  explicit Level(std::size_t columns) : columns_(columns) {}

  void add(const Key& key, const double* row) {
    Group& group = groups_[key];
    group.sum.resize(columns_);
    for (std::size_t k = 0; k < columns_; ++k) group.sum[k] += row[k];
    ++group.rows;
  }

  double squares() const {
    double total = 0;
    for (const auto& [key, group] : groups_) {
      double square = 0;
      for (const double value : group.sum) square += value * value;
      total += square / group.rows;
    }
    return total;
  }

 private:
  std::size_t columns_;
  std::map<Key, Group> groups_;
};

}  // namespace

NestedVariance nested_variance(const at::Tensor& embeddings, std::span<const std::int64_t> labels,
                               std::span<const std::int64_t> fine_labels, std::span<const std::int64_t> instances) {
  at::Tensor rows = embeddings.detach().to(at::kCPU, at::kDouble);
  // From the mean: differences of large squares would lose digits.
  rows = rows.sub(rows.mean(0, true)).contiguous();
  const auto count = labels.size();
  const auto columns = static_cast<std::size_t>(rows.size(1));
  const double* data = rows.data_ptr<double>();
  Level classes(columns), fine(columns), images(columns);
  double norms = 0;
  for (std::size_t row = 0; row < count; ++row) {
    const double* values = data + row * columns;
    for (std::size_t k = 0; k < columns; ++k) norms += values[k] * values[k];
    Key key{labels[row], 0, 0};
    classes.add(key, values);
    if (!fine_labels.empty()) key[1] = fine_labels[row];
    if (!fine_labels.empty()) fine.add(key, values);
    if (!instances.empty()) key[2] = instances[row];
    if (!instances.empty()) images.add(key, values);
  }
  const double number = static_cast<double>(std::max<std::size_t>(count, 1));
  const double of_classes = classes.squares() / number, total = norms / number;
  const double of_fine = fine_labels.empty() ? of_classes : fine.squares() / number;
  const double of_images = instances.empty() ? total : images.squares() / number;
  NestedVariance nested;
  nested.total = total;
  nested.between_classes = of_classes;
  if (!fine_labels.empty()) nested.between_fine = std::max(0.0, of_fine - of_classes);
  nested.between_instances = std::max(0.0, of_images - of_fine);
  if (!instances.empty()) nested.between_views = std::max(0.0, total - of_images);
  return nested;
}

}  // namespace ssem::trainer
