// Rows of a .npy file read some at a time, so that the file need not fit in memory.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "advisor/result.h"
#include "trainer/data/stored_elements.h"

namespace ssem::trainer {

class StoredRows {
 public:
  // Nothing where it is no such array: two sides, row by row, numbers, no gzip, `least` elements or more. Errors: what
  // npy_header.h says of the header, a file that is shorter or longer than it.
  static Result<std::optional<StoredRows>> open(const std::string& path, std::int64_t least);

  std::int64_t rows() const { return rows_; }
  std::int64_t columns() const { return columns_; }
  const std::string& path() const { return path_; }

  // [count, columns], count rows from `begin` on, which are there. Errors: a file that became shorter, as array_of's.
  Result<std::vector<double>> read(std::int64_t begin, std::int64_t count) const;

 private:
  struct File;

  std::string path_;
  std::shared_ptr<const File> file_;
  StoredElements elements_;
  std::uint64_t offset_ = 0;  // of the first element
  std::int64_t rows_ = 0, columns_ = 0;
};

}  // namespace ssem::trainer
