// A whole file in memory, gunzipped where it is gzip, and a bounded reader over it whose faults name file and offset.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "advisor/result.h"

namespace ssem::trainer {

inline constexpr std::uint64_t kMaximumFileBytes = std::uint64_t{16} << 30;

struct FileBytes {
  std::string path;
  std::vector<std::uint8_t> bytes;  // after decompression: offsets in faults count these
};

// "PATH: at byte OFFSET: MESSAGE"
Error fault_at(const std::string& path, std::uint64_t offset, const std::string& message);
Error fault_in(const std::string& path, const std::string& message);

// As it lies on disk. Folders, devices and pipes are refused.
Result<FileBytes> read_raw_file(const std::string& path, std::uint64_t limit = kMaximumFileBytes);

// The same, decompressed if it begins with gzip's magic number, whatever its name.
Result<FileBytes> read_file(const std::string& path, std::uint64_t limit = kMaximumFileBytes);

enum class Compression { gzip, raw_deflate };

// Decompresses all of `input` into at most `limit` bytes: grows with what really comes out. Faults count from `offset`.
Result<std::vector<std::uint8_t>> inflate_bytes(const std::uint8_t* input, std::size_t size, Compression compression,
                                                std::uint64_t limit, const std::string& path, std::uint64_t offset);

// Reads forward; a read that would pass the end fails, names what was wanted, and leaves the position.
class ByteReader {
 public:
  explicit ByteReader(const FileBytes& file) : ByteReader(file.path, file.bytes.data(), file.bytes.size()) {}
  ByteReader(const std::string& path, const std::uint8_t* bytes, std::size_t size)
      : path_(path), bytes_(bytes), size_(size) {}

  const std::string& path() const { return path_; }
  std::uint64_t offset() const { return offset_; }
  std::uint64_t remaining() const { return size_ - offset_; }
  Error fault(const std::string& message) const { return fault_at(path_, offset_, message); }

  Result<const std::uint8_t*> take(std::uint64_t count, std::string_view what);
  Result<std::uint64_t> little_endian(int bytes, std::string_view what);
  Result<std::uint64_t> big_endian(int bytes, std::string_view what);
  std::optional<Error> expect_end() const;

 private:
  const std::string& path_;
  const std::uint8_t* bytes_;
  std::uint64_t size_;
  std::uint64_t offset_ = 0;
};

}  // namespace ssem::trainer
