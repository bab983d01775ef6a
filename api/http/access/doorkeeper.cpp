#include "api/http/access/doorkeeper.h"

#include <cmath>
#include <utility>

#include "api/http/access/api_key.h"

namespace ssem::api::http {
namespace {

// A burst of two seconds, since clients send several requests for one thing that a person does.
constexpr double kBurstSeconds = 2;

Turned too_often(const char* what, RateLimiter::Seconds wait) {
  return {{ErrorCode::rate_limited, what, {}}, static_cast<int>(std::ceil(wait.count()))};
}

}  // namespace

Doorkeeper::Doorkeeper(KeyRing& keys, DoorRules rules)
    : keys_(keys),
      rules_(std::move(rules)),
      requests_(rules_.requests_per_second, kBurstSeconds * rules_.requests_per_second) {}

std::string Doorkeeper::address_of(const Request& request) const {
  return client_address(request, rules_.proxies, rules_.proxy_header);
}

std::optional<Turned> Doorkeeper::admit(const Request& request, const std::string& address, Access needed,
                                        std::shared_ptr<const KeyEntry>& key) {
  if (needed == Access::open) return std::nullopt;
  const std::string block = address_block(address);
  if (!keys_.is_empty()) {
    if (auto turned = check_key(presented_key(request), block, needed, key)) return turned;
  }
  return check_rate(block, key.get());
}

std::optional<Turned> Doorkeeper::check_key(std::string_view presented, const std::string& block, Access needed,
                                            std::shared_ptr<const KeyEntry>& key) {
  constexpr const char* kHow = "send an API key as Authorization: Bearer KEY or X-API-Key: KEY";
  if (presented.empty()) return Turned{{ErrorCode::unauthorized, kHow, {}}};
  // Before the key is looked at: an answer to a guess is what guessing lives on.
  const auto now = Clock::now();
  constexpr const char* kSlowed = "this address sent too many wrong API keys";
  if (const auto wait = wrong_keys_.wait(block, now); wait.count() > 0) return too_often(kSlowed, wait);
  key = keys_.find(presented);
  if (key == nullptr) {
    wrong_keys_.take(block, now);
    return Turned{{ErrorCode::unauthorized, std::string("there is no such API key; ") + kHow, {}}};
  }
  if (key->role >= needed) return std::nullopt;
  return Turned{{ErrorCode::forbidden,
                 "this needs an API key with the role " + std::string(name(needed)) + "; " + key->name + " has " +
                     std::string(name(key->role)),
                 {}}};
}

std::optional<Turned> Doorkeeper::check_rate(const std::string& block, const KeyEntry* key) {
  if (rules_.requests_per_second <= 0) return std::nullopt;
  const auto now = Clock::now();
  if (const auto wait = requests_.take("address " + block, now); wait.count() > 0) {
    return too_often("more requests a second than this server takes from an address", wait);
  }
  if (key == nullptr) return std::nullopt;
  if (const auto wait = requests_.take("key " + key->name, now); wait.count() > 0) {
    return too_often("more requests a second than this server takes with one API key", wait);
  }
  return std::nullopt;
}

}  // namespace ssem::api::http
