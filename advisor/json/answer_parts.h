// What several answers hold, as JSON.
#pragma once

#include <string_view>
#include <vector>

#include "advisor/json/text_writer.h"
#include "advisor/recommendation.h"

namespace ssem::advisor::json {

void write(TextWriter& out, const Margin& margin);
void write(TextWriter& out, const LossLadder& ladder);
void write(TextWriter& out, const Warning& warning);
void write(TextWriter& out, const Assumption& assumption);
void write(TextWriter& out, const Snippet& snippet);
void write(TextWriter& out, const NumericLimit& limit);
void write(TextWriter& out, const ClassEvaluation& entry);
void write(TextWriter& out, const Alternative& alternative);

template <class T>
void write_list(TextWriter& out, std::string_view key, const std::vector<T>& items) {
  out.key(key);
  out.begin_array();
  for (const T& item : items) write(out, item);
  out.end_array();
}

}  // namespace ssem::advisor::json
