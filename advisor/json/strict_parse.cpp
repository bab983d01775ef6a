#include "advisor/json/strict_parse.h"

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>

#include "advisor/json/quote_for_message.h"
#include "advisor/json/utf8.h"

namespace ssem::advisor::json {
namespace {

using Json = nlohmann::ordered_json;
constexpr std::size_t kMaxReportedDuplicates = 20;
constexpr int kNumberOutOfRange = 406;  // the JSON library's exception id

std::string place(std::string_view text, std::size_t position) {
  const std::string_view before = text.substr(0, position);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  return "line " + std::to_string(line) + ", column " + std::to_string(position - line_start + 1);
}

// The word around a byte, for messages.
std::string_view word_at(std::string_view text, std::size_t position) {
  const auto in_word = [](char letter) {
    return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           letter == '+' || letter == '-' || letter == '.' || letter == '_';
  };
  std::size_t start = position;
  while (start > 0 && in_word(text[start]) && in_word(text[start - 1])) --start;
  std::size_t end = position + 1;
  while (in_word(text[start]) && end < text.size() && in_word(text[end])) ++end;
  return text.substr(start, end - start);
}

// Takes the parser's events. Returning false stops the parser, so neither depth nor size can exhaust anything.
class StrictBuilder {
 public:
  explicit StrictBuilder(std::string_view text) : text_(text) {}

  bool null() { return add(nullptr); }
  bool boolean(bool value) { return add(value); }
  bool number_integer(std::int64_t value) { return add(value); }
  bool number_unsigned(std::uint64_t value) { return add(value); }
  bool number_float(double value, const std::string&) { return add(value); }
  bool string(std::string& value) { return add(std::move(value)); }
  bool binary(Json::binary_t&) { return false; }  // no JSON text holds binary values
  bool start_object(std::size_t) { return open(Json::object()); }
  bool start_array(std::size_t) { return open(Json::array()); }

  bool key(std::string& name) {
    auto& members = open_.back()->get_ref<Json::object_t&>();
    slot_ = &static_cast<Container&>(members).emplace_back(std::move(name), nullptr).second;
    return true;
  }

  bool end_object() {
    report_duplicates(open_.back()->get_ref<const Json::object_t&>());
    open_.pop_back();
    return true;
  }

  bool end_array() {
    open_.pop_back();
    return true;
  }

  template <class Exception>
  bool parse_error(std::size_t bytes_read, const std::string& token, const Exception& error) {
    if (error.id == kNumberOutOfRange) {
      faults_.add(pointer(), "must be a number that a double can hold, got " + quote_for_message(token));
    } else {
      faults_.add(complete() ? "" : pointer(), describe(bytes_read));
    }
    return false;
  }

  Result<Json> finish() && {
    if (!faults_.empty()) return faults_.to_error();
    return std::move(root_);
  }

 private:
  using Container = Json::object_t::Container;  // appends without looking for the name

  bool complete() const { return started_ && open_.empty(); }

  template <class Value>
  bool add(Value&& value) {
    place_value(std::forward<Value>(value));
    return true;
  }

  template <class Value>
  Json* place_value(Value&& value) {
    started_ = true;
    if (open_.empty()) {
      root_ = Json(std::forward<Value>(value));
      return &root_;
    }
    if (open_.back()->is_object()) {
      *slot_ = Json(std::forward<Value>(value));
      return slot_;
    }
    auto& items = open_.back()->get_ref<Json::array_t&>();
    return &items.emplace_back(std::forward<Value>(value));
  }

  bool open(Json container) {
    if (open_.size() >= static_cast<std::size_t>(kMaxDepth)) {
      faults_.add("", "must not be nested deeper than " + std::to_string(kMaxDepth) + " levels");
      return false;
    }
    open_.push_back(place_value(std::move(container)));
    return true;
  }

  // JSON pointer of the innermost container (`inner` false) or of the value being read inside it.
  std::string pointer(bool inner = true) const {
    std::string path;
    for (std::size_t level = 0; level < open_.size(); ++level) {
      const Json& container = *open_[level];
      const bool innermost = level + 1 == open_.size();
      if (innermost && !inner) break;
      if (container.is_array()) {
        path += '/' + std::to_string(container.size() - (innermost ? 0 : 1));
      } else if (!container.empty()) {
        path += pointer_step(container.get_ref<const Json::object_t&>().back().first);
      }
    }
    return path;
  }

  std::string describe(std::size_t bytes_read) const {
    if (bytes_read == 0 || bytes_read > text_.size()) return "must be complete JSON, but the text ends too early";
    const std::size_t position = bytes_read - 1;
    const std::string where = " at " + place(text_, position);
    const std::string_view word = word_at(text_, position);
    if (complete()) return "must be one JSON value, but more text follows it" + where + ": " + quote_for_message(word);
    for (const std::string_view not_finite : {"NaN", "nan", "Infinity", "-Infinity", "inf", "-inf", "-nan"}) {
      if (word == not_finite) return "must be a finite JSON number, got " + std::string(word) + where;
    }
    return "must be valid JSON, got " + quote_for_message(word) + where;
  }

  void report_duplicates(const Json::object_t& members) {
    std::vector<const std::string*> names;
    names.reserve(members.size());
    for (const auto& member : members) names.push_back(&member.first);
    std::sort(names.begin(), names.end(), [](const auto* a, const auto* b) { return *a < *b; });
    for (std::size_t index = 1; index < names.size() && duplicates_ < kMaxReportedDuplicates; ++index) {
      const bool repeats = *names[index] == *names[index - 1];
      if (!repeats || (index > 1 && *names[index] == *names[index - 2])) continue;
      faults_.add(pointer(false) + pointer_step(*names[index]), "must be given once, got it more than once");
      ++duplicates_;
    }
  }

  std::string_view text_;
  Json root_;
  std::vector<Json*> open_;  // containers not closed yet; stable, as only the innermost one grows
  Json* slot_ = nullptr;     // value of the member whose name was read last
  bool started_ = false;
  std::size_t duplicates_ = 0;
  FaultList faults_;
};

// Faults that the parser would overlook or describe badly.
std::optional<std::string> find_text_fault(std::string_view text) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return "must be JSON, got an empty text";
  if (text.substr(0, 3) == "\xEF\xBB\xBF") return "must not begin with a byte order mark";
  if (const auto position = text.find('\0'); position != std::string_view::npos) {
    return "must not hold zero bytes, got one at " + place(text, position);
  }
  if (const auto position = find_broken_utf8(text); position != std::string_view::npos) {
    return "must be UTF-8, got a broken character at " + place(text, position);
  }
  return std::nullopt;
}

}  // namespace

Result<Json> parse_strict(std::string_view text) {
  if (auto fault = find_text_fault(text)) {
    FaultList faults;
    faults.add("", *std::move(fault));
    return faults.to_error();
  }
  StrictBuilder builder(text);
  Json::sax_parse(text.begin(), text.end(), &builder);
  return std::move(builder).finish();
}

}  // namespace ssem::advisor::json
