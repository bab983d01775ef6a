// The matrix products of one BLAS, and what is asked of them before they are used.
#pragma once

namespace ssem::trainer::blas {

// As in Fortran: everything by address, matrices column by column.
using Sgemm = void(const char*, const char*, const int*, const int*, const int*, const float*, const float*, const int*,
                   const float*, const int*, const float*, float*, const int*);
using Dgemm = void(const char*, const char*, const int*, const int*, const int*, const double*, const double*,
                   const int*, const double*, const int*, const double*, double*, const int*);

struct Products {
  Sgemm* single = nullptr;
  Dgemm* twice = nullptr;
};

// Whether both agree with a plain loop for the three kinds of product that the loss takes, at sizes that fill registers
// and at sizes that do not. A product that crashes is not right either: SIGILL, SIGSEGV, SIGBUS and SIGFPE are caught
// meanwhile, in the calling thread. The BLAS must be held to one thread. About a millisecond.
bool products_are_right(const Products& products);

// GFLOP/s on the calling thread of the products of one tile of the loss at dimension 128, in single precision: the
// fastest of some 5 ms. The BLAS must be held to one thread.
double tile_rate(const Products& products);

}  // namespace ssem::trainer::blas
