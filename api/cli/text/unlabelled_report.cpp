#include "api/cli/text/unlabelled_report.h"

#include <vector>

#include "api/cli/text/number_format.h"
#include "api/cli/text/report.h"
#include "api/cli/text/shared_sections.h"

namespace ssem::api::cli {
namespace {

using advisor::TemperatureReading;
using advisor::UnlabelledAdvice;

std::string unlabelled_verdict(const UnlabelledAdvice& advice) {
  const std::string temperature = short_number(advice.here.temperature);
  const std::string band = short_number(advice.band.low) + " to " + short_number(advice.band.high);
  if (!advice.temperature_given) {
    return "Without labels: try temperature " + temperature + " first, and " + band + " around it (" +
           std::string(name(advice.band.strength)) + " evidence).";
  }
  const bool inside = advice.here.temperature >= advice.band.low && advice.here.temperature <= advice.band.high;
  return "Without labels temperature " + temperature + " lies " + (inside ? "inside " : "outside ") + band +
         ", where training is known to work; the loss cannot stay below " +
         measured_number(*advice.here.ladder.optimum) + ".";
}

void add_ladder(Report& report, const UnlabelledAdvice& advice) {
  report.heading("What the loss reads");
  report.row("all embeddings one point", short_number(advice.here.ladder.all_equal));
  report.row("random embeddings", short_number(*advice.here.ladder.initialisation), "where training often starts");
  report.row("the optimum", measured_number(*advice.here.ladder.optimum),
             advice.exact ? "images on a simplex" : "images spread evenly (estimated)");
}

void add_reading(Report& report, const UnlabelledAdvice& advice) {
  report.heading("What the temperature does");
  report.row("negatives", short_number(advice.problem.negatives()), "views of other images that a view is pushed from");
  report.row("of these push", short_number(advice.here.effective_negatives),
             "as many that push alike; look-alikes push hardest");
  report.row("push on a look-alike", short_number(advice.here.look_alike_push) + " times",
             "an average negative's, at cosine " + short_number(advisor::kLookAlikeCosine));
  report.row("uniformity", short_number(advice.uniformity), "of the optimum, at every temperature (Wang and Isola)");
  report.row("loss per log temperature", short_number(advice.loss_per_log_temperature), "how the optimum moves");
}

void add_temperatures(Report& report, const UnlabelledAdvice& advice) {
  report.heading("Other temperatures");
  std::vector<std::vector<std::string>> rows;
  for (const TemperatureReading& reading : advice.temperatures) {
    rows.push_back({short_number(reading.temperature), short_number(*reading.ladder.initialisation),
                    measured_number(*reading.ladder.optimum), short_number(reading.effective_negatives),
                    short_number(reading.look_alike_push)});
  }
  report.table({"temperature", "random", "optimum", "that push", "look-alike push"}, rows);
}

void add_experiments(Report& report) {
  report.heading("What was seen (accuracy of a linear classifier, %)");
  for (const advisor::TemperatureExperiment& experiment : advisor::temperature_experiments()) {
    std::string text = std::string(experiment.data) + ":";
    for (const advisor::TemperatureFinding& finding : experiment.findings) {
      text +=
          (text.back() == ':' ? " " : ", ") + short_number(finding.figure) + " at " + short_number(finding.temperature);
    }
    report.sentence(text + ". " + std::string(experiment.source) + ".");
  }
}

}  // namespace

BriefReport brief_report(const UnlabelledAdvice& advice) {
  return {unlabelled_verdict(advice), std::string(advice.band.why), advice.warnings.empty()};
}

std::string unlabelled_report(const UnlabelledAdvice& advice, const TextStyle& style) {
  Report report(style);
  report.verdict(unlabelled_verdict(advice), advice.warnings.empty() ? Report::Tone::good : Report::Tone::bad);
  add_assumed(report, advice.problem.assumed);
  report.heading("Why");
  for (const std::string& sentence : advice.why) report.sentence(sentence);
  if (!advice.warnings.empty()) {
    report.heading("Warnings");
    for (const advisor::Warning& warning : advice.warnings) report.warning(warning.message);
  }
  add_ladder(report, advice);
  add_reading(report, advice);
  add_temperatures(report, advice);
  add_experiments(report);
  report.heading("What to type");
  for (const advisor::Snippet& snippet : advice.what_to_type) {
    report.sentence(snippet.library + (snippet.note.empty() ? "" : ": " + snippet.note));
    report.code(snippet.code);
  }
  add_numerics(report, advice.numerics);
  return std::move(report).take();
}

}  // namespace ssem::api::cli
