// The BLAS that the loss multiplies with: which one, with which kernel, how fast.
//
// The choice is by rule, not by a race, so that a seed gives the same digits in every run on a machine:
//   1. OpenBLAS, with the kernel that it has chosen, or, where that one uses less of the processor than it could (it
//      does not know the processor), with the best that the processor can execute;
//   2. where there is no such OpenBLAS, or its products are wrong: what LibTorch itself uses.
// Measured, GFLOP/s on one thread, products of 256 rows: EPYC of family 26, OpenBLAS 0.3.21 SkylakeX 228, Haswell 122,
// Prescott 46, MKL of PyPI's LibTorch 108, oneDNN 2.6 230 to 258. An Intel processor newer than that OpenBLAS, products
// of 2048 rows: Prescott 15, SkylakeX 85, MKL 69. So OpenBLAS with the right kernel is within 12 % of the best on
// both; oneDNN would bring an OpenMP of its own, and no double precision.
// A kernel that was not OpenBLAS's own choice is checked against a plain loop before it is used.
//
// OPENBLAS_CORETYPE in the environment is the user's choice and is left alone. SSEM_BLAS=torch takes what LibTorch
// uses.
#pragma once

#include <functional>
#include <string>

#include "trainer/blas/products.h"

namespace ssem::trainer::blas {

struct Library {
  Products products;
  std::string name;                        // "OpenBLAS 0.3.21"
  std::string kernel;                      // "SkylakeX"; empty where the library does not say
  std::function<int()> threads;            // of the whole process; empty where only each thread's can be set
  std::function<void(int)> set_threads;    // likewise
  int (*set_threads_here)(int) = nullptr;  // MKL: for the calling thread; gives what it was
};

// Chosen at the first call and kept. Any thread.
const Library& library();

struct BlasFacts {
  std::string library, kernel;
  double gflops = 0;  // tile_rate()
};
// Measures for some 5 ms, on the calling thread. Not while a loss is computed.
BlasFacts blas_facts();

}  // namespace ssem::trainer::blas
