#include "advisor/known_library.h"

#include <array>
#include <string>

namespace ssem::advisor {
namespace {

constexpr std::optional<double> kNone;

// MoCo v3 multiplies each direction by twice the temperature and adds the two: the mean of both times 4 temperatures.
constexpr double kMocoBaseTemperature = 0.25;

// HobbitLong/SupContrast losses.py; pytorch-metric-learning supcon_loss.py, ntxent_loss.py (2.8: over pairs);
// solo-learn losses/simclr.py; lightly loss/ntx_ent_loss.py; leechungpa/ssem-supcl imagenet/builder.py,
// cifar/src/builder.py; facebookresearch/moco-v3 moco/builder.py; mlfoundations/open_clip loss.py (its temperature is
// learnt); princeton-nlp/SimCSE simcse/models.py (one direction, which has the same optimum).
constexpr std::array kLibraries{
    LibraryLoss{KnownLibrary::supcontrast, "supcontrast", "SupContrast", "SupContrast", Convention::supcon,
                Reduction::anchor_mean, 0.0, 0.07, 0.07, true, true, Convention::anchor_excluded},
    LibraryLoss{KnownLibrary::pytorch_metric_learning, "pytorch_metric_learning", "pytorch-metric-learning",
                "pytorch-metric-learning", Convention::supcon, Reduction::anchor_mean, 0.0, 0.1, kNone, true, false,
                Convention::anchor_excluded},
    LibraryLoss{KnownLibrary::solo_learn, "solo_learn", "solo-learn", "solo-learn (loss replaced)",
                Convention::supcon_in, Reduction::anchor_mean, 0.0, 0.1, kNone, true, false},
    LibraryLoss{KnownLibrary::lightly, "lightly", "lightly", "lightly (loss added)", Convention::anchor_excluded,
                Reduction::anchor_mean, 1.0, 0.5, kNone, false, false},
    LibraryLoss{KnownLibrary::ssem_supcl_imagenet, "ssem_supcl_imagenet", "ssem-supcl, ImageNet code",
                "ssem-supcl (ImageNet code)", Convention::anchor_excluded, Reduction::anchor_mean, kNone, kNone, kNone,
                false, false},
    LibraryLoss{KnownLibrary::ssem_supcl_cifar, "ssem_supcl_cifar", "ssem-supcl, CIFAR code", "ssem-supcl (CIFAR code)",
                Convention::anchor_included, Reduction::pair_mean, kNone, kNone, kNone, true, false},
    LibraryLoss{KnownLibrary::pytorch, "pytorch", "PyTorch, own code", "PyTorch", Convention::supcon,
                Reduction::anchor_mean, 0.0, kNone, kNone, true, false, Convention::anchor_excluded},
    LibraryLoss{KnownLibrary::moco_v3, "moco_v3", "MoCo v3", "PyTorch", Convention::cross_view, Reduction::anchor_mean,
                1.0, 1.0, kMocoBaseTemperature, true, false},
    LibraryLoss{KnownLibrary::open_clip, "open_clip", "OpenCLIP", "PyTorch", Convention::cross_view,
                Reduction::anchor_mean, 1.0, kNone, kNone, true, false},
    LibraryLoss{KnownLibrary::simcse, "simcse", "SimCSE", "PyTorch", Convention::cross_view, Reduction::anchor_mean,
                1.0, 0.05, kNone, true, false},
    LibraryLoss{KnownLibrary::pml_ntxent, "pml_ntxent", "NTXentLoss of pytorch-metric-learning",
                "pytorch-metric-learning", Convention::negatives_only, Reduction::pair_mean, 0.0, 0.07, kNone, true,
                false},
    LibraryLoss{KnownLibrary::sincere, "sincere", "SINCERE", "PyTorch", Convention::negatives_only,
                Reduction::anchor_mean, 0.0, kNone, kNone, true, false},
};

}  // namespace

std::span<const LibraryLoss> known_libraries() { return kLibraries; }

const LibraryLoss& loss_of(KnownLibrary library) {
  for (const LibraryLoss& loss : kLibraries) {
    if (loss.library == library) return loss;
  }
  return kLibraries.front();
}

std::optional<KnownLibrary> library_from(std::string_view name) {
  for (const LibraryLoss& loss : kLibraries) {
    if (loss.name == name) return loss.library;
  }
  return std::nullopt;
}

std::optional<TrainedWith> check_library(const LibraryFields& fields, ProblemFields& problem, FaultList& faults) {
  if (!fields.library) {
    const auto needs = [&](bool given, const char* path) {
      if (given) faults.add(path, "needs library: it is a setting of one");
    };
    if (faults.has("/library")) return std::nullopt;
    needs(fields.temperature.has_value(), "/library_temperature");
    needs(fields.base_temperature.has_value(), "/library_base_temperature");
    needs(fields.loss_weight.has_value(), "/library_loss_weight");
    needs(fields.simclr, "/library_method");
    return std::nullopt;
  }
  const LibraryLoss& loss = loss_of(*fields.library);
  const std::string title(loss.title);
  const auto excludes = [&](bool given, const char* path) {
    if (given) faults.add(path, "excludes library: " + title + " decides it");
  };
  excludes(problem.convention.has_value(), "/convention");
  excludes(problem.reduction.has_value(), "/reduction");
  excludes(problem.base_temperature.has_value(), "/base_temperature");
  if (fields.loss_weight && loss.loss_weight && !loss.mixed) {
    faults.add("/library_loss_weight", "must be absent: " + title + " has no loss weight");
  } else if (fields.loss_weight && fields.simclr) {
    faults.add("/library_loss_weight", "must be absent: SimCLR alone is a loss weight of 1");
  } else if (!fields.loss_weight && !loss.loss_weight && !faults.has("/library_loss_weight")) {
    faults.add("/library_loss_weight", "is required: the alpha of " + title);
  }
  if (!fields.temperature && !loss.temperature && !faults.has("/library_temperature")) {
    faults.add("/library_temperature", "is required: the temperature given to " + title);
  }
  if (fields.base_temperature && !loss.base_temperature) {
    faults.add("/library_base_temperature", "must be absent: " + title + " has none");
  }
  if (fields.simclr && !loss.has_simclr) {
    faults.add("/library_method", "must be supcon: " + title + " has no such switch");
  }
  const bool mixes = fields.loss_weight && loss.mixed;
  problem.convention = fields.simclr ? Convention::anchor_excluded : mixes ? *loss.mixed : loss.convention;
  problem.reduction = loss.reduction;
  problem.base_temperature = fields.base_temperature ? fields.base_temperature : loss.base_temperature;
  if (!problem.loss_gathers) problem.loss_gathers = loss.gathers;
  const double own_weight = fields.simclr ? 1.0 : loss.loss_weight.value_or(0);
  return TrainedWith{*fields.library, fields.loss_weight.value_or(own_weight),
                     fields.temperature.value_or(loss.temperature.value_or(1))};
}

}  // namespace ssem::advisor
