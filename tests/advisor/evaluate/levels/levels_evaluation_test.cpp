#include "advisor/evaluate/levels/levels_evaluation.h"

#include <doctest/doctest.h>

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "advisor/numeric/sphere_lbfgs.h"
#include "tests/advisor/problems.h"

using namespace ssem::advisor;
using namespace ssem::advisor::test;

namespace {

LabelLevels levels_of(const std::string& text) { return label_levels_from(text).value(); }

// The loss by its definition, on a free unit vector for every view.
struct FreeNestedViews {
  int instances, dimension;
  std::string levels_text;
  double loss_weight, temperature;
  Convention convention = Convention::anchor_excluded;
  int views = 2;

  LabelLevels levels() const { return levels_of(levels_text); }
  int classes() const { return static_cast<int>(levels().levels.front().classes); }
  int rows() const { return classes() * instances * views; }
  int group(int row, std::int64_t of) const { return row / (instances * views) / (classes() / static_cast<int>(of)); }

  // Each anchor's weight on each view, row by row; what the loss pulls together.
  Eigen::MatrixXd targets() const {
    const LabelLevels given = levels();
    const bool included = convention == Convention::anchor_included;
    const bool plain = convention == Convention::supcon;
    double weights = 0;
    for (const LabelLevel& level : given.levels) weights += level.value;
    Eigen::MatrixXd result = Eigen::MatrixXd::Zero(rows(), rows());
    const auto spread = [&](int i, double share, const Eigen::RowVectorXd& pairs) {
      if (pairs.sum() > 0) result.row(i) += share / pairs.sum() * pairs;
    };
    for (int i = 0; i < rows(); ++i) {
      const auto may_be_label = [&](int j) { return plain ? j != i : j / views != i / views; };
      Eigen::RowVectorXd soft = Eigen::RowVectorXd::Zero(rows());
      for (std::size_t l = given.levels.size(); l-- > 0;) {
        const LabelLevel& level = given.levels[l];
        Eigen::RowVectorXd pairs = Eigen::RowVectorXd::Zero(rows());
        for (int j = 0; j < rows(); ++j) {
          if (!may_be_label(j) || group(i, level.classes) != group(j, level.classes)) continue;
          pairs(j) = 1;
          soft(j) = level.value;  // finer levels come later
        }
        if (given.kind == LevelKind::weight) spread(i, (plain ? 1 : 1 - loss_weight) * level.value / weights, pairs);
      }
      if (given.kind == LevelKind::target) spread(i, plain ? 1 : 1 - loss_weight, soft);
      if (plain) continue;
      Eigen::RowVectorXd own = Eigen::RowVectorXd::Zero(rows());
      for (int j = 0; j < rows(); ++j) own(j) = j / views == i / views && (included || j != i) ? 1 : 0;
      spread(i, loss_weight, own);
    }
    return result;
  }

  SpherePoint at(const Eigen::MatrixXd& free, const Eigen::MatrixXd& wanted) const {
    const bool included = convention == Convention::anchor_included;
    const Eigen::VectorXd norms = free.colwise().norm();
    const Eigen::MatrixXd unit = free * norms.cwiseInverse().asDiagonal();
    const Eigen::MatrixXd s = (unit.transpose() * unit).array() / temperature;
    Eigen::MatrixXd kernel = s.array().exp();
    if (!included) kernel.diagonal().setZero();
    const Eigen::VectorXd sums = kernel.rowwise().sum();
    const Eigen::VectorXd mass = wanted.rowwise().sum();
    SpherePoint point;
    point.value = (mass.dot(sums.array().log().matrix()) - wanted.cwiseProduct(s).sum()) / rows();
    const Eigen::MatrixXd slope = (mass.cwiseQuotient(sums).asDiagonal() * kernel - wanted) / (temperature * rows());
    point.gradient = unit * (slope + slope.transpose());
    const Eigen::RowVectorXd radial = unit.cwiseProduct(point.gradient).colwise().sum();
    point.gradient -= unit * radial.asDiagonal();
    point.imbalance = point.gradient.norm() / slope.norm();
    point.gradient *= norms.cwiseInverse().asDiagonal();
    return point;
  }

  struct Minimum {
    double loss = 1e300;
    std::vector<double> within;  // of the classes of each level
    double total = 0;            // variance about the mean of all
  };

