#include "trainer/files/npz_writer.h"

#include <zlib.h>

#include <limits>

namespace ssem::trainer {
namespace {

constexpr std::uint64_t kZipLimit = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint16_t kZipVersion = 20;
constexpr std::uint16_t kFirstOfJanuary1980 = 0x21;  // the archive is the same whenever it is written

template <class Integer>
void put(std::string& out, Integer value) {
  for (std::size_t byte = 0; byte < sizeof(Integer); ++byte) {
    out.push_back(static_cast<char>((static_cast<std::uint64_t>(value) >> (8 * byte)) & 0xFFU));
  }
}

std::string npy_header(const char* type, const std::vector<std::int64_t>& shape) {
  std::string text = std::string("{'descr': '") + type + "', 'fortran_order': False, 'shape': (";
  for (const std::int64_t length : shape) text += std::to_string(length) + ", ";
  text += "), }";
  // Magic, version and length take 10 bytes; the data begins at a multiple of 64.
  while ((10 + text.size() + 1) % 64 != 0) text.push_back(' ');
  text.push_back('\n');
  std::string header("\x93NUMPY\x01\x00", 8);
  put(header, static_cast<std::uint16_t>(text.size()));
  return header + text;
}

// The fields that an entry's own header and the archive's directory share.
void put_common(std::string& out, std::uint32_t checksum, std::uint32_t size, std::size_t name_size) {
  put(out, kZipVersion);
  put(out, std::uint16_t{0});  // flags
  put(out, std::uint16_t{0});  // stored
  put(out, std::uint16_t{0});  // time
  put(out, kFirstOfJanuary1980);
  put(out, checksum);
  put(out, size);
  put(out, size);
  put(out, static_cast<std::uint16_t>(name_size));
  put(out, std::uint16_t{0});  // extra field
}

template <class Value>
std::string_view bytes_of(std::span<const Value> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

}  // namespace

void NpzWriter::add(std::string_view name, std::span<const double> values, const std::vector<std::int64_t>& shape) {
  add_bytes(name, "<f8", bytes_of(values), shape);
}
void NpzWriter::add(std::string_view name, std::span<const float> values, const std::vector<std::int64_t>& shape) {
  add_bytes(name, "<f4", bytes_of(values), shape);
}
void NpzWriter::add(std::string_view name, std::span<const std::int64_t> values,
                    const std::vector<std::int64_t>& shape) {
  add_bytes(name, "<i8", bytes_of(values), shape);
}

void NpzWriter::add_bytes(std::string_view name, const char* type, std::string_view bytes,
                          const std::vector<std::int64_t>& shape) {
  const std::string header = npy_header(type, shape);
  const std::string file_name = std::string(name) + ".npy";
  const std::uint64_t size = header.size() + bytes.size();
  if (too_large_ || files_.size() + size + 1024 > kZipLimit) {
    too_large_ = true;
    return;
  }
  auto checksum = static_cast<std::uint32_t>(
      ::crc32(0, reinterpret_cast<const Bytef*>(header.data()), static_cast<uInt>(header.size())));
  // Asked about no bytes at a null address, zlib starts anew.
  if (!bytes.empty()) {
    checksum = static_cast<std::uint32_t>(
        ::crc32(checksum, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
  }
  entries_.push_back(
      {file_name, checksum, static_cast<std::uint32_t>(size), static_cast<std::uint32_t>(files_.size())});
  files_ += "PK\x03\x04";
  put_common(files_, checksum, static_cast<std::uint32_t>(size), file_name.size());
  files_ += file_name;
  files_ += header;
  files_ += bytes;
}

Result<std::string> NpzWriter::text() const {
  if (too_large_) {
    return Error{ErrorCode::unprocessable, "the arrays need 4 GiB or more, which an npz file cannot hold", {}};
  }
  std::string directory;
  for (const Entry& entry : entries_) {
    directory += "PK\x01\x02";
    put(directory, kZipVersion);
    put_common(directory, entry.checksum, entry.size, entry.name.size());
    put(directory, std::uint16_t{0});  // comment
    put(directory, std::uint16_t{0});  // disk
    put(directory, std::uint16_t{0});  // internal attributes
    put(directory, std::uint32_t{0});  // external attributes
    put(directory, entry.offset);
    directory += entry.name;
  }
  std::string all = files_ + directory + "PK\x05\x06";
  put(all, std::uint32_t{0});  // disks
  put(all, static_cast<std::uint16_t>(entries_.size()));
  put(all, static_cast<std::uint16_t>(entries_.size()));
  put(all, static_cast<std::uint32_t>(directory.size()));
  put(all, static_cast<std::uint32_t>(files_.size()));
  put(all, std::uint16_t{0});  // comment
  return all;
}

}  // namespace ssem::trainer
