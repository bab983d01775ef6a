#include "trainer/files/curve_csv.h"

#include <array>
#include <charconv>
#include <cmath>

namespace ssem::trainer {
namespace {

std::string text(double value) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  return {buffer.data(), end};
}

}  // namespace

CurveCsv::CurveCsv(const std::string& path, const CurveColumns& moving)
    : path_(path), moving_(moving), file_(path, std::ios::binary | std::ios::trunc) {
  file_ << "time_s,step,loss,within_class_variance,between_class_variance,view_alignment,learning_rate,images_per_s"
        << (moving_.loss_weight ? ",loss_weight" : "") << (moving_.temperature ? ",temperature\n" : "\n") << std::flush;
}

void CurveCsv::progress(const Progress& progress) {
  file_ << text(progress.time_s) << ',' << progress.step << ',' << text(progress.loss) << ','
        << text(progress.within_class_variance) << ',' << text(progress.between_class_variance) << ','
        << text(progress.view_alignment) << ',' << text(progress.learning_rate) << ',' << text(progress.images_per_s);
  if (moving_.loss_weight) file_ << ',' << text(progress.loss_weight.value_or(std::nan("")));
  if (moving_.temperature) file_ << ',' << text(progress.temperature.value_or(std::nan("")));
  file_ << '\n' << std::flush;
}

}  // namespace ssem::trainer
