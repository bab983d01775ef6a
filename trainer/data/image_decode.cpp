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

#include <memory>

namespace ssem::trainer {
namespace {

constexpr std::uint64_t kMaxImageBytes = 256U << 20U;
constexpr std::int64_t kMaxPixels = 100'000'000;

}  // namespace

Result<Image> read_image(const std::string& path) {
  const auto whole = read_raw_file(path, kMaxImageBytes);
  if (!whole) return whole.error();
  const auto& bytes = whole.value().bytes;
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
