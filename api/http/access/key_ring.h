// The API keys in force: one of the command line, or those of a file, exchanged while the server runs.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "api/http/access/key_file.h"
#include "api/http/message/message.h"

namespace ssem::api::http {

// A single key, which may do everything; none for an empty one.
std::vector<KeyEntry> only_key(std::string_view key);

// Thread safe. Requests keep the keys that they found.
class KeyRing {
 public:
  using Keys = std::shared_ptr<const std::vector<KeyEntry>>;

  // Without keys everyone is let in.
  KeyRing() : KeyRing(std::vector<KeyEntry>{}) {}
  explicit KeyRing(std::vector<KeyEntry> keys);

  bool is_empty() const { return keys()->empty(); }
  void replace(std::vector<KeyEntry> keys);

  // Takes a time that depends on the number of keys only.
  std::shared_ptr<const KeyEntry> find(std::string_view key) const;

 private:
  Keys keys() const;

  mutable std::mutex mutex_;
  Keys keys_;
};

}  // namespace ssem::api::http
