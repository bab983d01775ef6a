#include "trainer/encoder/train_encoder.h"

#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <utility>

#include "trainer/encoder/checkpoint.h"
#include "trainer/encoder/loss_fault.h"
#include "trainer/events/run_clock.h"
#include "trainer/loss/supcl_loss.h"
#include "trainer/optimizers/learning_rate.h"
#include "trainer/optimizers/optimizer.h"
#include "trainer/sampling/batch_sampler.h"
#include "trainer/spec/options_of_spec.h"

namespace ssem::trainer {
namespace {

constexpr std::int64_t kTellings = 200;
constexpr std::int64_t kStepsPerLook = 16;  // reading a loss makes a GPU wait
constexpr std::size_t kCheckpointsKept = 2;
constexpr std::uint64_t kSamplerStream = 1, kAugmentStream = 2;

class Loop {
 public:
  Loop(const TrainSpec& spec, const EncoderData& data, const Encoder& encoder, c10::Device device, const Watch& watch,
       std::optional<VarianceControl> control, EventSink& events, EventSink& record, const StopFlag& stop)
      : spec_(spec),
        data_(data),
        encoder_(encoder),
        device_(device),
        watch_(watch),
        control_(std::move(control)),
        events_(events),
        record_(record),
        clock_(spec.budget, stop),
        tensors_(encoder.tensors()),
        optimizer_(make_optimizer(spec.optimizer, tensors_)),
        total_(total_steps(spec, data.train.size())),
        loss_sum_(at::zeros({}, at::TensorOptions().device(device).dtype(at::kDouble))) {
    const NamedTensors state = optimizer_->state();
    tensors_.insert(tensors_.end(), state.begin(), state.end());
  }

  Result<EncoderCourse> run() {
    auto sampler = make_sampler(spec_.problem, data_.labels, mixed_seed(seed(), kSamplerStream, 0));
    if (!sampler) return sampler.error();
    sampler_ = std::move(sampler).value();
    if (!spec_.resume_from.empty()) {
      if (auto fault = resume()) return *fault;
    }
    const std::int64_t first = state_.step;
    while (!ended()) {
      if (auto fault = step()) return *fault;
    }
    if (steps_in_sum_ > 0) {
      if (auto fault = tell()) return *fault;
    }
    if (saved_ != state_.step) {
      if (auto fault = save()) return *fault;
    }
    EncoderCourse course;
    course.steps = state_.step;
    course.cancelled = clock_.cancelled();
    course.elapsed_s = elapsed_s();
    course.images_per_s = images_per_s(state_.step - first);
    course.course = std::move(state_.course);
    if (control_) course.control = control_->steps();
    return course;
  }

 private:
  std::uint64_t seed() const { return static_cast<std::uint64_t>(spec_.seed); }
  double elapsed_s() const { return before_s_ + clock_.elapsed_s(); }

  // Of the budget, in the middle of the next step.
  double share() const {
    if (total_) return (static_cast<double>(state_.step) + 0.5) / static_cast<double>(*total_);
    return std::min(1.0, elapsed_s() / spec_.budget.seconds.value_or(1));
  }

  bool ended() const {
    if (clock_.cancelled()) return true;
    return total_ ? state_.step >= *total_ : elapsed_s() >= spec_.budget.seconds.value_or(0);
  }

  std::optional<double> moving_temperature(std::int64_t step) const {
    if (!spec_.temperature_schedule) return std::nullopt;
    return spec_.temperature_schedule->over.at(static_cast<double>(step));
  }

  double images_per_s(std::int64_t steps) const {
    return static_cast<double>(images_) * static_cast<double>(steps) / std::max(clock_.elapsed_s(), 1e-9);
  }

  std::optional<Error> resume() {
    auto state = read_checkpoint(spec_.resume_from, spec_, tensors_);
    if (!state) return state.error();
    state_ = std::move(state).value();
    before_s_ = state_.elapsed_s;
    if (control_) control_->resume(std::move(state_.control));
    saved_ = first_ = state_.step;
    for (Progress& past : state_.course) {
      past.temperature = moving_temperature(past.step - 1);
      record_.progress(past);
    }
    for (std::int64_t k = 0; k < state_.step; ++k) sampler_->next();
    return std::nullopt;
  }

  std::optional<Error> step() {
    const std::vector<std::int64_t> batch = sampler_->next();
    images_ = static_cast<std::int64_t>(batch.size());
    const auto rows = rows_of_views(batch, spec_.problem.views, data_);
    if (!rows) return rows.error();
    StepRandom random(mixed_seed(seed(), kAugmentStream, static_cast<std::uint64_t>(state_.step)), device_);
    const at::Tensor input = data_.train.views(batch, spec_.problem.views, spec_.augment, random);
    const at::Tensor z = encoder_.embed(input, pass_options(spec_, true));
    SupclOptions options = loss_options(spec_);
    options.input_norm = InputNorm::assume_unit;
    if (control_) options.loss_weight = control_->loss_weight();
    options.temperature = moving_temperature(state_.step).value_or(options.temperature);
    const auto loss = supcl_loss(z, rows.value(), options);
    if (!loss) return loss.error();
    for (const NamedTensor& entry : tensors_) {
      if (entry.trained) at::Tensor(entry.tensor).mutable_grad().reset();
    }
    loss.value().backward();
    loss_sum_.add_(loss.value().detach());
    ++steps_in_sum_;
    rate_ = learning_rate(spec_.schedule, spec_.optimizer.learning_rate, share());
    if (device_.is_cpu() || state_.step % kStepsPerLook == 0) {
      if (!std::isfinite(loss_sum_.item<double>())) return loss_fault(spec_, tensors_, state_.step, rate_);
    }
    optimizer_->step(rate_);
    ++state_.step;
    if (control_) {
      control_->observe(unbiased_within_class_variance(measure_geometry(z, rows.value())),
                        rate_ / spec_.optimizer.learning_rate);
    }
    if (tells()) {
      alignment_ = measure_geometry(z, rows.value()).view_similarity;
      if (auto fault = tell()) return fault;
    }
    if (state_.step % spec_.checkpoint_every_steps == 0) return save();
    return std::nullopt;
  }

