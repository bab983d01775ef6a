// Any text as the spec of a training run or an audit: it is read, or every fault has a place and a reason.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string_view>

#include "advisor/json/strict_parse.h"
#include "trainer/audit/audit_spec.h"
#include "trainer/spec/read_spec.h"
#include "trainer/spec/spec_json.h"

namespace {

void expect(bool condition) {
  if (!condition) std::abort();
}

void check_faults(const ssem::Error& error) {
  expect(error.code == ssem::ErrorCode::invalid_argument && !error.fields.empty());
  for (const ssem::FieldFault& fault : error.fields) expect(!fault.message.empty() && fault.message.size() < 1000);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto body = ssem::advisor::json::parse_strict({reinterpret_cast<const char*>(data), size});
  if (!body) return 0;
  const auto spec = ssem::trainer::read_spec(body.value());
  if (!spec) check_faults(spec.error());
  const auto audit = ssem::trainer::read_audit_spec(body.value());
  if (!audit) check_faults(audit.error());
  return 0;
}
