// Encoder mode: data, training, measures.
#pragma once

#include "advisor/result.h"
#include "trainer/events/events.h"
#include "trainer/report/report_json.h"
#include "trainer/spec/train_spec.h"

namespace ssem::trainer {

// `spec` comes back in the report with what the data decide: dataset_instances_per_class where it was not given. The
// prediction is for that problem. `record` hears of a resumed run's past too. Throws what LibTorch throws. Errors: data
// that cannot be read or do not fit the problem, training that fails.
Result<RunReport> run_encoder(TrainSpec spec, c10::Device device, EventSink& events, EventSink& record,
                              const StopFlag& stop);

}  // namespace ssem::trainer
