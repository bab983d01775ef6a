#include "api/http/connections/reception.h"

#include <algorithm>
#include <utility>

#include "api/http/connections/wire_text.h"
#include "api/http/message/byte_range.h"

namespace ssem::api::http {
namespace {

constexpr int kTooLarge = 413;
constexpr int kTargetTooLong = 414;
constexpr int kHeadTooLarge = 431;
constexpr int kUnavailable = 503;
constexpr std::size_t kKeptCapacity = 4096;  // of an idle connection's buffer

// Clients of old send an empty line behind a body (RFC 9112, 2.2).
void drop_empty_lines(std::string& received) {
  std::size_t dropped = 0;
  while (received.compare(dropped, kLineEnd.size(), kLineEnd) == 0) dropped += kLineEnd.size();
  received.erase(0, dropped);
}

// The HTTP library refuses Range headers that are to be ignored (RFC 9110, 14.2).
void rename_range(std::string& head) {
  constexpr std::string_view kName = "range:";
  for (std::size_t end = head.find(kLineEnd); end != std::string::npos; end = head.find(kLineEnd, end + 1)) {
    const std::size_t start = end + kLineEnd.size();
    const bool is_range = head.size() - start >= kName.size() &&
                          std::equal(kName.begin(), kName.end(), head.begin() + static_cast<std::ptrdiff_t>(start),
                                     [](char name, char c) { return name == (c >= 'A' && c <= 'Z' ? c + 32 : c); });
    if (is_range) head.replace(start, kName.size() - 1, kReceivedRange);
  }
}

}  // namespace

Reception::State Reception::refuse(int status) {
  refusal_ = status;
  return State::refused;
}

Reception::State Reception::look() {
  if (refusal_ != 0) return State::refused;
  return head_.empty() ? look_for_head() : look_for_body();
}

Reception::State Reception::look_for_head() {
  if (seen_ == 0) drop_empty_lines(received_);
  if (received_.empty()) return State::idle;
  if (received_ == kLineEnd.substr(0, 1)) return State::in_head;  // half an empty line, perhaps
  const HeadEnd end = find_head_end(received_, seen_ - std::min<std::size_t>(seen_, 1));
  if (!end.is_found || end.size > settings_.max_head_bytes) {
    seen_ = received_.size();
    if (std::max(end.size, seen_) <= settings_.max_head_bytes) return State::in_head;
    return refuse(received_.find(kLineEnd) < settings_.max_head_bytes ? kHeadTooLarge : kTargetTooLong);
  }
  framing_ = read_head(std::string_view(received_).substr(0, end.size));
  if (framing_.refusal != 0) return refuse(framing_.refusal);
  if (framing_.content_length > settings_.max_body_bytes) return refuse(kTooLarge);
  head_ = received_.substr(0, end.size);
  method_ = head_.substr(0, head_.find(' '));
  // The HTTP library knows no QUERY. No path answers the one or the other.
  if (method_ == "QUERY") head_.replace(0, method_.size(), "TRACE");
  rename_range(head_);
  received_.erase(0, end.size);
  seen_ = 0;
  if (framing_.is_chunked) chunks_.emplace(settings_.max_body_bytes);
  wishes_to_continue_ = framing_.expects_continue && received_.empty();
  return look_for_body();
}

Reception::State Reception::look_for_body() {
  bool is_complete = false;
  if (chunks_) {
    const ChunkedBody::State state = chunks_->take(received_, body_);
    if (state == ChunkedBody::State::malformed) return refuse(400);
    if (state == ChunkedBody::State::too_large) return refuse(kTooLarge);
    is_complete = state == ChunkedBody::State::complete;
  } else {
    const std::size_t count = std::min(framing_.content_length - body_.size(), received_.size());
    body_.append(received_, 0, count);
    received_.erase(0, count);
    is_complete = body_.size() == framing_.content_length;
  }
  if (body_.size() > kFreeBodyBytes && !held_.grow_to(budget_, body_.size())) return refuse(kUnavailable);
  return is_complete ? State::complete : State::in_body;
}

std::string_view Reception::first_line() const {
  const std::string_view all = head_.empty() ? received_ : head_;
  return all.substr(0, all.find_first_of(kLineEnd));
}

bool Reception::take_wish_to_continue() { return std::exchange(wishes_to_continue_, false); }

void Reception::next() {
  head_.clear();
  body_ = {};
  chunks_.reset();
  framing_ = {};
  held_ = {};
  if (received_.capacity() > kKeptCapacity) received_.shrink_to_fit();
  if (head_.capacity() > kKeptCapacity) head_ = {};
}

}  // namespace ssem::api::http
