#include "api/cli/text/audit_report.h"

#include <array>
#include <nlohmann/json.hpp>

#include "advisor/json/training/audit_fields.h"
#include "advisor/json/training/report_fields.h"
#include "advisor/json/training/spec_fields.h"
#include "api/cli/text/report.h"
#include "api/cli/text/trainer_report.h"

namespace ssem::api::cli {
namespace {

using Json = nlohmann::ordered_json;
namespace protocol = advisor::json::training;

// A name for people, and the field of the report.
using Row = std::array<std::string_view, 2>;

constexpr std::size_t kMostClasses = 50;

template <std::size_t size>
void add_rows(Report& out, const Json& object, const std::array<Row, size>& rows) {
  for (const auto& [label, field] : rows) {
    const std::string value = cell(part(object, field));
    if (value != "-") out.row(label, value);
  }
}

void add_counts(Report& out, const Json& report) {
  constexpr std::array<Row, 5> kCounts{{{"rows", protocol::kRows},
                                        {"classes", protocol::kClasses},
                                        {"fine classes", protocol::kFineClasses},
                                        {"images (instances)", protocol::kInstances},
                                        {"dimension", protocol::kDimension}}};
  out.heading("Embeddings");
  add_rows(out, report, kCounts);
  if (part(report, protocol::kNormalised) == true) {
    const Json& norms = part(report, protocol::kNorms);
    out.row("norms", cell(part(norms, protocol::kLeast)) + " to " + cell(part(norms, protocol::kLargest)),
            "rows were normalised first");
  }
}

void add_variance(Report& out, const Json& nested) {
  constexpr std::array<Row, 5> kLevels{{{"in all", protocol::kTotal},
                                        {"between classes", protocol::kBetweenClasses},
                                        {"between fine classes of a class", protocol::kBetweenFine},
                                        {"between images", protocol::kBetweenInstances},
                                        {"between views of an image", protocol::kBetweenViews}}};
  out.heading("Where the variance lies");
  add_rows(out, nested, kLevels);
}

void add_audit_measures(Report& out, const Json& report) {
  constexpr std::array<Row, 9> kMeasures{{
      {"similarity within a class", protocol::kWithinClassSimilarity},
      {"similarity between classes", protocol::kBetweenClassSimilarity},
      {"similarity of two views", protocol::kViewSimilarity},
      {"effective rank", protocol::kEffectiveRank},
      {"alignment", protocol::kAlignment},
      {"uniformity", protocol::kUniformity},
      {"kNN accuracy", protocol::kKnnAccuracy},
      {"weighted kNN accuracy", protocol::kWeightedKnnAccuracy},
      {"fine kNN accuracy", protocol::kFineKnnAccuracy},
  }};
  out.heading("Also measured");
  add_rows(out, report, kMeasures);
}

void add_spread(Report& out, const Json& report) {
  constexpr std::array<Row, 9> kMeasures{{
      {"variance in all", protocol::kTotalVariance},
      {"variance between views of an image", protocol::kViewVariance},
      {"similarity of two images", protocol::kMeanSimilarity},
      {"similarity of two views", protocol::kViewSimilarity},
      {"similarity of the nearest image", protocol::kNearestSimilarity},
      {"components for 95 % of the variance", protocol::kComponents},
      {"effective rank", protocol::kEffectiveRank},
      {"uniformity", protocol::kUniformity},
      {"uniformity of images spread evenly", protocol::kEvenUniformity},
  }};
  out.heading("Spread");
  add_rows(out, report, kMeasures);
}

void add_classes(Report& out, const Json& classes) {
  if (!classes.is_array()) return;
  std::vector<std::vector<std::string>> rows;
  for (std::size_t k = 0; k < std::min(classes.size(), kMostClasses); ++k) {
    const Json& entry = classes[k];
    const Json& word = part(entry, protocol::kClassName);
    rows.push_back({cell(word.is_null() ? part(entry, protocol::kLabel) : word), cell(part(entry, protocol::kRows)),
                    cell(part(entry, protocol::kWithinClassVariance)), cell(part(entry, protocol::kViewVariance)),
                    cell(part(entry, protocol::kCollapsed))});
  }
  out.heading("Class by class");
  out.table({"class", "rows", "variance", "of views", "collapsed"}, rows);
  if (classes.size() > kMostClasses) {
    out.sentence(std::to_string(classes.size() - kMostClasses) + " more classes are in the JSON (--json).");
  }
}

}  // namespace

std::string audit_report(const Json& report, const TextStyle& style) {
  Report out(style);
  const bool labelled = part(report, protocol::kLabels) != false;
  const Json& diagnosis = part(report, protocol::kDiagnosis);
  const bool good = text_part(report, protocol::kRegime) == (labelled ? protocol::kStructured : protocol::kSpread);
  for (std::size_t k = 0; diagnosis.is_array() && k < diagnosis.size(); ++k) {
    if (k == 0) {
      out.verdict(cell(diagnosis[k]), good ? Report::Tone::good : Report::Tone::bad);
    } else {
      out.sentence(cell(diagnosis[k]));
    }
  }
  add_counts(out, report);
  if (!labelled) {
    add_spread(out, report);
    return std::move(out).take();
  }
  add_variance(out, part(report, protocol::kNestedVariance));
  add_audit_measures(out, report);
  add_classes(out, part(report, protocol::kPerClass));
  return std::move(out).take();
}

}  // namespace ssem::api::cli
