// The files of the page, as the build made them: part of the executable, sorted by path, never changing.
#pragma once

#include <span>
#include <string_view>

namespace ssem::web {

struct Asset {
  std::string_view path;          // as in a URL: "/app.js"
  std::string_view content_type;  // "text/javascript; charset=utf-8"
  std::string_view etag;          // with its quotes: a hash of the content, so that it changes only with it
  std::string_view content;
};

// Every file, sorted by path.
std::span<const Asset> assets() noexcept;

// The file at an exact path, or null; "/" is "/index.html". O(log n), thread-safe.
const Asset* find_asset(std::string_view path) noexcept;

}  // namespace ssem::web
