// The cross-view loss from its definition on two free unit vectors per image, minimised by brute force, against the
// model that puts both at one point.
#include "advisor/model/cross_view.h"

#include <doctest/doctest.h>

#include <Eigen/Core>
#include <algorithm>
#include <bit>
#include <cmath>
#include <random>
#include <vector>

#include "advisor/evaluation.h"
#include "advisor/numeric/sphere_lbfgs.h"
#include "tests/advisor/problems.h"

using namespace ssem::advisor;
using namespace ssem::advisor::test;

namespace {

enum class Direction { first_to_second, both };

struct TwoViews {
  int classes, instances, dimension;
  double loss_weight, temperature;
  Direction direction = Direction::both;
  int keys = 0;  // of other images that an anchor meets, every choice of them equally likely; 0: all

  int images() const { return classes * instances; }

  // Every set of images with the anchor's among them, as bits.
  std::vector<unsigned> sets() const {
    const int met = keys > 0 ? keys + 1 : images();
    std::vector<unsigned> result;
    for (unsigned set = 0; set < 1U << images(); ++set) {
      if (std::popcount(set) == met) result.push_back(set);
    }
    return result;
  }

  // Of one direction, with dL/dX added to `slope`; X [i, j] = anchor i with row j of the other view.
  double one_way(const Eigen::MatrixXd& cosines, double share, const std::vector<unsigned>& sets,
                 Eigen::MatrixXd& slope) const {
    double value = 0;
    for (int i = 0; i < images(); ++i) {
      const auto holds = [](unsigned set, int image) { return (set >> image & 1U) != 0; };
      const auto met = std::count_if(sets.begin(), sets.end(), [&](unsigned set) { return holds(set, i); });
      for (const unsigned set : sets) {
        if (!holds(set, i)) continue;
        double sum = 0;
        int partners = 0;
        for (int j = 0; j < images(); ++j) {
          if (!holds(set, j)) continue;
          sum += std::exp((cosines(i, j) - 1) / temperature);
          partners += j != i && j / instances == i / instances;
        }
        const double counted = loss_weight + (partners > 0 ? 1 - loss_weight : 0);
        for (int j = 0; j < images(); ++j) {
          if (!holds(set, j)) continue;
          const bool partner = j != i && j / instances == i / instances;
          const double weight = j == i ? loss_weight : partner ? (1 - loss_weight) / partners : 0;
          const double part = counted * std::exp((cosines(i, j) - 1) / temperature) / sum;
          value += share / static_cast<double>(met) * weight * (std::log(sum) - (cosines(i, j) - 1) / temperature);
          slope(i, j) += share / static_cast<double>(met) * (part - weight) / temperature;
        }
      }
    }
    return value;
  }

  SpherePoint at(const Eigen::MatrixXd& free) const {
    const Eigen::VectorXd norms = free.colwise().norm();
    const Eigen::MatrixXd unit = free * norms.cwiseInverse().asDiagonal();
    const Eigen::MatrixXd a = unit.leftCols(images()), b = unit.rightCols(images());
    const Eigen::MatrixXd cosines = a.transpose() * b;
    Eigen::MatrixXd slope = Eigen::MatrixXd::Zero(images(), images());
    const double share = 1.0 / (direction == Direction::both ? 2 * images() : images());
    SpherePoint point;
    const std::vector<unsigned> met = sets();
    point.value = one_way(cosines, share, met, slope);
    if (direction == Direction::both) {
      Eigen::MatrixXd back = Eigen::MatrixXd::Zero(images(), images());
      point.value += one_way(cosines.transpose(), share, met, back);
      slope += back.transpose();
    }
    point.gradient.resize(free.rows(), free.cols());
    point.gradient.leftCols(images()) = b * slope.transpose();
    point.gradient.rightCols(images()) = a * slope;
    const Eigen::RowVectorXd radial = unit.cwiseProduct(point.gradient).colwise().sum();
    point.gradient -= unit * radial.asDiagonal();
    point.imbalance = point.gradient.norm() / slope.norm();
    point.gradient *= norms.cwiseInverse().asDiagonal();
    return point;
  }

