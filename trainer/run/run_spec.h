// One run from a checked spec to a report: device, data, training, measures, verdict, files.
#pragma once

#include "advisor/evaluation.h"
#include "advisor/result.h"
#include "trainer/events/events.h"
#include "trainer/report/report_json.h"
#include "trainer/spec/train_spec.h"

namespace ssem::trainer {

// What the advisor says about the spec's problem and point.
advisor::Evaluation predict(const TrainSpec& spec);

// Blocks until the run ends or `stop` is set; a run that was stopped reports what it has, with facts.cancelled. Writes
// report.json, curve.csv and embeddings.npz into spec.output_directory, where there is one. Errors:
// invalid_argument for a device that is not there, a folder that cannot be written to and data that cannot be read;
// others for training that fails: memory, a loss that is not finite, a full disk. Never throws.
Result<RunReport> run_spec(const TrainSpec& spec, const advisor::Evaluation& predicted, EventSink& events,
                           const StopFlag& stop);

}  // namespace ssem::trainer
