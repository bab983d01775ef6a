#include "trainer/data/image_decode.h"

#include "trainer/data/byte_source.h"

// The decoder is a header; its warnings are not ours.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wall"
#pragma GCC diagnostic ignored "-Wextra"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wold-style-cast"
#pragma GCC diagnostic ignored "-Wcast-qual"
#pragma GCC diagnostic ignored "-Wdouble-promotion"
#define STBI_ONLY_JPEG
#define STBI_ONLY_PNG
#define STBI_NO_STDIO
#define STB_IMAGE_STATIC
#define STB_IMAGE_IMPLEMENTATION
#include <stb/stb_image.h>
#pragma GCC diagnostic pop

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace ssem::trainer {
namespace {

constexpr std::uint64_t kMaxImageBytes = 256U << 20U;
constexpr std::int64_t kMaxPixels = 100'000'000;
constexpr int kMostHuffmanCodes = 256;

using Bytes = std::vector<std::uint8_t>;

bool begins_as_jpeg(const Bytes& bytes) {
  std::size_t at = 0;
  while (at < bytes.size() && bytes[at] == 0xFF) ++at;
  return at > 0 && at < bytes.size() && bytes[at] == 0xD8;
}

// The decoder reads zeros behind the end.
int byte_at(const Bytes& bytes, std::size_t at) { return at < bytes.size() ? bytes[at] : 0; }

// Of the tables in a segment of `left` bytes from `at` on, read as stb_image reads them.
bool has_oversized_table(const Bytes& bytes, std::size_t at, int left) {
  while (left > 0 && at < bytes.size()) {
    if (bytes[at] >> 4U > 1 || (bytes[at] & 15U) > 3) return false;
    int codes = 0;
    for (std::size_t length = 1; length <= 16; ++length) codes += byte_at(bytes, at + length);
    if (codes > kMostHuffmanCodes) return true;
    at += 17 + static_cast<std::size_t>(codes);
    left -= 17 + codes;
  }
  return false;
}

// stb_image before 2.28, which Debian 12 has, writes past its table where a JPEG announces more codes than there are
// bytes. Markers are looked for as it does: whatever stands between segments is passed over.
bool would_overrun_decoder(const Bytes& bytes) {
  if (!begins_as_jpeg(bytes)) return false;
  for (std::size_t at = 0; at < bytes.size();) {
    if (bytes[at] != 0xFF) {
      ++at;
      continue;
    }
    while (at < bytes.size() && bytes[at] == 0xFF) ++at;
    const int marker = byte_at(bytes, at++);
    if (marker <= 0x01 || (marker >= 0xD0 && marker <= 0xD9)) continue;  // these have no length
    const int length = byte_at(bytes, at) * 256 + byte_at(bytes, at + 1);
    if (marker == 0xC4 && has_oversized_table(bytes, at + 2, length - 2)) return true;
    at += static_cast<std::size_t>(length);
  }
  return false;
}

}  // namespace

Result<Image> read_image(const std::string& path) {
  const auto whole = read_raw_file(path, kMaxImageBytes);
  if (!whole) return whole.error();
  const auto& bytes = whole.value().bytes;
  if (would_overrun_decoder(bytes)) return fault_in(path, "is broken: a Huffman table of more than 256 codes");
  const auto size = static_cast<int>(bytes.size());
  int width = 0, height = 0, channels = 0;
  if (stbi_info_from_memory(bytes.data(), size, &width, &height, &channels) == 0) {
    return fault_in(path, std::string("is no jpeg or png: ") + stbi_failure_reason());
  }
  if (std::int64_t{width} * height > kMaxPixels) return fault_in(path, "has more than 100 million pixels");
  const std::unique_ptr<stbi_uc, void (*)(void*)> pixels(
      stbi_load_from_memory(bytes.data(), size, &width, &height, &channels, 3), stbi_image_free);
  if (!pixels) return fault_in(path, std::string("is broken: ") + stbi_failure_reason());
  Image image{width, height, {}};
  image.pixels.assign(pixels.get(), pixels.get() + std::int64_t{width} * height * 3);
  return image;
}

}  // namespace ssem::trainer
