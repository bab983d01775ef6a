#include <cstdint>
#include <string>
#include <system_error>
#include <utility>

#include "advisor/json/text_writer.h"
#include "api/studies/python_json.h"

namespace ssem::api::studies {
namespace {

using Kind = PythonValue::Kind;

std::string quoted(const std::string& text) {
  advisor::json::TextWriter writer(text.size() + 2);
  writer.value(text);
  return std::move(writer).take();
}

void append(const PythonValue& value, std::string& text) {
  switch (value.kind) {
    case Kind::null:
      text += "null";
      return;
    case Kind::boolean:
      text += value.number != 0.0 ? "true" : "false";
      return;
    case Kind::integer:
    case Kind::real:
      text += value.text;
      return;
    case Kind::text:
      text += quoted(value.text);
      return;
    case Kind::list: {
      const char* separator = "[";
      if (value.items.empty()) text += separator;
      for (const PythonValue& item : value.items) {
        text += std::exchange(separator, ", ");
        append(item, text);
      }
      text += ']';
      return;
    }
    case Kind::dictionary: {
      const char* separator = "{";
      if (value.members.empty()) text += separator;
      for (const PythonMember& member : value.members) {
        text += std::exchange(separator, ", ");
        text += quoted(member.name) + ": ";
        append(member.value, text);
      }
      text += '}';
      return;
    }
  }
}

}  // namespace

std::string to_text(const PythonValue& value) {
  std::string text;
  append(value, text);
  return text;
}

void write_strict(advisor::json::TextWriter& writer, const PythonValue& value) {
  switch (value.kind) {
    case Kind::null:
      writer.value(std::optional<double>());
      return;
    case Kind::boolean:
      writer.value(value.number != 0.0);
      return;
    case Kind::integer: {
      if (const auto whole = whole_number(value)) {
        writer.value(*whole);
        return;
      }
      [[fallthrough]];
    }
    case Kind::real:
      writer.value(value.number);
      return;
    case Kind::text:
      writer.value(value.text);
      return;
    case Kind::list:
      writer.begin_array();
      for (const PythonValue& item : value.items) write_strict(writer, item);
      writer.end_array();
      return;
    case Kind::dictionary:
      writer.begin_object();
      for (const PythonMember& member : value.members) {
        writer.text_key(member.name);
        write_strict(writer, member.value);
      }
      writer.end_object();
      return;
  }
}

}  // namespace ssem::api::studies
