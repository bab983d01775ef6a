// One jpeg or png file as pixels.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "advisor/result.h"

namespace ssem::trainer {

struct Image {
  std::int64_t width = 0, height = 0;
  std::vector<std::uint8_t> pixels;  // [height, width, 3]
};

// Errors name the file and what the decoder says. At most 100 million pixels.
Result<Image> read_image(const std::string& path);

}  // namespace ssem::trainer
