// What several measures do first with rows and their labels.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>

namespace ssem::trainer {

// float32 rows of norm 1; a zero row stays zero.
at::Tensor unit_rows(const at::Tensor& rows);

at::Tensor label_tensor(std::span<const std::int64_t> labels, c10::Device device);

// [classes, d], the mean of each class's rows; a class without rows has zeros. `labels` as label_tensor makes them.
at::Tensor class_means(const at::Tensor& rows, const at::Tensor& labels, std::int64_t classes);

// Of each row, the first of the columns that hold its largest value.
at::Tensor first_largest(const at::Tensor& rows);

}  // namespace ssem::trainer
