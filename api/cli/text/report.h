// A report for people: headings, aligned rows, wrapped sentences, code. Names from files and requests are in it, so
// what a terminal would obey is masked in every text but the report's own style.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/cli/text/text_style.h"

namespace ssem::api::cli {

class Report {
 public:
  explicit Report(const TextStyle& style) : style_(style) {}

  enum class Tone { good, bad };
  void verdict(std::string_view sentence, Tone tone);  // the first line
  void heading(std::string_view text);
  void row(std::string_view label, std::string_view value, std::string_view note = "");
  void sentence(std::string_view text);  // a bullet, wrapped
  void warning(std::string_view text);
  void code(std::string_view text);  // indented, never wrapped, so that it can be copied
  void table(const std::vector<std::string>& titles, const std::vector<std::vector<std::string>>& rows);  // table.h

  std::string take() && { return std::move(text_); }

 private:
  void line(std::string_view text);
  void wrapped(std::string_view start, std::string_view text);
  void narrow_row(std::string_view label, std::string_view value, std::string_view note);

  TextStyle style_;
  std::string text_;
};

}  // namespace ssem::api::cli
