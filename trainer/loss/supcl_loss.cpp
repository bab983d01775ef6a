#include "trainer/loss/supcl_loss.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include <cmath>
#include <optional>
#include <string>
#include <utility>

#include "trainer/loss/device_pass.h"
#include "trainer/loss/double_pass.h"
#include "trainer/loss/loss_pass.h"
#include "trainer/loss/pair_pass.h"
#include "trainer/loss/smaller_tiles.h"

namespace ssem::trainer {
namespace {

constexpr double kNormTolerance = 1e-3;

// Which of the passes a batch takes, and what its backward needs.
struct LossState : torch::CustomClassHolder {
  BatchRows rows;
  SupclOptions options;
  std::optional<LossPass<float>> single;
  std::optional<LossPass<double>> twice;
  std::optional<PairPass> pairs;
  DeviceRows device_rows;
  DeviceForward device;
  std::int64_t tile = 0;

  LossState(BatchRows batch, const SupclOptions& chosen) : rows(std::move(batch)), options(chosen) {}

  at::Tensor forward(const at::Tensor& z) {
    if (!z.is_cpu()) {
      device_rows = trainer::device_rows(rows, options, z);
      tile = device_tile(z);
      device =
          with_smaller_tiles(tile, [&](std::int64_t size) { return device_forward(z, device_rows, options, size); });
      // Not kept: the result will hold the graph, and the graph holds this.
      return std::exchange(device.loss, at::Tensor());
    }
    double value = 0;
    if (has_pair_denominators(options.convention)) {
      pairs.emplace(rows, options, z.size(1));
      const at::Tensor wide = z.to(at::kDouble);
      value = pairs->forward(wide.data_ptr<double>());
    } else if (z.scalar_type() == at::kFloat) {
      single.emplace(rows, options, z.size(1));
      value = single->forward(z.data_ptr<float>());
    } else {
      twice.emplace(rows, options, z.size(1));
      value = twice->forward(z.data_ptr<double>());
    }
    return at::scalar_tensor(value, z.options());
  }

  at::Tensor backward(const at::Tensor& z, const at::Tensor& scale) {
    if (!z.is_cpu()) {
      return with_smaller_tiles(
          tile, [&](std::int64_t size) { return device_backward(z, device_rows, options, device, scale, size); });
    }
    const double factor = scale.item<double>();
    at::Tensor gradient = at::empty_like(z, at::MemoryFormat::Contiguous);
    if (pairs) {
      const at::Tensor wide = z.to(at::kDouble);
      at::Tensor wide_gradient = at::empty_like(wide);
      pairs->backward(wide.data_ptr<double>(), factor, wide_gradient.data_ptr<double>());
      gradient.copy_(wide_gradient);
    } else if (single) {
      single->backward(z.data_ptr<float>(), factor, gradient.data_ptr<float>());
    } else {
      twice->backward(z.data_ptr<double>(), factor, gradient.data_ptr<double>());
    }
    return gradient;
  }
};

class SupclFunction : public torch::autograd::Function<SupclFunction> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& embeddings,
                            const c10::intrusive_ptr<LossState>& state) {
    const at::Tensor z = embeddings.contiguous();
    context->save_for_backward({z});
    context->saved_data["state"] = c10::IValue::make_capsule(state);
    return state->forward(z);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 const torch::autograd::variable_list& gradients) {
    TORCH_CHECK(!at::GradMode::is_enabled(), "supcl_loss can be differentiated once only");
    const auto capsule = context->saved_data["state"].toCapsule();
    auto* state = static_cast<LossState*>(capsule.get());
    return {state->backward(context->get_saved_variables()[0], gradients[0]), at::Tensor()};
  }
};

Error invalid_input(std::string message) { return {ErrorCode::invalid_argument, std::move(message), {}}; }

bool two_rows_each(const BatchRows& rows) {
  const auto& begins = rows.instance_begins();
  for (std::size_t i = 0; i + 1 < begins.size(); ++i) {
    if (begins[i + 1] - begins[i] != 2) return false;
  }
  return true;
}

std::optional<Error> fault(const at::Tensor& z, const BatchRows& rows, const SupclOptions& options) {
  const auto number = [](auto value) { return std::to_string(value); };
  if (!z.defined() || z.dim() != 2) return invalid_input("embeddings must be a matrix [rows, columns]");
  if (z.size(0) != rows.size()) {
    return invalid_input("embeddings must have one row per label, got " + number(z.size(0)) + " rows and " +
                         number(rows.size()) + " labels");
  }
  if (z.size(1) < 1) return invalid_input("embeddings must have at least one column");
  if (z.scalar_type() != at::kFloat && z.scalar_type() != at::kDouble) {
    return invalid_input("embeddings must be float32 or float64");
  }
  if (options.convention == advisor::Convention::cross_view && !two_rows_each(rows)) {
    return invalid_input("convention cross_view needs exactly two rows of every instance");
  }
  if (options.convention == advisor::Convention::supcon_in)
    return invalid_input("convention supcon_in cannot be trained");
  if (!(options.temperature > 0) || !std::isfinite(options.temperature)) {
    return invalid_input("temperature must be positive and finite, got " + number(options.temperature));
  }
  if (!(options.loss_weight >= 0 && options.loss_weight <= 1)) {
    return invalid_input("loss_weight must be in [0, 1], got " + number(options.loss_weight));
  }
  if (options.precision != MatrixPrecision::full && !z.is_cuda()) {
    return invalid_input("tf32 and bfloat16 products need a CUDA device");
  }
  return std::nullopt;
}

// The furthest that a squared norm is from 1; nan where a value is not finite.
double norm_fault(const at::Tensor& z) { return z.detach().pow(2).sum(1).sub_(1).abs_().max().item<double>(); }

}  // namespace

Result<at::Tensor> supcl_loss(const at::Tensor& embeddings, const BatchRows& rows, const SupclOptions& options) {
  if (auto found = fault(embeddings, rows, options)) return *std::move(found);
  at::Tensor z = embeddings;
  if (options.input_norm == InputNorm::normalise) {
    const at::Tensor norms = z.norm(2, {1}, true);
    const double lowest = norms.detach().min().item<double>();
    if (!(lowest > 0)) return invalid_input("embeddings hold a row that is zero or not finite: it has no direction");
    z = z / norms;
  }
  if (options.input_norm != InputNorm::assume_unit) {
    const double off = norm_fault(z);
    if (!(off <= 2 * kNormTolerance)) {
      return invalid_input(std::isfinite(off) ? "embeddings must have unit norm, a squared norm is off by " +
                                                    std::to_string(off) + "; normalise them first"
                                              : "embeddings hold numbers that are not finite");
    }
  }
  const at::Tensor loss = SupclFunction::apply(z, c10::make_intrusive<LossState>(rows, options));
  if (!has_term_beside(options)) return loss;
  const at::Tensor beside = SupclFunction::apply(z, c10::make_intrusive<LossState>(rows, term_beside(options)));
  return (1 - options.loss_weight) * loss + options.loss_weight * beside;
}

}  // namespace ssem::trainer
