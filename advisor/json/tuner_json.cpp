#include "advisor/json/tuner_json.h"

#include "advisor/recommend/tuner_prior.h"

namespace ssem::advisor::json {

void write_tuner_prior(TextWriter& out, const Recommendation& recommendation) {
  const TunerPrior prior = tuner_prior(recommendation);
  if (prior.points.empty()) return;
  out.key("tuner_prior");
  out.begin_object();
  out.key("points");
  out.begin_array();
  for (const PriorPoint& point : prior.points) {
    out.begin_object();
    out.field("loss_weight", point.loss_weight);
    out.field("temperature", point.temperature);
    out.end_object();
  }
  out.end_array();
  out.field("loss_weight_deviation", prior.loss_weight_deviation);
  out.field("log_temperature_deviation", prior.log_temperature_deviation);
  out.field("evidence", name(prior.evidence));
  out.key("lines");
  out.begin_array();
  for (const TunerLines& lines : prior.lines) {
    out.begin_object();
    out.field("tuner", lines.tuner);
    out.field("code", lines.code);
    out.end_object();
  }
  out.end_array();
  out.end_object();
}

}  // namespace ssem::advisor::json
