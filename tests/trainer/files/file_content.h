// What the files that the trainer writes hold, and something to write into them.
#pragma once

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include "trainer/events/events.h"

namespace ssem::trainer {

inline std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

inline bool has(const std::string& text, std::string_view part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

inline std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t k = bytes.size(); k-- > 0;) value = value << 8U | static_cast<unsigned char>(bytes[k]);
  return value;
}

inline Progress progress_at(std::int64_t step) {
  Progress progress;
  progress.time_s = 0.5;
  progress.step = step;
  progress.loss = 1.0 / 3;
  progress.within_class_variance = 0.1;
  progress.between_class_variance = 0.75;
  progress.view_alignment = -0.25;
  progress.learning_rate = 1e-300;
  progress.images_per_s = 12345.678;
  return progress;
}

}  // namespace ssem::trainer
