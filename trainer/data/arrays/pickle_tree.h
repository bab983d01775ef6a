// Values of a pickle, Python's form of objects, as data that are only looked at.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ssem::trainer {

using PickleId = std::uint32_t;

struct PickleValue {
  enum class Kind {
    none,
    boolean,
    integer,
    floating,
    text,  // UTF-8 as the file has it
    bytes,
    tuple,
    list,
    dict,        // items: key, value, key, value; an OrderedDict too
    name,        // of a function or type: "torch._utils._rebuild_tensor_v2"
    call,        // items: name, tuple of arguments, then states set on the result. Nobody makes it
    persistent,  // items: what stands for data outside of the pickle
  };
  Kind kind = Kind::none;
  std::int64_t integer = 0;
  double floating = 0;
  std::string text = {};  // of text, bytes, name
  std::vector<PickleId> items = {};
};

class PickleTree {
 public:
  const PickleValue& root() const { return values_[root_]; }
  const PickleValue& at(PickleId id) const { return values_[id]; }
  const PickleValue& item(const PickleValue& of, std::size_t place) const { return values_[of.items[place]]; }

  // The arguments where `value` is a call of `name`, or of one that ends so after a dot; else nullptr.
  const PickleValue* arguments(const PickleValue& value, std::string_view name) const;

 private:
  friend class PickleMachine;  // pickle_reader.cpp
  std::vector<PickleValue> values_;
  PickleId root_ = 0;
};

// Of functions and types that torch.save and numpy.save write for tensors and arrays.
bool is_known_to_pickles(std::string_view name);

std::string_view kind_name(PickleValue::Kind kind);  // Python's word

}  // namespace ssem::trainer
