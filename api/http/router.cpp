#include "api/http/router.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "api/http/message/url_text.h"

namespace ssem::api::http {
namespace {

std::vector<std::string_view> split_segments(std::string_view path) {
  std::vector<std::string_view> segments;
  path.remove_prefix(1);
  for (;;) {
    const std::size_t slash = path.find('/');
    segments.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return segments;
    path.remove_prefix(slash + 1);
  }
}

bool is_parameter(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

// "{name...}": the last segment of a pattern, for one or more of a path.
bool is_rest(std::string_view segment) {
  return is_parameter(segment) && segment.size() > 5 && segment.substr(segment.size() - 4) == "...}";
}

bool matches(const std::vector<std::string>& pattern, const std::vector<std::string>& path, PathParams& params) {
  const bool rest = is_rest(pattern.back());
  if (rest ? pattern.size() > path.size() : pattern.size() != path.size()) return false;
  params.clear();
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (rest && i + 1 == pattern.size()) {
      std::string tail = path[i];
      for (std::size_t k = i + 1; k < path.size(); ++k) tail += "/" + path[k];
      params.emplace_back(pattern[i].substr(1, pattern[i].size() - 5), std::move(tail));
      return true;
    }
    if (is_parameter(pattern[i])) {
      if (path[i].empty()) return false;
      params.emplace_back(pattern[i].substr(1, pattern[i].size() - 2), path[i]);
    } else if (pattern[i] != path[i]) {
      return false;
    }
  }
  return true;
}

}  // namespace

void Router::add(std::string method, std::string pattern, Access access, Handler handler, std::string content_type) {
  const std::size_t index = routes_.size();
  std::vector<std::string> segments;
  bool has_parameter = false;
  for (const std::string_view segment : split_segments(pattern)) {
    has_parameter = has_parameter || is_parameter(segment);
    segments.emplace_back(segment);
  }
  if (!has_parameter) {
    exact_[pattern].push_back(index);
  } else {
    const auto known = std::find_if(patterns_.begin(), patterns_.end(),
                                    [&](const Pattern& other) { return other.segments == segments; });
    if (known != patterns_.end()) {
      known->routes.push_back(index);
    } else {
      patterns_.push_back({std::move(segments), {index}});
    }
  }
  routes_.push_back({std::move(method), std::move(pattern), access, std::move(handler), std::move(content_type)});
}

void Router::choose(const std::vector<std::size_t>& candidates, std::string_view method, Routed& routed) const {
  const std::string_view wanted = method == "HEAD" ? std::string_view{"GET"} : method;
  for (const std::size_t index : candidates) {
    const std::string& offered = routes_[index].method;
    if (offered == wanted) {
      routed.match = RouteMatch::found;
      routed.index = index;
      return;
    }
  }
  routed.match = RouteMatch::wrong_method;
  for (const std::size_t index : candidates) {
    const std::string& offered = routes_[index].method;
    routed.allow += offered == "GET" ? "GET, HEAD, " : offered + ", ";
  }
  routed.allow += "OPTIONS";
}

Routed Router::find(std::string_view method, std::string_view path) const {
  Routed routed;
  // optuna-dashboard's routes take a slash at their end.
  const auto begins_with = [&path](std::string_view start) { return path.substr(0, start.size()) == start; };
  if (path.size() > 1 && path.back() == '/' && begins_with("/api/") && !begins_with("/api/v1/")) path.remove_suffix(1);
  if (const auto exact = exact_.find(path); exact != exact_.end()) {
    choose(exact->second, method, routed);
    return routed;
  }
  if (path.empty() || path.front() != '/') return routed;
  std::vector<std::string> segments;
  std::string decoded_path;
  for (const std::string_view segment : split_segments(path)) {
    std::optional<std::string> decoded = percent_decode(segment, PlusSign::literal);
    if (!decoded) {
      routed.match = RouteMatch::bad_path;
      return routed;
    }
    decoded_path += "/" + *decoded;
    segments.push_back(std::move(*decoded));
  }
  const bool slash_in_segment =
      static_cast<std::size_t>(std::count(decoded_path.begin(), decoded_path.end(), '/')) != segments.size();
  if (const auto exact = exact_.find(decoded_path); !slash_in_segment && exact != exact_.end()) {
    choose(exact->second, method, routed);
    return routed;
  }
  for (const Pattern& pattern : patterns_) {
    if (matches(pattern.segments, segments, routed.path_params)) {
      choose(pattern.routes, method, routed);
      return routed;
    }
  }
  routed.path_params.clear();
  return routed;
}

}  // namespace ssem::api::http
