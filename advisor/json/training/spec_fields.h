// What ssem asks of ssem-train (trainer/README.md): the fields of a spec and the names that they take. Defaults and
// ranges are the trainer's: trainer/spec.
#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

namespace ssem::advisor::json::training {

inline constexpr std::string_view kProblem = "problem";
inline constexpr std::string_view kLossWeight = "loss_weight";
inline constexpr std::string_view kTemperature = "temperature";
inline constexpr std::string_view kTemperatureSchedule = "temperature_schedule";  // in temperature's place
inline constexpr std::string_view kMode = "mode";
inline constexpr std::string_view kDataset = "dataset";
inline constexpr std::string_view kModel = "model";
inline constexpr std::string_view kOptimizer = "optimizer";
inline constexpr std::string_view kSchedule = "schedule";
inline constexpr std::string_view kAugment = "augment";
inline constexpr std::string_view kBudget = "budget";
inline constexpr std::string_view kControl = "control";
inline constexpr std::string_view kTransfer = "transfer";
inline constexpr std::string_view kForeignData = "foreign_data";
inline constexpr std::string_view kCorruptions = "corruptions";
inline constexpr std::string_view kDevice = "device";
inline constexpr std::string_view kPrecision = "precision";
inline constexpr std::string_view kSeed = "seed";
inline constexpr std::string_view kRestarts = "restarts";
inline constexpr std::string_view kCheckpointEverySteps = "checkpoint_every_steps";
inline constexpr std::string_view kResumeFrom = "resume_from";
inline constexpr std::string_view kOutputDirectory = "output_directory";

// Of an audit's spec, besides.
inline constexpr std::string_view kEmbeddings = "embeddings";
inline constexpr std::string_view kLabels = "labels";  // false: there are none, or they are not looked at
inline constexpr std::string_view kConvention = "convention";
inline constexpr std::string_view kEmbeddingColumns = "embedding_columns";
inline constexpr std::string_view kInstancesPerClass = "instances_per_class";

// Inside the objects of a spec; what stands in them besides only the trainer looks at.
inline constexpr std::string_view kKind = "kind";
inline constexpr std::string_view kPath = "path";
inline constexpr std::string_view kTestPath = "test_path";
inline constexpr std::string_view kLearningRate = "learning_rate";
inline constexpr std::string_view kMomentum = "momentum";
inline constexpr std::string_view kWeightDecay = "weight_decay";
inline constexpr std::string_view kSteps = "steps";
inline constexpr std::string_view kEpochs = "epochs";
inline constexpr std::string_view kSeconds = "seconds";
inline constexpr std::string_view kTargetWithinClassVariance = "target_within_class_variance";

inline constexpr std::array<std::string_view, 2> kPointFields{kLossWeight, kTemperature};  // beside the problem
inline constexpr std::array<std::string_view, 4> kEncoderSections{kModel, kOptimizer, kSchedule, kAugment};
inline constexpr std::array<std::string_view, 2> kMeasuredOn{kTransfer, kForeignData};  // lists of data sets
inline constexpr std::array<std::string_view, 3> kCorruptionKinds{"noise", "blur", "contrast"};
inline constexpr std::array<std::string_view, 3> kBudgets{kSteps, kEpochs, kSeconds};  // one of them
inline constexpr std::array<std::string_view, 2> kDatasetPaths{kPath, kTestPath};

inline constexpr std::string_view kEmbeddingsMode = "embeddings";
inline constexpr std::string_view kEncoderMode = "encoder";
inline constexpr std::string_view kAuditMode = "audit";
inline constexpr std::array<std::string_view, 2> kTrainingModes{kEmbeddingsMode, kEncoderMode};

inline constexpr std::string_view kGaussianHierarchy = "gaussian_hierarchy";
inline constexpr std::string_view kShapes = "shapes";
inline constexpr std::string_view kCsv = "csv";
inline constexpr std::string_view kImageFolder = "image_folder";
inline constexpr std::array<std::string_view, 8> kDatasetKinds{
    kGaussianHierarchy, kShapes, "cifar10", "cifar100", "idx", "npz", kCsv, kImageFolder};
inline constexpr std::array<std::string_view, 2> kGeneratedKinds{kGaussianHierarchy, kShapes};  // need no file

inline constexpr std::string_view kMlp = "mlp";
inline constexpr std::string_view kSmallCnn = "small_cnn";
inline constexpr std::string_view kResnet18 = "resnet18";
inline constexpr std::array<std::string_view, 3> kModelKinds{kMlp, kSmallCnn, kResnet18};
inline constexpr std::string_view kSgd = "sgd";
inline constexpr std::string_view kAdamw = "adamw";
inline constexpr std::array<std::string_view, 2> kOptimizerKinds{kSgd, kAdamw};

// Files of embeddings that can be audited alone, by what their names end in.
inline constexpr std::array<std::string_view, 5> kAuditFormats{"npz", "csv", "tsv", "safetensors", "pt"};
inline constexpr std::string_view kAuditFormatsText = "npz, csv, tsv, safetensors or pt";
// Of an audit's fields those that are text, whatever it looks like.
inline constexpr std::array<std::string_view, 3> kAuditTexts{kConvention, kEmbeddingColumns, kOutputDirectory};

inline bool is_one_of(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace ssem::advisor::json::training
