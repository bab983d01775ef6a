// How files store the elements of an array, and what becomes of them here.
//
//   stored                             read as
//   float16, bfloat16, float32         float32
//   float64                            float64
//   bool, uint8                        uint8
//   int8, int16, uint16, int32         int32
//   uint32, int64, uint64 below 2^63   int64
//   text (UCS-4 or bytes)              text, without the zeros at its end
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "advisor/result.h"
#include "trainer/data/array.h"

namespace ssem::trainer {

struct StoredElements {
  enum class Kind { floating, bfloat, integer, unsigned_integer, ucs4, bytes };

  Kind kind = Kind::floating;
  std::int64_t size = 4;  // bytes of one
  bool big_endian = false;
};

// The array of `shape`, whose elements fill `stored` to the byte; in Fortran order its first index moves fastest.
// Linear. Errors: an unsigned number from 2^63 on, text that is no Unicode. `what` names file and array in them.
Result<Array> array_of(const StoredElements& elements, std::vector<std::int64_t> shape, bool fortran_order,
                       std::span<const std::uint8_t> stored, const std::string& what);

}  // namespace ssem::trainer
