#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "advisor/numeric/number_text.h"
#include "trainer/audit/unlabelled/unlabelled_audit.h"

namespace ssem::trainer {
namespace {

constexpr double kOneStep = 2;  // a temperature is halved or doubled: the next one to try

std::string short_text(double value) {
  std::array<char, 32> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.3g", value);
  return buffer.data();
}

std::string state_sentence(const UnlabelledAudit& audit) {
  const std::string variance = short_text(audit.total_variance);
  const std::string directions = std::to_string(audit.components) + " of " + std::to_string(audit.directions) +
                                 " directions hold " + short_text(100 * kVarianceExplained) + " % of the variance";
  switch (audit.spread) {
    case Spread::all_equal:
      return "All embeddings lie near one point (variance " + variance + "): images are not told apart.";
    case Spread::view_split:
      return "The views of one image lie further apart (variance " + short_text(audit.view_variance) +
             ") than images do (" + short_text(audit.total_variance - audit.view_variance) +
             "): augmentation, not content, decides where an image lies.";
    case Spread::cone:
      return "A cone: two images have a cosine of " + short_text(audit.mean_similarity) +
             " in the mean, so that they share a direction that tells nothing of them; " + directions + ".";
    case Spread::dimensional_collapse:
      return "Dimensional collapse: " + directions + ", though images are spread about zero (mean cosine " +
             short_text(audit.mean_similarity) + ").";
    case Spread::spread:
      break;
  }
  return "Images are spread (mean cosine " + short_text(audit.mean_similarity) + "): " + directions + ".";
}

// The temperature to try next; what is known of the one in use decides in which direction.
std::string next_step(const UnlabelledAudit& audit, const AuditSpec& spec) {
  const advisor::TemperatureBand& band = audit.advice.band;
  const std::string tried = "runs without labels are published at " + advisor::number_text(band.low) + " to " +
                            advisor::number_text(band.high);
  const bool too_close =
      audit.spread == Spread::all_equal || audit.spread == Spread::cone || audit.spread == Spread::dimensional_collapse;
  if (audit.spread == Spread::view_split) {
    return "Next: see that the two views of an image reach the loss as a pair, or weaken the augmentation; the "
           "temperature does not decide this.";
  }
  if (!too_close) {
    return "Next: nothing here asks for another temperature; " + tried +
           ". Whether kinds of things are kept apart only "
           "labels tell.";
  }
  if (!spec.temperature) {
    return "Next: a lower temperature spreads images further; " + tried + ", " + advisor::number_text(band.first) +
           " first. Say which one was used (temperature) for a step from there.";
  }
  const double lower = *spec.temperature / kOneStep;
  if (lower >= band.low * (1 - 1e-9)) {
    return "Next: a temperature of " + advisor::number_text(lower) + " in place of " +
           advisor::number_text(*spec.temperature) + " spreads images further; " + tried + ".";
  }
  return "Next: the temperature is low already (" + advisor::number_text(*spec.temperature) + "; " + tried +
         "): look at the learning rate and the last layers (a normalised head of two layers or more), and train "
         "longer.";
}

}  // namespace

std::vector<std::string> diagnosis_of(const UnlabelledAudit& audit, const AuditSpec& spec) {
  std::vector<std::string> sentences{state_sentence(audit)};
  if (!audit.taken.empty()) sentences.push_back("Taken: " + audit.taken + ".");
  if (!audit.left_out.empty()) sentences.push_back("Left out: " + left_out_text(audit.left_out) + ".");
  if (audit.compared_rows < audit.rows) {
    sentences.push_back("Uniformity and nearest rows are those of " + std::to_string(audit.compared_rows) + " of the " +
                        std::to_string(audit.rows) + " rows, drawn at random; everything else is of all rows.");
  }
  sentences.push_back("Uniformity is " + short_text(audit.uniformity) + "; as many images spread evenly in " +
                      std::to_string(audit.dimension) + " dimensions have " + short_text(audit.advice.uniformity) +
                      ", all in one point 0.");
  if (std::isfinite(audit.view_similarity)) {
    sentences.push_back("Two views of an image have a cosine of " + short_text(audit.view_similarity) +
                        " in the mean, the nearest row of another image " + short_text(audit.nearest_similarity) + ".");
  }
  sentences.push_back(next_step(audit, spec));
  return sentences;
}

}  // namespace ssem::trainer
