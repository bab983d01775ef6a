#include "trainer/data/arrays/pickle_tree.h"

#include <algorithm>
#include <array>

namespace ssem::trainer {
namespace {

using Kind = PickleValue::Kind;

constexpr std::array<std::string_view, 20> kKnownNames{"_codecs.encode",
                                                       "collections.OrderedDict",
                                                       "numpy._core.multiarray._reconstruct",
                                                       "numpy._core.multiarray.scalar",
                                                       "numpy.core.multiarray._reconstruct",
                                                       "numpy.core.multiarray.scalar",
                                                       "numpy.dtype",
                                                       "numpy.ndarray",
                                                       "torch.BFloat16Storage",
                                                       "torch.BoolStorage",
                                                       "torch.ByteStorage",
                                                       "torch.CharStorage",
                                                       "torch.DoubleStorage",
                                                       "torch.FloatStorage",
                                                       "torch.HalfStorage",
                                                       "torch.IntStorage",
                                                       "torch.LongStorage",
                                                       "torch.ShortStorage",
                                                       "torch._utils._rebuild_parameter",
                                                       "torch._utils._rebuild_tensor_v2"};

}  // namespace

bool is_known_to_pickles(std::string_view name) {
  return std::find(kKnownNames.begin(), kKnownNames.end(), name) != kKnownNames.end();
}

const PickleValue* PickleTree::arguments(const PickleValue& value, std::string_view name) const {
  if (value.kind != Kind::call || item(value, 0).kind != Kind::name) return nullptr;
  const std::string& called = item(value, 0).text;
  const bool same = called == name || called.ends_with('.' + std::string(name));
  return same ? &item(value, 1) : nullptr;
}

std::string_view kind_name(PickleValue::Kind kind) {
  constexpr std::array<std::string_view, 12> kNames{"None",  "bool", "int",  "float", "str",    "bytes",
                                                    "tuple", "list", "dict", "type",  "object", "storage"};
  return kNames[static_cast<std::size_t>(kind)];
}

}  // namespace ssem::trainer
