// Threads that work in step, kept from one call to the next.
#pragma once

#include <cstddef>
#include <functional>

namespace ssem::trainer {

// Calls work(round, worker, workers) for every round and worker, all workers of a round before any of the next, each
// with a single-threaded BLAS. As many workers as LibTorch has threads, at most `at_most`; the caller is one of them.
// Threads of its own rather than at::parallel_for: that needs the very OpenMP library that LibTorch was built with.
void in_rounds(std::size_t rounds, std::size_t at_most,
               const std::function<void(std::size_t round, std::size_t worker, std::size_t workers)>& work);

}  // namespace ssem::trainer
