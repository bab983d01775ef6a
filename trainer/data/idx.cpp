#include "trainer/data/idx.h"

#include <filesystem>
#include <string>
#include <utility>

#include "trainer/data/byte_source.h"

namespace ssem::trainer {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kUnsignedBytes = 8;  // the element type in the magic number

struct IdxArray {
  std::vector<std::int64_t> shape;
  std::vector<std::uint8_t> bytes;
};

Result<IdxArray> read_idx_file(const std::string& path) {
  const auto whole = read_file(path);
  if (!whole) return whole.error();
  ByteReader reader(whole.value());
  const auto magic = reader.big_endian(4, "the magic number");
  if (!magic) return magic.error();
  const std::uint64_t dimensions = magic.value() & 0xFFU, type = magic.value() >> 8U;
  if (type != kUnsignedBytes) return fault_at(path, 0, "this is no idx file of unsigned bytes");
  if (dimensions < 1 || dimensions > 4)
    return fault_at(path, 3, "must have 1 to 4 dimensions, got " + std::to_string(dimensions));
  IdxArray array;
  std::uint64_t size = 1;
  for (std::uint64_t k = 0; k < dimensions; ++k) {
    const auto side = reader.big_endian(4, "a size");
    if (!side) return side.error();
    array.shape.push_back(static_cast<std::int64_t>(side.value()));
    if (side.value() != 0 && size > reader.remaining() / side.value()) {
      return reader.fault("the sizes ask for more bytes than the " + std::to_string(reader.remaining()) +
                          " that are left");
    }
    size *= side.value();
  }
  const auto bytes = reader.take(size, "the elements");
  if (!bytes) return bytes.error();
  array.bytes.assign(bytes.value(), bytes.value() + size);
  if (auto fault = reader.expect_end()) return *std::move(fault);
  return array;
}

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

// NAME, or NAME.gz where that is what there is.
std::string with_gz(const fs::path& path) {
  return !is_there(path) && is_there(path.string() + ".gz") ? path.string() + ".gz" : path.string();
}

// train-images-idx3-ubyte -> train-labels-idx1-ubyte, and with dots as some copies have.
Result<std::string> labels_beside(const std::string& images) {
  std::string name = fs::path(images).filename().string();
  const auto replace = [&](const std::string& from, const std::string& to) {
    const std::size_t at = name.find(from);
    if (at != std::string::npos) name.replace(at, from.size(), to);
    return at != std::string::npos;
  };
  if (!replace("images", "labels"))
    return fault_in(images, "its name must contain images, so that its labels are found");
  replace("idx3", "idx1");
  return (fs::path(images).parent_path() / name).string();
}

Result<Dataset> read_pair(const DatasetSpec& spec, const std::string& images_path) {
  const auto labels_path = labels_beside(images_path);
  if (!labels_path) return labels_path.error();
  auto images = read_idx_file(images_path);
  if (!images) return images.error();
  const auto labels = read_idx_file(labels_path.value());
  if (!labels) return labels.error();
  IdxArray pixels = std::move(images).value();
  if (pixels.shape.size() != 3) return fault_in(images_path, "must have three dimensions: images, rows, columns");
  if (labels.value().shape.size() != 1 || labels.value().shape[0] != pixels.shape[0]) {
    return fault_in(labels_path.value(),
                    "must have one label for each of the " + std::to_string(pixels.shape[0]) + " images");
  }
  Dataset data;
  data.name = spec.kind;
  data.shape = {1, pixels.shape[1], pixels.shape[2]};
  data.pixels = std::move(pixels.bytes);
  data.labels.assign(labels.value().bytes.begin(), labels.value().bytes.end());
  return data;
}

}  // namespace

Result<DataSplit> read_idx(const DatasetSpec& spec) {
  std::error_code ignored;
  const bool folder = fs::is_directory(spec.path, ignored);
  const fs::path place = spec.path;
  auto train = read_pair(spec, folder ? with_gz(place / "train-images-idx3-ubyte") : spec.path);
  if (!train) return train.error();
  DataSplit split{std::move(train).value(), {}};
  std::string test_path = spec.test_path;
  if (folder && test_path.empty()) test_path = with_gz(place / "t10k-images-idx3-ubyte");
  if (test_path.empty()) return split;
  auto test = read_pair(spec, test_path);
  if (!test) return test.error();
  split.test = std::move(test).value();
  return split;
}

}  // namespace ssem::trainer
