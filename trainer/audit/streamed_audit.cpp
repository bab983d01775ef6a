#include "trainer/audit/streamed_audit.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "trainer/audit/compared_rows.h"
#include "trainer/audit/regime.h"
#include "trainer/data/byte_source.h"
#include "trainer/measure/effective_rank.h"

namespace ssem::trainer {
namespace {

constexpr std::int64_t kChunkNumbers = std::int64_t{1} << 21U;  // read at a time

double square(const double* values, std::int64_t count) {
  return std::inner_product(values, values + count, values, 0.0);
}

class RowPass {
 public:
  RowPass(const EmbeddingRows& rows, const StopFlag& stop)
      : rows_(rows), stored_(*rows.stored), stop_(stop), classes_(rows.labels), places_(drawn_rows(stored_.rows())) {
    std::sort(classes_.begin(), classes_.end());
    classes_.erase(std::unique(classes_.begin(), classes_.end()), classes_.end());
    classes_.shrink_to_fit();
    const std::int64_t columns = stored_.columns();
    sums_.resize(classes_.size() * static_cast<std::size_t>(columns));
    norms_.resize(classes_.size());
    members_.resize(classes_.size());
    products_ = at::zeros({columns, columns}, at::kDouble);
    drawn_.unit = at::empty({static_cast<std::int64_t>(places_.size()), columns}, at::kDouble);
  }

  const std::vector<std::int64_t>& classes() const { return classes_; }

  std::optional<Error> run(const RowsRead& read, Audit& found) {
    const std::int64_t step = std::max<std::int64_t>(1, kChunkNumbers / stored_.columns());
    found.least_norm = std::numeric_limits<double>::infinity();
    for (std::int64_t begin = 0; begin < stored_.rows() && !stop_; begin += step) {
      const std::int64_t count = std::min(step, stored_.rows() - begin);
      auto chunk = stored_.read(begin, count);
      if (!chunk) return chunk.error();
      if (auto fault = take(std::move(chunk).value(), begin, count, found)) return fault;
      if (read) read(begin + count, stored_.rows());
    }
    describe(found);
    return std::nullopt;
  }

  const ComparedRows& drawn() const { return drawn_; }

 private:
  std::optional<Error> take(std::vector<double> values, std::int64_t begin, std::int64_t count, Audit& found) {
    const std::int64_t columns = stored_.columns();
    for (std::int64_t row = 0; row < count; ++row) {
      double* at = values.data() + row * columns;
      const double length = std::sqrt(square(at, columns));
      const std::string name = "row " + std::to_string(begin + row);
      if (!std::isfinite(length)) {
        return fault_in(stored_.path(), name + " holds a number that is not finite, or too large");
      }
      if (!(length > 0)) return fault_in(stored_.path(), name + " is all zeros, or nearly: it has no direction");
      found.least_norm = std::min(found.least_norm, length);
      found.largest_norm = std::max(found.largest_norm, length);
      const std::size_t label = class_of(begin + row);
      double* sum = sums_.data() + label * static_cast<std::size_t>(columns);
      for (std::int64_t k = 0; k < columns; ++k) {
        at[k] /= length;
        sum[k] += at[k];
      }
      norms_[label] += square(at, columns);
      ++members_[label];
      draw(at, begin + row, label);
    }
    const at::Tensor unit = at::from_blob(values.data(), {count, columns}, at::kDouble);
    products_.addmm_(unit.t(), unit);
    return std::nullopt;
  }

  std::size_t class_of(std::int64_t row) const {
    const auto found = std::lower_bound(classes_.begin(), classes_.end(), rows_.labels[static_cast<std::size_t>(row)]);
    return static_cast<std::size_t>(found - classes_.begin());
  }

  void draw(const double* unit, std::int64_t row, std::size_t label) {
    const std::size_t next = drawn_.labels.size();
    if (next == places_.size() || places_[next] != row) return;
    std::copy_n(unit, stored_.columns(),
                drawn_.unit.data_ptr<double>() + static_cast<std::int64_t>(next) * stored_.columns());
    drawn_.labels.push_back(static_cast<std::int64_t>(label));
    drawn_.instances.push_back(row);
  }

  // As geometry.cpp and nested_variance.cpp, every row an instance: with S the sum of k rows, the sum of |u - S/k|^2 is
  // the sum of |u|^2 less |S|^2/k.
  void describe(Audit& found) const {
    const std::int64_t columns = stored_.columns();
    std::vector<double> total(static_cast<std::size_t>(columns));
    double parts = 0, squares = 0, norms = 0, pairs = 0;
    for (std::size_t label = 0; label < classes_.size(); ++label) {
      const double* sum = sums_.data() + label * static_cast<std::size_t>(columns);
      const auto members = static_cast<double>(members_[label]);
      const double of_sum = square(sum, columns);
      found.geometry.per_class.push_back(
          {members_[label], members_[label], std::max(0.0, (norms_[label] - of_sum / members) / members), 0});
      parts += of_sum / members;
      squares += of_sum;
      norms += norms_[label];
      pairs += members * (members - 1);
      for (std::size_t k = 0; k < total.size(); ++k) total[k] += sum[k];
    }
    const double all = square(total.data(), columns), count = static_cast<double>(stored_.rows());
    const double kNan = std::numeric_limits<double>::quiet_NaN();
    Geometry& geometry = found.geometry;
    geometry.within_class_variance = std::max(0.0, (norms - parts) / count);
    geometry.between_class_variance = std::max(0.0, (parts - all / count) / count);
    geometry.within_class_similarity = pairs > 0 ? (squares - norms) / pairs : kNan;
    geometry.between_class_similarity = (all - squares) / (count * (count - 1) - pairs);
    geometry.view_similarity = kNan;
    geometry.global_mean_square = all / (count * count);
    found.nested.total = std::max(0.0, (norms - all / count) / count);
    found.nested.between_classes = geometry.between_class_variance;
    found.nested.between_instances = geometry.within_class_variance;
    found.effective_rank = effective_rank_of_products(products_);
  }

  const EmbeddingRows& rows_;
  const StoredRows& stored_;
  const StopFlag& stop_;
  std::vector<std::int64_t> classes_;  // labels, sorted
  std::vector<std::int64_t> places_;   // of the rows that are drawn
  std::vector<double> sums_, norms_;   // by class
  std::vector<std::int64_t> members_;
  at::Tensor products_;  // of columns
  ComparedRows drawn_;
};

}  // namespace

Result<Audit> streamed_audit(const EmbeddingRows& rows, const AuditSpec& spec, const RowsRead& read,
                             const StopFlag& stop) {
  Audit found;
  found.rows = found.instances = rows.rows();
  found.dimension = rows.dimension;
  found.taken = rows.taken;
  RowPass pass(rows, stop);
  found.classes = static_cast<std::int64_t>(pass.classes().size());
  if (found.classes < 2) return fault_in(spec.embeddings, "must hold two classes or more, got one");
  if (auto fault = pass.run(read, found)) return *std::move(fault);
  for (std::size_t k = 0; k < pass.classes().size(); ++k) {
    const ClassGeometry& of_class = found.geometry.per_class[k];
    const std::int64_t label = pass.classes()[k];
    const bool named = !rows.class_names.empty();
    found.per_class.push_back({label, named ? rows.class_names[static_cast<std::size_t>(label)] : "", of_class,
                               has_collapsed(of_class, found.classes)});
  }
  if (!stop) compare(pass.drawn(), found, stop);
  if (auto fault = conclude(found, spec, stop)) return *std::move(fault);
  return found;
}

}  // namespace ssem::trainer
