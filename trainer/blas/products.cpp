#include "trainer/blas/products.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <csetjmp>
#include <csignal>
#include <cstddef>
#include <limits>
#include <vector>

namespace ssem::trainer::blas {
namespace {

struct Shape {
  char trans_a, trans_b;
  int rows, columns, inner;
};

// Similarities, and the two sides of the gradient (LossPass).
constexpr std::array<Shape, 7> kChecked{{{'T', 'N', 256, 256, 64},
                                         {'N', 'N', 64, 256, 256},
                                         {'N', 'T', 64, 256, 256},
                                         {'T', 'N', 37, 53, 19},
                                         {'N', 'N', 19, 37, 53},
                                         {'N', 'T', 67, 35, 129},
                                         {'T', 'N', 5, 3, 2}}};
constexpr std::array<Shape, 3> kTimed{
    {{'T', 'N', 256, 256, 128}, {'N', 'N', 128, 256, 256}, {'N', 'T', 128, 256, 256}}};
constexpr std::chrono::milliseconds kTiming{5};
// Of larger results only every seventh row and column is summed again.
constexpr int kWhole = 10000, kStride = 7;
constexpr int kLargest = 256 * 256;

void multiply(const Products& products, const Shape& s, float scale, const float* a, const float* b, float keep,
              float* c) {
  const int lda = s.trans_a == 'T' ? s.inner : s.rows, ldb = s.trans_b == 'T' ? s.columns : s.inner;
  products.single(&s.trans_a, &s.trans_b, &s.rows, &s.columns, &s.inner, &scale, a, &lda, b, &ldb, &keep, c, &s.rows);
}

void multiply(const Products& products, const Shape& s, double scale, const double* a, const double* b, double keep,
              double* c) {
  const int lda = s.trans_a == 'T' ? s.inner : s.rows, ldb = s.trans_b == 'T' ? s.columns : s.inner;
  products.twice(&s.trans_a, &s.trans_b, &s.rows, &s.columns, &s.inner, &scale, a, &lda, b, &ldb, &keep, c, &s.rows);
}

// Numbers in [-1, 1) that any build makes alike.
template <class Real>
std::vector<Real> numbers(int count, unsigned seed) {
  std::vector<Real> values(static_cast<std::size_t>(count));
  for (Real& value : values) {
    seed = seed * 1664525U + 1013904223U;
    value = static_cast<Real>(seed >> 8U) / Real(1U << 23U) - 1;
  }
  return values;
}

// Made before the first product, so that a crash loses nothing.
template <class Real>
struct Matrices {
  std::vector<Real> a = numbers<Real>(kLargest, 1), b = numbers<Real>(kLargest, 2), before = numbers<Real>(kLargest, 3);
  std::vector<Real> c = before;
};

template <class Real>
bool is_right(const Products& products, const Shape& s, Matrices<Real>& m) {
  const Real *const a = m.a.data(), *const b = m.b.data(), *const before = m.before.data();
  Real* const c = m.c.data();
  std::copy_n(before, s.rows * s.columns, c);
  const Real scale = Real(0.75), keep = Real(0.5);
  multiply(products, s, scale, a, b, keep, c);
  const double allowed = 8 * static_cast<double>(std::numeric_limits<Real>::epsilon()) * (s.inner + 1);
  const int step = s.rows * s.columns > kWhole ? kStride : 1;
  for (int column = 0; column < s.columns; column += step) {
    for (int row = 0; row < s.rows; row += step) {
      double sum = 0;
      for (int k = 0; k < s.inner; ++k) {
        const auto left = static_cast<std::size_t>(s.trans_a == 'T' ? row * s.inner + k : k * s.rows + row);
        const auto right = static_cast<std::size_t>(s.trans_b == 'T' ? k * s.columns + column : column * s.inner + k);
        sum += static_cast<double>(a[left]) * static_cast<double>(b[right]);
      }
      const auto at =
          static_cast<std::size_t>(column) * static_cast<std::size_t>(s.rows) + static_cast<std::size_t>(row);
      const double right =
          static_cast<double>(scale) * sum + static_cast<double>(keep) * static_cast<double>(before[at]);
      if (!(std::abs(static_cast<double>(c[at]) - right) <= allowed)) return false;
    }
  }
  return true;
}

// The signals of a kernel that the processor cannot execute or that reads beside its matrices.
constexpr std::array<int, 4> kCrashes{SIGILL, SIGSEGV, SIGBUS, SIGFPE};
sigjmp_buf after_crash;
extern "C" void leave_crash(int) { siglongjmp(after_crash, 1); }

class CrashGuard {
 public:
  CrashGuard() {
    struct sigaction guard {};
    guard.sa_handler = leave_crash;
    sigemptyset(&guard.sa_mask);
    for (std::size_t k = 0; k < kCrashes.size(); ++k) sigaction(kCrashes[k], &guard, &before_[k]);
  }
  ~CrashGuard() {
    for (std::size_t k = 0; k < kCrashes.size(); ++k) sigaction(kCrashes[k], &before_[k], nullptr);
  }
  CrashGuard(const CrashGuard&) = delete;
  CrashGuard& operator=(const CrashGuard&) = delete;

 private:
  std::array<struct sigaction, kCrashes.size()> before_{};
};

}  // namespace

bool products_are_right(const Products& products) {
  Matrices<float> single;
  Matrices<double> twice;
  const CrashGuard guard;
  if (sigsetjmp(after_crash, 1) != 0) return false;
  return std::all_of(kChecked.begin(), kChecked.end(), [&](const Shape& shape) {
    return is_right(products, shape, single) && is_right(products, shape, twice);
  });
}

double tile_rate(const Products& products) {
  using Clock = std::chrono::steady_clock;
  const auto a = numbers<float>(kLargest, 1), b = numbers<float>(kLargest, 2);
  std::vector<float> c(kLargest);
  double operations = 0;
  for (const Shape& s : kTimed) operations += 2.0 * s.rows * s.columns * s.inner;
  double fastest = std::numeric_limits<double>::infinity();
  const auto end = Clock::now() + kTiming;
  for (int turn = 0; turn < 3 || Clock::now() < end; ++turn) {
    const auto begin = Clock::now();
    for (const Shape& s : kTimed) multiply(products, s, 1.0F, a.data(), b.data(), 0.0F, c.data());
    fastest = std::min(fastest, std::chrono::duration<double>(Clock::now() - begin).count());
  }
  return operations / fastest / 1e9;
}

}  // namespace ssem::trainer::blas
