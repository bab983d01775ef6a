#include "api/cli/faults/flag_suggestion.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "advisor/json/closest_name.h"

namespace ssem::api::cli {
namespace {

using Synonym = std::pair<std::string_view, std::string_view>;

// What papers and libraries call the same thing.
constexpr std::array<Synonym, 33> kFlagSynonyms{{
    {"--tau", "--temperature"},
    {"--t", "--temperature"},
    {"--temp", "--temperature"},
    {"--alpha", "--loss-weight"},
    {"--beta", "--loss-weight"},
    {"--lambda", "--loss-weight"},
    {"--weight", "--loss-weight"},
    {"--w", "--loss-weight"},
    {"--batch", "--batch-size"},
    {"--bs", "--batch-size"},
    {"--bsz", "--batch-size"},
    {"--dim", "--dimension"},
    {"--d", "--dimension"},
    {"--feat-dim", "--dimension"},
    {"--embedding-dim", "--dimension"},
    {"--embedding-size", "--dimension"},
    {"--num-classes", "--classes"},
    {"--n-classes", "--classes"},
    {"--num-views", "--views"},
    {"--n-views", "--views"},
    {"--augmentations", "--views"},
    {"--target", "--target-within-class-variance"},
    {"--variance", "--target-within-class-variance"},
    {"--loss", "--convention"},
    {"--sampler", "--sampling"},
    {"--shuffle", "--sampling"},
    {"--lr", "--learning-rate"},
    {"--arch", "--model"},
    {"--out", "--output-directory"},
    {"--output", "--output-directory"},
    {"--gpu", "--device"},
    {"--data", "--dataset"},
    {"--data-path", "--dataset-path"},
}};

constexpr std::array<Synonym, 12> kCommandSynonyms{{
    {"advise", "recommend"},
    {"advice", "recommend"},
    {"suggest", "recommend"},
    {"predict", "evaluate"},
    {"check", "evaluate"},
    {"train", "validate"},
    {"test", "validate"},
    {"analyze", "audit"},
    {"analyse", "audit"},
    {"server", "serve"},
    {"completions", "completion"},
    {"manual", "man"},
}};

std::string meant(std::string_view word, const std::vector<std::string>& known, std::span<const Synonym> synonyms) {
  for (const auto& [synonym, name] : synonyms) {
    if (word == synonym && std::find(known.begin(), known.end(), name) != known.end()) return std::string(name);
  }
  const auto begins = [&](const std::string& name) { return name.compare(0, word.size(), word) == 0; };
  if (std::count_if(known.begin(), known.end(), begins) == 1) return *std::find_if(known.begin(), known.end(), begins);
  const std::vector<std::string_view> names(known.begin(), known.end());
  return std::string(advisor::json::closest_name(word, names));
}

}  // namespace

std::string suggested_flag(std::string_view word, const std::vector<std::string>& known) {
  std::string folded(word);
  std::replace(folded.begin(), folded.end(), '_', '-');
  // "-tau" and "-classes" were meant with two dashes.
  if (folded.size() > 2 && folded[0] == '-' && folded[1] != '-') folded.insert(0, 1, '-');
  return folded.find_first_not_of('-') == std::string::npos ? "" : meant(folded, known, kFlagSynonyms);
}

std::string suggested_command(std::string_view word, const std::vector<std::string>& known) {
  return word.empty() ? "" : meant(word, known, kCommandSynonyms);
}

}  // namespace ssem::api::cli
