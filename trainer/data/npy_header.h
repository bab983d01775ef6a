// One npy file's bytes as an array.
#pragma once

#include "advisor/result.h"
#include "trainer/data/array.h"
#include "trainer/data/byte_source.h"

namespace ssem::trainer {

// Versions 1.0, 2.0 and 3.0. Reads to the end, which must be there.
Result<Array> read_npy_bytes(ByteReader& reader);

}  // namespace ssem::trainer