  Minimum minimum(int starts) const {
    const Eigen::MatrixXd wanted = targets();
    Minimum best;
    for (int start = 1; start <= starts; ++start) {
      std::mt19937 engine(static_cast<unsigned>(start));
      std::normal_distribution<double> normal;
      const Eigen::MatrixXd from = Eigen::MatrixXd::NullaryExpr(dimension, rows(), [&] { return normal(engine); });
      const Eigen::MatrixXd columns =
          relax_on_spheres([&](const Eigen::MatrixXd& free) { return at(free, wanted); }, from.colwise().normalized(),
                           {.tolerance = 1e-9, .max_evaluations = 8000})
              .columns.colwise()
              .normalized();
      const double value = at(columns, wanted).value;
      if (value >= best.loss) continue;
      best.loss = value;
      best.within.clear();
      for (const LabelLevel& level : levels().levels) {
        const int each = rows() / static_cast<int>(level.classes);
        double within = 0;
        for (int c = 0; c < level.classes; ++c) {
          within += (1 - columns.middleCols(c * each, each).rowwise().mean().squaredNorm()) /
                    static_cast<double>(level.classes);
        }
        best.within.push_back(within);
      }
      best.total = 1 - columns.rowwise().mean().squaredNorm();
    }
    return best;
  }

  LevelsEvaluation predicted() const {
    Problem problem = balanced(classes(), instances, convention, views);
    problem.dimension = dimension;
    return evaluate_levels({problem, levels(), loss_weight, temperature});
  }
};

}  // namespace

TEST_CASE("nested classes have the brute-force loss and the variance of every level") {
  const FreeNestedViews settings[] = {
      {3, 23, "4:1,2:1", 0.3, 0.3},
      {3, 23, "4:1,2:1", 0.5, 0.2},
      {3, 23, "4:1,2:0.1", 0.05, 0.5},
      {2, 23, "6:0.2,2:1", 0.3, 0.5},
      {2, 23, "6:1,3:1", 0.2, 1.0},
      {3, 23, "4:1,2:0.5", 0.4, 0.3, Convention::anchor_included},
      {3, 23, "4:1,2:2", 0, 0.3, Convention::supcon},
      {2, 31, "8:1,4:0.7,2:0.5", 0.4, 0.3},
      {2, 31, "8:1,4:0.7,1:0.3", 0.2, 0.4},
      {3, 23, "4=1,2=0.3", 0.3, 0.4},
      {3, 23, "4=1,2=0.4,1=0.1", 0, 0.5, Convention::supcon},
      {3, 23, "4:1,2:1", 0.001, 0.3},
      {2, 23, "4:1,2:1", 0.3, 0.3, Convention::anchor_excluded, 3},
      {2, 23, "6:1,3:0.3", 0.9, 0.15},
  };
  for (const FreeNestedViews& setting : settings) {
    const auto found = setting.minimum(3);
    const LevelsEvaluation got = setting.predicted();
    CAPTURE(setting.levels_text);
    CAPTURE(setting.loss_weight);
    CAPTURE(setting.temperature);
    CHECK(std::abs(got.loss_value - found.loss) < 1e-7);
    REQUIRE(got.levels.size() == found.within.size());
    if (std::any_of(got.warnings.begin(), got.warnings.end(),
                    [](const Warning& w) { return w.code == "targets_met"; })) {
      continue;  // more than one minimum
    }
    for (std::size_t i = 0; i < found.within.size(); ++i) {
      CAPTURE(i);
      CHECK(std::abs(got.levels[i].within_class_variance - found.within[i]) < 2e-4);
    }
    CHECK(std::abs(got.levels.back().within_class_variance + got.between_class_variance - found.total) < 2e-4);
  }
}

TEST_CASE("just below a level's threshold brute force finds its members together, just above apart") {
  const FreeNestedViews settings[] = {{3, 23, "4:1,2:1", 0, 0.5},
                                      {2, 23, "6:0.05,2:1", 0, 0.7},
                                      {3, 23, "4:1,2:0.5", 0, 0.4, Convention::anchor_included}};
  for (FreeNestedViews setting : settings) {
    setting.loss_weight = 0.5;
    const LevelsEvaluation at_half = setting.predicted();
    for (std::size_t level = 0; level < 2; ++level) {
      const double threshold = *at_half.levels[level].loss_weight_threshold;
      if (threshold <= 0 || threshold >= 1) continue;
      for (const double factor : {0.8, 1.2}) {
        setting.loss_weight = threshold * factor;
        if (setting.loss_weight >= 1) continue;
        const auto found = setting.minimum(3);
        const double members = found.within[level] - (level == 0 ? 0 : found.within[level - 1]);
        const LevelsEvaluation got = setting.predicted();
        CAPTURE(setting.levels_text);
        CAPTURE(level);
        CAPTURE(threshold);
        CAPTURE(factor);
        CHECK(got.levels[level].members_collapsed == (factor < 1));
        CHECK(std::abs(members - got.levels[level].members_variance) < 2e-4);
        if (factor > 1) CHECK(members > 1e-3);
      }
    }
  }
}

