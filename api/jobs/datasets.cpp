#include "api/jobs/datasets.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "advisor/json/quote_for_message.h"
#include "advisor/json/strict_parse.h"
#include "advisor/json/training/spec_fields.h"

namespace ssem::api::jobs {
namespace {

using Json = nlohmann::ordered_json;
using advisor::json::SharedJson;
namespace protocol = advisor::json::training;

constexpr std::size_t kLongestName = 64;

Error wrong(std::string_view definition, const std::string& rule) {
  return {ErrorCode::invalid_argument, "--dataset " + advisor::json::quote_for_message(definition) + ": " + rule, {}};
}

bool is_name(std::string_view name) {
  const auto good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  };
  return !name.empty() && name.size() <= kLongestName && std::all_of(name.begin(), name.end(), good);
}

Result<Json> spec_of(std::string_view definition, std::string_view text) {
  if (!text.empty() && text.front() == '{') {
    auto json = advisor::json::parse_strict(text);
    if (!json) return wrong(definition, json.error().message);
    return std::move(json).value();
  }
  const std::size_t colon = text.find(':');
  Json spec{{protocol::kKind, std::string(text.substr(0, colon))}};
  if (colon != std::string_view::npos) spec[protocol::kPath] = std::string(text.substr(colon + 1));
  return spec;
}

}  // namespace

Datasets::Datasets() {
  for (const std::string_view kind : protocol::kGeneratedKinds) {
    datasets_.push_back({std::string(kind), std::string(kind), SharedJson(Json{{protocol::kKind, kind}})});
  }
}

std::optional<Error> Datasets::add(std::string_view definition) {
  const std::size_t equals = definition.find('=');
  const std::string_view name = definition.substr(0, equals);
  if (equals == std::string_view::npos || !is_name(name)) {
    return wrong(definition,
                 "must be NAME=KIND:PATH or NAME={...}; a name has up to 64 letters, digits, '.', '-', '_'");
  }
  if (find(name) != nullptr) return wrong(definition, "the name is taken");
  auto read = spec_of(definition, definition.substr(equals + 1));
  if (!read) return read.error();
  Json spec = std::move(read).value();
  const auto given = spec.find(protocol::kKind);
  const std::string kind = given != spec.end() && given->is_string() ? given->get<std::string>() : "";
  if (!protocol::is_one_of(protocol::kDatasetKinds, kind)) {
    std::string kinds;
    for (const std::string_view each : protocol::kDatasetKinds)
      kinds += (kinds.empty() ? "" : ", ") + std::string(each);
    return wrong(definition, "the kind must be one of " + kinds);
  }
  for (const std::string_view field : protocol::kDatasetPaths) {
    if (!spec.contains(field)) continue;
    std::error_code fault;
    const auto path = spec[field].is_string() ? std::filesystem::absolute(spec[field].get<std::string>(), fault)
                                              : std::filesystem::path();
    if (path.empty() || fault || !std::filesystem::exists(path, fault)) {
      return wrong(definition, std::string(field) + " names nothing that exists");
    }
    spec[field] = path.string();
  }
  if (!spec.contains(protocol::kPath) && !protocol::is_one_of(protocol::kGeneratedKinds, kind)) {
    return wrong(definition, "kind " + kind + " needs a path");
  }
  datasets_.push_back({std::string(name), kind, SharedJson(std::move(spec))});
  return std::nullopt;
}

const Dataset* Datasets::find(std::string_view name) const {
  const auto found =
      std::find_if(datasets_.begin(), datasets_.end(), [&](const Dataset& dataset) { return dataset.name == name; });
  return found == datasets_.end() ? nullptr : &*found;
}

std::vector<std::string> Datasets::names() const {
  std::vector<std::string> names;
  for (const Dataset& dataset : datasets_) names.push_back(dataset.name);
  return names;
}

std::string without_paths(std::string text, const Dataset& dataset) {
  const Json& spec = dataset.spec.get();
  for (const std::string_view field : protocol::kDatasetPaths) {
    if (!spec.contains(field)) continue;
    const std::string path = spec.at(field).get<std::string>();
    for (std::size_t at = text.find(path); at != std::string::npos; at = text.find(path, at + dataset.name.size())) {
      text.replace(at, path.size(), dataset.name);
    }
  }
  return text;
}

}  // namespace ssem::api::jobs
