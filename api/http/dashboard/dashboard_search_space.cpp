#include "api/http/dashboard/dashboard_search_space.h"

#include <algorithm>
#include <map>
#include <string>

namespace ssem::api::http {
namespace {

using studies::CategoricalDistribution;
using studies::Distribution;
using studies::FloatDistribution;
using studies::IntDistribution;
using studies::TrialPtr;

void join(Distribution& wide, const Distribution& other) {
  if (auto* real = std::get_if<FloatDistribution>(&wide)) {
    const auto* more = std::get_if<FloatDistribution>(&other);
    if (more == nullptr || more->step != real->step || more->log != real->log) return;
    real->low = std::min(real->low, more->low);
    real->high = std::max(real->high, more->high);
  } else if (auto* integer = std::get_if<IntDistribution>(&wide)) {
    const auto* more = std::get_if<IntDistribution>(&other);
    if (more == nullptr || more->step != integer->step || more->log != integer->log) return;
    integer->low = std::min(integer->low, more->low);
    integer->high = std::max(integer->high, more->high);
  } else if (const auto* more = std::get_if<CategoricalDistribution>(&other)) {
    auto& choices = std::get<CategoricalDistribution>(wide).choices;
    for (const studies::PythonValue& choice : more->choices) {
      if (std::find(choices.begin(), choices.end(), choice) == choices.end()) choices.push_back(choice);
    }
  }
}

NamedSpaces sorted(std::map<std::string, Distribution> spaces) { return {spaces.begin(), spaces.end()}; }

}  // namespace

NamedSpaces union_search_space(const std::vector<TrialPtr>& trials) {
  std::map<std::string, Distribution> spaces;
  std::map<std::string, const Distribution*> last;  // joined already
  for (const TrialPtr& trial : trials) {
    for (const studies::Param& param : trial->params) {
      const Distribution* distribution = param.distribution.get();
      if (distribution == nullptr || last[param.name] == distribution) continue;
      last[param.name] = distribution;
      const auto [known, added] = spaces.emplace(param.name, *distribution);
      if (!added) join(known->second, *distribution);
    }
  }
  return sorted(std::move(spaces));
}

NamedSpaces intersection_search_space(const std::vector<TrialPtr>& trials) {
  std::optional<std::map<std::string, Distribution>> common;
  std::map<std::string, std::string> texts;
  for (const TrialPtr& trial : trials) {
    if (trial->state == studies::TrialState::fail || trial->state == studies::TrialState::waiting) continue;
    std::map<std::string, Distribution> own;
    for (const studies::Param& param : trial->params) {
      if (common && (common->count(param.name) == 0 || texts[param.name] != param.distribution_json)) continue;
      const Distribution* distribution = param.distribution.get();
      if (distribution == nullptr) continue;
      own.emplace(param.name, *distribution);
      texts[param.name] = param.distribution_json;
    }
    common = std::move(own);
    if (common->empty()) break;
  }
  return common ? sorted(*std::move(common)) : NamedSpaces();
}

}  // namespace ssem::api::http
