#include "trainer/encoder/loss_fault.h"

#include <ATen/ops/isfinite.h>

#include <string>

#include "advisor/numeric/number_text.h"

namespace ssem::trainer {
namespace {

bool all_finite(const at::Tensor& tensor) { return at::isfinite(tensor.detach()).all().item<bool>(); }

}  // namespace

Error loss_fault(const TrainSpec& spec, const NamedTensors& tensors, std::int64_t step, double rate) {
  const std::string when = "the loss is not finite at step " + std::to_string(step) + ": ";
  const std::string advice = "; lower optimizer.learning_rate (now " + advisor::number_text(rate) + " of at most " +
                             advisor::number_text(spec.optimizer.learning_rate) + ") or lengthen schedule.warmup_share";
  for (const NamedTensor& entry : tensors) {
    if (entry.tensor.is_floating_point() && !all_finite(entry.tensor)) {
      return {ErrorCode::unavailable,
              when + "the steps before it drove " + entry.name + " out of the finite numbers" + advice,
              {}};
    }
  }
  for (const NamedTensor& entry : tensors) {
    if (entry.trained && entry.tensor.grad().defined() && !all_finite(entry.tensor.grad())) {
      return {ErrorCode::unavailable,
              when + "all weights are finite, the gradient of " + entry.name +
                  " is not: activations overflow in float32" + advice,
              {}};
    }
  }
  const double temperature =
      spec.temperature_schedule ? spec.temperature_schedule->over.at(static_cast<double>(step)) : spec.temperature;
  return {ErrorCode::unavailable,
          when + "weights and gradients are finite: temperature " + advisor::number_text(temperature) +
              " may be too low for this precision",
          {}};
}

}  // namespace ssem::trainer
