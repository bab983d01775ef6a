#include "trainer/data/arrays/npz_reader.h"

#include <string_view>
#include <utility>

#include "trainer/data/arrays/npy_header.h"
#include "trainer/data/arrays/zip_archive.h"
#include "trainer/data/byte_source.h"

namespace ssem::trainer {

Result<NamedArrays> read_npz(const std::string& path) {
  auto whole = read_raw_file(path);
  if (!whole) return whole.error();
  const auto archive = ZipArchive::open(std::move(whole).value());
  if (!archive) return archive.error();
  NamedArrays arrays;
  for (const ZipEntry& entry : archive.value().entries()) {
    const std::string_view ending = ".npy";
    if (entry.name.size() <= ending.size() || !entry.name.ends_with(ending)) {
      return fault_in(path, "holds " + entry.name + ", which is no npy file");
    }
    const auto content = archive.value().content(entry);
    if (!content) return content.error();
    const std::string place = path + " (" + entry.name + ')';
    ByteReader reader(place, content.value().bytes.data(), content.value().bytes.size());
    auto array = read_npy_bytes(reader);
    if (!array) return array.error();
    const std::string name = entry.name.substr(0, entry.name.size() - ending.size());
    if (!arrays.emplace(name, std::move(array).value()).second) return fault_in(path, "holds " + name + " twice");
  }
  return arrays;
}

Result<Array> read_npy(const std::string& path) {
  const auto whole = read_file(path);
  if (!whole) return whole.error();
  ByteReader reader(whole.value());
  return read_npy_bytes(reader);
}

}  // namespace ssem::trainer
