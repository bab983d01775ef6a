#include "advisor/json/responses.h"

#include <nlohmann/json.hpp>

#include "advisor/json/answer_parts.h"
#include "advisor/json/goal_json.h"
#include "advisor/json/text_writer.h"
#include "advisor/json/tuner_json.h"

namespace ssem::advisor::json {
namespace {

constexpr std::string_view kLoss = "(1 - loss_weight) * supervised + loss_weight * self_supervised";
constexpr std::size_t kEvaluationBytes = 3000;
constexpr std::size_t kRecommendationBytes = 12000;
constexpr std::size_t kBytesPerNumber = 24;

void write(TextWriter& out, const Problem& problem) {
  out.begin_object();
  out.field("classes", problem.classes);
  out.field("batch_size", problem.batch_size);
  out.field("instances_per_class", problem.instances_per_class);
  out.field("dimension", problem.dimension);
  out.field("views", problem.views);
  out.field("convention", name(problem.convention));
  out.field("sampling", name(problem.sampling));
  out.field("classes_per_batch", problem.classes_per_batch);
  out.field("reduction", name(problem.reduction));
  out.field("dataset_instances_per_class", problem.dataset_instances_per_class);
  if (problem.dataset_is_batch) out.field("dataset", kDatasetIsBatch);
  if (problem.imbalanced()) out.field("class_counts", problem.class_counts);
  if (problem.accumulation_steps > 1) out.field("accumulation_steps", problem.accumulation_steps);
  if (problem.queue_size) out.field("queue_size", *problem.queue_size);
  if (problem.cross_entropy_weight) out.field("cross_entropy_weight", *problem.cross_entropy_weight);
  if (problem.cross_entropy_head) out.field("cross_entropy_head", name(*problem.cross_entropy_head));
  if (problem.base_temperature) out.field("base_temperature", problem.base_temperature);
  if (problem.goal != Goal::unknown) out.field("goal", name(problem.goal));
  out.end_object();
}

void write(TextWriter& out, const Sensitivity& sensitivity) {
  out.begin_object();
  out.field("within_per_log_temperature", sensitivity.within_per_log_temperature);
  out.field("within_per_loss_weight", sensitivity.within_per_loss_weight);
  out.end_object();
}

void write(TextWriter& out, const LargeDimension& ideal) {
  out.begin_object();
  out.field("within_class_variance", ideal.within_class_variance);
  out.field("between_class_variance", ideal.between_class_variance);
  out.field("within_class_similarity", ideal.within_class_similarity);
  out.field("loss_value", ideal.loss_value);
  out.end_object();
}

template <class T>
void write_or_null(TextWriter& out, std::string_view key, const std::optional<T>& part) {
  out.key(key);
  if (part) {
    write(out, *part);
  } else {
    out.value(std::optional<bool>());
  }
}

// Without the braces: a recommendation continues the object.
void write_fields(TextWriter& out, const Evaluation& evaluation) {
  out.key("problem");
  write(out, evaluation.problem);
  out.field("loss", kLoss);
  out.field("loss_weight", evaluation.loss_weight);
  out.field("temperature", evaluation.temperature);
  out.field("collapsed", evaluation.collapsed);
  out.field("loss_weight_threshold", evaluation.loss_weight_threshold);
  out.field("one_minus_loss_weight_threshold", evaluation.one_minus_loss_weight_threshold);
  out.field("temperature_threshold", evaluation.temperature_threshold);
  out.field("view_split", evaluation.view_split);
  out.field("view_split_loss_weight", evaluation.view_split_loss_weight);
  out.field("within_class_similarity", evaluation.within_class_similarity);
  out.field("one_minus_within_class_similarity", evaluation.one_minus_within_class_similarity);
  out.field("between_class_similarity", evaluation.between_class_similarity);
  out.field("within_class_variance", evaluation.within_class_variance);
  out.field("between_class_variance", evaluation.between_class_variance);
  out.field("max_within_class_variance", evaluation.max_within_class_variance);
  out.field("loss_value", evaluation.loss_value);
  write_or_null(out, "loss_ladder", evaluation.loss_ladder);
  write_or_null(out, "sensitivity", evaluation.sensitivity);
  out.key("margin");
  write(out, evaluation.margin);
  out.key("dimension_regime");
  if (evaluation.dimension_regime) {
    out.value(name(*evaluation.dimension_regime));
  } else {
    out.value(std::optional<bool>());
  }
  out.field("estimated_within_class_variance", evaluation.estimated_within_class_variance);
  write_or_null(out, "large_dimension", evaluation.large_dimension);
  if (evaluation.expected_in_training) {
    out.key("expected_in_training");
    write(out, *evaluation.expected_in_training);
  }
  if (evaluation.problem.imbalanced()) write_list(out, "per_class", evaluation.per_class);
  write_list(out, "assumed", evaluation.assumed);
  write_list(out, "warnings", evaluation.warnings);
}

void write(TextWriter& out, const Recommendation& recommendation) {
  out.begin_object();
  write_fields(out, recommendation.evaluation);
  out.field("feasible", recommendation.feasible);
  out.field("target_within_class_variance", recommendation.target_within_class_variance);
  out.field("why", recommendation.why);
  out.field("what_would_help", recommendation.what_would_help);
  write_list(out, "alternatives", recommendation.alternatives);
  write_list(out, "what_to_type", recommendation.what_to_type);
  out.key("equivalent");
  out.begin_object();
  out.field("plain_supcon_loss_weight", recommendation.plain_supcon_loss_weight);
  out.field("plain_supcon_collapses", recommendation.plain_supcon_collapses);
  out.end_object();
  write_list(out, "numerics", recommendation.numerics);
  write_goals(out, recommendation);
  write_tuner_prior(out, recommendation);
  if (recommendation.you) {
    out.key("you");
    out.begin_object();
    write_fields(out, *recommendation.you);
    out.end_object();
  }
  if (recommendation.change_to) {
    const ChangeTo& change = *recommendation.change_to;
    out.key("change_to");
    out.begin_object();
    out.field("needed", change.needed);
    out.field("convention", name(change.convention));
    out.field("loss_weight", change.loss_weight);
    out.field("temperature", change.temperature);
    out.field("library", change.library);
    out.field("code", change.code);
    out.field("note", change.note);
    out.field("why", change.why);
    out.end_object();
  }
  out.end_object();
}

std::size_t class_bytes(const Problem& problem, std::size_t per_class) {
  return problem.class_counts.size() * per_class;
}

}  // namespace

std::string to_text(const Problem& problem) {
  TextWriter out(300 + class_bytes(problem, 8));
  write(out, problem);
  return std::move(out).take();
}

std::string to_text(const Evaluation& evaluation) {
  TextWriter out(kEvaluationBytes + class_bytes(evaluation.problem, 200));
  out.begin_object();
  write_fields(out, evaluation);
  out.end_object();
  return std::move(out).take();
}

std::string to_text(const Recommendation& recommendation) {
  TextWriter out(kRecommendationBytes + class_bytes(recommendation.evaluation.problem, 200));
  write(out, recommendation);
  return std::move(out).take();
}

std::string to_text(const PhaseDiagram& diagram) {
  const std::size_t numbers = (diagram.loss_weights.size() + 3) * (diagram.temperatures.size() + 1);
  TextWriter out(1000 + numbers * kBytesPerNumber);
  out.begin_object();
  out.key("problem");
  write(out, diagram.problem);
  out.field("loss_weights", diagram.loss_weights);
  out.field("temperatures", diagram.temperatures);
  out.field("within_class_variance", diagram.within_class_variance);
  out.field("boundary", diagram.boundary);
  out.field("view_split_boundary", diagram.view_split_boundary);
  out.end_object();
  return std::move(out).take();
}

nlohmann::ordered_json to_json(const Problem& problem) { return nlohmann::ordered_json::parse(to_text(problem)); }
nlohmann::ordered_json to_json(const Evaluation& evaluation) {
  return nlohmann::ordered_json::parse(to_text(evaluation));
}
nlohmann::ordered_json to_json(const Recommendation& recommendation) {
  return nlohmann::ordered_json::parse(to_text(recommendation));
}
nlohmann::ordered_json to_json(const PhaseDiagram& diagram) { return nlohmann::ordered_json::parse(to_text(diagram)); }

}  // namespace ssem::advisor::json
