#include "advisor/presets.h"

#include <array>

namespace ssem::advisor {
namespace {

// ImageNet's classes have 732 to 1300 images: the mean, 1281, stands for each.
constexpr std::array kPresets{
    PresetFields{Preset::cifar10, "cifar10", "CIFAR-10", 10, 5000, 512, 128},
    PresetFields{Preset::cifar100, "cifar100", "CIFAR-100", 100, 500, 512, 128},
    PresetFields{Preset::tiny_imagenet, "tiny_imagenet", "Tiny ImageNet", 200, 500, 512, 128},
    PresetFields{Preset::imagenet100, "imagenet100", "ImageNet-100", 100, 1267, 256, 128},
    PresetFields{Preset::imagenet1k, "imagenet1k", "ImageNet-1k", 1000, 1281, 4096, 128},
};

}  // namespace

std::span<const PresetFields> presets() { return kPresets; }

const PresetFields& fields_of(Preset preset) {
  for (const PresetFields& fields : kPresets) {
    if (fields.preset == preset) return fields;
  }
  return kPresets.front();
}

std::optional<Preset> preset_from(std::string_view name) {
  for (const PresetFields& fields : kPresets) {
    if (fields.name == name) return fields.preset;
  }
  return std::nullopt;
}

}  // namespace ssem::advisor
