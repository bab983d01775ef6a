#include "web/assets.h"

#include <algorithm>

namespace ssem::web {

const Asset* find_asset(std::string_view path) noexcept {
  if (path == "/") path = "/index.html";
  const std::span<const Asset> all = assets();
  const auto found = std::lower_bound(all.begin(), all.end(), path,
                                      [](const Asset& asset, std::string_view wanted) { return asset.path < wanted; });
  return found != all.end() && found->path == path ? &*found : nullptr;
}

}  // namespace ssem::web
