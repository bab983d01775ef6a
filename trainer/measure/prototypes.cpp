#include "trainer/measure/prototypes.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <limits>
#include <random>
#include <vector>

#include "trainer/measure/labelled_rows.h"

namespace ssem::trainer {
namespace {

constexpr double kNoRows = std::numeric_limits<double>::quiet_NaN();

double nearest_mean_accuracy(const at::Tensor& bank, const at::Tensor& bank_labels, const at::Tensor& test,
                             const at::Tensor& truth, std::int64_t classes) {
  const at::Tensor means = unit_rows(class_means(bank, bank_labels, classes));
  return first_largest(at::mm(test, means.t())).eq(truth).to(at::kDouble).mean().item<double>();
}

std::int64_t classes_of(const at::Tensor& labels, const at::Tensor& truth) {
  return std::max(labels.max().item<std::int64_t>(), truth.max().item<std::int64_t>()) + 1;
}

}  // namespace

double prototype_accuracy(const at::Tensor& bank, std::span<const std::int64_t> bank_labels, const at::Tensor& test,
                          std::span<const std::int64_t> test_labels) {
  if (bank_labels.empty() || test_labels.empty()) return kNoRows;
  const at::Tensor labels = label_tensor(bank_labels, bank.device()), truth = label_tensor(test_labels, bank.device());
  return nearest_mean_accuracy(unit_rows(bank), labels, unit_rows(test), truth, classes_of(labels, truth));
}

double few_shot_accuracy(const at::Tensor& bank, std::span<const std::int64_t> bank_labels, const at::Tensor& test,
                         std::span<const std::int64_t> test_labels, std::int64_t shots, std::uint64_t seed) {
  if (bank_labels.empty() || test_labels.empty()) return kNoRows;
  const at::Tensor labels = label_tensor(bank_labels, bank.device()), truth = label_tensor(test_labels, bank.device());
  const at::Tensor centre = bank.detach().to(at::kFloat).mean(0, true);
  const at::Tensor rows = unit_rows(bank.detach().to(at::kFloat).sub(centre));
  const at::Tensor asked = unit_rows(test.detach().to(at::kFloat).sub(centre));
  const std::int64_t classes = classes_of(labels, truth);
  std::vector<std::vector<std::int64_t>> rows_of(static_cast<std::size_t>(classes));
  for (std::size_t row = 0; row < bank_labels.size(); ++row) {
    rows_of[static_cast<std::size_t>(bank_labels[row])].push_back(static_cast<std::int64_t>(row));
  }
  std::mt19937_64 engine(seed);
  double sum = 0;
  for (std::int64_t draw = 0; draw < kFewShotDraws; ++draw) {
    std::vector<std::int64_t> taken;
    for (auto& own : rows_of) {
      const std::size_t wanted = std::min<std::size_t>(static_cast<std::size_t>(shots), own.size());
      for (std::size_t k = 0; k < wanted; ++k) {
        std::swap(own[k], own[k + static_cast<std::size_t>(engine() % (own.size() - k))]);
        taken.push_back(own[k]);
      }
    }
    const at::Tensor index = label_tensor(taken, bank.device());
    sum += nearest_mean_accuracy(rows.index_select(0, index), labels.index_select(0, index), asked, truth, classes);
  }
  return sum / static_cast<double>(kFewShotDraws);
}

}  // namespace ssem::trainer
