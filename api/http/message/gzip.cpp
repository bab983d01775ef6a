#include "api/http/message/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <limits>
#include <utility>

namespace ssem::api::http {
namespace {

constexpr int kWithGzipHeader = 15 + 16;  // the largest window; gzip, not zlib
constexpr int kMemoryLevel = 8;
constexpr std::size_t kWorthIt = 1400;  // what is shorter fits into one packet anyway
constexpr std::size_t kUnpackedPiece = std::size_t{64} << 10U;

// zlib only reads what it is given, but its interface has no const.
Bytef* bytes_of(std::string_view text) { return reinterpret_cast<Bytef*>(const_cast<char*>(text.data())); }

uInt part_of(std::size_t bytes) {
  return static_cast<uInt>(std::min<std::size_t>(bytes, std::numeric_limits<uInt>::max()));
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& letter : result) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return result;
}

// "q=0", "q=0.000"
bool is_refused(std::string_view parameters) {
  const std::string text = lower(parameters);
  const std::size_t weight = text.find("q=");
  if (weight == std::string::npos) return false;
  const std::string_view value = trimmed(std::string_view(text).substr(weight + 2));
  return !value.empty() && value.find_first_not_of("0.") == std::string_view::npos;
}

}  // namespace

std::string gzip(std::string_view bytes) {
  z_stream stream{};
  if (::deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, kWithGzipHeader, kMemoryLevel, Z_DEFAULT_STRATEGY) != Z_OK) {
    return {};
  }
  std::string packed(::deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
  stream.next_in = bytes_of(bytes);
  stream.next_out = bytes_of(packed);
  std::size_t left = bytes.size();
  int state = Z_OK;
  while (state == Z_OK) {
    stream.avail_in = part_of(left);
    stream.avail_out = part_of(packed.size() - stream.total_out);
    const uInt given = stream.avail_in;
    state = ::deflate(&stream, given == left ? Z_FINISH : Z_NO_FLUSH);
    left -= given - stream.avail_in;
  }
  packed.resize(state == Z_STREAM_END ? stream.total_out : 0);
  ::deflateEnd(&stream);
  return packed;
}

Unpacked gunzip(std::string_view packed, std::size_t most, std::string& bytes) {
  bytes.clear();
  z_stream stream{};
  if (::inflateInit2(&stream, kWithGzipHeader) != Z_OK) return Unpacked::broken;
  stream.next_in = bytes_of(packed);
  std::size_t left = packed.size();
  std::string piece(kUnpackedPiece, '\0');
  Unpacked result = Unpacked::broken;
  for (;;) {
    stream.avail_in = part_of(left);
    const uInt given = stream.avail_in;
    stream.next_out = bytes_of(piece);
    stream.avail_out = part_of(piece.size());
    const int state = ::inflate(&stream, Z_NO_FLUSH);
    left -= given - stream.avail_in;
    const std::size_t made = piece.size() - stream.avail_out;
    if (bytes.size() + made > most) {
      result = Unpacked::too_large;
      break;
    }
    bytes.append(piece, 0, made);
    if (state == Z_STREAM_END) {
      result = left == 0 ? Unpacked::whole : Unpacked::broken;  // one member, and nothing behind it
      break;
    }
    if (state != Z_OK) break;
  }
  ::inflateEnd(&stream);
  return result;
}

bool takes_gzip(std::string_view accept_encoding) {
  while (!accept_encoding.empty()) {
    const std::size_t comma = accept_encoding.find(',');
    const std::string_view entry = accept_encoding.substr(0, comma);
    const std::size_t semicolon = entry.find(';');
    const std::string coding = lower(trimmed(entry.substr(0, semicolon)));
    if (coding == "gzip" || coding == "x-gzip") {
      return semicolon == std::string_view::npos || !is_refused(entry.substr(semicolon));
    }
    if (comma == std::string_view::npos) break;
    accept_encoding.remove_prefix(comma + 1);
  }
  return false;
}

void pack(Response& response, std::string_view accept_encoding) {
  constexpr std::array<std::string_view, 3> kTexts = {"application/json", "text/csv; charset=utf-8",
                                                      "text/plain; version=0.0.4; charset=utf-8"};
  const std::string_view body = response.constant_body.empty() ? response.body : response.constant_body;
  if (response.stream || body.size() < kWorthIt) return;
  if (std::find(kTexts.begin(), kTexts.end(), response.content_type) == kTexts.end()) return;
  response.headers.emplace_back("Vary", "Accept-Encoding");
  if (!takes_gzip(accept_encoding)) return;
  std::string packed = gzip(body);
  if (packed.empty()) return;
  response.body = std::move(packed);
  response.constant_body = {};
  response.headers.emplace_back("Content-Encoding", "gzip");
}

}  // namespace ssem::api::http
