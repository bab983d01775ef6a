#include "api/http/connections/chunked_body.h"

#include <algorithm>
#include <charconv>

#include "api/http/connections/wire_text.h"

namespace ssem::api::http {
namespace {

constexpr std::size_t kLongestLine = 256;  // of a chunk's size with its extensions, and of a trailer
constexpr std::size_t kMostTrailers = 4096;

}  // namespace

ChunkedBody::State ChunkedBody::take(std::string& received, std::string& body) {
  std::string_view rest = received;
  State state = State::incomplete;
  std::size_t before = 0;
  do {
    before = rest.size();
    const Part part = part_;
    state = step(rest, body);
    if (state == State::incomplete && rest.size() == before && part == part_) break;
  } while (state == State::incomplete);
  received.erase(0, received.size() - rest.size());
  return state;
}

ChunkedBody::State ChunkedBody::step(std::string_view& rest, std::string& body) {
  if (part_ == Part::data) {
    const std::size_t count = std::min(left_, rest.size());
    body.append(rest.substr(0, count));
    rest.remove_prefix(count);
    left_ -= count;
    if (left_ == 0) part_ = Part::data_end;
    return State::incomplete;
  }
  if (part_ == Part::data_end) {
    if (kLineEnd.substr(0, rest.size()) != rest.substr(0, kLineEnd.size())) return State::malformed;
    if (rest.size() < kLineEnd.size()) return State::incomplete;
    rest.remove_prefix(kLineEnd.size());
    part_ = Part::size_line;
    return State::incomplete;
  }
  const std::size_t end = rest.find(kLineEnd);
  const std::string_view line = rest.substr(0, std::min(end, rest.size()));
  const bool may_end_here = end == std::string_view::npos && !line.empty() && line.back() == '\r';
  const std::string_view seen = may_end_here ? line.substr(0, line.size() - 1) : line;
  if (seen.size() > kLongestLine || std::any_of(seen.begin(), seen.end(), is_control)) return State::malformed;
  if (end == std::string_view::npos) return State::incomplete;
  rest.remove_prefix(end + kLineEnd.size());
  if (part_ == Part::trailer) {
    trailers_ += line.size();
    if (trailers_ > kMostTrailers) return State::malformed;
    if (line.empty()) part_ = Part::ended;
    return line.empty() ? State::complete : State::incomplete;
  }
  const State state = read_size(line);
  return state == State::incomplete && left_ > most_ - std::min(most_, body.size()) ? State::too_large : state;
}

ChunkedBody::State ChunkedBody::read_size(std::string_view line) {
  const auto [end, fault] = std::from_chars(line.data(), line.data() + line.size(), left_, 16);
  const std::string_view after = line.substr(static_cast<std::size_t>(end - line.data()));
  if (fault == std::errc::result_out_of_range) return State::too_large;
  if (fault != std::errc() || (!after.empty() && after.front() != ';')) return State::malformed;
  part_ = left_ == 0 ? Part::trailer : Part::data;
  return State::incomplete;
}

}  // namespace ssem::api::http
