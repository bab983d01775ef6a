// NumPy's npz and npy files. Formats: numpy.lib.format; zip (APPNOTE 6.3.9) without encryption.
#pragma once

#include <string>

#include "advisor/result.h"
#include "trainer/data/array.h"

namespace ssem::trainer {

// All arrays of a zip archive of npy files, stored or deflated, by their names without ".npy". Checksums are verified.
// Types: float32, float64, uint8 and bool (as uint8), int32, int64, little-endian, in C order. Errors name file and
// byte.
Result<NamedArrays> read_npz(const std::string& path);

// A single npy file.
Result<Array> read_npy(const std::string& path);

}  // namespace ssem::trainer
