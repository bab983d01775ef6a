#include "api/http/message/file_response.h"

#include <algorithm>
#include <fstream>
#include <utility>
#include <vector>

#include "api/http/message/byte_range.h"
#include "api/http/message/error_response.h"

namespace ssem::api::http {
namespace {

constexpr int kPartialContent = 206;
constexpr int kNoSuchRange = 416;
constexpr std::size_t kPieceBytes = std::size_t{64} << 10U;

struct OpenFile {
  std::shared_ptr<std::ifstream> stream;  // null where it cannot be opened
  std::uint64_t bytes = 0;
};

OpenFile open_file(const std::filesystem::path& path) {
  auto stream = std::make_shared<std::ifstream>(path, std::ios::binary | std::ios::ate);
  const std::streamoff bytes = stream->is_open() ? static_cast<std::streamoff>(stream->tellg()) : -1;
  if (bytes < 0) return {};
  return {std::move(stream), static_cast<std::uint64_t>(bytes)};
}

Response part_of(const std::shared_ptr<std::ifstream>& file, std::uint64_t first, std::uint64_t count,
                 std::string content_type, std::shared_ptr<const void> kept) {
  file->seekg(static_cast<std::streamoff>(first));
  Response response;
  response.content_type = std::move(content_type);
  response.stream_bytes = count;
  response.stream = [file, kept = std::move(kept), left = count](const StreamWriter& write) mutable {
    std::vector<char> piece(kPieceBytes);
    while (left > 0) {
      file->read(piece.data(), static_cast<std::streamsize>(std::min<std::uint64_t>(piece.size(), left)));
      const auto got = static_cast<std::size_t>(file->gcount());
      if (got == 0 || !write({piece.data(), got})) return;
      left -= got;
    }
  };
  return response;
}

}  // namespace

std::optional<Response> file_response(const std::filesystem::path& path, std::string content_type,
                                      std::shared_ptr<const void> kept) {
  const OpenFile file = open_file(path);
  if (!file.stream) return std::nullopt;
  return part_of(file.stream, 0, file.bytes, std::move(content_type), std::move(kept));
}

std::optional<Response> file_response(const Request& request, const std::filesystem::path& path,
                                      std::string content_type) {
  const OpenFile file = open_file(path);
  if (!file.stream) return std::nullopt;
  const ByteRange range = asked_range(request, file.bytes);
  const std::string size = std::to_string(file.bytes);
  Response response;
  if (range.kind == ByteRange::Kind::unsatisfiable) {
    response = library_refusal(kNoSuchRange, request.request_id);
    response.headers.emplace_back("Content-Range", "bytes */" + size);
  } else {
    response = part_of(file.stream, range.first, range.count, std::move(content_type), {});
  }
  if (range.kind == ByteRange::Kind::part) {
    response.status = kPartialContent;
    const std::string last = std::to_string(range.first + range.count - 1);
    response.headers.emplace_back("Content-Range", "bytes " + std::to_string(range.first) + "-" + last + "/" + size);
  }
  response.headers.emplace_back("Accept-Ranges", "bytes");
  return response;
}

}  // namespace ssem::api::http
