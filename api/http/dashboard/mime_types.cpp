#include "api/http/dashboard/mime_types.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace ssem::api::http {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

constexpr std::array<Pair, 5> kEncodings = {
    {{".Z", "compress"}, {".br", "br"}, {".bz2", "bzip2"}, {".gz", "gzip"}, {".xz", "xz"}}};
constexpr std::array<Pair, 4> kShort = {
    {{".tgz", ".tar.gz"}, {".tbz2", ".tar.bz2"}, {".txz", ".tar.xz"}, {".svgz", ".svg.gz"}}};
constexpr std::array<Pair, 38> kMimeTypes = {{
    {".aac", "audio/aac"},
    {".avi", "video/x-msvideo"},
    {".bin", "application/octet-stream"},
    {".bmp", "image/bmp"},
    {".css", "text/css"},
    {".csv", "text/csv"},
    {".gif", "image/gif"},
    {".h5", "application/x-hdf5"},
    {".htm", "text/html"},
    {".html", "text/html"},
    {".ico", "image/vnd.microsoft.icon"},
    {".jpeg", "image/jpeg"},
    {".jpg", "image/jpeg"},
    {".js", "text/javascript"},
    {".json", "application/json"},
    {".mjs", "text/javascript"},
    {".mov", "video/quicktime"},
    {".mp3", "audio/mpeg"},
    {".mp4", "video/mp4"},
    {".mpeg", "video/mpeg"},
    {".pdf", "application/pdf"},
    {".png", "image/png"},
    {".ps", "application/postscript"},
    {".py", "text/x-python"},
    {".sh", "application/x-sh"},
    {".svg", "image/svg+xml"},
    {".tar", "application/x-tar"},
    {".tex", "application/x-tex"},
    {".tif", "image/tiff"},
    {".tiff", "image/tiff"},
    {".tsv", "text/tab-separated-values"},
    {".txt", "text/plain"},
    {".wasm", "application/wasm"},
    {".wav", "audio/x-wav"},
    {".webm", "video/webm"},
    {".xhtml", "application/xhtml+xml"},
    {".xml", "text/xml"},
    {".zip", "application/zip"},
}};

template <std::size_t N>
std::optional<std::string_view> found_in(const std::array<Pair, N>& table, std::string_view ending) {
  const auto found = std::find_if(table.begin(), table.end(), [&](const Pair& pair) { return pair.first == ending; });
  return found == table.end() ? std::nullopt : std::optional(found->second);
}

// From the last dot of the name on; a name that begins with its only dot has none.
std::size_t ending_at(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos || name.find_first_not_of('.') >= dot ? name.size() : dot;
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& letter : result) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return result;
}

}  // namespace

FileType file_type_of(std::string_view filename) {
  if (const std::size_t slash = filename.rfind('/'); slash != std::string_view::npos) filename.remove_prefix(slash + 1);
  std::string name(filename);
  std::size_t dot = ending_at(name);
  if (const auto whole = found_in(kShort, lower(name.substr(dot)))) {
    name = name.substr(0, dot) + std::string(*whole);
    dot = ending_at(name);
  }
  FileType type;
  if (const auto encoding = found_in(kEncodings, name.substr(dot))) {
    type.encoding = *encoding;
    name.resize(dot);
    dot = ending_at(name);
  }
  type.mimetype = found_in(kMimeTypes, lower(name.substr(dot))).value_or("application/octet-stream");
  return type;
}

}  // namespace ssem::api::http
