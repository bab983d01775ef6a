// A zip archive as numpy.savez and torch.save write them: APPNOTE 6.3.9 with zip64, without encryption.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "advisor/result.h"
#include "trainer/data/byte_source.h"

namespace ssem::trainer {

struct ZipEntry {
  std::string name;
  std::uint64_t flags = 0, method = 0, checksum = 0, packed = 0, size = 0, local = 0;
};

struct ZipContent {
  std::vector<std::uint8_t> inflated;   // empty where the entry is stored
  std::span<const std::uint8_t> bytes;  // of `inflated`, or of the archive
};

class ZipArchive {
 public:
  // Reads the directory. Errors name file and byte; entries that together claim more than the file has.
  static Result<ZipArchive> open(FileBytes file);

  const std::vector<ZipEntry>& entries() const { return entries_; }
  std::uint64_t file_bytes() const { return file_.bytes.size(); }

  // Stored or deflated, with its checksum verified; valid while the archive is.
  Result<ZipContent> content(const ZipEntry& entry) const;

 private:
  explicit ZipArchive(FileBytes file) : file_(std::move(file)) {}

  FileBytes file_;
  std::vector<ZipEntry> entries_;
};

}  // namespace ssem::trainer
