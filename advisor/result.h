// Result<T>: a value, or every fault of one request at once.
//
// Invalid input travels as an Error. An answer that says "none", "infeasible" or "not converged" is a value of T.
// Nothing here throws.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace ssem {

// The names are the `code` strings of the JSON error body, word for word.
enum class ErrorCode {
  invalid_argument,
  unauthorized,
  forbidden,
  not_found,
  method_not_allowed,
  conflict,
  unprocessable,
  rate_limited,
  internal,
  unavailable,
};

std::string_view name_of(ErrorCode code);

// One broken rule: `path` is a JSON pointer ("/classes"); `message` names the rule and the value given.
struct FieldFault {
  std::string path;
  std::string message;
};

struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;
  std::vector<FieldFault> fields;
  // What programs tell apart within the code ("trial_finished"): a literal, empty where the code says it all.
  std::string_view finer_code = {};
  // Said instead of the message where only the one who runs the server reads it, in the log or at the terminal: it may
  // name files. Empty: the message says it all.
  std::string private_detail = {};

  const std::string& for_operator() const { return private_detail.empty() ? message : private_detail; }
};

// One broken rule of one field, as FaultList would say it.
Error field_error(std::string path, std::string rule);
// The same of a value that is well formed: `unprocessable`, with the rule as the message.
Error unprocessable_field(std::string path, std::string rule);

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}
  Result(Error error) : state_(std::move(error)) {}

  explicit operator bool() const { return state_.index() == 0; }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

// Collects faults while one request is read and checked, so that the user sees all of them together.
class FaultList {
 public:
  void add(std::string path, std::string message) { faults_.push_back({std::move(path), std::move(message)}); }
  // The faults of a part of the request, which stands at `prefix`.
  void add_all(const std::string& prefix, const std::vector<FieldFault>& part) {
    for (const FieldFault& fault : part) add(prefix + fault.path, fault.message);
  }
  bool has(std::string_view path) const {
    for (const FieldFault& fault : faults_) {
      if (fault.path == path) return true;
    }
    return false;
  }
  bool empty() const { return faults_.empty(); }
  const std::vector<FieldFault>& faults() const { return faults_; }
  // An invalid_argument whose message is the only fault, or counts them.
  Error to_error() const;

 private:
  std::vector<FieldFault> faults_;
};

}  // namespace ssem
