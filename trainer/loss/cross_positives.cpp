#include "trainer/loss/cross_positives.h"

#include <algorithm>
#include <numeric>

#include "trainer/loss/rounds.h"

namespace ssem::trainer {
namespace {

constexpr std::int64_t kNumbersPerWorker = 1 << 15;  // a thread is worth its waking from here

template <class Real>
void sum_run(const Real* z, std::int64_t columns, std::int64_t begin, std::int64_t end, std::vector<double>& sum) {
  sum.assign(static_cast<std::size_t>(columns), 0.0);
  for (std::int64_t i = begin; i < end; ++i) {
    const Real* row = z + i * columns;
    for (std::int64_t k = 0; k < columns; ++k) sum[static_cast<std::size_t>(k)] += static_cast<double>(row[k]);
  }
}

// visit(image, sum of its class's first views, of its second views), shared out among threads in runs of images.
template <class Real, class Visit>
void each_image(const Real* z, std::int64_t columns, const BatchRows& rows, const Visit& visit) {
  const std::int64_t images = rows.size() / 2;
  const auto most = static_cast<std::size_t>(std::max<std::int64_t>(1, rows.size() * columns / kNumbersPerWorker));
  in_rounds(1, most, [&](std::size_t, std::size_t worker, std::size_t workers) {
    const std::int64_t begin = images * static_cast<std::int64_t>(worker) / static_cast<std::int64_t>(workers);
    const std::int64_t end = images * static_cast<std::int64_t>(worker + 1) / static_cast<std::int64_t>(workers);
    std::vector<double> first, second;
    std::int64_t current = -1;
    for (std::int64_t image = begin; image < end; ++image) {
      const std::int64_t cls = rows.class_of()[static_cast<std::size_t>(2 * image)];
      if (cls != current) {
        const std::int64_t from = rows.class_begins()[static_cast<std::size_t>(cls)] / 2;
        const std::int64_t to = rows.class_begins()[static_cast<std::size_t>(cls) + 1] / 2;
        sum_run(z, columns, from, to, first);
        sum_run(z, columns, images + from, images + to, second);
        current = cls;
      }
      visit(image, first, second);
    }
  });
}

}  // namespace

std::vector<std::int64_t> view_by_view(const BatchRows& rows) {
  std::vector<std::int64_t> positions(static_cast<std::size_t>(rows.size()));
  const std::int64_t images = rows.size() / 2;
  for (std::int64_t image = 0; image < images; ++image) {
    positions[static_cast<std::size_t>(image)] = 2 * image;
    positions[static_cast<std::size_t>(images + image)] = 2 * image + 1;
  }
  return positions;
}

template <class Real>
double cross_positive_similarity(const Real* z, std::int64_t columns, const BatchRows& rows,
                                 const PairWeights& weights) {
  const std::int64_t images = rows.size() / 2;
  std::vector<double> terms(static_cast<std::size_t>(images));
  each_image(z, columns, rows,
             [&](std::int64_t image, const std::vector<double>& first, const std::vector<double>& second) {
               const Real* a = z + image * columns;
               const Real* b = z + (images + image) * columns;
               double to_own = 0, to_class = 0;
               for (std::int64_t k = 0; k < columns; ++k) {
                 const auto at = static_cast<std::size_t>(k);
                 const auto x = static_cast<double>(a[k]), y = static_cast<double>(b[k]);
                 to_own += x * y;
                 to_class += x * (second[at] - y) + y * (first[at] - x);
               }
               const auto at = static_cast<std::size_t>(image);
               terms[at] = 2 * weights.own[at] * to_own + weights.other[at] * to_class - 2 * weights.anchor[at];
             });
  return std::accumulate(terms.begin(), terms.end(), 0.0);
}

template <class Real>
void add_cross_positive_gradient(const Real* z, std::int64_t columns, const BatchRows& rows, const PairWeights& weights,
                                 double scale, Real* gradient) {
  const std::int64_t images = rows.size() / 2;
  // Anchors of one class have one weight, so that a row is drawn as hard as it draws.
  each_image(z, columns, rows,
             [&](std::int64_t image, const std::vector<double>& first, const std::vector<double>& second) {
               const auto at = static_cast<std::size_t>(image);
               const double own = 2 * scale * weights.own[at], other = 2 * scale * weights.other[at];
               const Real* a = z + image * columns;
               const Real* b = z + (images + image) * columns;
               Real* out_a = gradient + image * columns;
               Real* out_b = gradient + (images + image) * columns;
               for (std::int64_t k = 0; k < columns; ++k) {
                 const auto column = static_cast<std::size_t>(k);
                 const auto x = static_cast<double>(a[k]), y = static_cast<double>(b[k]);
                 out_a[k] = static_cast<Real>(static_cast<double>(out_a[k]) + own * y + other * (second[column] - y));
                 out_b[k] = static_cast<Real>(static_cast<double>(out_b[k]) + own * x + other * (first[column] - x));
               }
             });
}

template double cross_positive_similarity(const float*, std::int64_t, const BatchRows&, const PairWeights&);
template double cross_positive_similarity(const double*, std::int64_t, const BatchRows&, const PairWeights&);
template void add_cross_positive_gradient(const float*, std::int64_t, const BatchRows&, const PairWeights&, double,
                                          float*);
template void add_cross_positive_gradient(const double*, std::int64_t, const BatchRows&, const PairWeights&, double,
                                          double*);

}  // namespace ssem::trainer
