// Writes JSON text in one pass, without building a tree: answers are written thousands of times a second.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ssem::advisor::json {

// Numbers read back exactly; those that are not finite become the strings "inf", "-inf", "nan". Broken UTF-8 in a
// string becomes U+FFFD. Commas are set by the writer; the caller balances begin and end.
class TextWriter {
 public:
  explicit TextWriter(std::size_t expected_bytes) { text_.reserve(expected_bytes); }

  void begin_object() { open('{'); }
  void end_object() { text_ += '}'; }
  void begin_array() { open('['); }
  void end_array() { text_ += ']'; }

  // `name` needs no escaping.
  void key(std::string_view name) {
    separate();
    text_ += '"';
    text_ += name;
    text_ += "\":";
  }

  // Any text as a name.
  void text_key(std::string_view name) {
    value(name);
    text_ += ':';
  }

  void value(double number);
  void value(std::int64_t number);
  void value(bool flag);
  void value(std::string_view text);
  void value(const std::string& text) { value(std::string_view(text)); }
  void value(const char* text) { value(std::string_view(text)); }

  template <class T>
  void value(const std::optional<T>& maybe) {
    if (maybe) {
      value(*maybe);
    } else {
      null();
    }
  }

  template <class T>
  void value(const std::vector<T>& items) {
    begin_array();
    for (const T& item : items) value(item);
    end_array();
  }

  // A value that is JSON already.
  void raw(std::string_view json) {
    separate();
    text_ += json;
  }

  template <class T>
  void field(std::string_view name, const T& content) {
    key(name);
    value(content);
  }

  std::string take() && { return std::move(text_); }

 private:
  void null();
  void open(char bracket) {
    separate();
    text_ += bracket;
  }
  void separate() {
    if (text_.empty()) return;
    const char last = text_.back();
    if (last != '{' && last != '[' && last != ':') text_ += ',';
  }

  std::string text_;
};

}  // namespace ssem::advisor::json
