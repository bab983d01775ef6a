#include "api/http/message/file_response.h"

#include <algorithm>
#include <fstream>
#include <utility>
#include <vector>

namespace ssem::api::http {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{64} << 10U;

}  // namespace

std::optional<Response> file_response(const std::filesystem::path& path, std::string content_type,
                                      std::shared_ptr<const void> kept) {
  const auto file = std::make_shared<std::ifstream>(path, std::ios::binary | std::ios::ate);
  const std::streamoff bytes = file->is_open() ? static_cast<std::streamoff>(file->tellg()) : -1;
  if (bytes < 0) return std::nullopt;
  file->seekg(0);
  Response response;
  response.content_type = std::move(content_type);
  response.stream_bytes = static_cast<std::uint64_t>(bytes);
  response.stream = [file, kept = std::move(kept),
                     left = static_cast<std::uint64_t>(bytes)](const StreamWriter& write) mutable {
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

}  // namespace ssem::api::http
