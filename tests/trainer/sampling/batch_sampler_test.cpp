#include "trainer/sampling/batch_sampler.h"

#include <cmath>
#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "tests/support/doctest_beside_torch.h"

namespace ssem::trainer {
namespace {

using Labels = std::vector<std::int64_t>;

advisor::Problem problem_of(const advisor::ProblemFields& fields) {
  FaultList faults;
  const auto problem = advisor::check_problem(fields, faults);
  REQUIRE(problem);
  return *problem;
}

Labels class_labels(std::int64_t classes, std::int64_t each) {
  Labels labels;
  for (std::int64_t k = 0; k < classes * each; ++k) labels.push_back(k % classes);
  return labels;
}

}  // namespace

TEST_CASE("a balanced batch holds so many images of every class, none twice, and a pass shows each image once") {
  advisor::ProblemFields fields;
  fields.classes = 4;
  fields.instances_per_class = 3;
  const Labels labels = class_labels(4, 9);
  auto sampler = std::move(make_sampler(problem_of(fields), labels, 1)).value();
  std::map<std::int64_t, int> shown;
  for (int batch = 0; batch < 3; ++batch) {
    const Labels rows = sampler->next();
    CHECK(std::set<std::int64_t>(rows.begin(), rows.end()).size() == 12);
    std::map<std::int64_t, int> of_class;
    for (const std::int64_t row : rows) {
      ++of_class[labels[static_cast<std::size_t>(row)]];
      ++shown[row];
    }
    for (const auto& [label, count] : of_class) CHECK(count == 3);
  }
  CHECK(shown.size() == 36);
}

TEST_CASE("fewer classes a batch are drawn at random, all in the long run") {
  advisor::ProblemFields fields;
  fields.classes = 6;
  fields.classes_per_batch = 2;
  fields.instances_per_class = 2;
  const Labels labels = class_labels(6, 5);
  auto sampler = std::move(make_sampler(problem_of(fields), labels, 3)).value();
  std::map<std::int64_t, int> chosen;
  for (int batch = 0; batch < 600; ++batch) {
    std::set<std::int64_t> classes;
    for (const std::int64_t row : sampler->next()) classes.insert(labels[static_cast<std::size_t>(row)]);
    CHECK(classes.size() == 2);
    for (const std::int64_t label : classes) ++chosen[label];
  }
  for (const auto& [label, count] : chosen) CHECK(std::abs(count - 200) < 60);  // 5 standard deviations
}

TEST_CASE("random batches go through all images; a batch larger than the data is refused by name") {
  advisor::ProblemFields fields;
  fields.classes = 2;
  fields.batch_size = 5;
  fields.sampling = advisor::Sampling::random;
  const Labels labels = class_labels(2, 5);
  auto sampler = std::move(make_sampler(problem_of(fields), labels, 1)).value();
  std::set<std::int64_t> seen;
  for (int batch = 0; batch < 2; ++batch) {
    const Labels rows = sampler->next();
    seen.insert(rows.begin(), rows.end());
  }
  CHECK(seen.size() == 10);
  fields.batch_size = 11;
  const auto refused = make_sampler(problem_of(fields), labels, 1);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().fields[0].path == "/problem/batch_size");
}

TEST_CASE("batches of imbalanced data keep the classes' shares") {
  advisor::ProblemFields fields;
  fields.class_counts = Labels{80, 40, 8};
  fields.batch_size = 16;
  CHECK(images_in_batch(problem_of(fields)) == Labels{10, 5, 1});
}

}  // namespace ssem::trainer
