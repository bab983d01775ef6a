// One npy file's bytes as an array.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "advisor/result.h"
#include "trainer/data/array.h"
#include "trainer/data/byte_source.h"
#include "trainer/data/stored_elements.h"

namespace ssem::trainer {

struct NpyHeader {
  std::optional<StoredElements> elements;  // of numbers and text
  std::string type;                        // numpy's word
  std::vector<std::int64_t> shape;
  bool fortran_order = false;
};

// Versions 1.0, 2.0 and 3.0. The elements follow it.
Result<NpyHeader> read_npy_header(ByteReader& reader);

// Reads to the end, which must be there. Arrays of Python's objects: python_arrays.h.
Result<Array> read_npy_bytes(ByteReader& reader);

// numpy's word for a type: "<f4", "|b1", ">U12": byte order, kind, bytes (of U: characters). Nothing for what has no
// numbers and no text in it.
std::optional<StoredElements> numpy_elements(const std::string& descr);

}  // namespace ssem::trainer
