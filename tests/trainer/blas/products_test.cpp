#include "trainer/blas/products.h"

#include <doctest/doctest.h>

#include <csignal>
#include <cstddef>

namespace ssem::trainer::blas {
namespace {

// A BLAS of three loops.
template <class Real>
void plain(const char* trans_a, const char* trans_b, const int* rows, const int* columns, const int* inner,
           const Real* scale, const Real* a, const int* lda, const Real* b, const int* ldb, const Real* keep, Real* c,
           const int* ldc) {
  const auto at = [](int row, int column, int step) { return static_cast<std::size_t>(column * step + row); };
  for (int column = 0; column < *columns; ++column) {
    for (int row = 0; row < *rows; ++row) {
      Real sum = 0;
      for (int k = 0; k < *inner; ++k) {
        sum += a[*trans_a == 'T' ? at(k, row, *lda) : at(row, k, *lda)] *
               b[*trans_b == 'T' ? at(column, k, *ldb) : at(k, column, *ldb)];
      }
      Real& out = c[at(row, column, *ldc)];
      out = *scale * sum + *keep * out;
    }
  }
}

// Forgets the last row of a result whose rows do not fill registers of eight: what a broken kernel does.
template <class Real>
void without_the_rest(const char* trans_a, const char* trans_b, const int* rows, const int* columns, const int* inner,
                      const Real* scale, const Real* a, const int* lda, const Real* b, const int* ldb, const Real* keep,
                      Real* c, const int* ldc) {
  const int fewer = *rows % 8 == 0 ? *rows : *rows - 1;
  plain<Real>(trans_a, trans_b, &fewer, columns, inner, scale, a, lda, b, ldb, keep, c, ldc);
}

void in_half_precision(const char* trans_a, const char* trans_b, const int* rows, const int* columns, const int* inner,
                       const float* scale, const float* a, const int* lda, const float* b, const int* ldb,
                       const float* keep, float* c, const int* ldc) {
  const float rounded = *scale * (1 + 1.0F / 1024);
  plain<float>(trans_a, trans_b, rows, columns, inner, &rounded, a, lda, b, ldb, keep, c, ldc);
}

[[gnu::noinline]] void crash(const char*, const char*, const int*, const int*, const int*, const double*, const double*,
                             const int*, const double*, const int*, const double*, double*, const int*) {
  std::raise(SIGILL);
}

TEST_CASE("right products are right") { CHECK(products_are_right({plain<float>, plain<double>})); }

TEST_CASE("a product that is wrong at the rim, or by a thousandth, is seen in either precision") {
  CHECK(!products_are_right({without_the_rest<float>, plain<double>}));
  CHECK(!products_are_right({plain<float>, without_the_rest<double>}));
  CHECK(!products_are_right({in_half_precision, plain<double>}));
}

TEST_CASE("a product that the processor cannot execute is not right, and the process goes on as before") {
  struct sigaction before {
  }, after{};
  sigaction(SIGILL, nullptr, &before);
  CHECK(!products_are_right({plain<float>, crash}));
  CHECK(!products_are_right({plain<float>, crash}));
  CHECK(products_are_right({plain<float>, plain<double>}));
  sigaction(SIGILL, nullptr, &after);
  CHECK((before.sa_handler == after.sa_handler));
}

TEST_CASE("the rate of any product is a rate") {
  const double rate = tile_rate({plain<float>, plain<double>});
  CHECK(rate > 0);
  CHECK(rate < 1e6);
}

}  // namespace
}  // namespace ssem::trainer::blas
