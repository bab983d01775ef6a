#include "trainer/measure/foreign_auroc.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "trainer/measure/labelled_rows.h"

namespace ssem::trainer {
namespace {

constexpr std::int64_t kForeignTile = 512;

// Ascending.
std::vector<float> cosines_to_kth(const at::Tensor& unit_bank, const at::Tensor& rows, std::int64_t k) {
  const at::Tensor unit = unit_rows(rows);
  std::vector<float> cosines;
  for (std::int64_t begin = 0; begin < unit.size(0); begin += kForeignTile) {
    const at::Tensor part = unit.narrow(0, begin, std::min(kForeignTile, unit.size(0) - begin));
    const auto nearest = std::get<0>(at::mm(part, unit_bank.t()).topk(k, 1));
    const at::Tensor kth = nearest.select(1, k - 1).contiguous().cpu();
    cosines.insert(cosines.end(), kth.data_ptr<float>(), kth.data_ptr<float>() + kth.numel());
  }
  std::sort(cosines.begin(), cosines.end());
  return cosines;
}

}  // namespace

double foreign_auroc(const at::Tensor& bank, const at::Tensor& own, const at::Tensor& foreign) {
  if (bank.size(0) < 1 || own.size(0) < 1 || foreign.size(0) < 1) return std::numeric_limits<double>::quiet_NaN();
  const at::Tensor unit_bank = unit_rows(bank);
  const std::int64_t k = std::min(kForeignNeighbours, bank.size(0));
  const std::vector<float> near = cosines_to_kth(unit_bank, own, k), far = cosines_to_kth(unit_bank, foreign, k);
  double wins = 0;
  for (const float cosine : far) {
    const auto [low, high] = std::equal_range(near.begin(), near.end(), cosine);
    wins += static_cast<double>(near.end() - high) + 0.5 * static_cast<double>(high - low);
  }
  return wins / (static_cast<double>(near.size()) * static_cast<double>(far.size()));
}

}  // namespace ssem::trainer
