#include "trainer/data/cifar.h"

#include <filesystem>
#include <string>
#include <utility>

#include "trainer/data/byte_source.h"

namespace ssem::trainer {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kPixels = std::uint64_t{3} * 32 * 32;

struct Layout {
  std::uint64_t labels;  // bytes before the pixels
  std::int64_t coarse_classes, fine_classes;
};
constexpr Layout kCifar10{1, 10, 0};
constexpr Layout kCifar100{2, 20, 100};

std::optional<Error> append(const std::string& path, const Layout& layout, Dataset& data) {
  const auto whole = read_file(path);
  if (!whole) return whole.error();
  const std::uint64_t record = layout.labels + kPixels, size = whole.value().bytes.size();
  if (size == 0 || size % record != 0) {
    return fault_at(
        path, size / record * record,
        "records have " + std::to_string(record) + " bytes, " + std::to_string(size % record) + " are left at the end");
  }
  for (std::uint64_t begin = 0; begin < size; begin += record) {
    const std::uint8_t* bytes = whole.value().bytes.data() + begin;
    const auto check = [&](std::uint64_t place, std::int64_t classes) -> std::optional<Error> {
      if (bytes[place] < classes) return std::nullopt;
      return fault_at(path, begin + place,
                      "a label must be below " + std::to_string(classes) + ", got " + std::to_string(bytes[place]));
    };
    if (auto fault = check(0, layout.coarse_classes)) return fault;
    data.labels.push_back(bytes[0]);
    if (layout.labels == 2) {
      if (auto fault = check(1, layout.fine_classes)) return fault;
      data.fine_labels.push_back(bytes[1]);
    }
    data.pixels.insert(data.pixels.end(), bytes + layout.labels, bytes + record);
  }
  return std::nullopt;
}

Result<Dataset> read_files(const DatasetSpec& spec, const std::vector<std::string>& paths, const Layout& layout) {
  Dataset data;
  data.name = spec.kind;
  data.shape = {3, 32, 32};
  for (const std::string& path : paths) {
    if (auto fault = append(path, layout, data)) return *std::move(fault);
  }
  if (layout.labels == 2 && !spec.coarse_of_fine.empty()) {
    data.labels = std::move(data.fine_labels);
    data.fine_labels.clear();
  }
  return data;
}

Result<DataSplit> read_split(const DatasetSpec& spec, const std::vector<std::string>& train_names,
                             const std::string& test_name, const Layout& layout) {
  std::vector<std::string> train, test;
  std::error_code ignored;
  if (fs::is_directory(spec.path, ignored)) {
    for (const std::string& name : train_names) train.push_back((fs::path(spec.path) / name).string());
    if (spec.test_path.empty()) test.push_back((fs::path(spec.path) / test_name).string());
  } else {
    train.push_back(spec.path);
  }
  if (!spec.test_path.empty()) test.push_back(spec.test_path);
  auto train_data = read_files(spec, train, layout);
  if (!train_data) return train_data.error();
  auto test_data = read_files(spec, test, layout);
  if (!test_data) return test_data.error();
  return DataSplit{std::move(train_data).value(), std::move(test_data).value()};
}

}  // namespace

Result<DataSplit> read_cifar10(const DatasetSpec& spec) {
  std::vector<std::string> names;
  for (int batch = 1; batch <= 5; ++batch) names.push_back("data_batch_" + std::to_string(batch) + ".bin");
  return read_split(spec, names, "test_batch.bin", kCifar10);
}

Result<DataSplit> read_cifar100(const DatasetSpec& spec) {
  return read_split(spec, {"train.bin"}, "test.bin", kCifar100);
}

}  // namespace ssem::trainer
