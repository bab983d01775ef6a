#include "advisor/json/answer_parts.h"

#include <variant>

namespace ssem::advisor::json {

void write(TextWriter& out, const LossLadder& ladder) {
  out.begin_object();
  out.field("initialisation", ladder.initialisation);
  out.field("all_equal", ladder.all_equal);
  out.field("collapsed", ladder.collapsed);
  out.field("optimum", ladder.optimum);
  out.end_object();
}

void write(TextWriter& out, const Warning& warning) {
  out.begin_object();
  out.field("code", warning.code);
  out.field("message", warning.message);
  out.end_object();
}

void write(TextWriter& out, const Assumption& assumption) {
  out.begin_object();
  out.field("field", assumption.field);
  out.key("value");
  std::visit([&](const auto& value) { out.value(value); }, assumption.value);
  out.field("why", assumption.why);
  if (assumption.otherwise) {
    const OtherAnswer& other = *assumption.otherwise;
    out.key("otherwise");
    out.begin_object();
    out.field("value", other.value);
    out.field("loss_weight", other.loss_weight);
    out.field("temperature", other.temperature);
    out.field("within_class_variance", other.within_class_variance);
    out.field("collapsed", other.collapsed);
    out.end_object();
  }
  out.end_object();
}

void write(TextWriter& out, const Snippet& snippet) {
  out.begin_object();
  out.field("library", snippet.library);
  out.field("code", snippet.code);
  out.field("convention", name(snippet.convention));
  out.field("loss_weight", snippet.loss_weight);
  out.field("temperature", snippet.temperature);
  out.field("note", snippet.note);
  out.field("possible", snippet.possible);
  out.end_object();
}

void write(TextWriter& out, const NumericLimit& limit) {
  out.begin_object();
  out.field("library", limit.library);
  out.field("dtype", limit.dtype);
  out.field("lowest_safe_temperature", limit.lowest_safe_temperature);
  out.end_object();
}

void write(TextWriter& out, const Margin& margin) {
  out.begin_object();
  out.field("loss_weight_logit", margin.loss_weight_logit);
  out.field("log_temperature", margin.log_temperature);
  out.end_object();
}

void write(TextWriter& out, const ClassEvaluation& entry) {
  out.begin_object();
  out.field("class_index", entry.class_index);
  out.field("class_count", entry.class_count);
  out.field("instances_in_batch", entry.instances_in_batch);
  out.field("loss_weight_threshold", entry.loss_weight_threshold);
  out.field("collapsed", entry.collapsed);
  out.field("estimated_within_class_variance", entry.estimated_within_class_variance);
  out.end_object();
}

void write(TextWriter& out, const Alternative& alternative) {
  out.begin_object();
  out.field("loss_weight", alternative.loss_weight);
  out.field("temperature", alternative.temperature);
  out.field("within_class_variance", alternative.within_class_variance);
  out.key("margin");
  write(out, alternative.margin);
  out.end_object();
}

}  // namespace ssem::advisor::json
