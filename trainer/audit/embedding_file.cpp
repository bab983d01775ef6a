#include "trainer/audit/embedding_file.h"

#include <cmath>
#include <optional>
#include <utility>

#include "trainer/audit/embedding_arrays.h"
#include "trainer/audit/embedding_table.h"
#include "trainer/audit/labels_beside.h"
#include "trainer/data/arrays/npz_reader.h"
#include "trainer/data/arrays/torch_file.h"
#include "trainer/data/byte_source.h"
#include "trainer/files/safetensors.h"

namespace ssem::trainer {
namespace {

// One array alone is the embeddings.
Result<EmbeddingRows> rows_of_pair(const std::string& path, Array embeddings, Labels wanted) {
  if (wanted == Labels::passed_over) {
    NamedArrays alone;
    alone.emplace("embeddings", std::move(embeddings));
    return rows_of_arrays(path, alone, wanted);
  }
  auto looked = labels_beside(path);
  if (!looked) return looked.error();
  std::optional<LabelsBeside> beside = std::move(looked).value();
  if (!beside) return fault_in(path, labels_wanted(path) + kWithoutLabels);
  NamedArrays arrays;
  arrays.emplace("embeddings", std::move(embeddings));
  arrays.emplace("labels", std::move(beside->labels));
  auto found = rows_of_arrays(path, arrays, wanted);
  if (!found) return found;
  EmbeddingRows rows = std::move(found).value();
  rows.taken = "the labels of " + beside->name;
  return rows;
}

Result<EmbeddingRows> rows_of_npy(const std::string& path, Labels wanted) {
  auto stored = StoredRows::open(path, kLeastStreamed);
  if (!stored) return stored.error();
  if (wanted == Labels::needed && stored.value() && stored.value()->columns() <= kMostStreamedColumns) {
    // Its shape is all that is asked of the array.
    const StoredRows& file = *stored.value();
    auto found = rows_of_pair(path, Array{ElementType::float64, {file.rows(), file.columns()}}, wanted);
    if (!found) return found;
    EmbeddingRows rows = std::move(found).value();
    rows.stored = file;
    return rows;
  }
  auto embeddings = read_npy(path);
  if (!embeddings) return embeddings.error();
  return rows_of_pair(path, std::move(embeddings).value(), wanted);
}

Result<EmbeddingRows> rows_of_torch(const std::string& path, Labels wanted) {
  auto read = read_torch(path);
  if (!read) return read.error();
  NamedArrays arrays = std::move(read).value();
  if (arrays.size() == 1) return rows_of_pair(path, std::move(arrays.begin()->second), wanted);
  return rows_of_arrays(path, arrays, wanted);
}

std::optional<Error> check(const std::string& path, const EmbeddingRows& found) {
  if (found.rows() < 2 || found.dimension < 1) return fault_in(path, "must hold two embeddings of one column or more");
  for (std::int64_t row = 0; row < found.rows() && !found.stored; ++row) {
    double square = 0;
    for (std::int64_t k = 0; k < found.dimension; ++k) {
      const double value = found.values[static_cast<std::size_t>(row * found.dimension + k)];
      square += value * value;
    }
    if (!std::isfinite(square))
      return fault_in(path, "row " + std::to_string(row) + " holds a number that is not finite, or too large");
    if (!(square > 0))
      return fault_in(path, "row " + std::to_string(row) + " is all zeros, or nearly: it has no direction");
  }
  return std::nullopt;
}

Result<EmbeddingRows> read_by_ending(const std::string& path, const std::string& columns, Labels wanted) {
  for (const char* ending : {".csv", ".csv.gz", ".tsv", ".tsv.gz"}) {
    if (path.ends_with(ending)) return rows_of_table(path, columns, wanted);
  }
  if (!columns.empty()) return fault_in_columns("is for .csv and .tsv files alone");
  if (path.ends_with(".npz")) {
    const auto arrays = read_npz(path);
    if (!arrays) return arrays.error();
    return rows_of_arrays(path, arrays.value(), wanted);
  }
  if (path.ends_with(".safetensors")) {
    const auto file = read_safetensors(path);
    if (!file) return file.error();
    return rows_of_arrays(path, file.value().arrays, wanted);
  }
  if (path.ends_with(".npy")) return rows_of_npy(path, wanted);
  if (path.ends_with(".pt") || path.ends_with(".pth")) return rows_of_torch(path, wanted);
  if (path.ends_with(".parquet")) {
    return fault_in(
        path,
        "is parquet, which is not read; in Python: import numpy, pandas; t = pandas.read_parquet(file); "
        "numpy.savez('embeddings.npz', embeddings=numpy.stack(t['embedding']), labels=t['label'].astype(str))");
  }
  for (const char* ending : {".pkl", ".pickle"}) {
    if (path.ends_with(ending)) {
      return fault_in(path, "is Python's pickle, which may run code: save it as npz (numpy.savez) or safetensors");
    }
  }
  return fault_in(path, "must end in .npz, .npy, .pt, .csv, .tsv or .safetensors, which says how to read it");
}

}  // namespace

Result<EmbeddingRows> read_embedding_file(const std::string& path, const std::string& columns, Labels labels) {
  auto found = read_by_ending(path, columns, labels);
  if (!found) return found;
  if (auto fault = check(path, found.value())) return *std::move(fault);
  return found;
}

}  // namespace ssem::trainer
