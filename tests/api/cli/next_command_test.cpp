#include "api/cli/next_command.h"

#include <doctest/doctest.h>

namespace ssem::api::cli {
namespace {

using advisor::Convention;

const GivenFields kProblem{{"batch_size", "512"}, {"classes", "10"}};

advisor::Evaluation point(bool collapsed, Convention convention = Convention::anchor_excluded) {
  advisor::Evaluation evaluation;
  evaluation.problem.convention = convention;
  evaluation.loss_weight = 0.123456789;
  evaluation.temperature = 0.25;
  evaluation.collapsed = collapsed;
  return evaluation;
}

GivenFields with(std::string field, std::string value) {
  GivenFields given = kProblem;
  given.emplace_back(std::move(field), std::move(value));
  return given;
}

}  // namespace

TEST_CASE("a recommendation is checked by training, with the problem and target that were given") {
  CHECK(command_after_recommendation(with("target_within_class_variance", "0.4"), point(false)).text ==
        "ssem validate --classes 10 --batch-size 512 --target-within-class-variance 0.4");
}

TEST_CASE("beside a value that was held fixed the other is written out") {
  CHECK(command_after_recommendation(with("temperature", "0.25"), point(false)).text ==
        "ssem validate --classes 10 --batch-size 512 --loss-weight 0.123457 --temperature 0.25");
}

TEST_CASE("after an evaluation comes training, or advice where it collapses") {
  CHECK(command_after_evaluation(kProblem, point(false)).text ==
        "ssem validate --classes 10 --batch-size 512 --loss-weight 0.123457 --temperature 0.25");
  CHECK(command_after_evaluation(kProblem, point(true)).text == "ssem recommend --classes 10 --batch-size 512");
}

TEST_CASE("plain SupCon that collapses is told of a loss that has a loss weight, one that does not is trained") {
  const GivenFields supcon = with("convention", "supcon");
  CHECK(command_after_evaluation(supcon, point(true, Convention::supcon)).text ==
        "ssem recommend --classes 10 --batch-size 512");
  CHECK(command_after_evaluation(supcon, point(false, Convention::supcon)).text ==
        "ssem validate --classes 10 --batch-size 512 --convention supcon --temperature 0.25");
  const GivenFields inside = with("convention", "supcon_in");  // only evaluated
  CHECK(command_after_evaluation(inside, point(false, Convention::supcon_in)).text.rfind("ssem recommend", 0) == 0);
}

TEST_CASE("what one trains with now stays: advice is asked with the library, training says what the library decides") {
  const GivenFields given = {
      {"library", "supcontrast"}, {"library_temperature", "0.1"}, {"classes", "10"}, {"batch_size", "512"}};
  CHECK(command_after_evaluation(given, point(true, Convention::supcon)).text ==
        "ssem recommend --library supcontrast --library-temperature 0.1 --classes 10 --batch-size 512");
  advisor::Evaluation papers = point(false, Convention::anchor_included);
  papers.problem.sampling = advisor::Sampling::random;
  papers.problem.reduction = advisor::Reduction::pair_mean;
  papers.problem.gpus_apart = 4;
  const std::string decided = "--convention anchor_included --reduction pair_mean --loss-gathers false";
  CHECK(command_after_evaluation(given, papers).text ==
        "ssem validate --classes 10 --batch-size 512 " + decided + " --loss-weight 0.123457 --temperature 0.25");
  CHECK(command_after_recommendation(given, papers).text == "ssem validate --classes 10 --batch-size 512 " + decided);
}

TEST_CASE("where training makes the batch the data set, one sentence says that its pair is another") {
  advisor::Evaluation shuffled = point(false);
  shuffled.problem.sampling = advisor::Sampling::random;
  shuffled.problem.unsaid.sampling = shuffled.problem.unsaid.dataset = true;
  shuffled.problem.classes = 10;
  shuffled.problem.batch_size = 512;
  for (const NextCommand& next :
       {command_after_recommendation(kProblem, shuffled), command_after_evaluation(kProblem, shuffled)}) {
    CHECK(next.text.rfind("ssem validate", 0) == 0);
    CHECK(next.note.find("equally many images of each class: a pair and a variance of its own") != std::string::npos);
  }
  shuffled.problem.classes = 1000;  // a balanced batch of 512 would lack most of them
  shuffled.problem.batch_size = 512;
  CHECK(command_after_recommendation(kProblem, shuffled).text ==
        "ssem validate --classes 10 --batch-size 512 --sampling random");
  CHECK(command_after_recommendation(kProblem, shuffled).note.find("from a finite data set") != std::string::npos);
  shuffled.problem.classes = 10;
  shuffled.collapsed = true;  // advice comes next, about the same batches
  CHECK(command_after_evaluation(kProblem, shuffled).note.empty());
  shuffled.problem.unsaid.dataset = false;
  CHECK(command_after_recommendation(kProblem, shuffled).note.empty());
}

TEST_CASE("what a shell would take apart is quoted, and a flag without a value stays one") {
  CHECK(command_after_evaluation({{"class_counts", "[5, 6]"}}, point(true)).text ==
        "ssem recommend --class-counts '[5, 6]'");
  CHECK(command_after_evaluation({{"dataset", "batch"}}, point(true)).text == "ssem recommend --dataset-is-batch");
}

}  // namespace ssem::api::cli
