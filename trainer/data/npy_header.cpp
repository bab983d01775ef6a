#include "trainer/data/npy_header.h"

#include <array>
#include <cstring>
#include <regex>
#include <string_view>
#include <utility>

namespace ssem::trainer {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::uint64_t kMaxHeaderBytes = 8192;  // std::regex goes as deep as the text is long

struct NamedType {
  std::string_view name;
  ElementType type;
};
constexpr std::array<NamedType, 6> kTypes{{{"<f4", ElementType::float32},
                                           {"<f8", ElementType::float64},
                                           {"|u1", ElementType::uint8},
                                           {"|b1", ElementType::uint8},
                                           {"<i4", ElementType::int32},
                                           {"<i8", ElementType::int64}}};

std::optional<ElementType> type_from(std::string_view name) {
  for (const NamedType& known : kTypes) {
    if (name == known.name) return known.type;
  }
  return std::nullopt;
}

// The header is a Python literal that numpy writes in one form: {'descr': '<f4', 'fortran_order': False, 'shape': (3,),
// }
Result<Array> described(ByteReader& reader, const std::string& header) {
  static const std::regex kHeader(
      R"(\s*\{\s*'descr'\s*:\s*'([^']{1,16})'\s*,\s*'fortran_order'\s*:\s*(True|False)\s*,\s*'shape'\s*:\s*\(([0-9, ]{0,512})\)\s*,?\s*\}\s*)");
  std::smatch parts;
  if (!std::regex_match(header, parts, kHeader)) return reader.fault("the npy header is not one that numpy writes");
  const auto type = type_from(parts[1].str());
  if (!type) {
    return reader.fault("the type must be float32, float64, uint8, bool, int32 or int64 in little-endian order, got " +
                        parts[1].str());
  }
  Array array;
  array.type = *type;
  const std::string sides = parts[3].str();
  static const std::regex kSide("[0-9]+");
  for (std::sregex_iterator side(sides.begin(), sides.end(), kSide), end; side != end; ++side) {
    if (side->length() > 18) return reader.fault("a side of the shape is too long: " + side->str());
    array.shape.push_back(std::stoll(side->str()));
  }
  if (parts[2] == "True" && array.shape.size() > 1) {
    return reader.fault("the array is in Fortran order; save numpy.ascontiguousarray(array)");
  }
  return array;
}

}  // namespace

Result<Array> read_npy_bytes(ByteReader& reader) {
  const auto magic = reader.take(kMagic.size(), "the magic string");
  if (!magic) return magic.error();
  if (std::memcmp(magic.value(), kMagic.data(), kMagic.size()) != 0) return reader.fault("this is no npy file");
  const auto version = reader.little_endian(2, "the version");
  if (!version) return version.error();
  const auto major = version.value() & 0xFFU;
  if (major < 1 || major > 3) return reader.fault("npy version " + std::to_string(major) + " is not known");
  const auto length = reader.little_endian(major == 1 ? 2 : 4, "the length of the header");
  if (!length) return length.error();
  if (length.value() > kMaxHeaderBytes) return reader.fault("the npy header is too long");
  const auto header = reader.take(length.value(), "the header");
  if (!header) return header.error();
  const auto* text = reinterpret_cast<const char*>(header.value());
  auto found = described(reader, std::string(text, text + length.value()));
  if (!found) return found.error();
  Array array = std::move(found).value();
  const auto elements = shape_elements(array.shape, array.type);
  if (!elements) return reader.fault("the shape " + shape_text(array.shape) + " is too large");
  const auto size = static_cast<std::uint64_t>(*elements * element_size(array.type));
  const auto data = reader.take(size, "an array of shape " + shape_text(array.shape));
  if (!data) return data.error();
  array.bytes.assign(data.value(), data.value() + size);
  if (auto fault = reader.expect_end()) return *std::move(fault);
  return array;
}

}  // namespace ssem::trainer
