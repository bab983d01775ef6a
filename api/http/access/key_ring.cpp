#include "api/http/access/key_ring.h"

#include <string>
#include <utility>

#include "api/http/access/api_key.h"
#include "api/http/access/sha256.h"

namespace ssem::api::http {
namespace {

constexpr const char* kOnlyName = "default";

}  // namespace

std::vector<KeyEntry> only_key(std::string_view key) {
  if (key.empty()) return {};
  return {{kOnlyName, Access::admin, sha256_hex(key)}};
}

KeyRing::KeyRing(std::vector<KeyEntry> keys) : keys_(std::make_shared<const std::vector<KeyEntry>>(std::move(keys))) {}

KeyRing::Keys KeyRing::keys() const {
  const std::lock_guard lock(mutex_);
  return keys_;
}

void KeyRing::replace(std::vector<KeyEntry> keys) {
  auto next = std::make_shared<const std::vector<KeyEntry>>(std::move(keys));
  const std::lock_guard lock(mutex_);
  keys_ = std::move(next);
}

std::shared_ptr<const KeyEntry> KeyRing::find(std::string_view key) const {
  const Keys known = keys();
  const std::string hash = sha256_hex(key);
  const KeyEntry* found = nullptr;
  for (const KeyEntry& entry : *known) {
    if (constant_time_equal(entry.sha256, hash)) found = &entry;
  }
  return found == nullptr ? nullptr : std::shared_ptr<const KeyEntry>(known, found);
}

}  // namespace ssem::api::http
