// A JSON value that is parsed once and then passed on: read, never changed, copied for the price of a pointer.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>

namespace ssem::advisor::json {

// Thread safe as any immutable value.
class SharedJson {
 public:
  SharedJson() = default;  // null
  explicit SharedJson(nlohmann::ordered_json value);

  bool is_null() const { return value_ == nullptr; }
  const nlohmann::ordered_json& get() const;

 private:
  std::shared_ptr<const nlohmann::ordered_json> value_;
};

}  // namespace ssem::advisor::json
