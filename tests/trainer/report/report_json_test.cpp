#include "trainer/report/report_json.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <cmath>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>

#include "advisor/json/strict_parse.h"
#include "trainer/report/json_events.h"
#include "trainer/report/progress_bar.h"
#include "trainer/spec/read_spec.h"

namespace ssem::trainer {
namespace {

using Json = nlohmann::ordered_json;
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TrainSpec small_spec() {
  return read_spec(
             Json::parse(R"({"problem":{"classes":3,"instances_per_class":4},"loss_weight":0.5,"temperature":0.1})"))
      .value();
}

RunReport small_report() {
  RunReport report;
  report.spec = small_spec();
  report.predicted = advisor::evaluate({report.spec.problem, 0.5, 0.1});
  report.measured.loss_value = 1.0 / 3.0;
  report.measured.gradient_norm = std::numeric_limits<double>::infinity();
  report.measured.fine_accuracy = kNan;
  report.measured.geometry.per_class = {{8, 4, 0.25, kNan}};
  report.verdict = {Outcome::refuted, Cause::encoder_cannot, "because"};
  report.facts.converged = true;
  report.device = "cpu";
  report.blas = {"OpenBLAS 0.3.21", "SkylakeX", 228.5};
  return report;
}

// What an event sink writes, read line by line with the strict parser.
std::vector<Json> lines_of(const std::function<void(JsonEvents&)>& tell) {
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  StopFlag stop{false};
  {
    JsonEvents events(ends[1], stop);
    tell(events);
    CHECK(!events.broken());
  }
  ::close(ends[1]);
  std::string text(1U << 16U, '\0');
  text.resize(static_cast<std::size_t>(::read(ends[0], text.data(), text.size())));
  ::close(ends[0]);
  std::vector<Json> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    REQUIRE(end != std::string::npos);
    auto line = advisor::json::parse_strict(text.substr(0, end));
    REQUIRE(line);
    lines.push_back(std::move(line).value());
    text.erase(0, end + 1);
  }
  return lines;
}

std::vector<std::string> names(const Json& object) {
  std::vector<std::string> found;
  for (const auto& [name, value] : object.items()) found.push_back(name);
  return found;
}

Progress step_of(std::int64_t step) {
  Progress progress;
  progress.step = step;
  progress.total_steps = 100;
  progress.loss = 3.25;
  progress.within_class_variance = 0.4;
  progress.images_per_s = 12345;
  progress.eta_s = 75.2;
  return progress;
}

}  // namespace

TEST_CASE("a report has the contract's fields, and numbers that are not finite are words") {
  const Json json = to_json(small_report());
  CHECK(json["verdict"] == "refuted");
  CHECK(json["cause"] == "encoder_cannot");
  CHECK(json["why"] == "because");
  CHECK(json["converged"] == true);
  CHECK(json["predicted"]["collapsed"] == false);
  CHECK(json["predicted"]["problem"]["classes"] == 3);
  const Json& measured = json["measured"];
  for (const char* name : {"collapsed", "within_class_similarity", "between_class_similarity", "within_class_variance",
                           "between_class_variance", "view_variance", "loss_value", "gradient_norm", "knn_accuracy",
                           "linear_probe_accuracy", "fine_accuracy", "effective_rank"}) {
    CHECK_MESSAGE(measured.contains(name), name);
  }
  CHECK(measured["loss_value"] == 1.0 / 3.0);
  CHECK(measured["gradient_norm"] == "inf");
  CHECK(measured["fine_accuracy"] == "nan");
  CHECK(measured["per_class"][0]["view_variance"] == "nan");
  CHECK(json["spec"]["problem"]["classes"] == 3);
  CHECK(advisor::json::dump(json).find("null,\"knn") == std::string::npos);
}

TEST_CASE("a report names the BLAS, its kernel and its rate") {
  RunReport report = small_report();
  CHECK(to_json(report)["blas"] == Json{{"library", "OpenBLAS 0.3.21"}, {"kernel", "SkylakeX"}, {"gflops", 228.5}});
  report.blas.kernel.clear();  // MKL does not say
  CHECK(to_json(report)["blas"]["kernel"].is_null());
}

