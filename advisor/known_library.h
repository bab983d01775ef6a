// What people have typed already: a library and its settings, as the loss that it computes.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "advisor/problem.h"

namespace ssem::advisor {

enum class KnownLibrary {
  supcontrast,
  pytorch_metric_learning,
  solo_learn,
  lightly,
  ssem_supcl_imagenet,
  ssem_supcl_cifar,
  pytorch,
  moco_v3,
  open_clip,
  simcse,
  pml_ntxent,
  sincere,
};

// Read in its source, as far as the defaults stand there; absent ones must be given.
struct LibraryLoss {
  KnownLibrary library;
  std::string_view name;   // on the wire
  std::string_view title;  // for people
  std::string_view row;    // of `what_to_type`
  Convention convention;
  Reduction reduction;
  std::optional<double> loss_weight;  // absent: the user's
  std::optional<double> temperature;
  std::optional<double> base_temperature;  // absent: the library has none
  bool gathers;                            // whether its loss compares the images of all GPUs
  bool has_simclr;                         // the same class without labels: loss weight 1
  // Of the library's loss with a SimCLR term beside, as what_to_type mixes them; absent: nobody mixes it so.
  std::optional<Convention> mixed = {};
};

std::span<const LibraryLoss> known_libraries();
std::optional<KnownLibrary> library_from(std::string_view name);

// What a request says of its library.
struct LibraryFields {
  std::optional<KnownLibrary> library;
  std::optional<double> temperature;
  std::optional<double> base_temperature;
  std::optional<double> loss_weight;
  bool simclr = false;  // no labels
};

// A library with all its settings.
struct TrainedWith {
  KnownLibrary library;
  double loss_weight = 0;
  double temperature = 0;
};

const LibraryLoss& loss_of(KnownLibrary library);

// Sets convention, reduction, base temperature and gathering in `problem`, which must not say them itself. Faults (at
// "/library_temperature" and so on): a setting that has no default is missing, or the library has no such setting.
std::optional<TrainedWith> check_library(const LibraryFields& fields, ProblemFields& problem, FaultList& faults);

}  // namespace ssem::advisor