TEST_CASE("a coarser level of weight 0 leaves the answer of one level") {
  RandomProblems random(18);
  for (int trial = 0; trial < 60; ++trial) {
    const std::int64_t coarse = random.log_integer(2, 20);
    const std::int64_t classes = coarse * random.log_integer(2, 10);
    Problem problem = with_batch(classes, classes * random.log_integer(2, 30), random.convention(),
                                 trial % 2 == 0 ? Sampling::random : Sampling::balanced);
    if (trial % 4 == 0) problem.dataset_instances_per_class = problem.batch_size;
    const double loss_weight = random.uniform(0.01, 0.95);
    const double temperature = random.log_uniform(0.05, 3);
    const Evaluation one = evaluate({problem, loss_weight, temperature});
    const LevelsEvaluation got =
        evaluate_levels({problem, levels_of(std::to_string(classes) + ":1," + std::to_string(coarse) + ":0"),
                         loss_weight, temperature});
    CAPTURE(trial);
    CAPTURE(classes);
    CAPTURE(problem.batch_size);
    CAPTURE(loss_weight);
    CAPTURE(temperature);
    if (one.view_split) continue;
    const double tolerance = problem.sampling == Sampling::random ? 1e-3 : 1e-6;
    CHECK(std::abs(*got.levels[0].loss_weight_threshold - std::min(1.0, one.loss_weight_threshold)) < tolerance);
    CHECK(std::abs(got.levels[0].members_variance - *one.within_class_variance) < tolerance);
    CHECK(std::abs(got.loss_value - *one.loss_value) < tolerance);
    CHECK(std::abs(got.all_equal_loss_value - one.loss_ladder->all_equal) < tolerance);
  }
}

TEST_CASE("random batches agree with the mean over batches that were drawn") {
  const Problem problem = with_batch(6, 24, Convention::anchor_excluded, Sampling::random);
  const LabelLevels levels = levels_of("6:1,2:0.5");
  const double loss_weight = 0.4, temperature = 0.3;
  const LevelsEvaluation got = evaluate_levels({problem, levels, loss_weight, temperature});
  const double cosines[] = {1, got.levels[0].similarity, got.levels[1].similarity, *got.between_class_similarity};
  std::mt19937 engine(3);
  double sum = 0, squares = 0;
  const int batches = 60'000;
  for (int batch = 0; batch < batches; ++batch) {
    int counts[] = {1, 0, 0, 0};  // of an anchor of class 0
    for (int j = 1; j < 24; ++j) {
      const auto label = engine() % 6;
      ++counts[label == 0 ? 1 : (label < 3 ? 2 : 3)];
    }
    double total = std::exp(1 / temperature);  // one other view of the anchor's image
    for (int tier = 1; tier <= 3; ++tier) total += 2 * counts[tier] * std::exp(cosines[tier] / temperature);
    const auto term = [&](double cosine) { return std::log(total) - cosine / temperature; };
    double loss = loss_weight * term(1);
    if (counts[1] > 0) loss += (1 - loss_weight) * (1 / 1.5) * term(cosines[1]);
    const int both = counts[1] + counts[2];
    if (both > 0) {
      loss += (1 - loss_weight) * (0.5 / 1.5) * term((counts[1] * cosines[1] + counts[2] * cosines[2]) / both);
    }
    sum += loss;
    squares += loss * loss;
  }
  const double mean = sum / batches;
  const double error = std::sqrt((squares / batches - mean * mean) / batches);
  CHECK(std::abs(got.loss_value - mean) < 4 * error + 2e-4);
}

TEST_CASE("levels that are none are refused with their rule") {
  for (const char* text :
       {"", "4", "4:1", "4:1,3:1", "2:1,4:1", "4:1,4:1", "4:-1,2:1", "4:0,2:0", "4:1,2:x", "4:1,2=1", "1000001:1,1:1",
        "0:1,2:1", "4:1,2:1,", "16:1,8:1,4:1,2:1,1:1", "99999999999999999999:1,2:1", "4:nan,2:1", "4:1e7,2:1"}) {
    CAPTURE(text);
    CHECK_FALSE(static_cast<bool>(label_levels_from(text)));
  }
  CHECK(static_cast<bool>(label_levels_from("100:1,20:0.5")));
  CHECK(label_levels_from("100=1,20=0.5,1=0").value().kind == LevelKind::target);
}
