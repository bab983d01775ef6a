#include "trainer/spec/spec_sections.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <span>

#include "advisor/json/quote_for_message.h"
#include "advisor/json/training/spec_fields.h"
#include "trainer/spec/section_reader.h"

namespace ssem::trainer {
namespace {

using Json = nlohmann::ordered_json;
namespace protocol = advisor::json::training;

constexpr std::int64_t kMaxGenerated = 1'000'000;
constexpr std::int64_t kMaxImageSize = 1024;
constexpr std::int64_t kMaxLayers = 32;
constexpr double kMaxSeconds = 1e7;
constexpr double kMaxEpochs = 1e6;
constexpr std::size_t kMaxMeasuredOn = 16;
constexpr NumberRange kShare{0, 1, false, false};

constexpr std::array<std::string_view, 2> kScheduleKinds{"cosine", "constant"};

std::string joined(std::span<const std::string_view> names) {
  std::string list;
  for (const std::string_view name : names) list += (list.empty() ? "" : ", ") + std::string(name);
  return list;
}

// A field that only some kinds look at would be a silent mistake elsewhere.
void belongs_to(SectionReader& in, std::string_view field, const std::string& kind,
                std::initializer_list<std::string_view> kinds) {
  if (std::find(kinds.begin(), kinds.end(), kind) != kinds.end()) return;
  in.forbid(field, "belongs to kind " + joined({kinds.begin(), kinds.size()}) + "; the kind is " + kind);
}

void check_generated(SectionReader& in, const DatasetSpec& dataset) {
  for (const std::string_view field : {"classes", "fine_per_class", "train_per_class", "test_per_class"}) {
    belongs_to(in, field, dataset.kind, {protocol::kGaussianHierarchy, protocol::kShapes});
  }
  for (const std::string_view field : {"columns", "fine_spread", "noise"}) {
    belongs_to(in, field, dataset.kind, {protocol::kGaussianHierarchy});
  }
  belongs_to(in, "image_size", dataset.kind, {protocol::kShapes, protocol::kImageFolder});
}

void check_files(SectionReader& in, const DatasetSpec& dataset) {
  for (const std::string_view field :
       std::initializer_list<std::string_view>{"label_column", "fine_label_column", protocol::kEmbeddingColumns}) {
    belongs_to(in, field, dataset.kind, {protocol::kCsv});
  }
  if (is_generated(dataset.kind)) {
    for (const std::string_view field :
         std::initializer_list<std::string_view>{protocol::kPath, protocol::kTestPath, "test_share"}) {
      in.forbid(field, "belongs to data read from files; kind " + dataset.kind + " is generated");
    }
  } else if (dataset.path.empty()) {
    in.fault(protocol::kPath, "is required for kind " + dataset.kind + ": the file or folder to read");
  }
}

}  // namespace

bool is_generated(std::string_view dataset_kind) {
  return protocol::is_one_of(protocol::kGeneratedKinds, dataset_kind);
}

void read_dataset(const Json& body, const std::string& path, DatasetSpec& dataset, FaultList& faults) {
  SectionReader in(body, path, faults);
  in.choice(protocol::kKind, dataset.kind, protocol::kDatasetKinds);
  in.text(protocol::kPath, dataset.path);
  in.text(protocol::kTestPath, dataset.test_path);
  in.text("label_column", dataset.label_column);
  in.text("fine_label_column", dataset.fine_label_column);
  in.text(protocol::kEmbeddingColumns, dataset.embedding_columns);
  in.integers("coarse_of_fine", dataset.coarse_of_fine, 0, advisor::kMaxClasses - 1, advisor::kMaxClasses);
  in.integer("classes", dataset.classes, 2, kMaxGenerated);
  in.integer("fine_per_class", dataset.fine_per_class, 1, kMaxGenerated);
  in.integer("train_per_class", dataset.train_per_class, 1, kMaxGenerated);
  in.integer("test_per_class", dataset.test_per_class, 1, kMaxGenerated);
  in.integer("columns", dataset.columns, 1, kMaxGenerated);
  in.number("fine_spread", dataset.fine_spread, {0, 1e6, false, false});
  in.number("noise", dataset.noise, {0, 1e6, false, false});
  in.integer("image_size", dataset.image_size, 8, kMaxImageSize);
  in.number("test_share", dataset.test_share, {0, 1, true, true});
  if (!dataset.kind.empty()) {
    check_generated(in, dataset);
    check_files(in, dataset);
  } else if (body.is_object() && !in.has(protocol::kKind)) {
    in.fault(protocol::kKind, "is required: what the data are, such as gaussian_hierarchy or npz");
  }
  in.finish();
}

void read_datasets(const Json& body, std::string_view name, std::vector<DatasetSpec>& datasets, FaultList& faults) {
  const std::string path = '/' + std::string(name);
  if (!body.is_array() || body.empty() || body.size() > kMaxMeasuredOn) {
    faults.add(path, "must be a list of 1 to " + std::to_string(kMaxMeasuredOn) + " data sets, each as dataset is");
    return;
  }
  for (std::size_t k = 0; k < body.size(); ++k) {
    read_dataset(body[k], path + '/' + std::to_string(k), datasets.emplace_back(), faults);
  }
}

std::string_view name(Corruption corruption) {
  return protocol::kCorruptionKinds[static_cast<std::size_t>(corruption)];
}

void read_corruptions(const Json& body, std::vector<Corruption>& corruptions, FaultList& faults) {
  const std::string path = '/' + std::string(protocol::kCorruptions);
  const auto& kinds = protocol::kCorruptionKinds;
  if (!body.is_array() || body.empty()) {
    faults.add(path, "must be a list of some of " + joined(kinds));
    return;
  }
  for (std::size_t k = 0; k < body.size(); ++k) {
    const std::string place = path + '/' + std::to_string(k);
    const auto found =
        body[k].is_string() ? std::find(kinds.begin(), kinds.end(), body[k].get<std::string>()) : kinds.end();
    if (found == kinds.end()) {
      faults.add(place, "must be one of " + joined(kinds) + ", got " + advisor::json::quote_value_for_message(body[k]));
      continue;
    }
    const auto corruption = static_cast<Corruption>(found - kinds.begin());
    if (std::find(corruptions.begin(), corruptions.end(), corruption) != corruptions.end()) {
      faults.add(place, "is there twice: " + std::string(*found));
    }
    corruptions.push_back(corruption);
  }
}

void read_control(const Json& body, ControlSpec& control, FaultList& faults) {
  SectionReader in(body, "/control", faults);
  in.number(protocol::kTargetWithinClassVariance, control.target_within_class_variance, {0, 1, true, true});
  if (body.is_object() && !in.has(protocol::kTargetWithinClassVariance)) {
    in.fault(protocol::kTargetWithinClassVariance, "is required: the variance to hold, between 0 and 1");
  }
  in.finish();
}

void read_model(const Json& body, ModelSpec& model, FaultList& faults) {
  SectionReader in(body, "/model", faults);
  in.choice(protocol::kKind, model.kind, protocol::kModelKinds);
  in.integers("hidden", model.hidden, 1, kMaxProjection, kMaxLayers);
  in.integer("width", model.width, 1, 4096);
  in.integer("projection", model.projection, 1, kMaxProjection);
  belongs_to(in, "hidden", model.kind, {protocol::kMlp});
  belongs_to(in, "width", model.kind, {protocol::kSmallCnn});
  in.finish();
}

void read_optimizer(const Json& body, OptimizerSpec& optimizer, FaultList& faults) {
  SectionReader in(body, "/optimizer", faults);
  in.choice(protocol::kKind, optimizer.kind, protocol::kOptimizerKinds);
  if (optimizer.kind == protocol::kAdamw) optimizer.learning_rate = kAdamwLearningRate;
  in.number(protocol::kLearningRate, optimizer.learning_rate, {0, 1000, true, false});
  in.number(protocol::kMomentum, optimizer.momentum, {0, 1, false, true});
  in.number(protocol::kWeightDecay, optimizer.weight_decay, kShare);
  belongs_to(in, protocol::kMomentum, optimizer.kind, {protocol::kSgd});
  in.finish();
}

void read_schedule(const Json& body, ScheduleSpec& schedule, FaultList& faults) {
  SectionReader in(body, "/schedule", faults);
  in.choice(protocol::kKind, schedule.kind, kScheduleKinds);
  in.number("warmup_share", schedule.warmup_share, {0, 1, false, true});
  in.number("final_share", schedule.final_share, kShare);
  belongs_to(in, "final_share", schedule.kind, {"cosine"});
  in.finish();
}

void read_augment(const Json& body, AugmentSpec& augment, FaultList& faults) {
  SectionReader in(body, "/augment", faults);
  in.flag("enabled", augment.enabled);
  in.number("crop_scale_low", augment.crop_scale_low, {0, 1, true, false});
  in.number("jitter", augment.jitter, kShare);
  in.number("jitter_probability", augment.jitter_probability, kShare);
  in.number("grey_probability", augment.grey_probability, kShare);
  in.number("flip_probability", augment.flip_probability, kShare);
  in.number("blur_probability", augment.blur_probability, kShare);
  in.number("noise", augment.noise, {0, 100, false, false});
  in.number("mask_probability", augment.mask_probability, {0, 1, false, true});
  in.finish();
}

void read_budget(const Json& body, BudgetSpec& budget, FaultList& faults) {
  SectionReader in(body, "/budget", faults);
  std::int64_t steps = 0;
  double epochs = 0;
  double seconds = 0;
  in.integer(protocol::kSteps, steps, 1, kMaxSteps);
  in.number(protocol::kEpochs, epochs, {0, kMaxEpochs, true, false});
  in.number(protocol::kSeconds, seconds, {0, kMaxSeconds, true, false});
  if (steps > 0) budget.steps = steps;
  if (epochs > 0) budget.epochs = epochs;
  if (seconds > 0) budget.seconds = seconds;
  std::string_view first;
  for (const std::string_view field : protocol::kBudgets) {
    if (!in.has(field)) continue;
    if (!first.empty()) in.fault(field, "excludes " + std::string(first) + ": give at most one of the three");
    if (first.empty()) first = field;
  }
  in.finish();
}

}  // namespace ssem::trainer
