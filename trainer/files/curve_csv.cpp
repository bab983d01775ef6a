#include "trainer/files/curve_csv.h"

#include <array>
#include <charconv>

namespace ssem::trainer {
namespace {

std::string text(double value) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  return {buffer.data(), end};
}

}  // namespace

CurveCsv::CurveCsv(const std::string& path) : path_(path), file_(path, std::ios::binary | std::ios::trunc) {
  file_ << "time_s,step,loss,within_class_variance,between_class_variance,view_alignment,learning_rate,images_per_s\n"
        << std::flush;
}

void CurveCsv::progress(const Progress& progress) {
  file_ << text(progress.time_s) << ',' << progress.step << ',' << text(progress.loss) << ','
        << text(progress.within_class_variance) << ',' << text(progress.between_class_variance) << ','
        << text(progress.view_alignment) << ',' << text(progress.learning_rate) << ',' << text(progress.images_per_s)
        << '\n'
        << std::flush;
}

}  // namespace ssem::trainer
