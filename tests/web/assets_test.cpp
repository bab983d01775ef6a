#include "web/assets.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ssem::web {
namespace {

TEST_CASE("The embedded files are sorted by path, each once") {
  REQUIRE(assets().size() >= 3);
  for (std::size_t i = 1; i < assets().size(); ++i) CHECK(assets()[i - 1].path < assets()[i].path);
}

TEST_CASE("Every embedded file is found by its path, and by nothing near it") {
  for (const Asset& asset : assets()) {
    REQUIRE(asset.path.front() == '/');
    CHECK(find_asset(asset.path) == &asset);
    CHECK(find_asset(std::string(asset.path) + "x") == nullptr);
    CHECK(find_asset(asset.path.substr(1)) == nullptr);
    CHECK(find_asset("/." + std::string(asset.path)) == nullptr);
  }
  CHECK(find_asset("") == nullptr);
}

TEST_CASE("Each view has a page in which it alone is visible before any script runs") {
  const std::vector<std::string> views{"advise", "validate", "studies", "audit"};
  for (const std::string& opened : views) {
    const Asset* page = find_asset(opened == "advise" ? "/" : "/" + opened + ".html");
    REQUIRE(page != nullptr);
    for (const std::string& view : views) {
      const std::size_t begin = page->content.find("<div id=\"view-" + view + '"');
      REQUIRE(begin != std::string_view::npos);
      const std::string_view tag = page->content.substr(begin, page->content.find('>', begin) - begin);
      CHECK((tag.find(" hidden") == std::string_view::npos) == (view == opened));
    }
  }
}

TEST_CASE("The root is the entry page, which names a script and a style sheet that are embedded too") {
  const Asset* page = find_asset("/");
  REQUIRE(page != nullptr);
  CHECK(page->path == "/index.html");
  CHECK(page->content_type == "text/html; charset=utf-8");
  CHECK(page->content.find("app.js") != std::string_view::npos);
  CHECK(page->content.find("style.css") != std::string_view::npos);
  REQUIRE(find_asset("/app.js") != nullptr);
  REQUIRE(find_asset("/style.css") != nullptr);
  CHECK(find_asset("/app.js")->content_type == "text/javascript; charset=utf-8");
  CHECK(find_asset("/style.css")->content_type == "text/css; charset=utf-8");
}

TEST_CASE("The script carries the licences of the code that others wrote") {
  const Asset* script = find_asset("/app.js");
  REQUIRE(script != nullptr);
  for (const std::string_view words : {"/*! fflate", "Arjun Barrett", "/*! uplot", "Leon Sorokin"}) {
    CHECK(script->content.find(words) != std::string_view::npos);
  }
}

TEST_CASE("Entity tags are quoted and differ between different contents") {
  std::set<std::string_view> tags;
  for (const Asset& asset : assets()) {
    REQUIRE(asset.etag.size() == 18);
    CHECK(asset.etag.front() == '"');
    CHECK(asset.etag.back() == '"');
    tags.insert(asset.etag);
  }
  CHECK(tags.size() == assets().size());
}

}  // namespace
}  // namespace ssem::web
