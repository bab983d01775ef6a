#include "advisor/recommend/unlabelled/temperature_evidence.h"

namespace ssem::advisor {
namespace {

constexpr std::int64_t kFewKinds = 100;

constexpr std::string_view kWangLiu =
    "Wang and Liu, CVPR 2021: SimCLR, four temperatures (figures not checked against the paper)";
constexpr std::string_view kSimclr =
    "SimCLR's own README: batch 512 (CIFAR-10, ResNet-18) and 4096 (ImageNet, ResNet-50), one temperature each";
constexpr std::string_view kSupContrast = "SupContrast's README: SimCLR, ResNet-50, batch 1024, one temperature";
constexpr std::string_view kOhLeeSimclr = "Oh and Lee, ICML 2024: SimCLR, batch 128 or 256, one temperature";

}  // namespace

std::span<const TemperatureExperiment> temperature_experiments() {
  static const std::vector<TemperatureExperiment> kTable{
      {"CIFAR-10", 10, kWangLiu, Strength::weak, {{0.07, 79.75}, {0.3, 83.27}, {0.7, 82.69}, {1, 82.21}}},
      {"CIFAR-100", 100, kWangLiu, Strength::weak, {{0.07, 51.82}, {0.3, 56.44}, {0.7, 50.99}, {1, 48.33}}},
      {"CIFAR-10", 10, kSimclr, Strength::weak, {{0.5, 91}}},
      {"ImageNet-1k", 1000, kSimclr, Strength::weak, {{0.1, 64.5}}},
      {"CIFAR-10", 10, kSupContrast, Strength::weak, {{0.5, 93.6}}},
      {"CIFAR-100", 100, kSupContrast, Strength::weak, {{0.5, 70.7}}},
      {"CIFAR-10", 10, kOhLeeSimclr, Strength::weak, {{0.1, 89.58}}},
      {"CIFAR-100", 100, kOhLeeSimclr, Strength::weak, {{0.1, 64.77}}},
      {"ImageNet-100", 100, kOhLeeSimclr, Strength::weak, {{0.1, 77.35}}},
  };
  return kTable;
}

const TemperatureBand& temperature_band(std::optional<std::int64_t> kinds) {
  static const TemperatureBand kUnknown{0.1, 0.5, 0.2, Strength::weak,
                                        "Weak evidence: published runs lie between 0.1 and 0.5; the two that compare "
                                        "temperatures are best at 0.3 of 0.07, "
                                        "0.3, 0.7 and 1."};
  static const TemperatureBand kFew{0.1, 0.5, 0.3, Strength::weak,
                                    "Weak evidence, from two comparisons on data of 10 and 100 kinds: 0.3 is the best "
                                    "of 0.07, 0.3, 0.7 and 1. A batch "
                                    "holds many images of a kind there, and a low temperature drives them apart."};
  static const TemperatureBand kMany{0.07, 0.2, 0.1, Strength::weak,
                                     "Weak evidence: ImageNet is trained at 0.1 by SimCLR's own code, with nothing "
                                     "compared. A batch holds few images of a "
                                     "kind there, so that little is lost by driving look-alikes apart."};
  if (!kinds) return kUnknown;
  return *kinds <= kFewKinds ? kFew : kMany;
}

}  // namespace ssem::advisor
