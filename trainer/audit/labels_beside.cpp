#include "trainer/audit/labels_beside.h"

#include <array>
#include <filesystem>
#include <system_error>
#include <utility>

#include "trainer/data/arrays/npz_reader.h"
#include "trainer/data/arrays/torch_file.h"
#include "trainer/data/byte_source.h"

namespace ssem::trainer {
namespace {

std::array<std::string, 4> names_beside(const std::filesystem::path& whole) {
  const std::string ending = whole.extension().string();
  return {whole.stem().string() + "_labels" + ending, "labels" + ending, "y" + ending, "y_true" + ending};
}

Result<Array> only_array(const std::string& path) {
  if (path.ends_with(".npy")) return read_npy(path);
  auto read = read_torch(path);
  if (!read) return read.error();
  NamedArrays arrays = std::move(read).value();
  if (arrays.size() != 1) return fault_in(path, "must hold the labels alone");
  return std::move(arrays.begin()->second);
}

}  // namespace

Result<std::optional<LabelsBeside>> labels_beside(const std::string& path) {
  const std::filesystem::path whole(path);
  for (const std::string& name : names_beside(whole)) {
    const std::filesystem::path beside = whole.parent_path() / name;
    std::error_code absent;
    if (!std::filesystem::exists(beside, absent) || name == whole.filename()) continue;
    auto labels = only_array(beside.string());
    if (!labels) return labels.error();
    return std::optional<LabelsBeside>({name, std::move(labels).value()});
  }
  return std::optional<LabelsBeside>();
}

std::string labels_wanted(const std::string& path) {
  const auto names = names_beside(path);
  return "needs its labels beside it, in " + names[0] + ", " + names[1] + " or " + names[2];
}

}  // namespace ssem::trainer
