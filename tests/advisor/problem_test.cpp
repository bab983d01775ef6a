#include "advisor/problem.h"

#include <cmath>

#include <doctest/doctest.h>

#include <string>

using namespace ssem;
using namespace ssem::advisor;

namespace {

ProblemFields fields(std::optional<std::int64_t> classes, std::optional<std::int64_t> batch_size) {
  ProblemFields result;
  result.classes = classes;
  result.batch_size = batch_size;
  return result;
}

// The messages of all faults, by path.
std::string message_at(const ProblemFields& input, const std::string& path) {
  FaultList faults;
  if (check_problem(input, faults)) return "";
  for (const FieldFault& fault : faults.to_error().fields) {
    if (fault.path == path) return fault.message;
  }
  return "no fault at " + path;
}

}  // namespace

TEST_CASE("a balanced batch holds the rounded-down share of each class") {
  FaultList faults;
  ProblemFields input = fields(10, 512);
  input.sampling = Sampling::balanced;
  const auto problem = check_problem(input, faults);
  REQUIRE(problem.has_value());
  CHECK(problem->instances_per_class == 51);
  CHECK(problem->batch_size == 512);
  CHECK(problem->classes_per_batch == 10);
  CHECK(problem->views == 2);
  CHECK(problem->convention == Convention::anchor_excluded);
  CHECK(problem->sampling == Sampling::balanced);
  CHECK(problem->reduction == Reduction::anchor_mean);
}

TEST_CASE("how a batch is drawn follows from how it is given, and what was not said is noted") {
  const auto checked = [](ProblemFields input) {
    FaultList faults;
    const auto problem = check_problem(input, faults);
    REQUIRE(problem.has_value());
    return *problem;
  };
  const Problem shuffled = checked(fields(10, 512));
  CHECK(shuffled.sampling == Sampling::random);
  CHECK(std::isinf(shuffled.dataset_instances()));
  CHECK(shuffled.unsaid.sampling);
  CHECK(shuffled.unsaid.dataset);

  ProblemFields each = fields(10, std::nullopt);
  each.instances_per_class = 8;
  CHECK(checked(each).sampling == Sampling::balanced);
  CHECK(std::isinf(checked(each).dataset_instances()));
  ProblemFields few_classes = fields(10, 512);
  few_classes.classes_per_batch = 5;
  CHECK(checked(few_classes).sampling == Sampling::balanced);
  ProblemFields paper = fields(10, 512);
  paper.dataset_is_batch = true;
  CHECK(checked(paper).sampling == Sampling::balanced);
  CHECK(checked(paper).dataset_instances() == 51);
  paper.dataset_instances_per_class = 5000;
  CHECK(message_at(paper, "/dataset").find("must be absent") == 0);
  paper.dataset_instances_per_class.reset();
  paper.sampling = Sampling::random;
  CHECK(message_at(paper, "/sampling").find("must be balanced") == 0);
}

TEST_CASE("a preset fills what it knows and given fields win") {
  ProblemFields input;
  input.preset = Preset::cifar100;
  FaultList faults;
  const auto whole = check_problem(input, faults);
  REQUIRE(whole.has_value());
  CHECK(whole->classes == 100);
  CHECK(whole->dataset_instances_per_class == 500);
  CHECK(whole->dimension == 128);
  CHECK(whole->sampling == Sampling::random);
  CHECK(whole->unsaid.preset_classes);
  input.instances_per_class = 4;
  input.dimension = 64;
  const auto own = check_problem(input, faults);
  REQUIRE(own.has_value());
  CHECK(own->batch_size == 400);
  CHECK(own->sampling == Sampling::balanced);
  CHECK(own->dimension == 64);
  CHECK_FALSE(own->unsaid.preset_batch_size);
}

TEST_CASE("a loss that does not gather sees one GPU's images") {
  ProblemFields input = fields(10, 512);
  input.gpus = 8;
  FaultList faults;
  CHECK(check_problem(input, faults)->batch_size == 512);
  CHECK(check_problem(input, faults)->unsaid.loss_gathers);
  input.loss_gathers = false;
  CHECK(check_problem(input, faults)->batch_size == 64);
  CHECK(check_problem(input, faults)->gpus_apart == 8);
  input.gpus = 7;
  CHECK(message_at(input, "/gpus").find("must divide the batch of 512") == 0);
  input.gpus = 512;
  CHECK(message_at(input, "/batch_size").find("must leave each of 512 GPUs") == 0);
}

TEST_CASE("one view leaves plain SupCon, where there is one") {
  ProblemFields input = fields(10, 512);
  input.views = 1;
  FaultList faults;
  CHECK(check_problem(input, faults)->convention == Convention::supcon);
  input.convention = Convention::anchor_included;  // each anchor is its own positive
  CHECK(check_problem(input, faults)->convention == Convention::anchor_included);
  input.convention = Convention::dcl;
  CHECK(message_at(input, "/views").find("must be an integer >= 2 for dcl") == 0);
}

