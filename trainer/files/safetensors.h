// safetensors files: named tensors behind a JSON header, without code in them. Format: huggingface.co/docs/safetensors.
#pragma once

#include <map>
#include <string>

#include "advisor/result.h"
#include "trainer/data/array.h"

namespace ssem::trainer {

struct Safetensors {
  NamedArrays arrays;
  std::map<std::string, std::string> metadata;
};

// Types as array_of reads them; a checkpoint's own are F32, F64, U8, I32 and I64. Strict: the tensors fill the file
// without gap or overlap, shapes fit their bytes, no name comes twice. Errors name file and byte offset, or the tensor.
Result<Safetensors> read_safetensors(const std::string& path);

// The bytes of a file, tensors in the order of their names. Errors: a name that is "__metadata__", text.
Result<std::string> safetensors_text(const Safetensors& file);

}  // namespace ssem::trainer