TEST_CASE("a report's spec can be run again") {
  const auto again = read_spec(to_json(small_report())["spec"]);
  REQUIRE(again);
  CHECK(again.value().problem.batch_size == 12);
}

TEST_CASE("each event is one line with its name and time") {
  const auto lines = lines_of([](JsonEvents& events) {
    events.started("cpu", std::nullopt);
    events.progress(step_of(1));
    events.checkpoint(1, "out/a\nb\"c");
    events.finished(Json{{"verdict", "confirmed"}});
  });
  REQUIRE(lines.size() == 4);
  CHECK(names(lines[0]) == std::vector<std::string>{"event", "time_s", "device", "total_steps"});
  CHECK(lines[0]["event"] == "started");
  CHECK(lines[0]["total_steps"].is_null());
  CHECK(names(lines[1]) == std::vector<std::string>{"event", "time_s", "step", "total_steps", "loss",
                                                    "within_class_variance", "between_class_variance", "view_alignment",
                                                    "learning_rate", "images_per_s", "eta_s"});
  CHECK(lines[1]["eta_s"] == 75.2);
  CHECK(lines[2]["path"] == "out/a\nb\"c");
  CHECK(lines[3]["report"]["verdict"] == "confirmed");
  CHECK(lines[3]["time_s"].get<double>() >= lines[0]["time_s"].get<double>());
}

TEST_CASE("a loss that is not finite is a word") {
  Progress progress = step_of(1);
  progress.loss = kNan;
  progress.eta_s = std::numeric_limits<double>::infinity();
  const auto lines = lines_of([&](JsonEvents& events) { events.progress(progress); });
  REQUIRE(lines.size() == 1);
  CHECK(lines[0]["loss"] == "nan");
  CHECK(lines[0]["eta_s"] == "inf");
}

TEST_CASE("a thousand quick steps are a few lines, the last among them") {
  const auto lines = lines_of([](JsonEvents& events) {
    for (int step = 1; step <= 1000; ++step) events.progress(step_of(step));
    events.finished(Json::object());
  });
  CHECK(lines.size() < 20);
  CHECK(lines[0]["step"] == 1);
  CHECK(lines[lines.size() - 2]["step"] == 1000);
}

TEST_CASE("a failure carries the contract's error and what is known") {
  FaultList faults;
  faults.add("/device", "must be there");
  const auto lines = lines_of([&](JsonEvents& events) {
    events.failed(faults.to_error(), Json());
    events.failed(faults.to_error(), Json{{"steps", 3}});
  });
  REQUIRE(lines.size() == 2);
  CHECK(lines[0]["event"] == "failed");
  CHECK(lines[0]["error"]["code"] == "invalid_argument");
  CHECK(lines[0]["error"]["fields"][0]["path"] == "/device");
  CHECK(lines[0]["reason"] == lines[0]["error"]["message"]);
  CHECK(!lines[0].contains("report"));
  CHECK(lines[1]["report"]["steps"] == 3);
}

TEST_CASE("events that cannot be written stop the run") {
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  REQUIRE(full >= 0);
  StopFlag stop{false};
  JsonEvents events(full, stop);
  events.started("cpu", 1);
  CHECK(events.broken());
  CHECK(stop);
  events.finished(Json::object());
  ::close(full);
}

TEST_CASE("the progress line fits every width and drops the least important first") {
  const Progress progress = step_of(45);
  for (int width = 1; width < 200; ++width) {
    CHECK(progress_line(progress, 0.449, width).size() <= static_cast<std::size_t>(width));
  }
  const std::string wide = progress_line(progress, 0.449, 160);
  for (const char* part :
       {"[====", " 45%", "loss 3.25", "variance 0.400 (predicted 0.449)", "1:16 left", "1.23e+04 images/s"}) {
    CHECK_MESSAGE(wide.find(part) != std::string::npos, part);
  }
  CHECK(progress_line(progress, 0.449, 20).find("loss") != std::string::npos);
  CHECK(progress_line(progress, 0.449, 5) == " 45%");
  CHECK(progress_line(progress, std::nullopt, 160).find("predicted") == std::string::npos);
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
