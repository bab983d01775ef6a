// How many directions embeddings use.
#pragma once

#include <ATen/core/Tensor.h>

namespace ssem::trainer {

// exp(entropy of the singular values divided by their sum) of `embeddings` [N, d], not centred (Roy and Vetterli,
// 2007): 1 when all lie on a line, at most min(N, d). In float64 from the smaller Gram matrix, O(N d min(N, d)). nan
// without rows or when all are zero.
double effective_rank(const at::Tensor& embeddings);

// The same from the products of columns, embeddings' * embeddings [d, d], or of rows.
double effective_rank_of_products(const at::Tensor& products);

}  // namespace ssem::trainer
