#include "advisor/json/error_text.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "advisor/json/text_writer.h"

namespace ssem::advisor::json {

void write_error(TextWriter& out, const Error& error, std::string_view code, std::string_view request_id) {
  out.key("error");
  out.begin_object();
  out.field("code", code);
  out.field("message", error.message);
  out.key("fields");
  out.begin_array();
  for (const FieldFault& fault : error.fields) {
    out.begin_object();
    out.field("path", fault.path);
    out.field("message", fault.message);
    out.end_object();
  }
  out.end_array();
  out.field("request_id", request_id);
  out.end_object();
}

std::string to_text(const Error& error, std::string_view request_id) {
  TextWriter out(500 + error.fields.size() * 150);
  out.begin_object();
  write_error(out, error, error.finer_code.empty() ? name_of(error.code) : error.finer_code, request_id);
  out.field("reason", error.message);
  out.end_object();
  return std::move(out).take();
}

nlohmann::ordered_json to_json(const Error& error, std::string_view request_id) {
  return nlohmann::ordered_json::parse(to_text(error, request_id));
}

}  // namespace ssem::advisor::json
