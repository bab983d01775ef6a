#include <cmath>
#include <nlohmann/json.hpp>

#include "advisor/json/strict_parse.h"

namespace ssem::advisor::json {

std::string dump(const nlohmann::ordered_json& value) {
  return value.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

nlohmann::ordered_json number(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  return value;
}

}  // namespace ssem::advisor::json
