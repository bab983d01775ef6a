// The routing table: (method, pattern) to handler. Exact paths cost one hash look-up; no regular expressions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "api/http/access/role.h"
#include "api/http/message/message.h"

namespace ssem::api::http {

struct Route {
  std::string method;
  std::string pattern;  // "/api/v1/studies/{id}": a parameter is a whole segment and never empty; "{name...}" at
                        // the end takes all that is left
  Access access = Access::admin;
  Handler handler;
  std::string content_type;  // of request bodies
};

enum class RouteMatch { found, wrong_method, unknown_path, bad_path };

struct Routed {
  RouteMatch match = RouteMatch::unknown_path;
  std::size_t index = 0;  // in Router::routes(), when found
  PathParams path_params;
  std::string allow;  // the path's methods, when the method is wrong or OPTIONS
};

// Built before the server starts, read-only afterwards: safe from any number of threads.
class Router {
 public:
  // GET answers HEAD as well; OPTIONS is answered by the table itself.
  void add(std::string method, std::string pattern, Access access, Handler handler,
           std::string content_type = "application/json");

  // `path` as sent: segments are split first and decoded afterwards, so %2F never separates.
  Routed find(std::string_view method, std::string_view path) const;

  const std::vector<Route>& routes() const { return routes_; }

 private:
  struct Text {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  struct Pattern {
    std::vector<std::string> segments;
    std::vector<std::size_t> routes;
  };

  void choose(const std::vector<std::size_t>& candidates, std::string_view method, Routed& routed) const;

  std::vector<Route> routes_;
  std::unordered_map<std::string, std::vector<std::size_t>, Text, std::equal_to<>> exact_;
  std::vector<Pattern> patterns_;
};

}  // namespace ssem::api::http
