#include "trainer/measure/linear_probe.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <deque>
#include <limits>
#include <map>
#include <random>
#include <utility>
#include <vector>

#include "trainer/blas/gemm.h"
#include "trainer/measure/labelled_rows.h"

namespace ssem::trainer {
namespace {

constexpr std::array<double, 5> kDecays{1, 1e-1, 1e-2, 1e-3, 1e-4};  // strongest first: each starts from the one before
constexpr double kHeldOut = 0.2;
constexpr std::size_t kMemory = 10;
constexpr int kMaxIterations = 200;  // some thirty are needed
constexpr int kMaxHalvings = 20;
constexpr double kGradientTolerance = 1e-4;
constexpr double kSufficientDecrease = 1e-4;

struct Examples {
  at::Tensor features;  // [N, d + 1] standardised, the last column 1
  at::Tensor labels;    // [N]
};

at::Tensor with_one(const at::Tensor& columns) {
  return at::cat({columns, at::ones({columns.size(0), 1}, columns.options())}, 1);
}

Examples chosen(const Examples& all, const std::vector<std::int64_t>& rows) {
  const at::Tensor index = at::tensor(rows, at::kLong).to(all.labels.device());
  return {at::index_select(all.features, 0, index), at::index_select(all.labels, 0, index)};
}

double scalar_product(const at::Tensor& a, const at::Tensor& b) { return (a * b).sum(at::kDouble).item<double>(); }

// [rows, d] times [d, columns]. On a CPU by the BLAS of the loss: what LibTorch itself multiplies with can be a tenth
// as fast for so few columns.
at::Tensor product(const at::Tensor& a, const at::Tensor& b) {
  if (a.is_cuda()) return at::mm(a, b);
  const at::Tensor left = a.contiguous(), right = b.contiguous();
  at::Tensor result = at::empty({a.size(0), b.size(1)}, a.options());
  blas::gemm('N', 'N', b.size(1), a.size(0), a.size(1), 1.0F, right.data_ptr<float>(), b.size(1),
             left.data_ptr<float>(), a.size(1), 0.0F, result.data_ptr<float>(), b.size(1));
  return result;
}

// a [rows, d] transposed times b [rows, columns].
at::Tensor transposed_product(const at::Tensor& a, const at::Tensor& b) {
  if (a.is_cuda()) return at::mm(a.t(), b);
  const at::Tensor left = a.contiguous(), right = b.contiguous();
  at::Tensor result = at::empty({a.size(1), b.size(1)}, a.options());
  blas::gemm('N', 'T', b.size(1), a.size(1), a.size(0), 1.0F, right.data_ptr<float>(), b.size(1),
             left.data_ptr<float>(), a.size(1), 0.0F, result.data_ptr<float>(), b.size(1));
  return result;
}

// weights [d + 1, classes]; returns loss and gradient.
std::pair<double, at::Tensor> regression(const Examples& examples, const at::Tensor& weights, double decay) {
  const auto count = static_cast<double>(examples.labels.size(0));
  const at::Tensor logs = at::log_softmax(product(examples.features, weights), 1);
  const at::Tensor places = examples.labels.unsqueeze(1);
  at::Tensor penalised = weights.clone();
  penalised.select(0, weights.size(0) - 1).zero_();
  const double loss = -logs.gather(1, places).sum(at::kDouble).item<double>() / count +
                      decay / 2 * scalar_product(penalised, penalised);
  at::Tensor residual = logs.exp();
  residual.scatter_add_(1, places, at::full_like(places, -1, residual.options()));
  return {loss, transposed_product(examples.features, residual).div_(count).add_(penalised, decay)};
}

struct Pair {
  at::Tensor step, change;
  double rate;
};

// The inverse of a bound on the curvature, the same for every class: half the features' second moments (D. Boehning,
// Ann. Inst. Statist. Math. 44, 1992) and the decay. [d + 1, d + 1]
at::Tensor inverse_curvature(const at::Tensor& moments, double decay) {
  at::Tensor bound = moments.mul(0.5);
  bound.diagonal().add_(decay);
  return at::linalg_inv(bound).to(at::kFloat);
}

// The two-loop recursion about `inverse`.
at::Tensor direction(const at::Tensor& gradient, const std::deque<Pair>& pairs, const at::Tensor& inverse) {
  at::Tensor q = gradient.clone();
  std::vector<double> along(pairs.size());
  for (std::size_t k = pairs.size(); k-- > 0;) {
    along[k] = pairs[k].rate * scalar_product(pairs[k].step, q);
    q.sub_(pairs[k].change, along[k]);
  }
  q = product(inverse, q);
  if (!pairs.empty()) {
    const Pair& last = pairs.back();
    q.div_(last.rate * scalar_product(last.change, product(inverse, last.change)));
  }
  for (std::size_t k = 0; k < pairs.size(); ++k) {
    q.add_(pairs[k].step, along[k] - pairs[k].rate * scalar_product(pairs[k].change, q));
  }
  return q.neg_();
}

at::Tensor fit(const Examples& examples, const at::Tensor& moments, at::Tensor weights, double decay) {
  const at::Tensor inverse = inverse_curvature(moments, decay);
  auto [loss, gradient] = regression(examples, weights, decay);
  std::deque<Pair> pairs;
  for (int iteration = 0; iteration < kMaxIterations; ++iteration) {
    if (gradient.abs().max().item<double>() <= kGradientTolerance) break;
    const at::Tensor descent = direction(gradient, pairs, inverse);
    const double slope = scalar_product(descent, gradient);
    double rate = 1;
    bool lower = false;
    for (int halving = 0; halving < kMaxHalvings && !lower; ++halving, rate /= 2) {
      const at::Tensor moved = weights.add(descent, rate);
      auto [new_loss, new_gradient] = regression(examples, moved, decay);
      lower = new_loss <= loss + kSufficientDecrease * rate * slope;
      if (!lower) continue;
      const at::Tensor step = moved - weights, change = new_gradient - gradient;
      const double curvature = scalar_product(step, change);
      if (curvature > 1e-12) pairs.push_back({step, change, 1 / curvature});
      if (pairs.size() > kMemory) pairs.pop_front();
      weights = moved;
      loss = new_loss;
      gradient = new_gradient;
    }
    if (!lower) break;
  }
  return weights;
}

// [d + 1, d + 1], float64.
at::Tensor second_moments(const at::Tensor& features) {
  return transposed_product(features, features).to(at::kDouble).div_(static_cast<double>(features.size(0)));
}

double share_told(const Examples& examples, const at::Tensor& weights) {
  const at::Tensor guessed = product(examples.features, weights).argmax(1);
  return guessed.eq(examples.labels).sum(at::kDouble).item<double>() / static_cast<double>(examples.labels.size(0));
}

// Fitted rows and held-out rows, a share of every class.
std::pair<std::vector<std::int64_t>, std::vector<std::int64_t>> hold_out(std::span<const std::int64_t> labels,
                                                                         std::uint64_t seed) {
  std::map<std::int64_t, std::vector<std::int64_t>> rows_of;
  for (std::size_t row = 0; row < labels.size(); ++row) {
    rows_of[labels[row]].push_back(static_cast<std::int64_t>(row));
  }
  std::mt19937_64 generator(seed);
  std::pair<std::vector<std::int64_t>, std::vector<std::int64_t>> parts;
  for (auto& [label, rows] : rows_of) {
    for (std::size_t k = rows.size(); k > 1; --k) std::swap(rows[k - 1], rows[generator() % k]);
    const auto held = static_cast<std::ptrdiff_t>(kHeldOut * static_cast<double>(rows.size()));
    parts.second.insert(parts.second.end(), rows.begin(), rows.begin() + held);
    parts.first.insert(parts.first.end(), rows.begin() + held, rows.end());
  }
  return parts;
}

}  // namespace

LinearProbe::LinearProbe(const at::Tensor& train, std::span<const std::int64_t> train_labels, std::uint64_t seed) {
  if (train_labels.empty()) return;
  const at::Tensor rows = train.detach().to(at::kFloat);
  mean_ = rows.mean(0, true);
  const at::Tensor centred = rows - mean_;
  const at::Tensor deviation = centred.pow(2).mean(0, true).sqrt_();
  // A constant column says nothing; it must not blow up the test rows either.
  scale_ = at::where(deviation > 1e-6 * (1 + mean_.abs()), deviation.reciprocal(), at::zeros_like(mean_));
  const Examples fitted{with_one(centred * scale_), label_tensor(train_labels, rows.device())};
  const std::int64_t classes = fitted.labels.max().item<std::int64_t>() + 1;

  const at::Tensor moments = second_moments(fitted.features);
  const auto parts = hold_out(train_labels, seed);
  double best_decay = kDecays[2], best = -1;
  at::Tensor weights = at::zeros({fitted.features.size(1), classes}, rows.options());
  at::Tensor best_weights = weights;
  if (!parts.second.empty()) {
    const Examples learned = chosen(fitted, parts.first), held = chosen(fitted, parts.second);
    for (const double decay : kDecays) {
      weights = fit(learned, moments, weights, decay);
      const double found = share_told(held, weights);
      if (found <= best) continue;
      best = found;
      best_decay = decay;
      best_weights = weights;
    }
  }
  weights_ = fit(fitted, moments, best_weights, best_decay);
}

double LinearProbe::accuracy(const at::Tensor& test, std::span<const std::int64_t> test_labels) const {
  if (!weights_.defined() || test_labels.empty()) return std::numeric_limits<double>::quiet_NaN();
  const at::Tensor columns = (test.detach().to(at::kFloat) - mean_) * scale_;
  return share_told({with_one(columns), label_tensor(test_labels, columns.device())}, weights_);
}

double linear_probe_accuracy(const at::Tensor& train, std::span<const std::int64_t> train_labels,
                             const at::Tensor& test, std::span<const std::int64_t> test_labels, std::uint64_t seed) {
  if (test_labels.empty()) return std::numeric_limits<double>::quiet_NaN();
  return LinearProbe(train, train_labels, seed).accuracy(test, test_labels);
}

}  // namespace ssem::trainer
