// An answer in a line and its reason in another: what --brief prints, and what a long report ends with.
#pragma once

#include <string>

#include "advisor/recommendation.h"
#include "api/cli/text/text_style.h"

namespace ssem::api::cli {

struct BriefReport {
  std::string verdict;  // with its numbers
  std::string why;
  bool good = false;  // no collapse, and what was asked for is reached
};

// The command to type after it.
struct NextCommand {
  std::string text;
  std::string note;  // one sentence where what it trains is not what was asked about
};

BriefReport brief_report(const advisor::Evaluation& evaluation);
BriefReport brief_report(const advisor::Recommendation& recommendation);

// Three lines, however long: the verdict, why, the next command.
std::string brief_text(const BriefReport& brief, const std::string& next_command, const TextStyle& style);

// The end of a long report, where a terminal stands when all has been printed: the verdict again, the next command.
std::string ending_text(const BriefReport& brief, const NextCommand& next, const TextStyle& style);

}  // namespace ssem::api::cli
