#include "trainer/data/named_arrays.h"

#include <utility>

#include "trainer/data/arrays/npz_reader.h"
#include "trainer/data/byte_source.h"

namespace ssem::trainer {
namespace {

// uint8 arrays of three dimensions, or four with 1 or 3 channels, are images.
bool holds_images(const Array& array) {
  if (array.type != ElementType::uint8) return false;
  return array.shape.size() == 3 || (array.shape.size() == 4 && (array.shape[1] == 1 || array.shape[1] == 3));
}

Result<Dataset> dataset_of(const DatasetSpec& spec, const std::string& path, const NamedArrays& arrays, bool test) {
  const Array* x = test ? find_array(arrays, {"x_test", "test_images"})
                        : find_array(arrays, {"x", "x_train", "images", "features", "embeddings"});
  const Array* y =
      test ? find_array(arrays, {"y_test", "test_labels"}) : find_array(arrays, {"y", "y_train", "labels"});
  const Array* fine = test ? find_array(arrays, {"fine_labels_test"}) : find_array(arrays, {"fine_labels"});
  const Array* instances = test ? nullptr : find_array(arrays, {"instance_ids"});
  if (x == nullptr) return fault_in(path, "must hold the examples as x, images, features or embeddings");
  if (y == nullptr) return fault_in(path, "must hold the labels as y or labels");
  if (!holds_numbers(*x))
    return fault_in(path, "the examples must be numbers, got " + std::string(element_name(x->type)));
  if (x->shape.size() < 2)
    return fault_in(path, "the examples must have two dimensions or more, got " + shape_text(x->shape));
  Dataset data;
  data.name = spec.kind;
  if (holds_images(*x)) {
    data.shape.assign(x->shape.begin() + 1, x->shape.end());
    if (data.shape.size() == 2) data.shape.insert(data.shape.begin(), 1);
    data.pixels = x->bytes;
  } else {
    data.shape = {x->rows() > 0 ? x->size() / x->rows() : 0};
    data.features = to_floats(*x);
  }
  const auto column = [&](const Array* array, const char* what,
                          std::vector<std::int64_t>& target) -> std::optional<Error> {
    if (array == nullptr) return std::nullopt;
    auto values = integer_column(*array, x->rows(), path + ": " + what);
    if (!values) return values.error();
    target = std::move(values).value();
    return std::nullopt;
  };
  if (auto fault = column(y, "the labels", data.labels)) return *std::move(fault);
  if (auto fault = column(fine, "the fine labels", data.fine_labels)) return *std::move(fault);
  if (auto fault = column(instances, "the instance ids", data.instance_ids)) return *std::move(fault);
  return data;
}

Result<NamedArrays> arrays_of(const std::string& path) {
  if (!path.ends_with(".npy")) return read_npz(path);
  auto x = read_npy(path);
  if (!x) return x.error();
  auto y = read_npy(path.substr(0, path.size() - 4) + "_labels.npy");
  if (!y) return y.error();
  NamedArrays arrays;
  arrays.emplace("x", std::move(x).value());
  arrays.emplace("y", std::move(y).value());
  return arrays;
}

}  // namespace

const Array* find_array(const NamedArrays& arrays, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (const auto found = arrays.find(name); found != arrays.end()) return &found->second;
  }
  return nullptr;
}

Result<std::vector<std::int64_t>> integer_column(const Array& array, std::int64_t rows, const std::string& what) {
  if (array.shape.size() != 1 || array.rows() != rows) {
    return Error{
        ErrorCode::invalid_argument,
        what + " must be one for each of the " + std::to_string(rows) + " rows, got shape " + shape_text(array.shape),
        {}};
  }
  return to_integers(array, what);
}

Result<DataSplit> read_npz_dataset(const DatasetSpec& spec) {
  const auto arrays = arrays_of(spec.path);
  if (!arrays) return arrays.error();
  auto train = dataset_of(spec, spec.path, arrays.value(), false);
  if (!train) return train.error();
  DataSplit split{std::move(train).value(), {}};
  const bool beside = find_array(arrays.value(), {"x_test", "test_images"}) != nullptr;
  if (!beside && spec.test_path.empty()) return split;
  const auto others = spec.test_path.empty() ? arrays : arrays_of(spec.test_path);
  if (!others) return others.error();
  auto test =
      dataset_of(spec, spec.test_path.empty() ? spec.path : spec.test_path, others.value(), spec.test_path.empty());
  if (!test) return test.error();
  split.test = std::move(test).value();
  return split;
}

}  // namespace ssem::trainer
