#include <string_view>
#include <utility>

#include "api/http/studies/studies_call.h"

namespace ssem::api::http {
namespace {

// "1,2,3"; an empty text is an empty list.
template <class Item, class Parse>
std::optional<std::vector<Item>> list_from(std::string_view text, const Parse& parse) {
  std::vector<Item> items;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    const std::optional<Item> item = parse(text.substr(0, comma));
    if (!item) return std::nullopt;
    items.push_back(*item);
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  return items;
}

}  // namespace

Result<studies::TrialFilter> read_trial_filter(const Request& request) {
  const auto query = read_query(request, {"states", "after_trial_id", "include"});
  if (!query) return query.error();
  FaultList faults;
  studies::TrialFilter filter;
  if (const auto states = query.value().find("states"); states != query.value().end()) {
    filter.states = list_from<studies::TrialState>(states->second, studies::trial_state_named);
    if (!filter.states) faults.add("/states", "must be names of trial states, parted by commas");
  }
  if (const auto after = query.value().find("after_trial_id"); after != query.value().end()) {
    filter.after_trial_id = integer_from(after->second);
    if (!filter.after_trial_id) faults.add("/after_trial_id", "must be an integer");
  }
  if (const auto include = query.value().find("include"); include != query.value().end()) {
    auto ids = list_from<std::int64_t>(include->second, integer_from);
    if (!ids) faults.add("/include", "must be integers, parted by commas");
    if (!filter.after_trial_id) faults.add("/include", "goes with after_trial_id");
    filter.include = std::move(ids).value_or(std::vector<std::int64_t>());
  }
  if (!faults.empty()) return faults.to_error();
  return filter;
}

}  // namespace ssem::api::http
