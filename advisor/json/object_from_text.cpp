#include <nlohmann/json.hpp>

#include "advisor/json/field_names.h"
#include "advisor/json/quote_for_message.h"
#include "advisor/json/strict_parse.h"

namespace ssem::advisor::json {
namespace {

using Json = nlohmann::ordered_json;
constexpr std::size_t kMaxFields = 100;

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }

// The number grammar of RFC 8259, section 6.
bool is_json_number(std::string_view text) {
  std::size_t at = 0;
  const auto peek = [&] { return at < text.size() ? text[at] : '\0'; };
  const auto skip_digits = [&] {
    const std::size_t start = at;
    while (is_digit(peek())) ++at;
    return at > start;
  };
  if (peek() == '-') ++at;
  const bool leading_zero = peek() == '0';
  const std::size_t first_digit = at;
  if (!skip_digits() || (leading_zero && at > first_digit + 1)) return false;
  if (peek() == '.') {
    ++at;
    if (!skip_digits()) return false;
  }
  if (peek() == 'e' || peek() == 'E') {
    ++at;
    if (peek() == '+' || peek() == '-') ++at;
    if (!skip_digits()) return false;
  }
  return at == text.size();
}

Json scalar_from_text(const std::string& text) {
  if (text == "true" || text == "false") return text == "true";
  // People type .5 where JSON wants 0.5.
  const std::size_t first = text.starts_with('-') ? 1 : 0;
  const std::string number = text.substr(first, 1) == "." ? text.substr(0, first) + '0' + text.substr(first) : text;
  if (is_json_number(number)) {
    if (auto parsed = parse_strict(number)) return std::move(parsed).value();
  }
  return text;  // a number beyond every double stays text too, and the reader says that it is no number
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

Json list_from_text(std::string_view text) {
  Json list = Json::array();
  if (text.empty()) return list;
  for (;;) {
    const std::size_t comma = text.find(',');
    list.push_back(scalar_from_text(std::string(trimmed(text.substr(0, comma)))));
    if (comma == std::string_view::npos) return list;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace

Result<Json> object_from_text(const std::vector<std::pair<std::string, std::string>>& fields) {
  FaultList faults;
  Json object = Json::object();
  if (fields.size() > kMaxFields) {
    faults.add("", "must have at most " + std::to_string(kMaxFields) + " fields, got " + std::to_string(fields.size()));
    return faults.to_error();
  }
  for (const auto& [name, text] : fields) {
    if (object.contains(name)) {
      const std::string path = pointer_step(name);
      if (!faults.has(path)) faults.add(path, "must be given once, got it more than once");
      continue;
    }
    object[name] = name == kClassCountsField ? list_from_text(text) : scalar_from_text(text);
  }
  if (!faults.empty()) return faults.to_error();
  return object;
}

}  // namespace ssem::advisor::json
