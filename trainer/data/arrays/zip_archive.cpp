#include "trainer/data/arrays/zip_archive.h"

#include <zlib.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

namespace ssem::trainer {
namespace {

constexpr std::uint64_t kEndSignature = 0x06054b50, kEntrySignature = 0x02014b50, kLocalSignature = 0x04034b50;
constexpr std::uint64_t kEnd64Signature = 0x06064b50, kLocator64Signature = 0x07064b50;
constexpr std::uint64_t kEndBytes = 22, kMaxComment = 65535, kLocator64Bytes = 20;
constexpr std::uint64_t kEncrypted = 1, kStored = 0, kDeflated = 8;
constexpr std::uint64_t kElsewhere = 0xFFFFFFFF, kManyEntries = 0xFFFF;  // the true number stands in a zip64 record
constexpr std::uint64_t kZip64Field = 1;

// Numbers one after the other; the first that is missing ends the reading.
class Fields {
 public:
  explicit Fields(ByteReader reader) : reader_(reader) {}
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
  void fail(const std::string& message) {
    if (!fault_) fault_ = reader_.fault(message);
  }
  const std::optional<Error>& fault() const { return fault_; }
  ByteReader& reader() { return reader_; }

 private:
  ByteReader reader_;
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
    if (reader_at(file, size - back).little_endian(4, "a signature").value() == kEndSignature) return size - back;
  }
  return std::nullopt;
}

struct Directory {
  std::uint64_t count = 0, begin = 0;
};

// What the zip64 record says; a locator before the end record says where it is.
Result<Directory> directory64(const FileBytes& file, std::uint64_t end) {
  if (end < kLocator64Bytes) return fault_in(file.path, "its zip64 directory is not in the file");
  Fields locator(reader_at(file, end - kLocator64Bytes));
  if (locator.next(4, "a locator") != kLocator64Signature) locator.fail("no zip64 locator");
  locator.next(4, "a disk");
  const std::uint64_t place = locator.next(8, "the place of the zip64 record");
  if (place > end) locator.fail("its zip64 directory is not in the file");
  if (locator.fault()) return *locator.fault();
  Fields record(reader_at(file, place));
  if (record.next(4, "a zip64 record") != kEnd64Signature) record.fail("no zip64 record");
  record.text(8 + 2 + 2 + 4 + 4 + 8, "a zip64 record");
  Directory found;
  found.count = record.next(8, "the number of entries");
  record.next(8, "the size of the directory");
  found.begin = record.next(8, "the place of the directory");
  if (record.fault()) return *record.fault();
  return found;
}

Result<Directory> directory_of(const FileBytes& file) {
  const auto end = end_record(file);
  if (!end) return fault_in(file.path, "this is no zip archive: it has no directory");
  Fields fields(reader_at(file, *end + 8));
  fields.next(2, "the entries of this disk");
  Directory found;
  found.count = fields.next(2, "the number of entries");
  fields.next(4, "the size of the directory");
  found.begin = fields.next(4, "the place of the directory");
  if (fields.fault()) return *fields.fault();
  if (found.begin == kElsewhere || found.count == kManyEntries) {
    auto wide = directory64(file, *end);
    if (!wide) return wide.error();
    found = wide.value();
  }
  if (found.begin > *end) fields.fail("the directory's place is not in the file");
  if (fields.fault()) return *fields.fault();
  return found;
}

// Sizes and place that need more than 32 bits, in this order, those alone that say so.
void read_zip64(Fields& in, std::uint64_t bytes, ZipEntry& entry) {
  for (std::uint64_t* number : {&entry.size, &entry.packed, &entry.local}) {
    if (*number != kElsewhere) continue;
    if (bytes < 8) return in.fail("the zip64 sizes of " + entry.name + " are missing");
    *number = in.next(8, "a zip64 size");
    bytes -= 8;
  }
  in.text(bytes, "extra fields");
}

ZipEntry next_entry(Fields& in) {
  if (in.next(4, "a directory entry") != kEntrySignature) in.fail("no directory entry");
  in.next(4, "versions");
  ZipEntry entry;
  entry.flags = in.next(2, "flags");
  entry.method = in.next(2, "the method");
  in.next(4, "a time");
  entry.checksum = in.next(4, "a checksum");
  entry.packed = in.next(4, "a packed size");
  entry.size = in.next(4, "a size");
  const std::uint64_t name = in.next(2, "a name's length");
  std::uint64_t extra = in.next(2, "an extra field's length");
  const std::uint64_t comment = in.next(2, "a comment's length");
  in.next(8, "attributes");
  entry.local = in.next(4, "an entry's place");
  entry.name = in.text(name, "a name");
  bool wide = entry.size == kElsewhere || entry.packed == kElsewhere || entry.local == kElsewhere;
  while (extra >= 4 && !in.fault()) {
    const std::uint64_t kind = in.next(2, "an extra field"), bytes = in.next(2, "an extra field's length");
    if (bytes > extra - 4) in.fail("an extra field is too long");
    extra -= std::min(extra, 4 + bytes);
    if (wide && kind == kZip64Field) {
      read_zip64(in, bytes, entry);
      wide = false;
    } else {
      in.text(bytes, "extra fields");
    }
  }
  if (wide) in.fail("the zip64 sizes of " + entry.name + " are missing");
  in.text(extra + comment, "extra fields");
  return entry;
}

}  // namespace

Result<ZipArchive> ZipArchive::open(FileBytes file) {
  ZipArchive archive(std::move(file));
  const auto directory = directory_of(archive.file_);
  if (!directory) return directory.error();
  Fields in(reader_at(archive.file_, directory.value().begin));
  std::uint64_t left = archive.file_bytes();
  for (std::uint64_t k = 0; k < directory.value().count; ++k) {
    ZipEntry entry = next_entry(in);
    // Many entries over the same bytes would unpack to more than the file is worth.
    if (entry.packed > left) in.fail(entry.name + " and those before it are larger than the file");
    if (in.fault()) return *in.fault();
    left -= entry.packed;
    archive.entries_.push_back(std::move(entry));
  }
  return archive;
}

Result<ZipContent> ZipArchive::content(const ZipEntry& entry) const {
  const auto fault = [&](const std::string& message) {
    return fault_at(file_.path, entry.local, entry.name + ' ' + message);
  };
  if ((entry.flags & kEncrypted) != 0) return fault("is encrypted");
  if (entry.method != kStored && entry.method != kDeflated) return fault("is compressed in a way that is not read");
  Fields in(reader_at(file_, entry.local));
  if (in.next(4, "an entry") != kLocalSignature && !in.fault()) return fault("does not begin where the directory says");
  in.text(22, "an entry's head");
  const std::uint64_t name = in.next(2, "a name's length"), extra = in.next(2, "an extra field's length");
  in.text(name + extra, "an entry's head");
  if (in.fault()) return *in.fault();
  const std::uint64_t offset = in.reader().offset();
  const auto packed = in.reader().take(entry.packed, entry.name);
  if (!packed) return packed.error();
  ZipContent content{{}, {packed.value(), entry.packed}};
  if (entry.method == kDeflated) {
    auto inflated =
        inflate_bytes(packed.value(), entry.packed, Compression::raw_deflate, entry.size, file_.path, offset);
    if (!inflated) return inflated.error();
    content.inflated = std::move(inflated).value();
    content.bytes = content.inflated;
  }
  if (content.bytes.size() != entry.size) return fault("has another size than the directory says");
  if (crc32_z(0, content.bytes.data(), content.bytes.size()) != entry.checksum)
    return fault("does not have the checksum it should have");
  return content;
}

}  // namespace ssem::trainer
