#include "trainer/encoder/measure_encoder.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "trainer/augment/corruptions.h"
#include "trainer/encoder/train_encoder.h"
#include "trainer/loss/supcl_loss.h"
#include "trainer/measure/class_directions.h"
#include "trainer/measure/directional_variance.h"
#include "trainer/measure/effective_rank.h"
#include "trainer/measure/knn.h"
#include "trainer/measure/labelled_rows.h"
#include "trainer/measure/linear_probe.h"
#include "trainer/measure/nested_variance.h"
#include "trainer/measure/prototypes.h"
#include "trainer/sampling/batch_sampler.h"
#include "trainer/spec/options_of_spec.h"
#include "trainer/spec/spec_sections.h"

namespace ssem::trainer {
namespace {

constexpr std::int64_t kViewImages = 1000;  // of the test part, for the variance between views
constexpr std::int64_t kLossBatches = 10;
constexpr std::array<std::int64_t, 2> kShots{5, 20};
constexpr std::uint64_t kMeasureStream = 3;

Result<Geometry> geometry_of(const at::Tensor& embeddings, const Dataset& data, std::span<const std::int64_t> rows) {
  const auto made = BatchRows::make(chosen(data.labels, rows), chosen(instances_of(data), rows));
  if (!made) return made.error();
  return measure_geometry(embeddings, made.value());
}

// Geometry of augmented views.
Result<Geometry> geometry_of_views(const TrainSpec& spec, const Encoder& encoder, const Dataset& part,
                                   const ExampleTensors& tensors, c10::Device device) {
  const auto rows = spaced_rows(part.size(), kViewImages);
  const auto instances = instances_of(part);
  const EncoderData data{tensors, part.labels, instances};
  const auto of_views = rows_of_views(rows, spec.problem.views, data);
  if (!of_views) return of_views.error();
  const at::NoGradGuard no_gradient;
  StepRandom random(mixed_seed(static_cast<std::uint64_t>(spec.seed), kMeasureStream, 0), device);
  std::vector<at::Tensor> pieces;
  for (std::size_t begin = 0; begin < rows.size(); begin += kPassRows) {
    const auto some = std::span(rows).subspan(begin, std::min<std::size_t>(kPassRows, rows.size() - begin));
    const at::Tensor views = tensors.views(some, spec.problem.views, spec.augment, random);
    pieces.push_back(encoder.embed(views, pass_options(spec, false)));
  }
  return measure_geometry(at::cat(pieces), of_views.value());
}

std::optional<Error> measure_views(const TrainSpec& spec, const Encoder& encoder, const EncoderParts& parts,
                                   c10::Device device, Measured& measured) {
  if (spec.problem.views < 2) return std::nullopt;
  const auto test = geometry_of_views(spec, encoder, parts.test, parts.test_tensors, device);
  if (!test) return test.error();
  measured.view_variance = test.value().view_variance;
  measured.view_similarity = test.value().view_similarity;
  const auto train = geometry_of_views(spec, encoder, parts.train, parts.train_tensors, device);
  if (!train) return train.error();
  measured.view_consistency = view_consistency(train.value());
  return std::nullopt;
}

std::optional<Error> measure_loss(const TrainSpec& spec, const Encoder& encoder, const EncoderParts& parts,
                                  c10::Device device, Measured& measured) {
  const auto seed = static_cast<std::uint64_t>(spec.seed);
  const auto sampler = make_sampler(spec.problem, parts.train.labels, mixed_seed(seed, kMeasureStream, 1));
  if (!sampler) return sampler.error();
  const auto instances = instances_of(parts.train);
  const EncoderData data{parts.train_tensors, parts.train.labels, instances};
  const NamedTensors tensors = encoder.tensors();
  for (const NamedTensor& entry : tensors) at::Tensor(entry.tensor).mutable_grad().reset();
  SupclOptions options = loss_options(spec);
  options.input_norm = InputNorm::assume_unit;
  double loss_sum = 0;
  for (std::int64_t batch = 0; batch < kLossBatches; ++batch) {
    const auto rows = sampler.value()->next();
    const auto of_views = rows_of_views(rows, spec.problem.views, data);
    if (!of_views) return of_views.error();
    StepRandom random(mixed_seed(seed, kMeasureStream, static_cast<std::uint64_t>(batch + 2)), device);
    const at::Tensor views = parts.train_tensors.views(rows, spec.problem.views, spec.augment, random);
    const auto loss = supcl_loss(encoder.embed(views, pass_options(spec, false)), of_views.value(), options);
    if (!loss) return loss.error();
    loss.value().backward();  // gradients add up
    loss_sum += loss.value().item<double>();
  }
  double square = 0;
  for (const NamedTensor& entry : tensors) {
    if (!entry.trained || !entry.tensor.grad().defined()) continue;
    square += entry.tensor.grad().pow(2).sum(at::kDouble).item<double>();
    at::Tensor(entry.tensor).mutable_grad().reset();
  }
  measured.loss_value = loss_sum / static_cast<double>(kLossBatches);
  measured.gradient_norm = std::sqrt(square) / static_cast<double>(kLossBatches);
  return std::nullopt;
}

// The probe of clean images, asked on spoilt ones.
void measure_corrupted(const TrainSpec& spec, const Encoder& encoder, const EncoderParts& parts, c10::Device device,
                       const LinearProbe& probe, Measured& measured) {
  const auto rows = spaced_rows(parts.test.size(), parts.test.size());
  for (const Corruption corruption : spec.corruptions) {
    const auto seed = mixed_seed(static_cast<std::uint64_t>(spec.seed), kMeasureStream, 2000);
    Dataset spoilt = parts.test;
    corrupt(spoilt.pixels, spoilt.shape, corruption, seed);
    const ExampleTensors tensors(spoilt, parts.normalisation, device);
    const Outputs outputs = outputs_of(encoder, tensors, rows, pass_options(spec, false));
    measured.corrupted_accuracy.push_back(
        {std::string(name(corruption)), probe.accuracy(outputs.features, parts.test.labels)});
  }
}

void measure_reading(const TrainSpec& spec, const Encoder& encoder, const EncoderParts& parts, c10::Device device,
                     const Outputs& bank, std::span<const std::int64_t> bank_rows, const Outputs& test,
                     Measured& measured) {
  const auto seed = mixed_seed(static_cast<std::uint64_t>(spec.seed), kMeasureStream, 1000);
  const auto labels = chosen(parts.train.labels, bank_rows);
  measured.prototype_accuracy = prototype_accuracy(bank.embeddings, labels, test.embeddings, parts.test.labels);
  const bool has_fine = !parts.train.fine_labels.empty() && !parts.test.fine_labels.empty();
  const auto finest = has_fine ? chosen(parts.train.fine_labels, bank_rows) : labels;
  const auto& finest_test = has_fine ? parts.test.fine_labels : parts.test.labels;
  for (const std::int64_t shots : kShots) {
    measured.few_shot_accuracy.push_back(
        {shots, few_shot_accuracy(bank.features, finest, test.features, finest_test, shots, seed)});
  }
  const KnnAccuracy knn = knn_accuracy(bank.features, labels, test.features, parts.test.labels);
  measured.knn_accuracy = knn.unweighted;
  measured.weighted_knn_accuracy = knn.weighted;
  const LinearProbe probe(bank.features, labels, seed);
  measured.linear_probe_accuracy = probe.accuracy(test.features, parts.test.labels);
  measure_corrupted(spec, encoder, parts, device, probe, measured);
  if (!has_fine) return;
  measured.fine_accuracy = linear_probe_accuracy(bank.features, finest, test.features, finest_test, seed);
  measured.embedding_fine_accuracy = linear_probe_accuracy(bank.embeddings, finest, test.embeddings, finest_test, seed);
}

}  // namespace

std::vector<std::int64_t> instances_of(const Dataset& data) {
  if (!data.instance_ids.empty()) return data.instance_ids;
  std::vector<std::int64_t> own(static_cast<std::size_t>(data.size()));
  std::iota(own.begin(), own.end(), 0);
  return own;
}

Result<EncoderMeasures> measure_encoder(const TrainSpec& spec, const Encoder& encoder, const EncoderParts& parts,
                                        c10::Device device, double max_within_class_variance, bool briefly) {
  const PassOptions pass = pass_options(spec, false);
  const auto test_rows = spaced_rows(parts.test.size(), parts.test.size());
  const auto bank_rows = spaced_rows(parts.train.size(), kBankRows);
  EncoderMeasures found;
  Measured& measured = found.measured;
  found.test = outputs_of(encoder, parts.test_tensors, test_rows, pass);
  found.bank = outputs_of(encoder, parts.train_tensors, bank_rows, pass);
  const Outputs& bank = found.bank;
  const auto geometry = geometry_of(found.test.embeddings, parts.test, test_rows);
  if (!geometry) return geometry.error();
  const auto train_geometry = geometry_of(bank.embeddings, parts.train, bank_rows);
  if (!train_geometry) return train_geometry.error();
  measured.geometry = geometry.value();
  measured.train_geometry = train_geometry.value();
  measured.collapsed = is_collapsed(judged_geometry(measured), max_within_class_variance);
  if (auto fault = measure_views(spec, encoder, parts, device, measured)) return *std::move(fault);
  if (auto fault = measure_loss(spec, encoder, parts, device, measured)) return *std::move(fault);
  measured.effective_rank = effective_rank(found.test.embeddings);
  measured.class_directions = class_directions(bank.embeddings, chosen(parts.train.labels, bank_rows));
  measured.directional_variance = directional_variance(found.test.embeddings, parts.test.labels);
  const NestedVariance features = nested_variance(unit_rows(found.test.features), parts.test.labels, {}, {});
  measured.encoder_within_class_variance = 1 - features.between_classes / features.total;
  measured.nested = nested_variance(found.test.embeddings, parts.test.labels, parts.test.fine_labels, {});
  if (!briefly) measure_reading(spec, encoder, parts, device, bank, bank_rows, found.test, measured);
  return found;
}

}  // namespace ssem::trainer
