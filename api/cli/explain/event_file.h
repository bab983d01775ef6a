// TensorBoard's event files: scalars by tag.
#pragma once

#include <string_view>
#include <vector>

#include "api/cli/explain/named_curves.h"

namespace ssem::api::cli {

// Whether the bytes begin with a TFRecord: length (uint64), masked CRC-32C of the length (uint32), little endian.
bool is_event_file(std::string_view bytes);

// Every scalar of every Event (wall_time 1, step 2, summary 5; Summary.value 1; Value.tag 1, simple_value 2, tensor 8
// of float or double with one number): what PyTorch, TensorFlow 1 and 2, JAX and Keras write. Other values are passed
// over. Both checksums of each record are verified; a last record that is not whole (a program still writes) is left
// out. A step that comes again replaces the earlier one, as after a restart; steps rise in the answer. Memory: the
// scalars'.
Result<std::vector<NamedCurve>> read_event_file(std::string_view bytes);

}  // namespace ssem::api::cli
