#include "trainer/data/arrays/torch_file.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "advisor/json/quote_for_message.h"
#include "trainer/data/arrays/pickle_reader.h"
#include "trainer/data/arrays/python_arrays.h"
#include "trainer/data/arrays/tensor_layout.h"
#include "trainer/data/arrays/zip_archive.h"
#include "trainer/data/stored_elements.h"

namespace ssem::trainer {
namespace {

using Kind = PickleValue::Kind;
using Stored = StoredElements::Kind;
using advisor::json::quote_for_message;

constexpr std::string_view kPickle = "data.pkl";
constexpr std::size_t kMostArrays = 100'000, kLongestKey = 200;
constexpr std::uint64_t kShared = 4, kSmall = 1U << 16U;  // views of one storage: together at most so often the file

struct StorageType {
  std::string_view name;
  StoredElements elements;
};
constexpr std::array<StorageType, 10> kStorageTypes{{{"torch.FloatStorage", {Stored::floating, 4}},
                                                     {"torch.DoubleStorage", {Stored::floating, 8}},
                                                     {"torch.HalfStorage", {Stored::floating, 2}},
                                                     {"torch.BFloat16Storage", {Stored::bfloat, 2}},
                                                     {"torch.LongStorage", {Stored::integer, 8}},
                                                     {"torch.IntStorage", {Stored::integer, 4}},
                                                     {"torch.ShortStorage", {Stored::integer, 2}},
                                                     {"torch.CharStorage", {Stored::integer, 1}},
                                                     {"torch.ByteStorage", {Stored::unsigned_integer, 1}},
                                                     {"torch.BoolStorage", {Stored::unsigned_integer, 1}}}};

class TorchFile {
 public:
  explicit TorchFile(const ZipArchive& archive, const std::string& path) : archive_(archive), path_(path) {
    for (const ZipEntry& entry : archive.entries()) entries_.emplace(entry.name, &entry);
  }

  Result<NamedArrays> read() {
    std::string folder;
    for (const auto& [name, entry] : entries_) {
      if (name.ends_with("/constants.pkl")) {
        return fault_in(path_,
                        "is a TorchScript model; tensors are read: torch.save({'embeddings': X, 'labels': y}, file)");
      }
      if (name.ends_with('/' + std::string(kPickle))) folder = name.substr(0, name.size() - kPickle.size());
    }
    if (folder.empty()) return fault_in(path_, "is no file of torch.save: it holds no data.pkl");
    folder_ = folder;
    if (const auto found = entries_.find(folder_ + "byteorder"); found != entries_.end()) {
      const auto order = archive_.content(*found->second);
      if (!order) return order.error();
      big_endian_ = std::ranges::equal(order.value().bytes, std::string_view("big"));
    }
    const auto pickle = archive_.content(*entries_.at(folder_ + std::string(kPickle)));
    if (!pickle) return pickle.error();
    const std::string place = path_ + " (" + std::string(kPickle) + ')';
    ByteReader reader(place, pickle.value().bytes.data(), pickle.value().bytes.size());
    auto tree = read_pickle(reader);
    if (!tree) return tree.error();
    tree_ = std::move(tree).value();
    add_root();
    if (fault_) return *std::move(fault_);
    return std::move(arrays_);
  }

 private:
  void add_root() {
    const PickleValue& root = tree_.root();
    if (root.kind == Kind::dict) return add_dict("", root);
    if ((root.kind == Kind::tuple || root.kind == Kind::list) && !root.items.empty()) {
      for (std::size_t k = 0; k < root.items.size() && !fault_; ++k) {
        add("arr_" + std::to_string(k), tree_.item(root, k));
      }
      return;
    }
    if (!is_tensor(root) && !is_numpy(tree_, root)) {
      fault_ = fault_in(path_, "holds " + std::string(kind_name(root.kind)) +
                                   "; a tensor, a dict of tensors or a tuple of them is read");
      return;
    }
    add("tensor", root);
  }

