#include "trainer/data/arrays/npy_header.h"

#include <algorithm>
#include <cstring>
#include <regex>
#include <string_view>
#include <utility>

#include "trainer/data/arrays/pickle_reader.h"
#include "trainer/data/arrays/python_arrays.h"

namespace ssem::trainer {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::string_view kObjects = "|O";
constexpr std::uint64_t kMaxHeaderBytes = 8192;  // std::regex goes as deep as the text is long

// The header is a Python literal that numpy writes in one form: {'descr': '<f4', 'fortran_order': False, 'shape': (3,),
// }
Result<NpyHeader> described(ByteReader& reader, const std::string& header) {
  static const std::regex kHeader(
      R"(\s*\{\s*'descr'\s*:\s*'([^']{1,16})'\s*,\s*'fortran_order'\s*:\s*(True|False)\s*,\s*'shape'\s*:\s*\(([0-9, ]{0,512})\)\s*,?\s*\}\s*)");
  std::smatch parts;
  if (!std::regex_match(header, parts, kHeader)) return reader.fault("the npy header is not one that numpy writes");
  const auto elements = numpy_elements(parts[1].str());
  NpyHeader found{elements, parts[1].str(), {}, parts[2] == "True"};
  const std::string sides = parts[3].str();
  static const std::regex kSide("[0-9]+");
  for (std::sregex_iterator side(sides.begin(), sides.end(), kSide), end; side != end; ++side) {
    if (side->length() > 18) return reader.fault("a side of the shape is too long: " + side->str());
    found.shape.push_back(std::stoll(side->str()));
  }
  return found;
}

// Pickled objects that are all text or all numbers are read as that; what is neither keeps the reason.
Array objects_of(ByteReader& reader, const std::string& type, const std::vector<std::int64_t>& shape) {
  Array unread{ElementType::other, shape, {}, {type}};
  const std::string place = "its pickle";
  const std::uint64_t rest = reader.remaining();
  ByteReader pickle(place, reader.take(rest, place).value(), rest);
  const auto tree = read_pickle(pickle);
  if (!tree) {
    unread.words.push_back(tree.error().message);
    return unread;
  }
  auto objects = array_of_numpy(tree.value(), tree.value().root());
  if (objects && shape_elements(shape, 1) == shape_elements(objects.value().shape, 1)) {
    Array read = std::move(objects).value();
    read.shape = shape;
    return read;
  }
  unread.words.push_back(objects ? "its pickle has another shape than its header" : objects.error().message);
  return unread;
}

}  // namespace

std::optional<StoredElements> numpy_elements(const std::string& descr) {
  using Kind = StoredElements::Kind;
  constexpr std::size_t kMostSizeDigits = 6;
  if (descr.size() < 3 || descr.size() > 2 + kMostSizeDigits) return std::nullopt;
  if (!std::all_of(descr.begin() + 2, descr.end(), [](char digit) { return digit >= '0' && digit <= '9'; })) {
    return std::nullopt;
  }
  StoredElements elements{Kind::floating, std::stoll(descr.substr(2)), descr[0] == '>'};
  const bool is_whole = elements.size == 1 || elements.size == 2 || elements.size == 4 || elements.size == 8;
  switch (descr[1]) {
    case 'f':
      if (!is_whole || elements.size == 1) return std::nullopt;
      return elements;
    case 'i':
      elements.kind = Kind::integer;
      break;
    case 'u':
      elements.kind = Kind::unsigned_integer;
      break;
    case 'b':
      elements.kind = Kind::unsigned_integer;
      return elements.size == 1 ? std::optional(elements) : std::nullopt;
    case 'U':
      elements.kind = Kind::ucs4;
      elements.size *= 4;
      return elements.size > 0 ? std::optional(elements) : std::nullopt;
    case 'S':
      elements.kind = Kind::bytes;
      return elements.size > 0 ? std::optional(elements) : std::nullopt;
    default:
      return std::nullopt;
  }
  return is_whole ? std::optional(elements) : std::nullopt;
}

Result<NpyHeader> read_npy_header(ByteReader& reader) {
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
  return described(reader, std::string(text, text + length.value()));
}

Result<Array> read_npy_bytes(ByteReader& reader) {
  const auto found = read_npy_header(reader);
  if (!found) return found.error();
  const auto& [elements, type, shape, fortran_order] = found.value();
  if (!elements && type == kObjects) return objects_of(reader, type, shape);
  if (!elements) {
    const std::uint64_t rest = reader.remaining();
    const auto data = reader.take(rest, "an array");
    if (!data) return data.error();
    return Array{ElementType::other, shape, {data.value(), data.value() + rest}, {type}};
  }
  const auto count = shape_elements(shape, elements->size);
  if (!count) return reader.fault("the shape " + shape_text(shape) + " is too large");
  const auto size = static_cast<std::uint64_t>(*count * elements->size);
  const auto data = reader.take(size, "an array of shape " + shape_text(shape));
  if (!data) return data.error();
  if (auto fault = reader.expect_end()) return *std::move(fault);
  return array_of(*elements, shape, fortran_order, {data.value(), size}, reader.path());
}

}  // namespace ssem::trainer
