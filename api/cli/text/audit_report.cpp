#include "api/cli/text/audit_report.h"

#include <array>
#include <nlohmann/json.hpp>

#include "api/cli/text/report.h"
#include "api/cli/text/trainer_report.h"

namespace ssem::api::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostClasses = 50;

template <std::size_t size>
void add_rows(Report& out, const Json& object, const std::array<std::array<const char*, 2>, size>& rows) {
  for (const auto& [label, field] : rows) {
    const std::string value = cell(part(object, field));
    if (value != "-") out.row(label, value);
  }
}

void add_counts(Report& out, const Json& report) {
  constexpr std::array<std::array<const char*, 2>, 5> kCounts{{{"rows", "rows"},
                                                               {"classes", "classes"},
                                                               {"fine classes", "fine_classes"},
                                                               {"images (instances)", "instances"},
                                                               {"dimension", "dimension"}}};
  out.heading("Embeddings");
  add_rows(out, report, kCounts);
  if (part(report, "normalised") == true) {
    const Json& norms = part(report, "norms");
    out.row("norms", cell(part(norms, "least")) + " to " + cell(part(norms, "largest")), "rows were normalised first");
  }
}

void add_variance(Report& out, const Json& nested) {
  constexpr std::array<std::array<const char*, 2>, 5> kLevels{{{"in all", "total"},
                                                               {"between classes", "between_classes"},
                                                               {"between fine classes of a class", "between_fine"},
                                                               {"between images", "between_instances"},
                                                               {"between views of an image", "between_views"}}};
  out.heading("Where the variance lies");
  add_rows(out, nested, kLevels);
}

void add_measures(Report& out, const Json& report) {
  constexpr std::array<std::array<const char*, 2>, 9> kMeasures{{
      {"similarity within a class", "within_class_similarity"},
      {"similarity between classes", "between_class_similarity"},
      {"similarity of two views", "view_similarity"},
      {"effective rank", "effective_rank"},
      {"alignment", "alignment"},
      {"uniformity", "uniformity"},
      {"kNN accuracy", "knn_accuracy"},
      {"weighted kNN accuracy", "weighted_knn_accuracy"},
      {"fine kNN accuracy", "fine_knn_accuracy"},
  }};
  out.heading("Also measured");
  add_rows(out, report, kMeasures);
}

void add_classes(Report& out, const Json& classes) {
  if (!classes.is_array()) return;
  std::vector<std::vector<std::string>> rows;
  for (std::size_t k = 0; k < std::min(classes.size(), kMostClasses); ++k) {
    const Json& entry = classes[k];
    rows.push_back({cell(part(entry, "label")), cell(part(entry, "rows")), cell(part(entry, "within_class_variance")),
                    cell(part(entry, "view_variance")), cell(part(entry, "collapsed"))});
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
  const Json& diagnosis = part(report, "diagnosis");
  const bool good = text_part(report, "regime") == "structured";
  for (std::size_t k = 0; diagnosis.is_array() && k < diagnosis.size(); ++k) {
    if (k == 0) {
      out.verdict(cell(diagnosis[k]), good ? Report::Tone::good : Report::Tone::bad);
    } else {
      out.sentence(cell(diagnosis[k]));
    }
  }
  add_counts(out, report);
  add_variance(out, part(report, "nested_variance"));
  add_measures(out, report);
  add_classes(out, part(report, "per_class"));
  return std::move(out).take();
}

}  // namespace ssem::api::cli
