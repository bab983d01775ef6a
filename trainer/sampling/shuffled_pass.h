// Rows in random order, again and again.
#pragma once

#include <cstdint>
#include <random>
#include <utility>
#include <vector>

namespace ssem::trainer {

class ShuffledPass {
 public:
  explicit ShuffledPass(std::vector<std::int64_t> rows) : rows_(std::move(rows)), next_(rows_.size()) {}

  std::size_t size() const { return rows_.size(); }

  // Appends `count` different rows, at most size(). A pass with fewer left begins anew, so no row comes twice at once.
  void take(std::size_t count, std::mt19937_64& generator, std::vector<std::int64_t>& batch) {
    if (next_ + count > rows_.size()) {
      shuffle(generator);
      next_ = 0;
    }
    for (const std::size_t end = next_ + count; next_ < end; ++next_) batch.push_back(rows_[next_]);
  }

 private:
  // std::shuffle differs between standard libraries.
  void shuffle(std::mt19937_64& generator) {
    for (std::size_t k = rows_.size(); k > 1; --k) std::swap(rows_[k - 1], rows_[generator() % k]);
  }

  std::vector<std::int64_t> rows_;
  std::size_t next_;
};

}  // namespace ssem::trainer
