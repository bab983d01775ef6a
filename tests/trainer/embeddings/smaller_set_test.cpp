#include "trainer/embeddings/smaller_set.h"

#include "tests/support/doctest_beside_torch.h"

using namespace ssem;
using namespace ssem::trainer;

namespace {

TrainSpec cifar10(std::int64_t dataset_instances_per_class, double loss_weight = 0.12) {
  advisor::ProblemFields fields;
  fields.classes = 10;
  fields.batch_size = 512;
  fields.dimension = 128;
  fields.dataset_instances_per_class = dataset_instances_per_class;
  FaultList faults;
  TrainSpec spec;
  spec.problem = *advisor::check_problem(fields, faults);
  spec.loss_weight = loss_weight;
  spec.temperature = 0.137;
  return spec;
}

advisor::Evaluation evaluated(const TrainSpec& spec) {
  return advisor::evaluate({spec.problem, spec.loss_weight, spec.temperature});
}

double difference(const SmallerSet& set, const advisor::Evaluation& whole) {
  return std::abs(*set.predicted.within_class_variance - *whole.within_class_variance);
}

}  // namespace

TEST_CASE("a few thousand images stand for CIFAR-10's fifty thousand, with their own prediction") {
  const TrainSpec spec = cifar10(5000);
  const advisor::Evaluation whole = evaluated(spec);
  const auto set = smaller_set(spec, whole, 0.0075);
  REQUIRE(set);
  CHECK(set->images_per_class * 10 >= kWholeImages);
  CHECK(set->images_per_class * 10 <= 4 * kWholeImages);
  CHECK(*set->predicted.within_class_variance == *evaluated(cifar10(set->images_per_class)).within_class_variance);
  CHECK(difference(*set, whole) <= 0.0075);
}

TEST_CASE("the finer the question, the larger the set, up to the whole") {
  const TrainSpec spec = cifar10(5000);
  const advisor::Evaluation whole = evaluated(spec);
  std::int64_t before = 0;
  for (const double allowed : {2e-2, 5e-3, 2e-3}) {
    CAPTURE(allowed);
    const auto set = smaller_set(spec, whole, allowed);
    REQUIRE(set);
    CHECK(set->images_per_class > before);
    CHECK(difference(*set, whole) <= allowed);
    before = set->images_per_class;
  }
  CHECK_FALSE(smaller_set(spec, whole, 0));
}

TEST_CASE("a collapsed point stays collapsed in the smaller set") {
  const TrainSpec spec = cifar10(5000, 0.001);
  const advisor::Evaluation whole = evaluated(spec);
  REQUIRE(whole.collapsed);
  const auto set = smaller_set(spec, whole, 1e-3);
  REQUIRE(set);
  CHECK(set->predicted.collapsed);
}

TEST_CASE("small sets, and batches that are the data set, are trained whole") {
  const TrainSpec small = cifar10(300);
  CHECK_FALSE(smaller_set(small, evaluated(small), 1));
  TrainSpec batch = cifar10(5000);
  batch.problem.sampling = advisor::Sampling::balanced;
  batch.problem.dataset_instances_per_class.reset();
  CHECK_FALSE(smaller_set(batch, evaluated(batch), 1));
}
