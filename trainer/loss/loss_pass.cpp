#include "trainer/loss/loss_pass.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "trainer/blas/gemm.h"
#include "trainer/loss/cross_positives.h"
#include "trainer/loss/positive_terms.h"
#include "trainer/loss/rounds.h"
#include "trainer/loss/tile_kernels.h"
#include "trainer/loss/tile_rounds.h"

namespace ssem::trainer {
namespace {

constexpr std::int64_t kTile = 256;

// Below this a denominator has lost its small terms to underflow.
template <class Real>
constexpr double kSmallestDenominator = std::is_same_v<Real, float> ? 1e-28 : 1e-280;

std::vector<double> picked(const std::vector<double>& values, const std::vector<std::int64_t>& positions) {
  std::vector<double> result;
  result.reserve(positions.size());
  for (const std::int64_t position : positions) result.push_back(values[static_cast<std::size_t>(position)]);
  return result;
}

}  // namespace

template <class Real>
LossPass<Real>::LossPass(const BatchRows& rows, const SupclOptions& options, std::int64_t columns)
    : rows_(rows),
      crossed_(options.convention == advisor::Convention::cross_view),
      order_(rows.order()),
      weights_(pair_weights(rows, options)),
      columns_(columns),
      temperature_(options.temperature),
      tile_(kTile),
      denominators_(static_cast<std::size_t>(rows.size())) {
  if (crossed_) {
    const std::vector<std::int64_t> positions = view_by_view(rows);
    for (std::size_t i = 0; i < order_.size(); ++i) order_[i] = rows.order()[static_cast<std::size_t>(positions[i])];
    for (auto* const values : {&weights_.own, &weights_.other, &weights_.anchor}) *values = picked(*values, positions);
  }
  as_given_ = std::is_sorted(order_.begin(), order_.end());
  const std::int64_t part = crossed_ ? rows.size() / 2 : rows.size();
  for (std::int64_t from = 0; from < rows.size(); from += part) {
    for (std::int64_t begin = 0; begin < part; begin += tile_) {
      blocks_.push_back({from + begin, std::min(tile_, part - begin)});
    }
  }
}

template <class Real>
const Real* LossPass<Real>::in_order(const Real* embeddings, std::vector<Real>& copy) const {
  if (as_given_) return embeddings;
  copy.resize(static_cast<std::size_t>(rows_.size() * columns_));
  for (std::int64_t position = 0; position < rows_.size(); ++position) {
    const std::int64_t row = order_[static_cast<std::size_t>(position)];
    std::copy_n(embeddings + row * columns_, columns_, copy.data() + position * columns_);
  }
  return copy.data();
}

template <class Real>
void LossPass<Real>::similarities(const Real* z, Block left, Block right, Real* tile) const {
  blas::gemm('T', 'N', right.size, left.size, columns_, Real(1), z + right.begin * columns_, columns_,
             z + left.begin * columns_, columns_, Real(0), tile, right.size);
  if (left.begin == right.begin && !weights_.anchor_included) {
    for (std::int64_t i = 0; i < left.size; ++i) tile[i * left.size + i] = -std::numeric_limits<Real>::infinity();
  }
}

// Diagonal tiles first, then the others; across the views every block of one with every block of the other.
template <class Real>
std::vector<std::vector<std::pair<std::int64_t, std::int64_t>>> LossPass<Real>::rounds() const {
  const auto blocks = static_cast<std::int64_t>(blocks_.size());
  if (crossed_) return crossed_rounds(blocks / 2);
  std::vector<std::vector<std::pair<std::int64_t, std::int64_t>>> result(1);
  for (std::int64_t block = 0; block < blocks; ++block) result[0].emplace_back(block, block);
  for (auto& round : tile_rounds(blocks)) result.push_back(std::move(round));
  return result;
}

// visit(left, right, tile buffer, rates buffer), round by round; no block twice at a time.
template <class Real>
template <class Visit>
void LossPass<Real>::each_tile(const Visit& visit) const {
  const auto rounds = this->rounds();
  in_rounds(rounds.size(), rounds[0].size(), [&](std::size_t round, std::size_t worker, std::size_t workers) {
    static thread_local std::vector<Real> tile, scratch;
    tile.resize(static_cast<std::size_t>(tile_ * tile_));
    scratch.resize(static_cast<std::size_t>(2 * tile_));
    for (std::size_t k = worker; k < rounds[round].size(); k += workers) {
      const Block left = blocks_[static_cast<std::size_t>(rounds[round][k].first)];
      const Block right = blocks_[static_cast<std::size_t>(rounds[round][k].second)];
      if (left.begin != right.begin) {
        visit(left, right, tile.data(), scratch.data());
        continue;
      }
      // Of a tile on the diagonal a quarter is another quarter transposed, and is left out.
      const Block first{left.begin, (left.size + 1) / 2};
      const Block second{left.begin + first.size, left.size - first.size};
      visit(first, first, tile.data(), scratch.data());
      if (second.size == 0) continue;
      visit(second, second, tile.data(), scratch.data());
      visit(first, second, tile.data(), scratch.data());
    }
  });
}

template <class Real>
void LossPass<Real>::find_row_maxima(const Real* z) {
  shifts_.assign(static_cast<std::size_t>(rows_.size()), -std::numeric_limits<Real>::infinity());
  each_tile([&](Block left, Block right, Real* tile, Real*) {
    similarities(z, left, right, tile);
    for (std::int64_t i = 0; i < left.size; ++i) {
      const Real* row = tile + i * right.size;
      Real highest = shifts_[static_cast<std::size_t>(left.begin + i)];
      for (std::int64_t j = 0; j < right.size; ++j) {
        highest = std::max(highest, row[j]);
        Real& other = shifts_[static_cast<std::size_t>(right.begin + j)];
        if (left.begin != right.begin) other = std::max(other, row[j]);
      }
      shifts_[static_cast<std::size_t>(left.begin + i)] = highest;
    }
  });
  // A row alone in its batch has nothing to be compared with.
  for (Real& shift : shifts_) {
    if (shift == -std::numeric_limits<Real>::infinity()) shift = 0;
  }
}

template <class Real>
void LossPass<Real>::sum_rows(const Real* z) {
  const auto& kernels = tile_kernels<Real>();
  const auto inverse = static_cast<Real>(1 / temperature_);
  std::fill(denominators_.begin(), denominators_.end(), 0.0);
  each_tile([&](Block left, Block right, Real* tile, Real* scratch) {
    similarities(z, left, right, tile);
    Real* row_sums = scratch;
    Real* column_sums = scratch + tile_;
    if (shift_per_row_) {
      kernels.shifted_sums(tile, left.size, right.size, shifts_.data() + left.begin, shifts_.data() + right.begin,
                           inverse, row_sums, column_sums);
    } else {
      kernels.sums(tile, left.size, right.size, Real(1), inverse, row_sums, column_sums);
    }
    for (std::int64_t i = 0; i < left.size; ++i) {
      denominators_[static_cast<std::size_t>(left.begin + i)] += static_cast<double>(row_sums[i]);
    }
    if (left.begin == right.begin) return;
    for (std::int64_t j = 0; j < right.size; ++j) {
      denominators_[static_cast<std::size_t>(right.begin + j)] += static_cast<double>(column_sums[j]);
    }
  });
}

template <class Real>
double LossPass<Real>::forward(const Real* embeddings) {
  std::vector<Real> copy;
  const Real* z = in_order(embeddings, copy);
  shift_per_row_ = false;
  sum_rows(z);
  for (std::size_t i = 0; i < denominators_.size(); ++i) {
    shift_per_row_ |= weights_.anchor[i] > 0 && denominators_[i] < kSmallestDenominator<Real>;
  }
  if (shift_per_row_) {
    find_row_maxima(z);
    sum_rows(z);
  }
  const double attraction = crossed_ ? cross_positive_similarity(z, columns_, rows_, weights_)
                                     : positive_similarity(z, columns_, rows_, weights_);
  double value = -attraction / temperature_;
  for (std::size_t i = 0; i < denominators_.size(); ++i) {
    if (weights_.anchor[i] == 0) continue;
    const double shift = shift_per_row_ ? (static_cast<double>(shifts_[i]) - 1) / temperature_ : 0;
    value += weights_.anchor[i] * (std::log(denominators_[i]) + shift);
  }
  return value;
}

template <class Real>
void LossPass<Real>::backward(const Real* embeddings, double scale, Real* gradient) const {
  std::vector<Real> copy, sorted_gradient;
  const Real* z = in_order(embeddings, copy);
  Real* out = gradient;
  if (!as_given_) {
    sorted_gradient.resize(static_cast<std::size_t>(rows_.size() * columns_));
    out = sorted_gradient.data();
  }
  std::fill_n(out, rows_.size() * columns_, Real(0));

  const auto& kernels = tile_kernels<Real>();
  const auto inverse = static_cast<Real>(1 / temperature_);
  std::vector<Real> rates(denominators_.size());
  for (std::size_t i = 0; i < rates.size(); ++i) {
    rates[i] = weights_.anchor[i] == 0 ? Real(0) : static_cast<Real>(weights_.anchor[i] / denominators_[i]);
  }
  const auto factor = static_cast<Real>(scale / temperature_);
  each_tile([&](Block left, Block right, Real* tile, Real*) {
    similarities(z, left, right, tile);
    const Real* row_rates = rates.data() + left.begin;
    const Real* column_rates = rates.data() + right.begin;
    if (shift_per_row_) {
      kernels.shifted_weights(tile, left.size, right.size, shifts_.data() + left.begin, shifts_.data() + right.begin,
                              inverse, row_rates, column_rates);
    } else {
      kernels.weights(tile, left.size, right.size, Real(1), inverse, row_rates, column_rates);
    }
    blas::gemm('N', 'N', columns_, left.size, right.size, factor, z + right.begin * columns_, columns_, tile,
               right.size, Real(1), out + left.begin * columns_, columns_);
    if (left.begin == right.begin) return;
    blas::gemm('N', 'T', columns_, right.size, left.size, factor, z + left.begin * columns_, columns_, tile, right.size,
               Real(1), out + right.begin * columns_, columns_);
  });
  if (crossed_) {
    add_cross_positive_gradient(z, columns_, rows_, weights_, -scale / temperature_, out);
  } else {
    add_positive_gradient(z, columns_, rows_, weights_, -scale / temperature_, out);
  }
  if (out == gradient) return;
  for (std::int64_t position = 0; position < rows_.size(); ++position) {
    const std::int64_t row = order_[static_cast<std::size_t>(position)];
    std::copy_n(out + position * columns_, columns_, gradient + row * columns_);
  }
}

template class LossPass<float>;
template class LossPass<double>;

}  // namespace ssem::trainer
