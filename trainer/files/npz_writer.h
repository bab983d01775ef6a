// NumPy's npz: a zip archive of npy files, stored without compression. Format: numpy.lib.format, version 1.0.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "advisor/result.h"

namespace ssem::trainer {

// Arrays are collected in memory; text() is the file. Little-endian machines.
class NpzWriter {
 public:
  // Row-major in `shape`, whose product is the number of values. `name` without ".npy".
  void add(std::string_view name, std::span<const double> values, const std::vector<std::int64_t>& shape);
  void add(std::string_view name, std::span<const float> values, const std::vector<std::int64_t>& shape);
  void add(std::string_view name, std::span<const std::int64_t> values, const std::vector<std::int64_t>& shape);

  // Errors: 4 GiB or more, which the plain zip format cannot hold.
  Result<std::string> text() const;

 private:
  struct Entry {
    std::string name;
    std::uint32_t checksum, size, offset;
  };
  void add_bytes(std::string_view name, const char* type, std::string_view bytes,
                 const std::vector<std::int64_t>& shape);

  std::string files_;
  std::vector<Entry> entries_;
  bool too_large_ = false;
};

}  // namespace ssem::trainer
