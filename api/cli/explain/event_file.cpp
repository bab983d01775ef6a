#include "api/cli/explain/event_file.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <map>

namespace ssem::api::cli {
namespace {

constexpr std::size_t kHeader = 12;  // length and its checksum
constexpr std::size_t kFooter = 4;
constexpr std::size_t kMostTags = 10'000;

// CRC-32C (Castagnoli), reflected polynomial 0x82f63b78, a byte at a time.
std::uint32_t crc32c(std::string_view bytes) {
  static const std::array<std::uint32_t, 256> kTable = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < table.size(); ++i) {
      std::uint32_t value = i;
      for (int bit = 0; bit < 8; ++bit) value = (value >> 1U) ^ ((value & 1U) != 0 ? 0x82f63b78U : 0U);
      table[i] = value;
    }
    return table;
  }();
  std::uint32_t crc = 0xffffffffU;
  for (const char byte : bytes) crc = (crc >> 8U) ^ kTable[(crc ^ static_cast<unsigned char>(byte)) & 0xffU];
  return ~crc;
}

// As TFRecord stores it.
std::uint32_t masked_crc(std::string_view bytes) {
  const std::uint32_t crc = crc32c(bytes);
  return ((crc >> 15U) | (crc << 17U)) + 0xa282ead8U;
}

std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) value = (value << 8U) | static_cast<unsigned char>(bytes[i]);
  return value;
}

// One field of a protocol buffer message; every length is held against what is left.
struct Field {
  std::uint64_t number = 0;
  std::uint64_t kind = 0;  // 0 varint, 1 eight bytes, 2 text or message, 5 four bytes
  std::uint64_t whole = 0;
  std::string_view bytes;
};

class Message {
 public:
  explicit Message(std::string_view bytes) : rest_(bytes) {}

  // False at the end, and where the message is broken.
  bool next(Field& field) {
    if (rest_.empty() || broken_) return false;
    std::uint64_t key = 0;
    if (!varint(key)) return false;
    field.number = key >> 3U;
    field.kind = key & 7U;
    switch (field.kind) {
      case 0:
        return varint(field.whole);
      case 1:
        return take(8, field);
      case 2: {
        std::uint64_t size = 0;
        return varint(size) && take(size, field);
      }
      case 5:
        return take(4, field);
      default:
        broken_ = true;
        return false;
    }
  }
  bool broken() const { return broken_; }

 private:
  bool varint(std::uint64_t& value) {
    value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (rest_.empty()) break;
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      value |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
      if (byte < 0x80U) return true;
    }
    broken_ = true;
    return false;
  }
  bool take(std::uint64_t size, Field& field) {
    if (size > rest_.size()) {
      broken_ = true;
      return false;
    }
    field.bytes = rest_.substr(0, static_cast<std::size_t>(size));
    rest_.remove_prefix(static_cast<std::size_t>(size));
    return true;
  }

  std::string_view rest_;
  bool broken_ = false;
};

double float_of(std::string_view bytes) {
  const auto bits = static_cast<std::uint32_t>(little_endian(bytes));
  float value = 0;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

double double_of(std::string_view bytes) {
  const std::uint64_t bits = little_endian(bytes);
  double value = 0;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

std::optional<double> scalar_of_tensor(std::string_view bytes, bool& broken) {
  constexpr std::uint64_t kFloat = 1;
  constexpr std::uint64_t kDouble = 2;
  std::uint64_t type = 0;
  std::string_view content;
  Message tensor(bytes);
  for (Field field; tensor.next(field);) {
    if (field.number == 1 && field.kind == 0) type = field.whole;
    const bool numbers = field.number == 4 || field.number == 5 || field.number == 6;  // as bytes, floats, doubles
    if (numbers && field.kind != 0) content = field.bytes;
  }
  broken = broken || tensor.broken();
  if (type == kFloat && content.size() == 4) return float_of(content);
  if (type == kDouble && content.size() == 8) return double_of(content);
  return std::nullopt;
}

using Curves = std::map<std::string, std::vector<advisor::LoggedPoint>, std::less<>>;

// False where the message is broken.
bool read_value(std::string_view bytes, double step, Curves& curves) {
  std::string_view tag;
  std::optional<double> scalar;
  bool broken = false;
  Message value(bytes);
  for (Field field; value.next(field);) {
    if (field.number == 1 && field.kind == 2) tag = field.bytes;
    if (field.number == 2 && field.kind == 5) scalar = float_of(field.bytes);
    if (field.number == 8 && field.kind == 2 && !scalar) scalar = scalar_of_tensor(field.bytes, broken);
  }
  if (value.broken() || broken) return false;
  if (!scalar) return true;
  const auto found = curves.find(tag);
  if (found != curves.end()) {
    found->second.push_back({step, *scalar});
  } else if (curves.size() < kMostTags) {
    curves[std::string(tag)].push_back({step, *scalar});
  }
  return true;
}

bool read_event(std::string_view bytes, Curves& curves) {
  double step = 0;  // absent: 0
  std::vector<std::string_view> summaries;
  Message event(bytes);
  for (Field field; event.next(field);) {
    if (field.number == 2 && field.kind == 0) step = static_cast<double>(static_cast<std::int64_t>(field.whole));
    if (field.number == 5 && field.kind == 2) summaries.push_back(field.bytes);
  }
  if (event.broken()) return false;
  for (const std::string_view summary : summaries) {
    Message values(summary);
    for (Field field; values.next(field);) {
      if (field.number == 1 && field.kind == 2 && !read_value(field.bytes, step, curves)) return false;
    }
    if (values.broken()) return false;
  }
  return true;
}

// Of each step the last value that the file has.
void put_in_order(std::vector<advisor::LoggedPoint>& points) {
  const auto earlier = [](const auto& left, const auto& right) { return left.step < right.step; };
  std::stable_sort(points.begin(), points.end(), earlier);
  std::vector<advisor::LoggedPoint> kept;
  for (const advisor::LoggedPoint& point : points) {
    if (!kept.empty() && kept.back().step == point.step) kept.pop_back();
    kept.push_back(point);
  }
  points = std::move(kept);
}

}  // namespace

bool is_event_file(std::string_view bytes) {
  return bytes.size() >= kHeader && little_endian(bytes.substr(8, 4)) == masked_crc(bytes.substr(0, 8));
}

Result<std::vector<NamedCurve>> read_event_file(std::string_view bytes) {
  Curves curves;
  std::size_t at = 0;
  while (bytes.size() - at >= kHeader) {
    const std::string_view rest = bytes.substr(at);
    const std::string place = "the record at byte " + std::to_string(at);
    if (!is_event_file(rest)) return curve_fault(place + " has a length that its checksum does not fit");
    const std::uint64_t length = little_endian(rest.substr(0, 8));
    if (length > rest.size() - kHeader || rest.size() - kHeader - length < kFooter) break;
    const std::string_view data = rest.substr(kHeader, static_cast<std::size_t>(length));
    if (little_endian(rest.substr(kHeader + data.size(), kFooter)) != masked_crc(data)) {
      return curve_fault(place + " has contents that their checksum does not fit");
    }
    if (!read_event(data, curves)) return curve_fault(place + " holds no event");
    at += kHeader + data.size() + kFooter;
  }
  std::vector<NamedCurve> named;
  for (auto& [name, points] : curves) {
    put_in_order(points);
    named.push_back({name, std::move(points)});
  }
  if (named.empty()) return curve_fault("the event file holds no scalar");
  return named;
}

}  // namespace ssem::api::cli
