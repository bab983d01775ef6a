#include "api/http/observe/request_id.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <random>

namespace ssem::api::http {
namespace {

constexpr std::size_t kMaxLength = 64;

void append_hex(std::string& text, std::uint32_t value) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (int shift = 28; shift >= 0; shift -= 4) text.push_back(kDigits[(value >> static_cast<unsigned>(shift)) & 0xFU]);
}

}  // namespace

bool is_sane_request_id(std::string_view id) {
  return !id.empty() && id.size() <= kMaxLength && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' ||
           c == '_';
  });
}

std::string new_request_id() {
  static const std::uint32_t kPrefix = std::random_device{}();
  static std::atomic<std::uint32_t> counter{0};
  std::string id;
  id.reserve(16);
  append_hex(id, kPrefix);
  append_hex(id, counter.fetch_add(1, std::memory_order_relaxed));
  return id;
}

}  // namespace ssem::api::http
