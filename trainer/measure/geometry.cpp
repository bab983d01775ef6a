#include "trainer/measure/geometry.h"

#include <algorithm>
#include <limits>

namespace ssem::trainer {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

using Vector = std::vector<double>;

double square(const Vector& values) {
  double sum = 0;
  for (const double value : values) sum += value * value;
  return sum;
}

// The sum of the rows begin .. end - 1.
Vector sum_of(const double* rows, std::int64_t begin, std::int64_t end, std::int64_t columns) {
  Vector sum(static_cast<std::size_t>(columns));
  for (std::int64_t i = begin; i < end; ++i) {
    for (std::int64_t k = 0; k < columns; ++k) sum[static_cast<std::size_t>(k)] += rows[i * columns + k];
  }
  return sum;
}

// Differences of sums: where there is no variance, rounding may leave a little below it.
double at_least_zero(double variance) { return std::max(0.0, variance); }

double mean_or_nan(double sum, double count) { return count > 0 ? sum / count : kNan; }

}  // namespace

Geometry measure_geometry(const at::Tensor& embeddings, const BatchRows& rows) {
  const at::Tensor in_order = embeddings.detach().to(at::kCPU).to(at::kDouble).contiguous();
  const std::int64_t columns = in_order.size(1), size = rows.size();
  Vector z(static_cast<std::size_t>(size * columns));
  const double* source = in_order.data_ptr<double>();
  for (std::int64_t position = 0; position < size; ++position) {
    const std::int64_t row = rows.order()[static_cast<std::size_t>(position)];
    std::copy_n(source + row * columns, columns, z.data() + position * columns);
  }

  // With S the sum of a group of k rows, sum |u - S/k|^2 = sum |u|^2 - |S|^2/k, and the sum of u.u' over its ordered
  // pairs is |S|^2 - sum |u|^2.
  Geometry geometry;
  const double count = static_cast<double>(size);
  Vector total(static_cast<std::size_t>(columns));
  double class_parts = 0, instance_parts = 0, class_squares = 0, instance_squares = 0, norms = 0;
  double class_pairs = 0, instance_pairs = 0;
  std::size_t instance = 0;
  for (std::size_t c = 0; c + 1 < rows.class_begins().size(); ++c) {
    const std::int64_t begin = rows.class_begins()[c], end = rows.class_begins()[c + 1];
    const double members = static_cast<double>(end - begin);
    const Vector class_sum = sum_of(z.data(), begin, end, columns);
    double class_norms = 0, class_instance_parts = 0;
    for (std::int64_t k = begin * columns; k < end * columns; ++k) {
      class_norms += z[static_cast<std::size_t>(k)] * z[static_cast<std::size_t>(k)];
    }
    ClassGeometry of_class;
    of_class.rows = end - begin;
    for (; instance + 1 < rows.instance_begins().size() && rows.instance_begins()[instance] < end; ++instance) {
      const std::int64_t from = rows.instance_begins()[instance], to = rows.instance_begins()[instance + 1];
      const double views = static_cast<double>(to - from);
      const double of_instance = square(sum_of(z.data(), from, to, columns));
      class_instance_parts += of_instance / views;
      instance_squares += of_instance;
      instance_pairs += views * (views - 1);
      ++of_class.instances;
    }
    const double of_class_sum = square(class_sum);
    of_class.within_class_variance = at_least_zero((class_norms - of_class_sum / members) / members);
    of_class.view_variance = at_least_zero((class_norms - class_instance_parts) / members);
    geometry.per_class.push_back(of_class);
    class_parts += of_class_sum / members;
    class_squares += of_class_sum;
    class_pairs += members * (members - 1);
    instance_parts += class_instance_parts;
    norms += class_norms;
    for (std::size_t k = 0; k < total.size(); ++k) total[k] += class_sum[k];
  }

  const double all = square(total);
  geometry.within_class_variance = at_least_zero((norms - class_parts) / count);
  geometry.between_class_variance = at_least_zero((class_parts - all / count) / count);
  geometry.view_variance = at_least_zero((norms - instance_parts) / count);
  geometry.within_class_similarity = mean_or_nan(class_squares - instance_squares, class_pairs - instance_pairs);
  geometry.between_class_similarity = mean_or_nan(all - class_squares, count * (count - 1) - class_pairs);
  geometry.view_similarity = mean_or_nan(instance_squares - norms, instance_pairs);
  geometry.global_mean_square = all / (count * count);
  return geometry;
}

double view_consistency(const Geometry& geometry) {
  return (geometry.view_similarity - geometry.within_class_similarity) / (1 - geometry.within_class_similarity);
}

}  // namespace ssem::trainer