  struct Minimum {
    double loss = 0;
    double within = 0;           // of the means of an image's two views
    double view_similarity = 0;  // mean cosine of an image's two views
  };

  Minimum minimum(int starts = 4) const {
    Eigen::MatrixXd best;
    double lowest = 1e300;
    for (int start = 1; start <= starts; ++start) {
      std::mt19937 engine(static_cast<unsigned>(start));
      std::normal_distribution<double> normal;
      const Eigen::MatrixXd from =
          Eigen::MatrixXd::NullaryExpr(dimension, 2 * images(), [&] { return normal(engine); });
      const auto found = relax_on_spheres([this](const Eigen::MatrixXd& free) { return at(free); },
                                          from.colwise().normalized(), {.tolerance = 1e-9, .max_evaluations = 6000});
      const double value = at(found.columns).value;
      if (value >= lowest) continue;
      lowest = value;
      best = found.columns.colwise().normalized();
    }
    const Eigen::MatrixXd a = best.leftCols(images()), b = best.rightCols(images());
    Minimum result{lowest, 0, a.cwiseProduct(b).sum() / images()};
    for (int c = 0; c < classes; ++c) {
      const Eigen::MatrixXd middle =
          (a.middleCols(c * instances, instances) + b.middleCols(c * instances, instances)) / 2;
      const Eigen::VectorXd mean = middle.rowwise().mean();
      result.within += (middle.colwise() - mean).squaredNorm() / images();
    }
    return result;
  }
};

Evaluation predicted(const TwoViews& setting, bool dimension_known = true) {
  Problem problem = balanced(setting.classes, setting.instances, Convention::cross_view);
  if (dimension_known) problem.dimension = setting.dimension;
  return evaluate({problem, setting.loss_weight, setting.temperature});
}

}  // namespace

TEST_CASE("the cross-view optimum is the brute-force minimum over two free vectors per image, in either direction") {
  const TwoViews settings[] = {
      {3, 4, 12, 0.5, 0.3},  {3, 4, 12, 0.3, 0.1}, {4, 3, 12, 0.6, 0.5}, {2, 5, 10, 0.4, 0.2},
      {5, 2, 10, 0.7, 0.25}, {3, 3, 9, 1.0, 0.2},  {3, 4, 12, 0.3, 1.0}, {4, 2, 8, 0.55, 0.4},
  };
  for (TwoViews setting : settings) {
    for (const Direction direction : {Direction::both, Direction::first_to_second}) {
      setting.direction = direction;
      const auto found = setting.minimum();
      const Evaluation got = predicted(setting);
      CAPTURE(setting.classes);
      CAPTURE(setting.loss_weight);
      CAPTURE(setting.temperature);
      CHECK(*got.dimension_regime == DimensionRegime::exact);
      CHECK_FALSE(got.view_split);
      CHECK(std::abs(*got.loss_value - found.loss) < 1e-7);
      CHECK(std::abs(*got.within_class_variance - found.within) < 2e-4);
      CHECK(got.collapsed == (found.within < 1e-4));
      CHECK(found.view_similarity > 1 - 1e-4);
    }
  }
}

TEST_CASE("below the view-split loss weight the two views of an image part in the brute-force minimum, above it not") {
  for (const double temperature : {0.1, 0.3, 0.5}) {
    const TwoViews shape{3, 3, 9, 0, temperature};
    const double split = *predicted({3, 3, 9, 0.0, temperature}).view_split_loss_weight;
    CHECK(split > 0);
    for (const double off : {-0.02, 0.02}) {
      TwoViews setting = shape;
      setting.loss_weight = split + off;
      const auto found = setting.minimum();
      const Evaluation got = predicted(setting);
      CAPTURE(temperature);
      CAPTURE(off);
      CHECK(got.view_split == (off < 0));
      CHECK((found.view_similarity < 1 - 1e-4) == (off < 0));
      CHECK(got.collapsed == (found.within < 1e-4));
      if (off > 0) CHECK(std::abs(*got.loss_value - found.loss) < 1e-7);
    }
  }
}

