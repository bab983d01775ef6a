#include "api/processes/secret_variables.h"

#include <algorithm>
#include <array>
#include <string>

namespace ssem::api::processes {
namespace {

constexpr std::array<std::string_view, 15> kParts = {
    "SECRET",  "PASSWORD",   "PASSWD",      "PASSPHRASE", "TOKEN",        "CREDENTIAL",        "APIKEY",
    "API_KEY", "ACCESS_KEY", "PRIVATE_KEY", "AUTH_KEY",   "DATABASE_URL", "CONNECTION_STRING", "_DSN",
    "_PASS"};
constexpr std::array<std::string_view, 4> kBeginnings = {"AWS_", "AZURE_", "GOOGLE_", "GCP_"};
constexpr std::string_view kEnding = "_KEY";

}  // namespace

bool is_secret_variable(std::string_view name) {
  std::string upper(name);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  const auto has = [&](std::string_view part) { return upper.find(part) != std::string::npos; };
  const auto begins = [&](std::string_view part) { return upper.compare(0, part.size(), part) == 0; };
  const bool ends =
      upper.size() >= kEnding.size() && upper.compare(upper.size() - kEnding.size(), kEnding.size(), kEnding) == 0;
  return ends || std::any_of(kParts.begin(), kParts.end(), has) ||
         std::any_of(kBeginnings.begin(), kBeginnings.end(), begins);
}

}  // namespace ssem::api::processes
