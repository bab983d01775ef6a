// Who a request comes from, and whether it may do what it asks for: address, key, role, and how often.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "advisor/result.h"
#include "api/http/access/client_address.h"
#include "api/http/access/key_ring.h"
#include "api/http/access/rate_limiter.h"
#include "api/http/access/role.h"
#include "api/http/message/message.h"

namespace ssem::api::http {

struct DoorRules {
  TrustedProxies proxies;
  ProxyHeader proxy_header = ProxyHeader::x_forwarded_for;
  double requests_per_second = 0;  // of one key, and of one address; 0: no limit
};

// Why a request is not let in, and after how many seconds it may try again (0: never as it is).
struct Turned {
  Error error;
  int retry_after = 0;
};

// Thread safe.
class Doorkeeper {
 public:
  using Clock = RateLimiter::Clock;
  // An address may bring so many wrong keys, then one in kWrongKeyPause.
  static constexpr double kWrongKeys = 10;
  static constexpr double kWrongKeyPause = 6;  // seconds

  explicit Doorkeeper(KeyRing& keys, DoorRules rules = {});

  std::string address_of(const Request& request) const;

  // `key` is set once one is known, also where its role does not reach.
  std::optional<Turned> admit(const Request& request, const std::string& address, Access needed,
                              std::shared_ptr<const KeyEntry>& key);

 private:
  std::optional<Turned> check_key(std::string_view presented, const std::string& block, Access needed,
                                  std::shared_ptr<const KeyEntry>& key);
  std::optional<Turned> check_rate(const std::string& block, const KeyEntry* key);

  KeyRing& keys_;
  const DoorRules rules_;
  RateLimiter wrong_keys_{1 / kWrongKeyPause, kWrongKeys};
  RateLimiter requests_;
};

}  // namespace ssem::api::http
