// Values as Python prints them.
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "api/http/dashboard/dashboard_text.h"

namespace ssem::api::http {
namespace {

using Kind = studies::PythonValue::Kind;

constexpr std::size_t kMaxShownBytes = 1024;

// Not in the middle of a character.
std::string cut(std::string text) {
  if (text.size() <= kMaxShownBytes) return text;
  std::size_t end = kMaxShownBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  text.resize(end);
  return text;
}

}  // namespace

std::string python_float(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  std::array<char, 32> buffer{};
  const auto scientific =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific);
  std::string text(buffer.data(), scientific.ptr);
  const int exponent = std::atoi(text.c_str() + text.find('e') + 1);
  if (exponent < -4 || exponent >= 16) return text;
  std::array<char, 64> plain{};
  const auto fixed = std::to_chars(plain.data(), plain.data() + plain.size(), value, std::chars_format::fixed);
  std::string shown(plain.data(), fixed.ptr);
  if (shown.find('.') == std::string::npos) shown += ".0";
  return shown;
}

std::string python_str(const studies::PythonValue& value) {
  switch (value.kind) {
    case Kind::null:
      return "None";
    case Kind::boolean:
      return value.number != 0.0 ? "True" : "False";
    case Kind::integer:
      return value.text;
    case Kind::real:
      return python_float(value.number);
    case Kind::text:
      return value.text;
    case Kind::list:
    case Kind::dictionary:
      return studies::to_text(value);
  }
  return {};
}

std::string shown_attribute(const std::string& value_json) {
  const auto value = studies::parse_python_json(value_json);
  if (!value) return cut(value_json);
  switch (value.value().kind) {
    case Kind::text:
    case Kind::boolean:
    case Kind::integer:
    case Kind::real:
      return python_str(value.value());
    default:
      return cut(studies::to_text(value.value()));
  }
}

}  // namespace ssem::api::http
