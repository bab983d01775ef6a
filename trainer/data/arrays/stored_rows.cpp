#include "trainer/data/arrays/stored_rows.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "trainer/data/array.h"
#include "trainer/data/arrays/npy_header.h"
#include "trainer/data/byte_source.h"

namespace ssem::trainer {
namespace {

constexpr std::uint64_t kHeadBytes = 16384;  // more than the longest header that is read

}  // namespace

struct StoredRows::File {
  explicit File(const std::string& path) : descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  ~File() {
    if (descriptor >= 0) ::close(descriptor);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  std::optional<std::uint64_t> size() const {
    struct stat status {};
    if (descriptor < 0 || ::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
    return static_cast<std::uint64_t>(status.st_size);
  }

  // Less than `count` bytes at the file's end.
  Result<std::vector<std::uint8_t>> read(const std::string& path, std::uint64_t offset, std::uint64_t count) const {
    std::vector<std::uint8_t> bytes(count);
    std::uint64_t filled = 0;
    while (filled < count) {
      const ssize_t got =
          ::pread(descriptor, bytes.data() + filled, count - filled, static_cast<off_t>(offset + filled));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return fault_at(path, offset + filled, std::string("cannot be read: ") + std::strerror(errno));
      if (got == 0) break;
      filled += static_cast<std::uint64_t>(got);
    }
    bytes.resize(filled);
    return bytes;
  }

  int descriptor;
};

Result<std::optional<StoredRows>> StoredRows::open(const std::string& path, std::int64_t least) {
  StoredRows found;
  found.path_ = path;
  found.file_ = std::make_shared<const File>(path);
  const auto size = found.file_->size();
  if (!size || *size < static_cast<std::uint64_t>(least)) return std::optional<StoredRows>();  // an element is a byte
  const auto head = found.file_->read(path, 0, kHeadBytes);
  if (!head) return head.error();
  constexpr std::uint8_t kGzip = 0x1f;
  if (!head.value().empty() && head.value().front() == kGzip) return std::optional<StoredRows>();
  ByteReader reader(path, head.value().data(), head.value().size());
  const auto header = read_npy_header(reader);
  if (!header) return header.error();
  const auto& [elements, type, shape, fortran_order] = header.value();
  using Kind = StoredElements::Kind;
  const bool numbers = elements && elements->kind != Kind::ucs4 && elements->kind != Kind::bytes;
  if (!numbers || fortran_order || shape.size() != 2) return std::optional<StoredRows>();
  const auto count = shape_elements(shape, elements->size);
  if (!count) return reader.fault("the shape " + shape_text(shape) + " is too large");
  if (*count < least || *count == 0) return std::optional<StoredRows>();
  const std::uint64_t wanted = static_cast<std::uint64_t>(*count * elements->size);
  if (*size - reader.offset() != wanted) {
    return reader.fault("an array of shape " + shape_text(shape) + " has " + std::to_string(wanted) + " bytes, but " +
                        std::to_string(*size - reader.offset()) + " are there");
  }
  found.elements_ = *elements;
  found.offset_ = reader.offset();
  found.rows_ = shape[0];
  found.columns_ = shape[1];
  return std::optional<StoredRows>(std::move(found));
}

Result<std::vector<double>> StoredRows::read(std::int64_t begin, std::int64_t count) const {
  const std::uint64_t row_bytes = static_cast<std::uint64_t>(columns_ * elements_.size);
  const std::uint64_t offset = offset_ + static_cast<std::uint64_t>(begin) * row_bytes;
  const std::uint64_t wanted = static_cast<std::uint64_t>(count) * row_bytes;
  const auto bytes = file_->read(path_, offset, wanted);
  if (!bytes) return bytes.error();
  if (bytes.value().size() != wanted) return fault_at(path_, offset, "the file became shorter while it was read");
  const auto array = array_of(elements_, {count, columns_}, false, bytes.value(), path_);
  if (!array) return array.error();
  return to_doubles(array.value());
}

}  // namespace ssem::trainer
