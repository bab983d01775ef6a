#include "trainer/loss/positive_terms.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "trainer/loss/rounds.h"

namespace ssem::trainer {
namespace {

// Sums over a run of positions of z, of own * z and of other * z.
struct Sums {
  explicit Sums(std::int64_t columns)
      : plain(static_cast<std::size_t>(columns)), own(plain.size()), other(plain.size()) {}

  template <class Real>
  void take(const Real* z, const PairWeights& weights, std::int64_t begin, std::int64_t end) {
    const auto width = plain.size();
    for (auto* const sums : {&plain, &own, &other}) std::fill(sums->begin(), sums->end(), 0.0);
    for (std::int64_t i = begin; i < end; ++i) {
      const Real* row = z + i * static_cast<std::int64_t>(width);
      const double own_weight = weights.own[static_cast<std::size_t>(i)];
      const double other_weight = weights.other[static_cast<std::size_t>(i)];
      for (std::size_t k = 0; k < width; ++k) {
        const auto value = static_cast<double>(row[k]);
        plain[k] += value;
        own[k] += own_weight * value;
        other[k] += other_weight * value;
      }
    }
  }

  std::vector<double> plain, own, other;
};

// Instances first to last - 1.
template <class Real, class Visit>
void visit_run(const Real* z, std::int64_t columns, const BatchRows& rows, const PairWeights& weights,
               std::size_t first, std::size_t last, const Visit& visit) {
  Sums of_class(columns), of_instance(columns);
  const auto& begins = rows.instance_begins();
  std::int64_t current_class = -1;
  for (std::size_t instance = first; instance < last; ++instance) {
    const auto cls = rows.class_of()[static_cast<std::size_t>(begins[instance])];
    if (cls != current_class) {
      const auto at = static_cast<std::size_t>(cls);
      of_class.take(z, weights, rows.class_begins()[at], rows.class_begins()[at + 1]);
      current_class = cls;
    }
    of_instance.take(z, weights, begins[instance], begins[instance + 1]);
    visit(of_instance, of_class, begins[instance], begins[instance + 1]);
  }
}

// A thread is worth its waking from here.
constexpr std::int64_t kNumbersPerThread = 1 << 15;

// visit(instance sums, class sums, begin, end) for every instance, shared out among threads in runs. Every call gets
// the same numbers whatever their number is.
template <class Real, class Visit>
void each_instance(const Real* z, std::int64_t columns, const BatchRows& rows, const PairWeights& weights,
                   const Visit& visit) {
  const auto& begins = rows.instance_begins();
  const std::size_t instances = begins.size() - 1;
  const auto most = static_cast<std::size_t>(std::max<std::int64_t>(1, rows.size() * columns / kNumbersPerThread));
  in_rounds(1, most, [&](std::size_t, std::size_t worker, std::size_t workers) {
    visit_run(z, columns, rows, weights, instances * worker / workers, instances * (worker + 1) / workers, visit);
  });
}

}  // namespace

template <class Real>
double positive_similarity(const Real* z, std::int64_t columns, const BatchRows& rows, const PairWeights& weights) {
  const auto width = static_cast<std::size_t>(columns);
  std::vector<double> terms(static_cast<std::size_t>(rows.size()));
  each_instance(z, columns, rows, weights,
                [&](const Sums& instance, const Sums& cls, std::int64_t begin, std::int64_t end) {
                  for (std::int64_t i = begin; i < end; ++i) {
                    const Real* row = z + i * columns;
                    double to_class = 0, to_instance = 0, to_self = 0;
#pragma omp simd reduction(+ : to_class, to_instance, to_self)
                    for (std::size_t k = 0; k < width; ++k) {
                      const auto value = static_cast<double>(row[k]);
                      to_class += value * (cls.plain[k] - instance.plain[k]);
                      to_instance += value * instance.plain[k];
                      to_self += value * value;
                    }
                    if (!weights.anchor_included) to_instance -= to_self;
                    const auto at = static_cast<std::size_t>(i);
                    terms[at] = weights.own[at] * to_instance + weights.other[at] * to_class - weights.anchor[at];
                  }
                });
  return std::accumulate(terms.begin(), terms.end(), 0.0);
}

template <class Real>
void add_positive_gradient(const Real* z, std::int64_t columns, const BatchRows& rows, const PairWeights& weights,
                           double scale, Real* gradient) {
  const auto width = static_cast<std::size_t>(columns);
  each_instance(
      z, columns, rows, weights, [&](const Sums& instance, const Sums& cls, std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i) {
          const auto at = static_cast<std::size_t>(i);
          const double own = weights.own[at], other = weights.other[at];
          const double own_of_self = weights.anchor_included ? 0.0 : 2 * own;
          const Real* row = z + i * columns;
          Real* out = gradient + i * columns;
          for (std::size_t k = 0; k < width; ++k) {
            const double pull = other * (cls.plain[k] - instance.plain[k]) + cls.other[k] - instance.other[k] +
                                own * instance.plain[k] + instance.own[k] - own_of_self * static_cast<double>(row[k]);
            out[k] = static_cast<Real>(static_cast<double>(out[k]) + scale * pull);
          }
        }
      });
}

template double positive_similarity(const float*, std::int64_t, const BatchRows&, const PairWeights&);
template double positive_similarity(const double*, std::int64_t, const BatchRows&, const PairWeights&);
template void add_positive_gradient(const float*, std::int64_t, const BatchRows&, const PairWeights&, double, float*);
template void add_positive_gradient(const double*, std::int64_t, const BatchRows&, const PairWeights&, double, double*);

}  // namespace ssem::trainer
