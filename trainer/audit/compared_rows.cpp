#include "trainer/audit/compared_rows.h"

#include <algorithm>
#include <limits>
#include <map>
#include <random>

namespace ssem::trainer {
namespace {

// No more neighbours than a row of the smallest class has in its class, or none of that class could ever win.
std::int64_t neighbours_for(const std::vector<std::int64_t>& labels, const std::vector<std::int64_t>& instances) {
  std::map<std::int64_t, std::int64_t> of_class, of_instance;
  for (std::size_t row = 0; row < labels.size(); ++row) {
    ++of_class[labels[row]];
    ++of_instance[instances[row]];
  }
  std::int64_t fewest = kNeighbours;
  for (std::size_t row = 0; row < labels.size(); ++row) {
    fewest = std::min(fewest, of_class[labels[row]] - of_instance[instances[row]]);
  }
  return std::max<std::int64_t>(1, fewest);
}

KnnAccuracy neighbour_accuracy(const at::Tensor& unit, const std::vector<std::int64_t>& numbers,
                               const std::vector<std::int64_t>& instances, const StopFlag& stop) {
  return knn_leave_one_out(unit, numbers, neighbours_for(numbers, instances), instances, &stop);
}

}  // namespace

std::vector<std::int64_t> drawn_rows(std::int64_t rows, std::int64_t most) {
  std::vector<std::int64_t> places;
  std::mt19937_64 generator(1);
  std::int64_t wanted = std::min(rows, most);
  for (std::int64_t row = 0; wanted > 0; ++row) {
    const auto left = static_cast<std::uint64_t>(rows - row);
    if (generator() % left >= static_cast<std::uint64_t>(wanted)) continue;
    places.push_back(row);
    --wanted;
  }
  return places;
}

void compare(const ComparedRows& rows, Audit& found, const StopFlag& stop) {
  found.compared_rows = static_cast<std::int64_t>(rows.labels.size());
  found.spread.alignment = 2 - 2 * found.geometry.view_similarity;  // |u - v|^2 on the sphere
  found.spread.uniformity = std::numeric_limits<double>::quiet_NaN();
  if (const auto batch = BatchRows::make(rows.labels, rows.instances)) {
    found.spread.uniformity = alignment_uniformity(rows.unit, batch.value(), &stop).uniformity;
  }
  found.neighbours = neighbours_for(rows.labels, rows.instances);
  found.knn = neighbour_accuracy(rows.unit, rows.labels, rows.instances, stop);
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  found.fine_knn =
      rows.fine.empty() ? KnnAccuracy{kNan, kNan} : neighbour_accuracy(rows.unit, rows.fine, rows.instances, stop);
}

}  // namespace ssem::trainer
