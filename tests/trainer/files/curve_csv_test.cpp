#include "trainer/files/curve_csv.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>

#include "tests/trainer/files/file_content.h"
#include "tests/trainer/files/temporary_folder.h"

namespace ssem::trainer {
TEST_CASE("a curve has a line for each event, whose numbers read back exactly, before the run ends") {
  const TemporaryFolder folder;
  CurveCsv curve(folder.file("curve.csv"), {});
  curve.started("cpu", 10);
  curve.progress(progress_at(1));
  Progress broken = progress_at(std::int64_t{1} << 40U);
  broken.loss = std::numeric_limits<double>::quiet_NaN();
  broken.images_per_s = std::numeric_limits<double>::infinity();
  curve.progress(broken);
  CHECK_FALSE(curve.broken());
  CHECK(content(curve.path()) ==
        "time_s,step,loss,within_class_variance,between_class_variance,view_alignment,learning_rate,images_per_s\n"
        "0.5,1,0.3333333333333333,0.1,0.75,-0.25,1e-300,12345.678\n"
        "0.5,1099511627776,nan,0.1,0.75,-0.25,1e-300,inf\n");
}

TEST_CASE("the curve of a steered run has the loss weight too") {
  const TemporaryFolder folder;
  CurveCsv curve(folder.file("curve.csv"), {.loss_weight = true});
  Progress progress = progress_at(1);
  progress.loss_weight = 0.125;
  curve.progress(progress);
  CHECK(content(curve.path()) ==
        "time_s,step,loss,within_class_variance,between_class_variance,view_alignment,learning_rate,images_per_s,"
        "loss_weight\n"
        "0.5,1,0.3333333333333333,0.1,0.75,-0.25,1e-300,12345.678,0.125\n");
}

TEST_CASE("the curve of a run whose temperature moves has it, behind the loss weight") {
  const TemporaryFolder folder;
  CurveCsv curve(folder.file("curve.csv"), {.loss_weight = true, .temperature = true});
  Progress progress = progress_at(1);
  progress.loss_weight = 0.125;
  progress.temperature = 0.25;
  curve.progress(progress);
  progress.temperature.reset();
  curve.progress(progress);
  CHECK(content(curve.path()) ==
        "time_s,step,loss,within_class_variance,between_class_variance,view_alignment,learning_rate,images_per_s,"
        "loss_weight,temperature\n"
        "0.5,1,0.3333333333333333,0.1,0.75,-0.25,1e-300,12345.678,0.125,0.25\n"
        "0.5,1,0.3333333333333333,0.1,0.75,-0.25,1e-300,12345.678,0.125,nan\n");
}

TEST_CASE("a curve that cannot be written says so") {
  const TemporaryFolder folder;
  CHECK(CurveCsv(folder.file("none/curve.csv"), {}).broken());
  CHECK(CurveCsv("/dev/full", {.loss_weight = true}).broken());
}

}  // namespace ssem::trainer
