// What embeddings without labels are like: how far they are spread, and over how many directions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "advisor/recommend/unlabelled/unlabelled_advice.h"
#include "advisor/result.h"
#include "trainer/audit/audit_spec.h"
#include "trainer/audit/embedding_file.h"
#include "trainer/events/events.h"

namespace ssem::trainer {

// Rules of thumb, and said as such.
inline constexpr double kConeSimilarity = 0.3;      // of two images in the mean, from which they share a direction
inline constexpr double kFewDirections = 0.25;      // of the directions there are
inline constexpr double kVarianceExplained = 0.95;  // by the components that are counted

enum class Spread {
  all_equal,             // every embedding near one point
  view_split,            // the views of an image lie further apart than images do
  cone,                  // images share a direction that tells nothing of them
  dimensional_collapse,  // images vary in few of the directions there are
  spread,
};
std::string_view name(Spread spread);

struct UnlabelledAudit {
  std::int64_t rows = 0, instances = 0, dimension = 0;
  std::vector<std::string> coordinate_names;  // csv: [dimension]
  std::vector<LeftOutColumn> left_out;
  std::string taken;
  double least_norm = 0, largest_norm = 0;  // before rows were normalised
  double total_variance = 0;                // mean of |u - mean of all|^2
  double view_variance = 0;                 // a part of it: mean of |u - mean of its image|^2
  double view_similarity = 0;               // mean cosine of two views of one image; nan without such
  double mean_similarity = 0;               // of two different images
  double effective_rank = 0;                // effective_rank.h, not centred
  std::int64_t components = 0;              // principal ones, centred, that hold kVarianceExplained of the variance
  std::int64_t directions = 0;              // there are: the dimension, or one less than the rows
  std::int64_t compared_rows = 0;           // the next two are of them
  double uniformity = 0;
  double nearest_similarity = 0;  // mean cosine of a row and the nearest row of another image; nan without one
  Spread spread = Spread::spread;
  advisor::UnlabelledAdvice advice;    // for as many images in a batch, and this dimension
  std::vector<std::string> diagnosis;  // sentences
};

// O(N d^2) time, and O(C^2 d) for C compared rows. The rows' labels are not looked at. Errors: `stop` set before the
// end, a problem that the advisor refuses, a single image.
Result<UnlabelledAudit> audit_unlabelled(const EmbeddingRows& rows, const AuditSpec& spec, const StopFlag& stop);

// Of everything else.
std::vector<std::string> diagnosis_of(const UnlabelledAudit& audit, const AuditSpec& spec);

}  // namespace ssem::trainer
