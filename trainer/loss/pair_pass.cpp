#include "trainer/loss/pair_pass.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "trainer/blas/gemm.h"
#include "trainer/loss/rounds.h"

namespace ssem::trainer {
namespace {

constexpr std::int64_t kRowsAtOnce = 64;
// A positive with more than this share of the denominator is not subtracted from it: the rest is summed afresh.
constexpr double kDominantShare = 1 - 1e-4;

}  // namespace

PairPass::PairPass(const BatchRows& rows, const SupclOptions& options, std::int64_t columns)
    : rows_(rows),
      weights_(pair_weights(rows, options)),
      columns_(columns),
      temperature_(options.temperature),
      against_negatives_(options.convention == advisor::Convention::negatives_only) {}

double PairPass::weight(std::int64_t anchor, std::int64_t other) const {
  const auto at = static_cast<std::size_t>(anchor), to = static_cast<std::size_t>(other);
  if (anchor == other) return 0;
  return rows_.instance_of()[at] == rows_.instance_of()[to] ? weights_.own[at] : weights_.other[at];
}

double PairPass::anchor_terms(std::int64_t anchor, double* row, bool with_gradient) const {
  if (weights_.anchor[static_cast<std::size_t>(anchor)] == 0) {
    if (with_gradient) std::fill_n(row, rows_.size(), 0.0);
    return 0;
  }
  return against_negatives_ ? against_negatives(anchor, row, with_gradient) : without_pair(anchor, row, with_gradient);
}

// log(1 + sum of e^{(s_k - s_j)/t} over other classes) for every positive j.
double PairPass::against_negatives(std::int64_t anchor, double* row, bool with_gradient) const {
  const std::int64_t size = rows_.size();
  const auto cls = static_cast<std::size_t>(rows_.class_of()[static_cast<std::size_t>(anchor)]);
  const std::int64_t begin = rows_.class_begins()[cls], end = rows_.class_begins()[cls + 1];
  double highest = -std::numeric_limits<double>::infinity();
  for (std::int64_t k = 0; k < size; ++k) {
    row[k] /= temperature_;
    if (k < begin || k >= end) highest = std::max(highest, row[k]);
  }
  double sum = 0;
  for (std::int64_t k = 0; k < size; ++k) {
    if (k < begin || k >= end) sum += std::exp(row[k] - highest);
  }
  const double negatives = sum > 0 ? highest + std::log(sum) : highest;
  double value = 0, rate = 0;
  for (std::int64_t j = begin; j < end; ++j) {
    const double w = weight(anchor, j);
    const double above = negatives - row[j];
    value += w == 0 ? 0 : w * (std::max(above, 0.0) + std::log1p(std::exp(-std::abs(above))));
    row[j] = -w / (1 + std::exp(-above));
    rate -= row[j];
  }
  if (!with_gradient) return value;
  for (std::int64_t k = 0; k < size; ++k) {
    if (k < begin || k >= end) row[k] = rate * std::exp(row[k] - negatives);
  }
  return value;
}

double PairPass::without_pair(std::int64_t anchor, double* row, bool with_gradient) const {
  const std::int64_t size = rows_.size();
  const auto at = static_cast<std::size_t>(anchor);
  const auto cls = static_cast<std::size_t>(rows_.class_of()[at]);
  const std::int64_t begin = rows_.class_begins()[cls], end = rows_.class_begins()[cls + 1];

  row[anchor] = -std::numeric_limits<double>::infinity();
  const double highest = *std::max_element(row, row + size);
  if (!std::isfinite(highest)) return std::numeric_limits<double>::quiet_NaN();
  double denominator = 0;
  for (std::int64_t k = 0; k < size; ++k) {
    row[k] = (row[k] - highest) / temperature_;  // from here on logarithms of the terms
    denominator += std::exp(row[k]);
  }

  double value = 0, rate = 0;
  std::vector<std::int64_t> dominant;
  for (std::int64_t j = begin; j < end; ++j) {
    const double w = weight(anchor, j);
    if (w == 0) continue;
    const double own_term = std::exp(row[j]);
    if (own_term > kDominantShare * denominator) {
      dominant.push_back(j);
    } else {
      value += w * (std::log(denominator - own_term) - row[j]);
      rate += w / (denominator - own_term);
    }
  }
  // At most one positive can hold nearly the whole of it.
  double rest_highest = 0, rest = 0;
  for (const std::int64_t j : dominant) {
    rest_highest = -std::numeric_limits<double>::infinity();
    for (std::int64_t k = 0; k < size; ++k) {
      if (k != j) rest_highest = std::max(rest_highest, row[k]);
    }
    // The only other row: log 0, as the formula has it.
    if (!std::isfinite(rest_highest)) return -std::numeric_limits<double>::infinity();
    for (std::int64_t k = 0; k < size; ++k) {
      if (k != j) rest += std::exp(row[k] - rest_highest);
    }
    value += weight(anchor, j) * (rest_highest + std::log(rest) - row[j]);
  }
  if (!with_gradient) return value;

  std::vector<double> pulls(static_cast<std::size_t>(end - begin));
  for (std::int64_t j = begin; j < end; ++j) {
    const double w = weight(anchor, j);
    const bool is_dominant = std::find(dominant.begin(), dominant.end(), j) != dominant.end();
    const double own_term = std::exp(row[j]);
    pulls[static_cast<std::size_t>(j - begin)] =
        w == 0 ? 0.0 : w + (is_dominant ? 0.0 : w * own_term / (denominator - own_term));
  }
  const std::int64_t left_out = dominant.empty() ? -1 : dominant.front();
  const double dominant_weight = dominant.empty() ? 0.0 : weight(anchor, left_out);
  for (std::int64_t k = 0; k < size; ++k) {
    double push = rate * std::exp(row[k]);
    if (left_out >= 0 && k != left_out) push += dominant_weight * std::exp(row[k] - rest_highest) / rest;
    row[k] = push;
  }
  for (std::int64_t j = begin; j < end; ++j) row[j] -= pulls[static_cast<std::size_t>(j - begin)];
  return value;
}

double PairPass::pass(const double* embeddings, double scale, double* gradient) const {
  const std::int64_t size = rows_.size();
  std::vector<double> z(static_cast<std::size_t>(size * columns_)), out;
  for (std::int64_t position = 0; position < size; ++position) {
    const std::int64_t row = rows_.order()[static_cast<std::size_t>(position)];
    std::copy_n(embeddings + row * columns_, columns_, z.data() + position * columns_);
  }
  if (gradient != nullptr) out.assign(z.size(), 0.0);

  std::vector<double> similarities(static_cast<std::size_t>(std::min(kRowsAtOnce, size) * size));
  std::vector<double> values(static_cast<std::size_t>(size));
  for (std::int64_t begin = 0; begin < size; begin += kRowsAtOnce) {
    const std::int64_t count = std::min(kRowsAtOnce, size - begin);
    const double* block = z.data() + begin * columns_;
    blas::gemm('T', 'N', size, count, columns_, 1.0, z.data(), columns_, block, columns_, 0.0, similarities.data(),
               size);
    const auto anchors = static_cast<std::size_t>(count);
    in_rounds(1, anchors, [&](std::size_t, std::size_t worker, std::size_t workers) {
      for (std::size_t i = worker; i < anchors; i += workers) {
        const auto anchor = begin + static_cast<std::int64_t>(i);
        values[static_cast<std::size_t>(anchor)] =
            anchor_terms(anchor, similarities.data() + i * static_cast<std::size_t>(size), gradient != nullptr);
      }
    });
    if (gradient == nullptr) continue;
    const double factor = scale / temperature_;
    blas::gemm('N', 'N', columns_, count, size, factor, z.data(), columns_, similarities.data(), size, 1.0,
               out.data() + begin * columns_, columns_);
    blas::gemm('N', 'T', columns_, size, count, factor, block, columns_, similarities.data(), size, 1.0, out.data(),
               columns_);
  }
  for (std::int64_t position = 0; gradient != nullptr && position < size; ++position) {
    const std::int64_t row = rows_.order()[static_cast<std::size_t>(position)];
    std::copy_n(out.data() + position * columns_, columns_, gradient + row * columns_);
  }
  double value = 0;
  for (const double term : values) value += term;
  return value;
}

double PairPass::forward(const double* embeddings) const { return pass(embeddings, 0, nullptr); }

void PairPass::backward(const double* embeddings, double scale, double* gradient) const {
  pass(embeddings, scale, gradient);
}

}  // namespace ssem::trainer
