// One connection's incoming bytes, put together to whole requests. Knows nothing of sockets.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "api/http/connections/byte_budget.h"
#include "api/http/connections/chunked_body.h"
#include "api/http/connections/connection_settings.h"
#include "api/http/connections/request_head.h"

namespace ssem::api::http {

class Reception {
 public:
  enum class State { idle, in_head, in_body, complete, refused };

  // Both outlive it; the budget is for what bodies hold beyond kFreeBodyBytes.
  Reception(const ConnectionSettings& settings, ByteBudget& budget) : settings_(settings), budget_(budget) {}

  // So much of each body is held whatever others hold: a request of the usual size is never refused for large ones.
  static constexpr std::size_t kFreeBodyBytes = 64UL * 1024;

  void receive(const char* bytes, std::size_t count) { received_.append(bytes, count); }
  // How far it has come. Refused: `refusal()` says with which status; the connection can only be ended.
  State look();
  int refusal() const { return refusal_; }

  // Once, when the client waits for "100 Continue" before it sends its body.
  bool take_wish_to_continue();
  bool has_leftover() const { return !received_.empty(); }

  // What has come of a refused request's first line: its head, or what was received of it.
  std::string_view first_line() const;

  // Of a complete request.
  const std::string& head() const { return head_; }
  const std::string& method() const { return method_; }
  const std::string& body() const { return body_; }
  bool asks_to_close() const { return framing_.asks_to_close; }

  // Forgets the request that was answered; what came behind it stays.
  void next();

 private:
  State refuse(int status);
  State look_for_head();
  State look_for_body();

  const ConnectionSettings& settings_;
  ByteBudget& budget_;
  std::string received_;
  std::string head_;  // empty until it is whole
  std::string method_;
  std::string body_;
  std::size_t seen_ = 0;  // bytes of `received_` that hold no end of the head
  int refusal_ = 0;
  bool wishes_to_continue_ = false;
  RequestHead framing_;
  std::optional<ChunkedBody> chunks_;
  ByteBudget::Share held_;
};

}  // namespace ssem::api::http
