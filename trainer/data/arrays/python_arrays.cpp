#include "trainer/data/arrays/python_arrays.h"

#include <algorithm>
#include <cstring>
#include <span>
#include <string>
#include <utility>

#include "advisor/json/utf8.h"
#include "trainer/data/arrays/npy_header.h"
#include "trainer/data/stored_elements.h"

namespace ssem::trainer {
namespace {

using Kind = PickleValue::Kind;

constexpr const char* kReconstruct = "multiarray._reconstruct";

Error unread(std::string why) { return {ErrorCode::invalid_argument, std::move(why), {}}; }

bool is_number(Kind kind) { return kind == Kind::boolean || kind == Kind::integer || kind == Kind::floating; }

template <class Number>
void append(Number number, std::vector<std::uint8_t>& bytes) {
  const std::size_t at = bytes.size();
  bytes.resize(at + sizeof number);
  std::memcpy(bytes.data() + at, &number, sizeof number);
}

// "<f4" of numpy.dtype("f4", False, True) with the state (3, "<", ...).
std::optional<std::string> descr_of(const PickleTree& tree, const PickleValue& value) {
  const PickleValue* given = tree.arguments(value, "numpy.dtype");
  if (given == nullptr || given->items.empty() || value.items.size() != 3) return std::nullopt;
  const PickleValue& state = tree.item(value, 2);
  if (state.kind != Kind::tuple || state.items.size() < 2) return std::nullopt;
  const PickleValue& order = tree.item(state, 1);
  const PickleValue& code = tree.item(*given, 0);
  if (order.kind != Kind::text || code.kind != Kind::text) return std::nullopt;
  return order.text + code.text;
}

}  // namespace

std::optional<std::vector<std::int64_t>> sides_of(const PickleTree& tree, const PickleValue& tuple) {
  if (tuple.kind != Kind::tuple) return std::nullopt;
  std::vector<std::int64_t> sides;
  for (const PickleId id : tuple.items) {
    if (tree.at(id).kind != Kind::integer || tree.at(id).integer < 0) return std::nullopt;
    sides.push_back(tree.at(id).integer);
  }
  return sides;
}

Result<Array> array_of_values(const PickleTree& tree, const std::vector<PickleId>& values,
                              std::vector<std::int64_t> shape) {
  if (values.empty()) return unread("it is empty");
  const Kind first = tree.at(values.front()).kind;
  if (first != Kind::text && !is_number(first)) return unread("it holds objects: " + std::string(kind_name(first)));
  const bool broken =
      std::any_of(values.begin(), values.end(), [&](PickleId id) { return tree.at(id).kind == Kind::floating; });
  Array array;
  array.type = first == Kind::text ? ElementType::text : broken ? ElementType::float64 : ElementType::int64;
  array.shape = std::move(shape);
  for (std::size_t place = 0; place < values.size(); ++place) {
    const PickleValue& value = tree.at(values[place]);
    const bool fits = first == Kind::text ? value.kind == Kind::text : is_number(value.kind);
    if (!fits) {
      return unread("element " + std::to_string(place) + " is " + std::string(kind_name(value.kind)) +
                    ", the first is " + std::string(kind_name(first)));
    }
    if (first == Kind::text) {
      if (advisor::json::find_broken_utf8(value.text) != std::string::npos) {
        return unread("element " + std::to_string(place) + " is no Unicode text");
      }
      array.words.push_back(value.text);
    } else if (broken) {
      append(value.kind == Kind::floating ? value.floating : static_cast<double>(value.integer), array.bytes);
    } else {
      append(value.integer, array.bytes);
    }
  }
  return array;
}

bool is_numpy(const PickleTree& tree, const PickleValue& value) {
  return tree.arguments(value, kReconstruct) != nullptr;
}

Result<Array> array_of_numpy(const PickleTree& tree, const PickleValue& value) {
  if (!is_numpy(tree, value) || value.items.size() != 3) return unread("its pickle is no array of numpy's");
  const PickleValue& state = tree.item(value, 2);
  constexpr std::size_t kStates = 5;  // version, shape, type, Fortran order, content
  if (state.kind != Kind::tuple || state.items.size() != kStates) return unread("its pickle is no array of numpy's");
  auto shape = sides_of(tree, tree.item(state, 1));
  const auto descr = descr_of(tree, tree.item(state, 2));
  const bool fortran_order = tree.item(state, 3).integer != 0;
  const PickleValue& content = tree.item(state, 4);
  if (!shape || !descr) return unread("its pickle has no shape or no type");
  if (content.kind == Kind::list) {
    if (shape_elements(*shape, 1) != static_cast<std::int64_t>(content.items.size())) {
      return unread("its pickle has " + std::to_string(content.items.size()) + " objects for shape " +
                    shape_text(*shape));
    }
    if (fortran_order && shape->size() > 1) return unread("its objects lie in Fortran order");
    return array_of_values(tree, content.items, *std::move(shape));
  }
  const auto elements = numpy_elements(*descr);
  if (!elements || content.kind != Kind::bytes) return unread("it is of type " + *descr);
  const auto count = shape_elements(*shape, elements->size);
  if (!count || static_cast<std::uint64_t>(*count * elements->size) != content.text.size()) {
    return unread("its bytes do not fit the shape " + shape_text(*shape));
  }
  const std::span bytes(reinterpret_cast<const std::uint8_t*>(content.text.data()), content.text.size());
  return array_of(*elements, *std::move(shape), fortran_order, bytes, "its pickle");
}

}  // namespace ssem::trainer
