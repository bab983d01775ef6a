// Arrays from the values of a pickle: lists of words or numbers, and numpy's arrays of such objects or of plain
// numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "advisor/result.h"
#include "trainer/data/array.h"
#include "trainer/data/arrays/pickle_tree.h"

namespace ssem::trainer {

// All text, all whole numbers (bool too), or all numbers. Errors say what stands where, without naming a file.
Result<Array> array_of_values(const PickleTree& tree, const std::vector<PickleId>& values,
                              std::vector<std::int64_t> shape);

// Of a pickled numpy.ndarray; its bytes or objects must fit its shape.
Result<Array> array_of_numpy(const PickleTree& tree, const PickleValue& value);
bool is_numpy(const PickleTree& tree, const PickleValue& value);

// Of a tuple of whole numbers from 0.
std::optional<std::vector<std::int64_t>> sides_of(const PickleTree& tree, const PickleValue& tuple);

}  // namespace ssem::trainer
