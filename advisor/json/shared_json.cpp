#include "advisor/json/shared_json.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace ssem::advisor::json {

SharedJson::SharedJson(nlohmann::ordered_json value) {
  if (!value.is_null()) value_ = std::make_shared<const nlohmann::ordered_json>(std::move(value));
}

const nlohmann::ordered_json& SharedJson::get() const {
  static const nlohmann::ordered_json kNull;
  return value_ == nullptr ? kNull : *value_;
}

}  // namespace ssem::advisor::json
