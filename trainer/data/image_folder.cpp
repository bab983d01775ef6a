#include "trainer/data/image_folder.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <utility>

#include "trainer/data/byte_source.h"
#include "trainer/data/image_decode.h"

namespace ssem::trainer {
namespace {

namespace fs = std::filesystem;

bool is_image(const fs::path& path) {
  std::string ending = path.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return ending == ".jpg" || ending == ".jpeg" || ending == ".png";
}

std::vector<fs::path> sorted_entries(const fs::path& folder, bool folders) {
  std::vector<fs::path> entries;
  std::error_code fault;
  for (fs::directory_iterator entry(folder, fault), end; !fault && entry != end; entry.increment(fault)) {
    std::error_code ignored;
    const bool hidden = entry->path().filename().string().starts_with('.');
    const bool wanted = folders ? entry->is_directory(ignored) : is_image(entry->path());
    if (wanted && !hidden) entries.push_back(entry->path());
  }
  std::sort(entries.begin(), entries.end());
  return entries;
}

// One output pixel covers a box of the source: its mean when the box is larger than a pixel, else the value between
// the nearest pixels.
std::uint8_t sampled(const Image& image, double x, double y, double step, std::size_t channel) {
  const auto at = [&](std::int64_t column, std::int64_t row) {
    column = std::clamp<std::int64_t>(column, 0, image.width - 1);
    row = std::clamp<std::int64_t>(row, 0, image.height - 1);
    return static_cast<double>(image.pixels[static_cast<std::size_t>((row * image.width + column) * 3) + channel]);
  };
  double sum = 0, weight = 0;
  const double reach = std::max(step, 1.0) / 2;
  const auto first_row = static_cast<std::int64_t>(std::floor(y - reach)),
             last_row = static_cast<std::int64_t>(std::floor(y + reach));
  const auto first = static_cast<std::int64_t>(std::floor(x - reach)),
             last = static_cast<std::int64_t>(std::floor(x + reach));
  const auto overlap = [](double begin, double end, std::int64_t cell) {
    return std::max(0.0, std::min(end, static_cast<double>(cell) + 1) - std::max(begin, static_cast<double>(cell)));
  };
  for (std::int64_t row = first_row; row <= last_row; ++row) {
    const double height = overlap(y - reach, y + reach, row);
    for (std::int64_t column = first; column <= last; ++column) {
      const double share = height * overlap(x - reach, x + reach, column);
      sum += share * at(column, row);
      weight += share;
    }
  }
  return static_cast<std::uint8_t>(std::lround(std::clamp(sum / weight, 0.0, 255.0)));
}

// The middle square at side x side, channels first.
void append_square(const Image& image, std::int64_t side, std::vector<std::uint8_t>& pixels) {
  const auto square = static_cast<double>(std::min(image.width, image.height));
  const double left = (static_cast<double>(image.width) - square) / 2,
               top = (static_cast<double>(image.height) - square) / 2;
  const double step = square / static_cast<double>(side);
  for (std::size_t channel = 0; channel < 3; ++channel) {
    for (std::int64_t row = 0; row < side; ++row) {
      for (std::int64_t column = 0; column < side; ++column) {
        const double x = left + (static_cast<double>(column) + 0.5) * step;
        const double y = top + (static_cast<double>(row) + 0.5) * step;
        pixels.push_back(sampled(image, x, y, step, channel));
      }
    }
  }
}

Result<Dataset> read_classes(const DatasetSpec& spec, const fs::path& folder) {
  Dataset data;
  data.name = spec.kind;
  data.shape = {3, spec.image_size, spec.image_size};
  for (const fs::path& of_class : sorted_entries(folder, true)) {
    const auto label = static_cast<std::int64_t>(data.class_names.size());
    data.class_names.push_back(of_class.filename().string());
    const auto files = sorted_entries(of_class, false);
    if (files.empty()) return fault_in(of_class.string(), "holds no .jpg, .jpeg or .png");
    for (const fs::path& file : files) {
      const auto image = read_image(file.string());
      if (!image) return image.error();
      append_square(image.value(), spec.image_size, data.pixels);
      data.labels.push_back(label);
    }
  }
  if (data.labels.empty())
    return fault_in(folder.string(), "must be a folder that holds a folder of images for each class");
  return data;
}

}  // namespace

Result<DataSplit> read_image_folder(const DatasetSpec& spec) {
  const fs::path folder = spec.path;
  std::error_code ignored;
  const bool parted = fs::is_directory(folder / "train", ignored);
  auto train = read_classes(spec, parted ? folder / "train" : folder);
  if (!train) return train.error();
  DataSplit split{std::move(train).value(), {}};
  fs::path test_folder = spec.test_path;
  for (const char* name : {"test", "val"}) {
    if (test_folder.empty() && parted && fs::is_directory(folder / name, ignored)) test_folder = folder / name;
  }
  if (test_folder.empty()) return split;
  auto test = read_classes(spec, test_folder);
  if (!test) return test.error();
  split.test = std::move(test).value();
  if (split.test.class_names != split.train.class_names) {
    return fault_in(test_folder.string(), "must have the same class folders as the training part");
  }
  return split;
}

}  // namespace ssem::trainer
