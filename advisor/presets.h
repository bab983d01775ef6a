// Data sets that a name is enough for.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace ssem::advisor {

enum class Preset { cifar10, cifar100, tiny_imagenet, imagenet100, imagenet1k };

// Training images. The batch and the dimension are usual ones, not the data's.
struct PresetFields {
  Preset preset;
  std::string_view name;
  std::string_view title;  // for people
  std::int64_t classes;
  std::int64_t dataset_instances_per_class;
  std::int64_t batch_size;
  std::int64_t dimension;
};

std::span<const PresetFields> presets();
const PresetFields& fields_of(Preset preset);
std::optional<Preset> preset_from(std::string_view name);

}  // namespace ssem::advisor
