#include "trainer/files/tensorboard_events.h"

#include <array>
#include <bit>
#include <chrono>
#include <filesystem>

namespace ssem::trainer {
namespace {

constexpr const char* kFileName = "events.out.tfevents.0.ssem";

constexpr std::array<std::uint32_t, 256> make_table() {
  constexpr std::uint32_t kPolynomial = 0x82F63B78;  // 0x1EDC6F41 with its bits reversed
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < table.size(); ++byte) {
    std::uint32_t value = byte;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1U) ^ ((value & 1U) != 0 ? kPolynomial : 0U);
    table[byte] = value;
  }
  return table;
}
constexpr auto kTable = make_table();

template <class Number>
std::string little_endian(Number number) {
  std::string bytes;
  for (std::size_t k = 0; k < sizeof number; ++k) bytes += static_cast<char>((number >> (8 * k)) & 0xFFU);
  return bytes;
}

// Protocol buffers: a key of field number and wire type, then the value.
enum class Wire : unsigned { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };

std::string varint(std::uint64_t value) {
  std::string bytes;
  for (; value >= 128; value >>= 7U) bytes += static_cast<char>((value & 0x7FU) | 0x80U);
  return bytes + static_cast<char>(value);
}

std::string key(unsigned field, Wire wire) { return varint(field << 3U | static_cast<unsigned>(wire)); }

std::string field_bytes(unsigned field, std::string_view bytes) {
  return key(field, Wire::bytes) + varint(bytes.size()) + std::string(bytes);
}

// Event { double wall_time = 1; int64 step = 2; string file_version = 3; Summary summary = 5; }
std::string event(double wall_time, std::int64_t step) {
  return key(1, Wire::fixed64) + little_endian(std::bit_cast<std::uint64_t>(wall_time)) + key(2, Wire::varint) +
         varint(static_cast<std::uint64_t>(step));
}

// Summary { repeated Value value = 1; }, Value { string tag = 1; float simple_value = 2; }
std::string scalar(std::string_view tag, double value) {
  const std::string number = little_endian(std::bit_cast<std::uint32_t>(static_cast<float>(value)));
  return field_bytes(1, field_bytes(1, tag) + key(2, Wire::fixed32) + number);
}

double now_s() { return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count(); }

}  // namespace

std::uint32_t crc32c(std::string_view bytes) {
  std::uint32_t value = 0xFFFFFFFF;
  for (const char byte : bytes) value = (value >> 8U) ^ kTable[(value ^ static_cast<unsigned char>(byte)) & 0xFFU];
  return value ^ 0xFFFFFFFFU;
}

std::uint32_t masked_crc32c(std::string_view bytes) { return std::rotr(crc32c(bytes), 15) + 0xA282EAD8U; }

TensorboardEvents::TensorboardEvents(const std::string& directory)
    : path_((std::filesystem::path(directory) / kFileName).string()) {
  std::error_code fault;  // shows as a file that cannot be opened
  std::filesystem::create_directories(directory, fault);
  file_.open(path_, std::ios::binary | std::ios::trunc);
  write(event(now_s(), 0) + field_bytes(3, "brain.Event:2"));
}

void TensorboardEvents::progress(const Progress& progress) {
  write(event(now_s(), progress.step) +
        field_bytes(5, scalar("loss", progress.loss) + scalar("within_class_variance", progress.within_class_variance) +
                           scalar("between_class_variance", progress.between_class_variance) +
                           scalar("view_alignment", progress.view_alignment) +
                           scalar("learning_rate", progress.learning_rate) +
                           scalar("images_per_s", progress.images_per_s) +
                           (progress.loss_weight ? scalar("loss_weight", *progress.loss_weight) : "") +
                           (progress.temperature ? scalar("temperature", *progress.temperature) : "")));
}

void TensorboardEvents::write(std::string_view event) {
  const std::string length = little_endian(static_cast<std::uint64_t>(event.size()));
  file_ << length << little_endian(masked_crc32c(length)) << event << little_endian(masked_crc32c(event)) << std::flush;
}

}  // namespace ssem::trainer
