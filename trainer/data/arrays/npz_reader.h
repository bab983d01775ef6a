// NumPy's npz and npy files. Formats: numpy.lib.format; zip (APPNOTE 6.3.9) without encryption.
#pragma once

#include <string>

#include "advisor/result.h"
#include "trainer/data/array.h"

namespace ssem::trainer {

// All arrays of a zip archive of npy files, stored or deflated, by their names without ".npy". Checksums are verified.
// Types as array_of reads them, in any order of bytes and indices; others are kept as ElementType::other. Errors name
// file and byte.
Result<NamedArrays> read_npz(const std::string& path);

// A single npy file.
Result<Array> read_npy(const std::string& path);

}  // namespace ssem::trainer