  bool tells() {
    if (!total_) return clock_.tells();
    return state_.step % std::max<std::int64_t>(1, *total_ / kTellings) == 0 || state_.step == *total_;
  }

  std::optional<Error> tell() {
    Progress progress;
    progress.loss = loss_sum_.item<double>() / static_cast<double>(steps_in_sum_);
    if (!std::isfinite(progress.loss)) return loss_fault(spec_, tensors_, state_.step, rate_);
    loss_sum_.zero_();
    steps_in_sum_ = 0;
    const Geometry geometry = watch_.test();
    if (control_) control_->calibrate(watch_.train_variance());
    progress.time_s = elapsed_s();
    progress.step = state_.step;
    progress.total_steps = total_;
    progress.within_class_variance = geometry.within_class_variance;
    progress.between_class_variance = geometry.between_class_variance;
    progress.view_alignment = alignment_;
    progress.learning_rate = rate_;
    progress.images_per_s = images_per_s(state_.step - first_);
    if (control_) progress.loss_weight = control_->steps().back().loss_weight;
    progress.temperature = moving_temperature(state_.step - 1);
    if (total_) {
      const double left = static_cast<double>(*total_ - state_.step) * static_cast<double>(images_);
      progress.eta_s = left / std::max(progress.images_per_s, 1e-9);
    } else {
      progress.eta_s = std::max(0.0, spec_.budget.seconds.value_or(0) - elapsed_s());
    }
    state_.course.push_back(progress);
    events_.progress(progress);
    return std::nullopt;
  }

  std::optional<Error> save() {
    if (spec_.output_directory.empty()) return std::nullopt;
    state_.elapsed_s = elapsed_s();
    if (control_) state_.control = control_->steps();
    const std::string path = checkpoint_path(spec_.output_directory, state_.step);
    if (auto fault = write_checkpoint(path, spec_, tensors_, state_)) return fault;
    saved_ = state_.step;
    remove_old_checkpoints(spec_.output_directory, kCheckpointsKept);
    events_.checkpoint(state_.step, path);
    return std::nullopt;
  }

  const TrainSpec& spec_;
  const EncoderData& data_;
  const Encoder& encoder_;
  c10::Device device_;
  const Watch& watch_;
  std::optional<VarianceControl> control_;
  EventSink& events_;
  EventSink& record_;
  RunClock clock_;
  NamedTensors tensors_;  // of the encoder, then of the optimizer
  std::unique_ptr<Optimizer> optimizer_;
  std::unique_ptr<BatchSampler> sampler_;
  std::optional<std::int64_t> total_;
  CheckpointState state_;
  at::Tensor loss_sum_;
  std::int64_t steps_in_sum_ = 0, saved_ = 0, first_ = 0, images_ = 0;
  double before_s_ = 0, rate_ = 0, alignment_ = 0;
};

}  // namespace

std::optional<std::int64_t> total_steps(const TrainSpec& spec, std::int64_t examples) {
  if (spec.budget.seconds) return std::nullopt;
  if (!spec.budget.epochs) return spec.budget.steps.value_or(kDefaultSteps);
  const double steps =
      *spec.budget.epochs * static_cast<double>(examples) / static_cast<double>(spec.problem.batch_size);
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(steps)));
}

PassOptions pass_options(const TrainSpec& spec, bool training) {
  return {training, spec.precision == Precision::bfloat16 ? at::kBFloat16 : at::kFloat};
}

Result<BatchRows> rows_of_views(std::span<const std::int64_t> batch, std::int64_t views, const EncoderData& data) {
  std::vector<std::int64_t> classes, instances;
  for (const std::int64_t row : batch) {
    for (std::int64_t view = 0; view < views; ++view) {
      classes.push_back(data.labels[static_cast<std::size_t>(row)]);
      instances.push_back(data.instances[static_cast<std::size_t>(row)]);
    }
  }
  return BatchRows::make(classes, instances);
}

Result<EncoderCourse> train_encoder(const TrainSpec& spec, const EncoderData& data, const Encoder& encoder,
                                    c10::Device device, const Watch& watch, std::optional<VarianceControl> control,
                                    EventSink& events, EventSink& record, const StopFlag& stop) {
  return Loop(spec, data, encoder, device, watch, std::move(control), events, record, stop).run();
}

}  // namespace ssem::trainer
