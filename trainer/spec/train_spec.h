// What ssem-train is asked to do, checked (trainer/README.md). Defaults stand here and nowhere else.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "advisor/json/training/trained_schedule.h"
#include "advisor/problem.h"

namespace ssem::trainer {

enum class Mode { embeddings, encoder, audit };
enum class Precision { float32, tf32, bfloat16 };

struct DatasetSpec {
  // gaussian_hierarchy | shapes | cifar10 | cifar100 | idx | npz | csv | image_folder
  std::string kind;
  std::string path;                              // of the files; empty for the two that are generated
  std::string test_path;                         // optional second file or folder
  std::string label_column = "label";            // csv
  std::string fine_label_column = "fine_label";  // csv, where it exists
  std::string embedding_columns;                 // csv: as named_columns.h reads them; empty: found by their names
  std::vector<std::int64_t> coarse_of_fine;      // optional: groups fine labels into the classes trained on
  std::int64_t classes = 10;                     // generated data
  std::int64_t fine_per_class = 4;               // generated data
  std::int64_t train_per_class = 500;            // generated data: examples of each class
  std::int64_t test_per_class = 100;
  std::int64_t columns = 32;     // gaussian_hierarchy
  double fine_spread = 1.0;      // gaussian_hierarchy: distance of fine centres from their class centre
  double noise = 0.5;            // gaussian_hierarchy: standard deviation within a fine class
  std::int64_t image_size = 32;  // shapes, image_folder
  double test_share = 0.2;       // split off where there is no test data
};

struct ModelSpec {
  std::string kind = "mlp";                       // mlp | small_cnn | resnet18
  std::vector<std::int64_t> hidden = {256, 256};  // mlp
  std::int64_t width = 32;                        // channels of the first block; resnet18: kResnetWidth
  std::int64_t projection = 128;                  // columns of the embedding
};

inline constexpr std::int64_t kResnetWidth = 64;  // as published

struct OptimizerSpec {
  std::string kind = "sgd";     // sgd | adamw
  double learning_rate = 0.05;  // adamw: kAdamwLearningRate
  double momentum = 0.9;
  double weight_decay = 1e-4;
};

inline constexpr double kAdamwLearningRate = 1e-3;

struct ScheduleSpec {
  std::string kind = "cosine";  // cosine | constant
  double warmup_share = 0.05;   // of the budget, linear from 0
  double final_share = 0.0;     // of the learning rate, at the end of the cosine
};

struct AugmentSpec {
  bool enabled = true;
  double crop_scale_low = 0.2;  // images: least share of the area
  double jitter = 0.4;          // brightness, contrast, saturation; a quarter of it for hue
  double jitter_probability = 0.8;
  double grey_probability = 0.2;
  double flip_probability = 0.5;
  double blur_probability = 0.0;
  double noise = 0.2;             // tables: standard deviation in units of each column's
  double mask_probability = 0.1;  // tables
};

// At most one of the three; none: kDefaultSteps.
struct BudgetSpec {
  std::optional<std::int64_t> steps;
  std::optional<double> epochs;
  std::optional<double> seconds;
};
inline constexpr std::int64_t kDefaultSteps = 1000;

// The loss weight is steered to hold this; a run begins with the spec's own.
struct ControlSpec {
  double target_within_class_variance = 0;
};

enum class Corruption { noise, blur, contrast };  // of test images: augment/corruptions.h

struct TrainSpec {
  Mode mode = Mode::embeddings;
  advisor::Problem problem;
  std::string data_note;     // embeddings: what was made of a problem without a data set size
  double loss_weight = 0.5;  // supcon: ignored
  double temperature = 0.1;  // with a schedule: its last
  std::optional<advisor::json::training::TrainedSchedule> temperature_schedule;  // encoder
  DatasetSpec dataset;
  ModelSpec model;
  OptimizerSpec optimizer;
  ScheduleSpec schedule;
  AugmentSpec augment;
  BudgetSpec budget;
  std::optional<ControlSpec> control;               // encoder
  std::vector<DatasetSpec> transfer, foreign_data;  // encoder: more data to measure on
  std::vector<Corruption> corruptions;              // encoder, of images: measured with each
  std::string device = "auto";                      // auto | cpu | cuda | cuda:N
  Precision precision = Precision::float32;
  std::int64_t seed = 0;
  std::int64_t restarts = 3;                  // embeddings: starts of which the lowest loss counts
  std::int64_t checkpoint_every_steps = 500;  // encoder
  std::string resume_from;                    // encoder: a checkpoint
  std::string output_directory;               // empty: no files
};

}  // namespace ssem::trainer