TEST_CASE("cross_view shares thresholds and optimum with anchor_included and has ln 2 less of the loss") {
  RandomProblems random(11);
  for (int trial = 0; trial < 300; ++trial) {
    ProblemFields fields;
    fields.classes = random.log_integer(2, 500);
    fields.batch_size = 2 * *fields.classes * random.log_integer(1, 30);
    fields.sampling = trial % 2 == 0 ? Sampling::random : Sampling::balanced;
    fields.reduction = trial % 3 == 0 ? Reduction::pair_mean : Reduction::anchor_mean;
    if (trial % 5 == 0) fields.dataset_instances_per_class = *fields.batch_size;
    if (trial % 4 == 0) fields.dimension = random.log_integer(2, 2000);
    fields.convention = Convention::anchor_included;
    const double loss_weight = random.uniform(0, 1);
    const double temperature = random.log_uniform(0.02, 3);
    const Evaluation whole = evaluate({checked(fields), loss_weight, temperature});
    fields.convention = Convention::cross_view;
    const Evaluation got = evaluate({checked(fields), loss_weight, temperature});
    CHECK(got.loss_weight_threshold == doctest::Approx(whole.loss_weight_threshold).epsilon(1e-13));
    CHECK(got.temperature_threshold == doctest::Approx(whole.temperature_threshold).epsilon(1e-12));
    CHECK(*got.within_class_variance == doctest::Approx(*whole.within_class_variance).epsilon(1e-9));
    // Anchors without a partner have the self-supervised term only.
    const double share = got.loss_ladder->all_equal / std::log(static_cast<double>(*fields.batch_size));
    if (got.problem.sampling == Sampling::balanced && got.problem.instances_per_class > 1) {
      CHECK(share == doctest::Approx(1).epsilon(1e-12));
    }
    CHECK(*whole.loss_value - *got.loss_value == doctest::Approx(share * std::log(2.0)).epsilon(1e-8));
    CHECK_FALSE(whole.view_split_loss_weight.has_value());
  }
}

TEST_CASE("where every key of the class is a positive alike, cross_view collapses: its loss weight is 1/n") {
  for (const double temperature : {0.03, 0.1, 1.0}) {
    const Evaluation got = evaluate({balanced(10, 25, Convention::cross_view), 1.0 / 25, temperature});
    CHECK(got.collapsed);
    CHECK_FALSE(got.view_split);
  }
}

TEST_CASE("cross_view takes two views, and says so of any other number") {
  for (const std::int64_t views : {1, 3}) {
    ProblemFields fields;
    fields.classes = 10;
    fields.batch_size = 40;
    fields.views = views;
    fields.convention = Convention::cross_view;
    ssem::FaultList faults;
    CHECK_FALSE(check_problem(fields, faults));
    const auto error = faults.to_error();
    REQUIRE(error.fields.size() == 1);
    CHECK(error.fields.front().path == "/views");
    const std::string message = error.fields.front().message;
    CHECK(message.find("must be 2 for cross_view") != std::string::npos);
    CHECK(message.find("got " + std::to_string(views)) != std::string::npos);
  }
}

TEST_CASE("with a queue of K keys the optimum is the brute-force minimum of the mean over every choice of keys") {
  const struct {
    int classes, instances, keys;
    double loss_weight, temperature;
  } rows[] = {{3, 2, 2, 0.7, 0.2}, {3, 2, 3, 0.5, 0.3}, {2, 4, 3, 0.6, 0.3}, {2, 3, 4, 1.0, 0.4}, {3, 2, 3, 0.3, 1.0}};
  for (const auto& row : rows) {
    const TwoViews setting{row.classes,     row.instances,   row.classes * row.instances,
                           row.loss_weight, row.temperature, Direction::first_to_second,
                           row.keys};
    const auto found = setting.minimum();
    ProblemFields fields;
    fields.classes = row.classes;
    fields.batch_size = 2;
    fields.sampling = Sampling::random;
    fields.dataset_instances_per_class = row.instances;
    fields.dimension = setting.dimension;
    fields.convention = Convention::cross_view;
    fields.queue_size = row.keys;
    const Evaluation got = evaluate({checked(fields), row.loss_weight, row.temperature});
    CAPTURE(row.keys);
    CAPTURE(row.loss_weight);
    CHECK(std::abs(*got.loss_value - found.loss) < 1e-7);
    CHECK(std::abs(*got.within_class_variance - found.within) < 2e-4);
    CHECK(got.collapsed == (found.within < 1e-4));
  }
}

