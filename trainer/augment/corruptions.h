// Test images as cameras and networks spoil them: what an encoder still reads off them is robustness. Three kinds after
// Hendrycks and Dietterich (ICLR 2019), each at one strength in the middle of what people still recognise:
//
//   noise      x + 25.5 n, n standard normal for each value (.1 of the range)
//   blur       a Gaussian of a twentieth of the shorter side, edges repeated
//   contrast   mean + .3 (x - mean), the mean over the image
//
// rounded and cut to 0 .. 255.
#pragma once

#include <cstdint>
#include <vector>

#include "trainer/spec/train_spec.h"

namespace ssem::trainer {

// Spoils images, one after the other in `pixels`, each of `shape` {channels, height, width}. The same seed spoils them
// in the same way. O(values * blur width).
void corrupt(std::vector<std::uint8_t>& pixels, const std::vector<std::int64_t>& shape, Corruption corruption,
             std::uint64_t seed);

}  // namespace ssem::trainer
