#include "advisor/imbalance/imbalance.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <vector>

#include "advisor/model/ssem_model.h"
#include "tests/advisor/free_embeddings.h"
#include "tests/advisor/problems.h"

namespace ssem::advisor::test {
namespace {

using Counts = std::vector<std::int64_t>;

struct Setting {
  Counts counts;
  std::optional<std::int64_t> batch_size = {};
  Convention convention = Convention::anchor_included;
  Reduction reduction = Reduction::anchor_mean;
  Sampling sampling = Sampling::balanced;
  std::optional<std::int64_t> dimension = {};

  Problem problem() const {
    ProblemFields fields;
    fields.class_counts = counts;
    fields.batch_size = batch_size;
    fields.convention = convention;
    fields.reduction = reduction;
    fields.sampling = sampling;
    fields.dimension = dimension;
    return checked(fields);
  }
  std::vector<ClassEvaluation> rows(double loss_weight, double temperature) const {
    std::vector<Warning> warnings;
    return evaluate_classes(problem(), ImbalanceModel(problem()), loss_weight, temperature, warnings);
  }
};

bool has_code(const std::vector<Warning>& warnings, const std::string& code) {
  return std::any_of(warnings.begin(), warnings.end(), [&](const Warning& warning) { return warning.code == code; });
}

Counts random_counts(RandomProblems& random, int classes, double most) {
  Counts counts;
  for (int c = 0; c < classes; ++c) counts.push_back(random.log_integer(2, most));
  return counts;
}

}  // namespace

TEST_CASE("equal counts give the balanced closed form: thresholds and variance") {
  RandomProblems random(31);
  for (int i = 0; i < 150; ++i) {
    const std::int64_t classes = random.log_integer(2, 40), images = random.log_integer(2, 200);
    Setting setting{Counts(static_cast<std::size_t>(classes), images)};
    setting.convention = random.convention();
    setting.reduction = i % 2 == 0 ? Reduction::anchor_mean : Reduction::pair_mean;
    ProblemFields fields;
    fields.classes = classes;
    fields.convention = setting.convention;
    fields.reduction = setting.reduction;
    if (i % 3 == 0) {
      fields.instances_per_class = images;
      fields.dataset_is_batch = true;
    } else {
      const std::int64_t in_batch = std::max<std::int64_t>(2, images / 3);
      if (in_batch > images) continue;
      setting.batch_size = fields.batch_size = in_batch * classes;
      fields.dataset_instances_per_class = images;
      if (i % 3 == 2) setting.sampling = Sampling::random;
      fields.sampling = setting.sampling;
    }
    const SsemModel model(checked(fields));
    const double temperature = random.log_uniform(0.03, 20);
    const double want = model.loss_weight_threshold(temperature).value;
    const double loss_weight = std::clamp(want + random.uniform(-0.05, 0.9) * (1 - want), 0.0, 0.999);
    CAPTURE(i);
    for (const ClassEvaluation& row : setting.rows(loss_weight, temperature)) {
      CHECK(row.loss_weight_threshold == doctest::Approx(want).epsilon(1e-10));
      CHECK(row.collapsed == (loss_weight <= row.loss_weight_threshold));
      const double variance = model.within_class_variance(model.optimum(loss_weight, temperature), temperature);
      CHECK(row.estimated_within_class_variance.value() == doctest::Approx(variance).epsilon(1e-7));
    }
    const double highest = class_temperature_threshold(ImbalanceModel(setting.problem()), 0.8);
    CHECK(highest == doctest::Approx(model.temperature_threshold(0.8)).epsilon(1e-8));
  }
}

TEST_CASE("permuted counts permute the answers") {
  const Setting setting{{500, 120, 40, 40, 9}, 96, Convention::anchor_excluded, Reduction::pair_mean};
  Setting permuted = setting;
  permuted.counts = {40, 9, 500, 40, 120};
  const std::vector<std::size_t> from = {2, 4, 0, 3, 1};
  const auto rows = setting.rows(0.6, 0.2), other = permuted.rows(0.6, 0.2);
  for (std::size_t c = 0; c < from.size(); ++c) {
    CHECK(other[c].class_index == static_cast<std::int64_t>(c));
    CHECK(other[c].class_count == setting.counts[from[c]]);
    CHECK(other[c].loss_weight_threshold == rows[from[c]].loss_weight_threshold);
    CHECK(other[c].estimated_within_class_variance == rows[from[c]].estimated_within_class_variance);
  }
}

TEST_CASE("at low temperature anchor means collapse rare classes first, pair means all at one threshold") {
  for (const Convention convention : {Convention::anchor_included, Convention::anchor_excluded}) {
    Setting setting{{400, 150, 60, 20, 8}, {}, convention};
    const double kappa = setting.problem().own_image_share();
    double total = 0, squares = 0;
    for (const std::int64_t count : setting.counts) {
      total += static_cast<double>(count);
      squares += static_cast<double>(count * count);
    }
    for (const ClassEvaluation& row : setting.rows(0.5, 0.01)) {
      CHECK(row.loss_weight_threshold == doctest::Approx(kappa / (row.instances_in_batch - 1 + kappa)).epsilon(1e-9));
    }
    setting.reduction = Reduction::pair_mean;
    for (const ClassEvaluation& row : setting.rows(0.5, 0.01)) {
      CHECK(row.loss_weight_threshold == doctest::Approx(kappa / (squares / total - 1 + kappa)).epsilon(1e-9));
    }
  }
}

TEST_CASE("anchor_included anchor means collapse a class up to 1/n of it in every dimension") {
  RandomProblems random(32);
  for (int i = 0; i < 40; ++i) {
    Setting setting{random_counts(random, 7, 60)};
    if (i % 2 == 0) setting.dimension = random.log_integer(2, 12);
    CAPTURE(i);
    for (const ClassEvaluation& row : setting.rows(0.5, random.log_uniform(0.02, 3))) {
      CHECK(row.loss_weight_threshold >= 1 / row.instances_in_batch);
    }
  }
}

TEST_CASE("every class of a brute-force minimum is as the answer says") {
  double worst = 0;
  for (const std::vector<int>& counts : {std::vector<int>{4, 2, 2}, {6, 4, 3}, {9, 3}}) {
    for (const Reduction reduction : {Reduction::anchor_mean, Reduction::pair_mean}) {
      for (const double temperature : {0.15, 0.4, 0.9}) {
        for (const double loss_weight : {0.3, 0.6, 0.85}) {
          FreeEmbeddings free;
          free.counts = counts;
          free.dimension = free.images();
          free.loss_weight = loss_weight;
          free.temperature = temperature;
          free.reduction = reduction;
          const std::vector<double> found = free.variances(free.global_minimum(2));
          Setting setting{Counts(counts.begin(), counts.end())};
          setting.reduction = reduction;
          const auto rows = setting.rows(loss_weight, temperature);
          for (std::size_t c = 0; c < counts.size(); ++c) {
            CAPTURE(counts[c]);
            CAPTURE(temperature);
            CAPTURE(loss_weight);
            CHECK(rows[c].collapsed == (found[c] < 1e-6));
            worst = std::max(worst, std::abs(rows[c].estimated_within_class_variance.value() - found[c]));
          }
        }
      }
    }
  }
  CHECK(worst < 0.006);
}

TEST_CASE("with m - 1 and with fewer dimensions unequal classes come apart where free embeddings do") {
  struct Case {
    std::vector<int> counts;
    int dimension;
    double temperature;
    Reduction reduction;
  };
  for (const Case& c :
       {Case{{5, 3, 3, 2}, 3, 0.3, Reduction::anchor_mean}, Case{{4, 4, 2}, 2, 0.4, Reduction::pair_mean},
        Case{{4, 3, 3, 2, 2}, 3, 0.25, Reduction::anchor_mean}}) {
    Setting setting{Counts(c.counts.begin(), c.counts.end())};
    setting.reduction = c.reduction;
    setting.dimension = c.dimension;
    double first = 1;
    for (const ClassEvaluation& row : setting.rows(0, c.temperature))
      first = std::min(first, row.loss_weight_threshold);
    FreeEmbeddings free;
    free.counts = c.counts;
    free.dimension = c.dimension;
    free.temperature = c.temperature;
    free.reduction = c.reduction;
    const auto spread_at = [&](double loss_weight) {
      free.loss_weight = 0;  // collapsed classes at their best places first
      const Eigen::MatrixXd collapsed = free.global_minimum(3);
      free.loss_weight = loss_weight;
      const std::vector<double> found = free.variances(free.minimised(collapsed + 0.02 * free.scattered(9)));
      return *std::max_element(found.begin(), found.end());
    };
    CAPTURE(c.dimension);
    CHECK(spread_at(first - 0.04 * (1 - first)) < 1e-6);
    CHECK(spread_at(first + 0.04 * (1 - first)) > 1e-4);
  }
}

TEST_CASE("below m - 1 dimensions equal counts reach the balanced numerical boundary's rule of the first class") {
  const auto rows =
      Setting{Counts(6, 3), {}, Convention::anchor_included, Reduction::anchor_mean, Sampling::balanced, 4}.rows(0.5,
                                                                                                                 0.3);
  for (const ClassEvaluation& row : rows) {
    CHECK(row.loss_weight_threshold == doctest::Approx(0.4360622).epsilon(1e-5));
    if (!row.collapsed) CHECK_FALSE(row.estimated_within_class_variance);
  }
}

TEST_CASE("some class collapses from the temperature threshold on, none just below it") {
  RandomProblems random(33);
  int finite = 0;
  for (int i = 0; i < 40; ++i) {
    Setting setting{random_counts(random, 6, 300)};
    setting.convention = random.convention();
    setting.reduction = i % 2 == 0 ? Reduction::anchor_mean : Reduction::pair_mean;
    const double loss_weight = random.uniform(0.05, 0.95);
    const double threshold = class_temperature_threshold(ImbalanceModel(setting.problem()), loss_weight);
    const auto some_collapsed = [&](double temperature) {
      const auto rows = setting.rows(loss_weight, temperature);
      return std::any_of(rows.begin(), rows.end(), [](const ClassEvaluation& row) { return row.collapsed; });
    };
    CAPTURE(i);
    if (threshold == 0) {
      CHECK(some_collapsed(0.001));
      CHECK(some_collapsed(1));
    } else {
      CHECK(some_collapsed(threshold * 1.001));
      CHECK_FALSE(some_collapsed(threshold * 0.999));
      ++finite;
    }
  }
  CHECK(finite > 5);
  CHECK(std::isinf(class_temperature_threshold(ImbalanceModel(Setting{{5, 4, 3}}.problem()), 1)));
}

TEST_CASE("a class with fewer than two images in a batch follows the random-batch rule, and a warning says so") {
  const Setting setting{{5000, 3000, 30, 1}, 256};
  std::vector<Warning> warnings;
  const auto rows = evaluate_classes(setting.problem(), ImbalanceModel(setting.problem()), 0.3, 0.05, warnings);
  CHECK(has_code(warnings, "too_few_instances_in_batch"));
  // Low temperature: E[kappa/(k + kappa) | k >= 1], close to 1/2 where two images hardly ever meet a third.
  CHECK(rows[2].loss_weight_threshold > 0.35);
  CHECK(rows[2].loss_weight_threshold < 0.5);
  CHECK(rows[3].loss_weight_threshold == 1);
  CHECK(rows[3].collapsed);
  CHECK(rows[3].estimated_within_class_variance == 0);
}

TEST_CASE("in one dimension everything collapses, at loss weight 1 no variance is claimed") {
  const auto rows =
      Setting{{5, 4, 3}, {}, Convention::anchor_included, Reduction::anchor_mean, Sampling::balanced, 1}.rows(0.9, 0.1);
  for (const ClassEvaluation& row : rows) CHECK(row.collapsed);
  for (const ClassEvaluation& row : Setting{{5, 4, 3}}.rows(1, 0.1)) {
    CHECK_FALSE(row.collapsed);
    CHECK_FALSE(row.estimated_within_class_variance);
  }
}

TEST_CASE("groups of similar classes answer like classes placed one by one") {
  Setting many, few;
  for (int c = 0; c < 30; ++c) many.counts.push_back(200 - c);         // 30 sizes: grouped
  for (int c = 0; c < 30; ++c) few.counts.push_back(200 - c / 2 * 2);  // 15 sizes: each for itself
  const auto grouped = many.rows(0.5, 0.3), single = few.rows(0.5, 0.3);
  for (std::size_t c = 0; c < 30; c += 2) {
    CHECK(grouped[c].loss_weight_threshold == doctest::Approx(single[c].loss_weight_threshold).epsilon(5e-3));
    CHECK(*grouped[c].estimated_within_class_variance ==
          doctest::Approx(*single[c].estimated_within_class_variance).epsilon(5e-3));
  }
}

TEST_CASE("a hundred thousand different classes are answered within seconds at extreme temperatures") {
  Setting setting;
  for (std::int64_t c = 0; c < 100'000; ++c) setting.counts.push_back(1 + c * c % 999'983 * 1'000);
  setting.batch_size = 65536;
  const auto start = std::chrono::steady_clock::now();
  for (const double temperature : {1e-4, 0.1, 1e4}) {
    std::vector<Warning> warnings;
    const auto rows =
        evaluate_classes(setting.problem(), ImbalanceModel(setting.problem()), 0.5, temperature, warnings);
    CHECK(has_code(warnings, "class_counts_rounded"));
    CHECK(std::none_of(rows.begin(), rows.end(),
                       [](const ClassEvaluation& row) { return std::isnan(row.loss_weight_threshold); }));
  }
  CHECK(class_temperature_threshold(ImbalanceModel(setting.problem()), 0.5) >= 0);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(120));  // sanitizers included
}

}  // namespace ssem::advisor::test
