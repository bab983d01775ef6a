// The course of a run as TensorBoard reads it: event records in TFRecord framing.
#pragma once

#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>

#include "trainer/events/events.h"

namespace ssem::trainer {

// Scalars loss, within_class_variance, between_class_variance, view_alignment, learning_rate, images_per_s and, where
// it is steered, loss_weight, in a file events.out.tfevents.* of `directory`, which is made. Records reach the file as
// they come; an older run's file there is replaced.
class TensorboardEvents : public EventSink {
 public:
  explicit TensorboardEvents(const std::string& directory);

  void started(const std::string&, std::optional<std::int64_t>) override {}
  void progress(const Progress& progress) override;
  void checkpoint(std::int64_t, const std::string&) override {}

  // True once a record could not be written.
  bool broken() const { return !file_; }
  const std::string& path() const { return path_; }

 private:
  void write(std::string_view event);

  std::string path_;
  std::ofstream file_;
};

// CRC-32C (Castagnoli), and TFRecord's rotated form of it.
std::uint32_t crc32c(std::string_view bytes);
std::uint32_t masked_crc32c(std::string_view bytes);

}  // namespace ssem::trainer
