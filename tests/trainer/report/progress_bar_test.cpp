#include "trainer/report/progress_bar.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "tests/trainer/report/made_progress.h"

namespace ssem::trainer {
TEST_CASE("the progress line fits every width and drops the least important first") {
  const Progress progress = step_of(45);
  for (int width = 1; width < 200; ++width) {
    CHECK(progress_line(progress, 0.449, width).size() <= static_cast<std::size_t>(width));
  }
  const std::string wide = progress_line(progress, 0.449, 160);
  for (const char* part :
       {"[====", " 45%", "loss 3.25", "variance 0.400 (predicted 0.449)", "1:16 left", "12,300 images/s"}) {
    CHECK_MESSAGE(wide.find(part) != std::string::npos, part);
  }
  CHECK(progress_line(progress, 0.449, 20).find("loss") != std::string::npos);
  CHECK(progress_line(progress, 0.449, 5) == " 45%");
  CHECK(progress_line(progress, std::nullopt, 160).find("predicted") == std::string::npos);
}

TEST_CASE("a run that ends at rest is told by what it waits for, not by a share of steps") {
  Progress progress = step_of(45);
  progress.total_steps.reset();
  progress.eta_s.reset();
  progress.tolerance = 1.47e-3;
  CHECK(progress_line(progress, 0.293, 160) ==
        "settling: variance 0.400 (predicted 0.293)  loss 3.25  12,300 images/s");
  progress.moved = 4.1e-6;
  const std::string wide = progress_line(progress, 0.293, 160);
  CHECK(wide == "settling: variance 0.400 (predicted 0.293), moved 4e-06 of 0.0015  loss 3.25  12,300 images/s");
  for (int width = 1; width < 160; ++width) {
    CHECK(progress_line(progress, 0.293, width).size() <= static_cast<std::size_t>(width));
  }
  progress.total_steps = 90;  // the rate falls: the end is known
  CHECK(progress_line(progress, 0.293, 160).find(" 50%") != std::string::npos);
}

TEST_CASE("images a second are a number that people read: three digits, with commas between the thousands") {
  Progress progress = step_of(45);
  const auto ends_with = [&](double rate, const std::string& words) {
    progress.images_per_s = rate;
    const std::string line = progress_line(progress, std::nullopt, 160);
    return line.size() > words.size() && line.substr(line.size() - words.size()) == words;
  };
  CHECK(ends_with(0.01234, "  0.0123 images/s"));
  CHECK(ends_with(987.6, "  988 images/s"));
  CHECK(ends_with(999.7, "  1,000 images/s"));
  CHECK(ends_with(1234, "  1,230 images/s"));
  CHECK(ends_with(15321, "  15,300 images/s"));
  CHECK(ends_with(9996, "  10,000 images/s"));
  CHECK(ends_with(1234567, "  1,230,000 images/s"));
}

TEST_CASE("the progress line survives nonsense") {
  Progress progress = step_of(500);
  CHECK(progress_line(progress, kNan, 100).find("100%") != std::string::npos);
  progress.total_steps = 0;
  progress.eta_s = kNan;
  progress.loss = kNan;
  CHECK(progress_line(progress, kNan, 160).find("? left") != std::string::npos);
  progress.total_steps.reset();
  progress.eta_s = 30;
  progress.time_s = 10;
  CHECK(progress_line(progress, 0.1, 100).find(" 25%") != std::string::npos);
  CHECK(progress_line(Progress{}, 0.1, 100).find("  0%") != std::string::npos);
  progress.eta_s = 3700;
  CHECK(progress_line(progress, 0.1, 160).find("1:01:40 left") != std::string::npos);
}

}  // namespace ssem::trainer
