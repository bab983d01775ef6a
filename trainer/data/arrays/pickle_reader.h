// Python's pickle read as data: what a file would have Python build, as values that are only looked at.
//
// Why not LibTorch's own unpickler: it differs between the versions built with, sets no bounds on what a file claims,
// and does not read numpy's object arrays, which this one reads too. This one knows the opcodes that torch.save and
// numpy.save write, and the names of pickle_tree.h; no name is looked up and nothing is called. Every opcode costs what
// its bytes and operands do, and values refer to each other by number: no file can nest, repeat or close a circle its
// way into more than that.
#pragma once

#include <cstddef>

#include "advisor/result.h"
#include "trainer/data/arrays/pickle_tree.h"
#include "trainer/data/byte_source.h"

namespace ssem::trainer {

inline constexpr std::size_t kMostPickleValues = std::size_t{1} << 24U;

// One pickle of protocols 2 to 5, to its end. Errors name file and byte: names that are not known ("holds
// argparse.Namespace, ..."), other opcodes, integers of more than 64 bits, more than kMostPickleValues.
Result<PickleTree> read_pickle(ByteReader& reader);

}  // namespace ssem::trainer
