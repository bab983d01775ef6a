#include "trainer/files/safetensors.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <utility>

#include "advisor/json/quote_for_message.h"
#include "advisor/json/strict_parse.h"
#include "trainer/data/byte_source.h"
#include "trainer/data/stored_elements.h"

namespace ssem::trainer {
namespace {

using Json = nlohmann::ordered_json;
using advisor::json::quote_for_message;  // a file chooses its names: they must not steer a terminal

constexpr const char* kMetadata = "__metadata__";
constexpr std::uint64_t kMaxHeaderBytes = 100'000'000;  // the reference implementation's
constexpr std::size_t kLengthBytes = 8;

struct NamedType {
  const char* name;
  StoredElements elements;
  std::optional<ElementType> written_for;
};
using Kind = StoredElements::Kind;
constexpr std::array<NamedType, 13> kTypes{{{"F32", {Kind::floating, 4}, ElementType::float32},
                                            {"F64", {Kind::floating, 8}, ElementType::float64},
                                            {"U8", {Kind::unsigned_integer, 1}, ElementType::uint8},
                                            {"I32", {Kind::integer, 4}, ElementType::int32},
                                            {"I64", {Kind::integer, 8}, ElementType::int64},
                                            {"F16", {Kind::floating, 2}, {}},
                                            {"BF16", {Kind::bfloat, 2}, {}},
                                            {"BOOL", {Kind::unsigned_integer, 1}, {}},
                                            {"I8", {Kind::integer, 1}, {}},
                                            {"I16", {Kind::integer, 2}, {}},
                                            {"U16", {Kind::unsigned_integer, 2}, {}},
                                            {"U32", {Kind::unsigned_integer, 4}, {}},
                                            {"U64", {Kind::unsigned_integer, 8}, {}}}};

const char* type_name(ElementType type) {
  const auto found =
      std::find_if(kTypes.begin(), kTypes.end(), [&](const NamedType& known) { return known.written_for == type; });
  return found == kTypes.end() ? nullptr : found->name;
}

std::optional<StoredElements> elements_from(const std::string& name) {
  for (const NamedType& known : kTypes) {
    if (name == known.name) return known.elements;
  }
  return std::nullopt;
}

// Where a tensor's bytes lie, counted from the end of the header.
struct Place {
  std::uint64_t begin = 0, end = 0;
  std::string name;
  StoredElements elements;
  std::vector<std::int64_t> shape;
};

bool is_count(const Json& value) { return value.is_number_unsigned() || (value.is_number_integer() && value >= 0); }

Result<Place> described(const std::string& path, const std::string& name, const Json& entry) {
  const auto fault = [&](const std::string& message) {
    return fault_in(path, "tensor " + quote_for_message(name) + ": " + message);
  };
  if (!entry.is_object() || entry.size() != 3 || !entry.contains("dtype") || !entry.contains("shape") ||
      !entry.contains("data_offsets") || !entry["dtype"].is_string() || !entry["shape"].is_array() ||
      !entry["data_offsets"].is_array() || entry["data_offsets"].size() != 2) {
    return fault("must have dtype, shape and two data_offsets");
  }
  const auto elements = elements_from(entry["dtype"].get<std::string>());
  if (!elements) {
    return fault("dtype must be F16, BF16, F32, F64, BOOL, I8 to I64 or U8 to U64, got " +
                 quote_for_message(entry["dtype"].get<std::string>()));
  }
  Place place{0, 0, name, *elements, {}};
  for (const Json& side : entry["shape"]) {
    if (!is_count(side)) return fault("shape must hold integers from 0");
    place.shape.push_back(side.get<std::int64_t>());
  }
  const Json& offsets = entry["data_offsets"];
  if (!is_count(offsets[0]) || !is_count(offsets[1])) return fault("data_offsets must be integers from 0");
  place.begin = offsets[0].get<std::uint64_t>();
  place.end = offsets[1].get<std::uint64_t>();
  const auto count = shape_elements(place.shape, place.elements.size);
  if (!count || place.end < place.begin ||
      place.end - place.begin != static_cast<std::uint64_t>(*count * place.elements.size)) {
    return fault("shape " + quote_for_message(shape_text(place.shape)) + " does not fit its data_offsets");
  }
  return place;
}

Result<Json> header_of(const std::string& path, ByteReader& reader) {
  const auto length = reader.little_endian(kLengthBytes, "the length of the header");
  if (!length) return length.error();
  if (length.value() > kMaxHeaderBytes) {
    return fault_at(path, 0,
                    "a header of " + std::to_string(length.value()) + " bytes; at most " +
                        std::to_string(kMaxHeaderBytes) + " are read");
  }
  const auto bytes = reader.take(length.value(), "the header");
  if (!bytes) return bytes.error();
  const std::string_view text(reinterpret_cast<const char*>(bytes.value()), length.value());
  if (text.empty() || text.front() != '{') return fault_at(path, kLengthBytes, "the header must begin with {");
  auto header = advisor::json::parse_strict(text);
  if (!header) return fault_at(path, kLengthBytes, "the header is no JSON: " + header.error().message);
  return header;
}

Result<std::map<std::string, std::string>> metadata_of(const std::string& path, const Json& entry) {
  std::map<std::string, std::string> metadata;
  if (!entry.is_object()) return fault_in(path, "__metadata__ must be an object");
  for (const auto& [name, value] : entry.items()) {
    if (!value.is_string()) return fault_in(path, "__metadata__." + quote_for_message(name) + " must be text");
    metadata.emplace(name, value.get<std::string>());
  }
  return metadata;
}

// Fills the arrays, in the order in which they lie.
std::optional<Error> read_bytes(const std::string& path, ByteReader& reader, std::vector<Place> places,
                                NamedArrays& arrays) {
  std::sort(places.begin(), places.end(),
            [](const Place& a, const Place& b) { return std::pair(a.begin, a.end) < std::pair(b.begin, b.end); });
  std::uint64_t end = 0;
  for (const Place& place : places) {
    if (place.begin != end) {
      return fault_in(path, "tensor " + quote_for_message(place.name) + " begins at " + std::to_string(place.begin) +
                                ", but the one before it ends at " + std::to_string(end));
    }
    const auto bytes = reader.take(place.end - place.begin, "tensor " + quote_for_message(place.name));
    if (!bytes) return bytes.error();
    auto array = array_of(place.elements, place.shape, false, {bytes.value(), place.end - place.begin},
                          path + ": tensor " + quote_for_message(place.name));
    if (!array) return array.error();
    if (!arrays.emplace(place.name, std::move(array).value()).second) {
      return fault_in(path, "holds tensor " + quote_for_message(place.name) + " twice");
    }
    end = place.end;
  }
  return reader.expect_end();
}

}  // namespace

Result<Safetensors> read_safetensors(const std::string& path) {
  const auto whole = read_raw_file(path);
  if (!whole) return whole.error();
  ByteReader reader(whole.value());
  const auto header = header_of(path, reader);
  if (!header) return header.error();
  Safetensors file;
  std::vector<Place> places;
  for (const auto& [name, entry] : header.value().items()) {
    if (name == kMetadata) {
      auto metadata = metadata_of(path, entry);
      if (!metadata) return metadata.error();
      file.metadata = std::move(metadata).value();
      continue;
    }
    auto place = described(path, name, entry);
    if (!place) return place.error();
    places.push_back(std::move(place).value());
  }
  if (auto fault = read_bytes(path, reader, std::move(places), file.arrays)) return *std::move(fault);
  return file;
}

Result<std::string> safetensors_text(const Safetensors& file) {
  Json header = Json::object();
  if (!file.metadata.empty()) header[kMetadata] = file.metadata;
  std::uint64_t end = 0;
  for (const auto& [name, array] : file.arrays) {
    if (name == kMetadata) return Error{ErrorCode::invalid_argument, "a tensor cannot be named __metadata__", {}};
    const char* type = type_name(array.type);
    if (type == nullptr) return Error{ErrorCode::invalid_argument, "a tensor holds numbers", {}};
    const std::uint64_t begin = end;
    end += array.bytes.size();
    header[name] = {{"dtype", type}, {"shape", array.shape}, {"data_offsets", {begin, end}}};
  }
  std::string head = advisor::json::dump(header);
  head.resize((head.size() + 7) / 8 * 8, ' ');  // so that the data are aligned
  std::uint64_t length = head.size();
  std::string text;
  text.reserve(kLengthBytes + head.size() + end);
  for (std::size_t k = 0; k < kLengthBytes; ++k, length >>= 8U) text += static_cast<char>(length & 0xFFU);
  text += head;
  for (const auto& [name, array] : file.arrays) {
    text.append(reinterpret_cast<const char*>(array.bytes.data()), array.bytes.size());
  }
  return text;
}

}  // namespace ssem::trainer
