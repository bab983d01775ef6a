#include "api/http/router.h"

#include <doctest/doctest.h>

using ssem::api::http::Access;
using ssem::api::http::PathParams;
using ssem::api::http::Request;
using ssem::api::http::Response;
using ssem::api::http::Routed;
using ssem::api::http::RouteMatch;
using ssem::api::http::Router;

namespace {

Router table() {
  const auto none = [](const Request&) { return Response{}; };
  Router router;
  router.add("GET", "/studies", Access::read, none);
  router.add("POST", "/studies", Access::read, none);
  router.add("GET", "/studies/{study}", Access::read, none);
  router.add("DELETE", "/studies/{study}", Access::read, none);
  router.add("GET", "/studies/{study}/trials/number/{number}", Access::read, none);
  router.add("GET", "/app.js", Access::open, none);
  return router;
}

std::string pattern_of(const Router& router, const Routed& routed) { return router.routes()[routed.index].pattern; }

}  // namespace

TEST_CASE("an exact path finds the route of its method") {
  const Router router = table();
  const Routed get = router.find("GET", "/studies");
  REQUIRE(get.match == RouteMatch::found);
  CHECK(router.routes()[get.index].method == "GET");
  const Routed post = router.find("POST", "/studies");
  REQUIRE(post.match == RouteMatch::found);
  CHECK(router.routes()[post.index].method == "POST");
}

TEST_CASE("parameters are whole segments, decoded, in the pattern's order") {
  const Router router = table();
  const Routed one = router.find("GET", "/studies/a%20b");
  REQUIRE(one.match == RouteMatch::found);
  CHECK(one.path_params == PathParams{{"study", "a b"}});
  const Routed two = router.find("GET", "/studies/7/trials/number/12");
  REQUIRE(two.match == RouteMatch::found);
  CHECK(pattern_of(router, two) == "/studies/{study}/trials/number/{number}");
  CHECK(two.path_params == PathParams{{"study", "7"}, {"number", "12"}});
}

TEST_CASE("an escaped slash belongs to its segment") {
  const Router router = table();
  const Routed routed = router.find("GET", "/studies/a%2Fb");
  REQUIRE(routed.match == RouteMatch::found);
  CHECK(routed.path_params == PathParams{{"study", "a/b"}});
  CHECK(router.find("GET", "/%2Fstudies").match == RouteMatch::unknown_path);
  CHECK(router.find("GET", "%2Fstudies").match == RouteMatch::unknown_path);
}

TEST_CASE("an empty segment is no parameter") {
  const Router router = table();
  CHECK(router.find("GET", "/studies/").match == RouteMatch::unknown_path);
  CHECK(router.find("GET", "/studies//trials/number/1").match == RouteMatch::unknown_path);
}

TEST_CASE("a dot is a dot") {
  const Router router = table();
  CHECK(router.find("GET", "/app.js").match == RouteMatch::found);
  CHECK(router.find("GET", "/appXjs").match == RouteMatch::unknown_path);
}

TEST_CASE("an escaped letter is the letter") { CHECK(table().find("GET", "/%73tudies").match == RouteMatch::found); }

TEST_CASE("HEAD finds the route of GET") {
  const Router router = table();
  const Routed routed = router.find("HEAD", "/studies/3");
  REQUIRE(routed.match == RouteMatch::found);
  CHECK(router.routes()[routed.index].method == "GET");
}

TEST_CASE("a wrong method names the path's methods") {
  const Router router = table();
  const Routed exact = router.find("PUT", "/studies");
  CHECK(exact.match == RouteMatch::wrong_method);
  CHECK(exact.allow == "GET, HEAD, POST, OPTIONS");
  const Routed with_parameter = router.find("POST", "/studies/3");
  CHECK(with_parameter.match == RouteMatch::wrong_method);
  CHECK(with_parameter.allow == "GET, HEAD, DELETE, OPTIONS");
}

TEST_CASE("broken escapes, broken UTF-8 and NUL make a bad path") {
  const Router router = table();
  for (const char* path : {"/%", "/%f", "/%zz", "/%FF", "/studies/%00", "/%C3%28"}) {
    CAPTURE(path);
    CHECK(router.find("GET", path).match == RouteMatch::bad_path);
  }
}

TEST_CASE("any path is answered without harm") {
  const Router router = table();
  for (const std::string& path : {std::string(), std::string("*"), std::string("/"), std::string(100'000, '/'),
                                  "/" + std::string(100'000, 'a'), std::string("/studies/../studies")}) {
    CHECK(router.find("GET", path).match == RouteMatch::unknown_path);
  }
}

TEST_CASE("a rest takes everything below its place, and nothing else") {
  Router router;
  const auto none = [](const Request&) { return Response{}; };
  router.add("GET", "/files/{path...}", Access::open, none);
  router.add("GET", "/files", Access::open, none);
  CHECK(router.find("GET", "/files/a/b%2Fc/d").path_params == PathParams{{"path", "a/b/c/d"}});
  CHECK(router.find("GET", "/files/a").path_params == PathParams{{"path", "a"}});
  CHECK(pattern_of(router, router.find("GET", "/files")) == "/files");
  CHECK(router.find("GET", "/file/a").match == RouteMatch::unknown_path);
}

TEST_CASE("a slash at the end is passed over on optuna-dashboard's routes alone") {
  Router router;
  const auto none = [](const Request&) { return Response{}; };
  router.add("GET", "/api/studies", Access::read, none);
  router.add("GET", "/api/studies/{id}", Access::read, none);
  router.add("GET", "/api/v1/studies", Access::read, none);
  CHECK(router.find("GET", "/api/studies/").match == RouteMatch::found);
  CHECK(router.find("GET", "/api/studies/7/").path_params == PathParams{{"id", "7"}});
  CHECK(router.find("GET", "/api/v1/studies/").match == RouteMatch::unknown_path);
}