TEST_CASE("a queue's thresholds are those of a batch of K + 1 images, and MoCo's plateau is ln(K + 1)") {
  ProblemFields fields;
  fields.classes = 1000;
  fields.batch_size = 256;
  fields.dimension = 1024;
  fields.convention = Convention::cross_view;
  fields.queue_size = 65536;
  const Evaluation queue = evaluate({checked(fields), 0.9, 0.2});
  CHECK(evaluate({checked(fields), 1.0, 0.2}).loss_ladder->all_equal == doctest::Approx(std::log(65537.0)));
  fields.queue_size.reset();
  fields.batch_size = 65537;
  const Evaluation batch = evaluate({checked(fields), 0.9, 0.2});
  CHECK(queue.loss_weight_threshold == batch.loss_weight_threshold);
  CHECK(*queue.within_class_variance == *batch.within_class_variance);
  // Balanced batches leave 65 keys of each class.
  fields.sampling = Sampling::balanced;
  fields.batch_size = 1000;
  fields.queue_size = 65000;
  const double others = 999 * 65 * std::exp(-1000 / (999 * 0.2));
  CHECK(evaluate({checked(fields), 0.9, 0.2}).loss_weight_threshold ==
        doctest::Approx((1 + others * 1000 / 999) / (1 + 65 + others)).epsilon(1e-12));
}

TEST_CASE("a queue of unequal classes meets each by its share, and the larger it is the fewer classes collapse") {
  ProblemFields fields;
  fields.class_counts = {5000, 500, 50};
  fields.batch_size = 64;
  fields.dimension = 64;
  fields.convention = Convention::cross_view;
  std::vector<double> rarest;
  for (const std::int64_t keys : {63, 500, 4000}) {
    fields.queue_size = keys;
    rarest.push_back(evaluate({checked(fields), 0.5, 0.1}).per_class[2].loss_weight_threshold);
  }
  fields.queue_size.reset();
  const double batch = evaluate({checked(fields), 0.5, 0.1}).per_class[2].loss_weight_threshold;
  CHECK(rarest[0] == doctest::Approx(batch).epsilon(1e-12));
  CHECK(rarest[1] < rarest[0]);
  CHECK(rarest[2] < rarest[1]);
}

TEST_CASE("a queue is refused with another convention, a batch that is the data set, and as many keys as images") {
  const auto message = [](const ProblemFields& fields) {
    ssem::FaultList faults;
    if (check_problem(fields, faults)) return std::string();
    const auto error = faults.to_error();
    REQUIRE(error.fields.size() == 1);
    CHECK(error.fields.front().path == "/queue_size");
    return error.fields.front().message;
  };
  ProblemFields fields;
  fields.classes = 10;
  fields.batch_size = 40;
  fields.queue_size = 99;
  fields.dataset_instances_per_class = 10;
  fields.convention = Convention::dcl;
  CHECK(message(fields).find("needs convention cross_view") == 0);
  CHECK(message(fields).find("convention is dcl") != std::string::npos);
  fields.convention = Convention::cross_view;
  CHECK(message(fields).empty());
  fields.queue_size = 100;
  CHECK(message(fields).find("must be < the 100 images") == 0);
  fields.dataset_instances_per_class.reset();
  fields.dataset_is_batch = true;
  CHECK(message(fields).find("must be absent where the batch is the data set") == 0);
}