TEST_CASE("images of a class give the batch size") {
  ProblemFields input = fields(10, std::nullopt);
  input.instances_per_class = 51;
  input.classes_per_batch = 4;
  FaultList faults;
  const auto problem = check_problem(input, faults);
  REQUIRE(problem.has_value());
  CHECK(problem->batch_size == 204);
}

TEST_CASE("one image of a class is an answer, fewer are a fault") {
  FaultList faults;
  ProblemFields input = fields(10, 10);
  input.sampling = Sampling::balanced;
  CHECK(check_problem(input, faults).has_value());
  input.batch_size = 9;
  CHECK(message_at(input, "/batch_size").find("must be >= 10") == 0);
  CHECK(message_at(input, "/batch_size").find("got 9") != std::string::npos);
}

TEST_CASE("ranges name the rule and the value") {
  CHECK(message_at(fields(1, 512), "/classes") == "must be an integer >= 2, got 1");
  CHECK(message_at(fields(-5, 512), "/classes") == "must be an integer >= 2, got -5");
  CHECK(message_at(fields(1'000'001, 512), "/classes") == "must be an integer <= 1000000, got 1000001");
  CHECK(message_at(fields(10, 0), "/batch_size") == "must be an integer >= 2, got 0");
  ProblemFields input = fields(10, 512);
  input.views = 0;
  CHECK(message_at(input, "/views") == "must be an integer >= 1, got 0");
  input = fields(10, 512);
  input.dimension = 2'147'483'648;
  CHECK(message_at(input, "/dimension") == "must be an integer <= 2147483647, got 2147483648");
  input.dimension = 0;
  CHECK(message_at(input, "/dimension") == "must be an integer >= 1, got 0");
}

TEST_CASE("missing and contradictory fields are faults") {
  CHECK(message_at(fields(std::nullopt, 512), "/classes").find("is required") == 0);
  CHECK(message_at(fields(10, std::nullopt), "/batch_size").find("is required") == 0);
  ProblemFields both = fields(10, 512);
  both.instances_per_class = 51;
  CHECK(message_at(both, "/instances_per_class").find("excludes batch_size") == 0);
  ProblemFields counts = fields(10, std::nullopt);
  counts.class_counts = {100, 50};
  CHECK(message_at(counts, "/classes").find("excludes class_counts") == 0);
  ProblemFields random = fields(10, 512);
  random.sampling = Sampling::random;
  random.classes_per_batch = 5;
  CHECK(message_at(random, "/classes_per_batch").find("needs balanced sampling") == 0);
  ProblemFields small = fields(10, 512);
  small.dataset_instances_per_class = 20;
  CHECK(message_at(small, "/dataset_instances_per_class").find("must be >= the 52 images") == 0);
  small.sampling = Sampling::balanced;
  CHECK(message_at(small, "/dataset_instances_per_class").find("must be >= the 51 images") == 0);
}

TEST_CASE("all faults are reported at once, each field once") {
  ProblemFields input = fields(1, 1);
  input.views = 0;
  input.dimension = -1;
  FaultList faults;
  CHECK_FALSE(check_problem(input, faults).has_value());
  const Error error = faults.to_error();
  CHECK(error.code == ErrorCode::invalid_argument);
  CHECK(error.fields.size() == 4);
  CHECK(error.message.find("4 fields are invalid") == 0);
}

TEST_CASE("a field whose type was wrong is neither missing nor reported again") {
  FaultList faults;
  faults.add("/classes", "must be an integer, got \"ten\"");
  CHECK_FALSE(check_problem(fields(std::nullopt, 512), faults).has_value());
  CHECK(faults.to_error().fields.size() == 1);
  CHECK(faults.to_error().message == "/classes must be an integer, got \"ten\"");
}

TEST_CASE("class counts replace classes and default to the whole data set as the batch") {
  ProblemFields input;
  input.class_counts = {5000, 500, 50};
  FaultList faults;
  const auto problem = check_problem(input, faults);
  REQUIRE(problem.has_value());
  CHECK(problem->classes == 3);
  CHECK(problem->batch_size == 5550);
  CHECK(problem->imbalanced());
  input.batch_size = 6000;
  CHECK(message_at(input, "/batch_size").find("must be <= the sum of class_counts (5550)") == 0);
  input.class_counts = {5000};
  CHECK(message_at(input, "/class_counts").find("must hold 2 to") == 0);
  input.class_counts = {5000, 0};
  CHECK(message_at(input, "/class_counts/1").find("must be an integer from 1") == 0);
}

TEST_CASE("names and values are each other's inverse") {
  for (const Convention c : {Convention::anchor_excluded, Convention::anchor_included, Convention::supcon,
                             Convention::supcon_in, Convention::dcl}) {
    CHECK(convention_from(name(c)) == c);
  }
  for (const Sampling s : {Sampling::balanced, Sampling::random}) CHECK(sampling_from(name(s)) == s);
  for (const Reduction r : {Reduction::anchor_mean, Reduction::pair_mean}) CHECK(reduction_from(name(r)) == r);
  CHECK_FALSE(convention_from("SupCon").has_value());
}