  void add_dict(const std::string& before, const PickleValue& dict) {
    for (std::size_t k = 0; k + 1 < dict.items.size() && !fault_; k += 2) {
      const PickleValue& key = tree_.item(dict, k);
      const PickleValue& value = tree_.item(dict, k + 1);
      if ((key.kind != Kind::text && key.kind != Kind::integer) || key.text.size() > kLongestKey) {
        fault_ = fault_in(path_, "has a dict with a key that is no short text");
        return;
      }
      const std::string name = before + (key.kind == Kind::text ? key.text : std::to_string(key.integer));
      if (value.kind == Kind::dict && before.empty()) {
        add_dict(name + '.', value);
      } else {
        add(name, value);
      }
    }
  }

  bool is_tensor(const PickleValue& value) const {
    return tree_.arguments(value, "_rebuild_tensor_v2") != nullptr ||
           tree_.arguments(value, "_rebuild_parameter") != nullptr;
  }

  void add(const std::string& name, const PickleValue& value) {
    const std::string what = path_ + ": " + quote_for_message(name);
    Result<Array> array = Array{ElementType::other, {}, {}, {std::string(kind_name(value.kind))}};
    if (is_tensor(value)) {
      array = tensor(what, value);
    } else if (value.kind == Kind::list || value.kind == Kind::tuple) {
      auto listed = spend(what, value.items.size() * sizeof(std::int64_t));
      if (listed) {
        fault_ = *std::move(listed);
        return;
      }
      auto values = array_of_values(tree_, value.items, {static_cast<std::int64_t>(value.items.size())});
      if (values) array = std::move(values);
    } else if (is_numpy(tree_, value)) {
      auto values = numpy_array(what, value);
      if (values) array = std::move(values);
    }
    if (!array) {
      fault_ = array.error();
    } else if (arrays_.size() == kMostArrays) {
      fault_ = fault_in(path_, "holds more than " + std::to_string(kMostArrays) + " arrays");
    } else if (!arrays_.emplace(name, std::move(array).value()).second) {
      fault_ = fault_in(path_, "holds " + quote_for_message(name) + " twice");
    }
  }

  Result<Array> numpy_array(const std::string& what, const PickleValue& value) {
    std::uint64_t bytes = 0;
    if (const PickleValue& state = tree_.at(value.items.back()); state.kind == Kind::tuple && !state.items.empty()) {
      const PickleValue& content = tree_.at(state.items.back());
      bytes = content.text.size() + content.items.size() * sizeof(std::int64_t);
    }
    if (auto fault = spend(what, bytes)) {
      fault_ = fault;
      return *std::move(fault);
    }
    return array_of_numpy(tree_, value);
  }

  // Many names for the same bytes would make memory of nothing.
  std::optional<Error> spend(const std::string& what, std::uint64_t bytes) {
    const std::uint64_t most = kShared * archive_.file_bytes() + kSmall;
    if (bytes > most - spent_) {
      return fault_in(what, "and those before it hold more than " + std::to_string(kShared) + " times the file");
    }
    spent_ += bytes;
    return std::nullopt;
  }

  Result<Array> tensor(const std::string& what, const PickleValue& value) {
    const PickleValue* given = tree_.arguments(value, "_rebuild_parameter");
    const PickleValue& rebuilt = given == nullptr || given->items.empty() ? value : tree_.item(*given, 0);
    given = tree_.arguments(rebuilt, "_rebuild_tensor_v2");
    if (given == nullptr || given->items.size() < 4) return fault_in(what, "is no tensor that torch.save writes");
    auto shape = sides_of(tree_, tree_.item(*given, 2)), strides = sides_of(tree_, tree_.item(*given, 3));
    const PickleValue& offset = tree_.item(*given, 1);
    if (!shape || !strides || offset.kind != Kind::integer || offset.integer < 0) {
      return fault_in(what, "is no tensor that torch.save writes");
    }
    const TensorLayout layout(offset.integer, *std::move(shape), *std::move(strides));
    const PickleValue& storage = tree_.item(*given, 0);
    const StorageType* type = type_of(storage);
    if (type == nullptr) return fault_in(what, "has a storage that is none of torch.save's");
    const auto bytes = storage_bytes(what, tree_.item(tree_.item(storage, 0), 2).text);
    if (!bytes) return bytes.error();
    return array_in(what, layout, type->elements, bytes.value());
  }

