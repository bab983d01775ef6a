#include "trainer/data/byte_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace ssem::trainer {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return value_; }

 private:
  int value_;
};

// zlib's state is released on every way out.
class Inflater {
 public:
  explicit Inflater(int window_bits) : ready_(inflateInit2(&stream, window_bits) == Z_OK) {}
  ~Inflater() {
    if (ready_) inflateEnd(&stream);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  bool ready() const { return ready_; }

  z_stream stream{};

 private:
  bool ready_;
};

std::string system_text(const char* action) { return std::string(action) + ": " + std::strerror(errno); }

}  // namespace

Error fault_in(const std::string& path, const std::string& message) {
  return {ErrorCode::invalid_argument, path + ": " + message, {}};
}

Error fault_at(const std::string& path, std::uint64_t offset, const std::string& message) {
  return fault_in(path, "at byte " + std::to_string(offset) + ": " + message);
}

Result<FileBytes> read_raw_file(const std::string& path, std::uint64_t limit) {
  // Non-blocking, or opening a pipe nobody writes to would wait for ever.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) return fault_in(path, system_text("cannot be opened"));
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return fault_in(path, system_text("cannot be looked at"));
  if (S_ISDIR(status.st_mode)) return fault_in(path, "is a folder; a file is needed");
  if (!S_ISREG(status.st_mode)) return fault_in(path, "is not a regular file");
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (size > limit) {
    return fault_in(path, "has " + std::to_string(size) + " bytes; at most " + std::to_string(limit) + " are read");
  }
  FileBytes whole{path, std::vector<std::uint8_t>(size)};
  std::uint64_t filled = 0;
  while (filled < size) {
    const ssize_t got = ::read(file.get(), whole.bytes.data() + filled, size - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fault_at(path, filled, system_text("cannot be read"));
    if (got == 0) return fault_at(path, filled, "the file became shorter while it was read");
    filled += static_cast<std::uint64_t>(got);
  }
  return whole;
}

Result<std::vector<std::uint8_t>> inflate_bytes(const std::uint8_t* input, std::size_t size, Compression compression,
                                                std::uint64_t limit, const std::string& path, std::uint64_t offset) {
  Inflater inflater(compression == Compression::gzip ? MAX_WBITS + 16 : -MAX_WBITS);
  if (!inflater.ready()) return Error{ErrorCode::internal, path + ": zlib could not start", {}};
  z_stream& stream = inflater.stream;
  std::vector<std::uint8_t> output;
  std::vector<std::uint8_t> chunk(std::size_t{1} << 16);
  std::size_t consumed = 0;
  int state = Z_OK;
  while (true) {
    if (stream.avail_in == 0 && consumed < size) {
      const std::size_t piece = std::min<std::size_t>(size - consumed, std::size_t{1} << 30);
      stream.next_in = const_cast<Bytef*>(input + consumed);  // zlib only reads it
      stream.avail_in = static_cast<uInt>(piece);
      consumed += piece;
    }
    stream.next_out = chunk.data();
    stream.avail_out = static_cast<uInt>(chunk.size());
    state = inflate(&stream, Z_NO_FLUSH);
    const std::size_t made = chunk.size() - stream.avail_out;
    const std::uint64_t at = offset + consumed - stream.avail_in;
    if (output.size() + made > limit) {
      return fault_at(path, at, "decompresses to more than " + std::to_string(limit) + " bytes");
    }
    output.insert(output.end(), chunk.begin(), chunk.begin() + static_cast<std::ptrdiff_t>(made));
    if (state == Z_STREAM_END) {
      if (at == offset + size) return output;
      // gzip files may be several, one after the other.
      if (compression == Compression::raw_deflate || inflateReset(&stream) != Z_OK) {
        return fault_at(path, at, "there are bytes after the end of the compressed data");
      }
    } else if (state == Z_BUF_ERROR || (state == Z_OK && made == 0 && stream.avail_in == 0 && consumed == size)) {
      return fault_at(path, at, "the compressed data end too early");
    } else if (state != Z_OK) {
      return fault_at(path, at,
                      std::string("the compressed data are broken: ") + (stream.msg != nullptr ? stream.msg : "zlib"));
    }
  }
}

Result<FileBytes> read_file(const std::string& path, std::uint64_t limit) {
  Result<FileBytes> raw = read_raw_file(path, limit);
  if (!raw) return raw;
  const std::vector<std::uint8_t>& bytes = raw.value().bytes;
  if (bytes.size() < 2 || bytes[0] != 0x1f || bytes[1] != 0x8b) return raw;
  Result<std::vector<std::uint8_t>> plain =
      inflate_bytes(bytes.data(), bytes.size(), Compression::gzip, limit, path, 0);
  if (!plain) return plain.error();
  return FileBytes{path, std::move(plain).value()};
}

Result<const std::uint8_t*> ByteReader::take(std::uint64_t count, std::string_view what) {
  if (count > remaining()) {
    return fault(std::string(what) + " needs " + std::to_string(count) + " bytes, but " + std::to_string(remaining()) +
                 " are left");
  }
  const std::uint8_t* begin = bytes_ + offset_;
  offset_ += count;
  return begin;
}

Result<std::uint64_t> ByteReader::little_endian(int bytes, std::string_view what) {
  const Result<const std::uint8_t*> begin = take(static_cast<std::uint64_t>(bytes), what);
  if (!begin) return begin.error();
  std::uint64_t value = 0;
  for (int i = bytes; i-- > 0;) value = value << 8 | begin.value()[i];
  return value;
}

Result<std::uint64_t> ByteReader::big_endian(int bytes, std::string_view what) {
  const Result<const std::uint8_t*> begin = take(static_cast<std::uint64_t>(bytes), what);
  if (!begin) return begin.error();
  std::uint64_t value = 0;
  for (int i = 0; i < bytes; ++i) value = value << 8 | begin.value()[i];
  return value;
}

std::optional<Error> ByteReader::expect_end() const {
  if (remaining() == 0) return std::nullopt;
  return fault(std::to_string(remaining()) + " bytes follow where the file should end");
}

}  // namespace ssem::trainer
