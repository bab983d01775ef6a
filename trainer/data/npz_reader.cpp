#include "trainer/data/npz_reader.h"

#include <zlib.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "trainer/data/byte_source.h"
#include "trainer/data/npy_header.h"

namespace ssem::trainer {
namespace {

constexpr std::uint64_t kEndSignature = 0x06054b50, kEntrySignature = 0x02014b50, kLocalSignature = 0x04034b50;
constexpr std::uint64_t kEndBytes = 22, kMaxComment = 65535;
constexpr std::uint64_t kEncrypted = 1, kStored = 0, kDeflated = 8, kZip64 = 0xFFFFFFFF;

struct Entry {
  std::string name;
  std::uint64_t flags = 0, method = 0, checksum = 0, packed = 0, size = 0, local = 0;
};

// Numbers one after the other; the first that is missing ends the reading.
class Fields {
 public:
  explicit Fields(ByteReader& reader) : reader_(reader) {}
  std::uint64_t next(int bytes, std::string_view what) {
    if (fault_) return 0;
    const auto value = reader_.little_endian(bytes, what);
    if (!value) fault_ = value.error();
    return value ? value.value() : 0;
  }
  std::string text(std::uint64_t bytes, std::string_view what) {
    if (fault_) return {};
    const auto begin = reader_.take(bytes, what);
    if (!begin) fault_ = begin.error();
    return begin ? std::string(reinterpret_cast<const char*>(begin.value()), bytes) : std::string();
  }
  const std::optional<Error>& fault() const { return fault_; }

 private:
  ByteReader& reader_;
  std::optional<Error> fault_;
};

ByteReader reader_at(const FileBytes& file, std::uint64_t offset) {
  ByteReader reader(file);
  (void)reader.take(std::min<std::uint64_t>(offset, file.bytes.size()), "an offset");
  return reader;
}

// The record at the end that says where the directory is; a comment may follow it.
std::optional<std::uint64_t> end_record(const FileBytes& file) {
  const std::uint64_t size = file.bytes.size();
  for (std::uint64_t back = kEndBytes; back <= std::min(size, kEndBytes + kMaxComment); ++back) {
    const std::uint8_t* at = file.bytes.data() + (size - back);
    const std::uint64_t signature = at[0] | at[1] << 8 | at[2] << 16 | static_cast<std::uint64_t>(at[3]) << 24;
    if (signature == kEndSignature) return size - back;
  }
  return std::nullopt;
}

Result<std::vector<Entry>> directory_of(const FileBytes& file) {
  const auto end = end_record(file);
  if (!end) return fault_in(file.path, "this is no npz file: it has no zip directory");
  ByteReader at_end = reader_at(file, *end + 8);
  Fields fields(at_end);
  fields.next(2, "the entries of this disk");
  const std::uint64_t count = fields.next(2, "the number of entries");
  fields.next(4, "the size of the directory");
  const std::uint64_t begin = fields.next(4, "the place of the directory");
  if (fields.fault()) return *fields.fault();
  if (begin == kZip64 || begin > *end) return at_end.fault("the directory's place is not in the file (or zip64)");
  ByteReader reader = reader_at(file, begin);
  std::vector<Entry> entries;
  for (std::uint64_t k = 0; k < count; ++k) {
    Fields in(reader);
    if (in.next(4, "a directory entry") != kEntrySignature && !in.fault()) return reader.fault("no directory entry");
    in.next(4, "versions");
    Entry entry;
    entry.flags = in.next(2, "flags");
    entry.method = in.next(2, "the method");
    in.next(4, "a time");
    entry.checksum = in.next(4, "a checksum");
    entry.packed = in.next(4, "a packed size");
    entry.size = in.next(4, "a size");
    const std::uint64_t name = in.next(2, "a name's length"), extra = in.next(2, "an extra field's length");
    const std::uint64_t comment = in.next(2, "a comment's length");
    in.next(8, "attributes");
    entry.local = in.next(4, "an entry's place");
    entry.name = in.text(name, "a name");
    in.text(extra + comment, "extra fields");
    if (in.fault()) return *in.fault();
    entries.push_back(std::move(entry));
  }
  return entries;
}

Result<std::vector<std::uint8_t>> unpacked(const FileBytes& file, const Entry& entry) {
  const auto fault = [&](const std::string& message) {
    return fault_at(file.path, entry.local, entry.name + ' ' + message);
  };
  if ((entry.flags & kEncrypted) != 0) return fault("is encrypted");
  if (entry.packed == kZip64 || entry.size == kZip64) return fault("uses zip64, which is not read");
  if (entry.method != kStored && entry.method != kDeflated) return fault("is compressed in a way that is not read");
  ByteReader reader = reader_at(file, entry.local);
  Fields in(reader);
  if (in.next(4, "an entry") != kLocalSignature && !in.fault()) return fault("does not begin where the directory says");
  in.text(22, "an entry's head");
  const std::uint64_t name = in.next(2, "a name's length"), extra = in.next(2, "an extra field's length");
  in.text(name + extra, "an entry's head");
  if (in.fault()) return *in.fault();
  const std::uint64_t offset = reader.offset();
  const auto packed = reader.take(entry.packed, entry.name);
  if (!packed) return packed.error();
  std::vector<std::uint8_t> bytes;
  if (entry.method == kStored) {
    bytes.assign(packed.value(), packed.value() + entry.packed);
  } else {
    auto inflated =
        inflate_bytes(packed.value(), entry.packed, Compression::raw_deflate, entry.size, file.path, offset);
    if (!inflated) return inflated.error();
    bytes = std::move(inflated).value();
  }
  if (bytes.size() != entry.size) return fault("has another size than the directory says");
  if (crc32_z(0, bytes.data(), bytes.size()) != entry.checksum)
    return fault("does not have the checksum it should have");
  return bytes;
}

}  // namespace

Result<NamedArrays> read_npz(const std::string& path) {
  const auto whole = read_raw_file(path);
  if (!whole) return whole.error();
  const auto entries = directory_of(whole.value());
  if (!entries) return entries.error();
  NamedArrays arrays;
  for (const Entry& entry : entries.value()) {
    const std::string_view ending = ".npy";
    if (entry.name.size() <= ending.size() || !entry.name.ends_with(ending)) {
      return fault_in(path, "holds " + entry.name + ", which is no npy file");
    }
    auto bytes = unpacked(whole.value(), entry);
    if (!bytes) return bytes.error();
    const std::string place = path + " (" + entry.name + ')';
    ByteReader reader(place, bytes.value().data(), bytes.value().size());
    auto array = read_npy_bytes(reader);
    if (!array) return array.error();
    const std::string name = entry.name.substr(0, entry.name.size() - ending.size());
    if (!arrays.emplace(name, std::move(array).value()).second) return fault_in(path, "holds " + name + " twice");
  }
  return arrays;
}

Result<Array> read_npy(const std::string& path) {
  const auto whole = read_file(path);
  if (!whole) return whole.error();
  ByteReader reader(whole.value());
  return read_npy_bytes(reader);
}

}  // namespace ssem::trainer