  // Of the persistent id ("storage", torch.FloatStorage, key, place, elements).
  const StorageType* type_of(const PickleValue& storage) const {
    if (storage.kind != Kind::persistent || tree_.item(storage, 0).kind != Kind::tuple) return nullptr;
    const PickleValue& id = tree_.item(storage, 0);
    if (id.items.size() < 5 || tree_.item(id, 1).kind != Kind::name || tree_.item(id, 2).kind != Kind::text) {
      return nullptr;
    }
    const auto found = std::ranges::find(kStorageTypes, tree_.item(id, 1).text, &StorageType::name);
    return found == kStorageTypes.end() ? nullptr : &*found;
  }

  Result<std::span<const std::uint8_t>> storage_bytes(const std::string& what, const std::string& key) {
    const std::string name = folder_ + "data/" + key;
    if (const auto known = storages_.find(name); known != storages_.end()) return known->second.bytes;
    const auto entry = entries_.find(name);
    if (entry == entries_.end()) return fault_in(what, "has a storage that the file does not hold");
    auto content = archive_.content(*entry->second);
    if (!content) return content.error();
    return storages_.emplace(name, std::move(content).value()).first->second.bytes;
  }

  Result<Array> array_in(const std::string& what, const TensorLayout& layout, StoredElements elements,
                         std::span<const std::uint8_t> bytes) {
    const auto size = static_cast<std::size_t>(elements.size);
    const auto count = layout.elements_inside(static_cast<std::int64_t>(bytes.size() / size));
    if (!count) {
      return fault_in(what,
                      "of shape " + shape_text(layout.shape()) +
                          " leaves its storage or repeats it; save it .clone()d, as torch.save((X.clone(), y), file)");
    }
    elements.big_endian = big_endian_;
    const std::uint64_t wanted = static_cast<std::uint64_t>(*count) * size;
    if (auto fault = spend(what, wanted)) return *std::move(fault);
    if (*count == 0) return array_of(elements, layout.shape(), false, {}, what);
    if (layout.is_contiguous()) {
      return array_of(elements, layout.shape(), false,
                      bytes.subspan(static_cast<std::size_t>(layout.offset()) * size, wanted), what);
    }
    return array_of(elements, layout.shape(), false, layout.gathered(bytes, size), what);
  }

  const ZipArchive& archive_;
  const std::string& path_;
  std::map<std::string, const ZipEntry*> entries_;
  std::map<std::string, ZipContent> storages_;
  std::string folder_;
  bool big_endian_ = false;
  PickleTree tree_;
  NamedArrays arrays_;
  std::uint64_t spent_ = 0;
  std::optional<Error> fault_;
};

// Before PyTorch 1.6 a file was one pickle after the other.
bool is_bare_pickle(std::span<const std::uint8_t> bytes) {
  return bytes.size() > 2 && bytes[0] == 0x80 && bytes[1] <= 5;
}

}  // namespace

Result<NamedArrays> read_torch(const std::string& path) {
  auto whole = read_raw_file(path);
  if (!whole) return whole.error();
  if (is_bare_pickle(whole.value().bytes)) {
    return fault_in(path,
                    "has the form of before PyTorch 1.6, or is a bare pickle: "
                    "torch.save(torch.load(file, weights_only=True), file) gives it today's");
  }
  const auto archive = ZipArchive::open(std::move(whole).value());
  if (!archive) return archive.error();
  return TorchFile(archive.value(), path).read();
}

}  // namespace ssem::trainer
