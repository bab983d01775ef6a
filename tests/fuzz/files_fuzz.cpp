// Any bytes as a file that somebody gives ssem-train: data sets, images, embeddings, checkpoints' container. The first
// letter says which reader gets it. Either it is read, or refused with a reason.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "tests/fuzz/scratch_file.h"
#include "trainer/audit/embedding_file.h"
#include "trainer/data/arrays/npz_reader.h"
#include "trainer/data/image_decode.h"
#include "trainer/data/read_dataset.h"
#include "trainer/files/safetensors.h"

namespace {

using namespace ssem::trainer;

void must(bool condition) {
  if (!condition) std::abort();
}

template <class T>
void check_answer(const ssem::Result<T>& result) {
  if (!result) must(!result.error().message.empty() || !result.error().fields.empty());
}

void read_as_dataset(const std::string& kind, const std::string& path) {
  DatasetSpec spec;
  spec.kind = kind;
  spec.path = path;
  check_answer(read_dataset_files(spec));
}

// The first two bytes: where the images end and the labels begin.
void read_as_idx(const ssem::fuzz::ScratchFolder& folder, std::string_view bytes) {
  if (bytes.size() < 2) return;
  const std::size_t wanted = static_cast<unsigned char>(bytes[0]) * 256U + static_cast<unsigned char>(bytes[1]);
  bytes.remove_prefix(2);
  const std::size_t cut = std::min(wanted, bytes.size());
  folder.write("train-labels-idx1-ubyte", bytes.substr(cut));
  read_as_dataset("idx", folder.write("train-images-idx3-ubyte", bytes.substr(0, cut)));
}

void read_as_safetensors(const std::string& path) {
  const auto file = read_safetensors(path);
  check_answer(file);
  if (!file) return;
  const auto text = safetensors_text(file.value());
  check_answer(text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const ssem::fuzz::ScratchFolder folder;
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (static_cast<char>(data[0])) {
    case 'z':
      read_as_dataset("npz", folder.write("a.npz", bytes));
      check_answer(read_embedding_file(folder.path() + "/a.npz"));
      break;
    case 'y':
      check_answer(read_npy(folder.write("a.npy", bytes)));
      break;
    case 'c':
      read_as_dataset("csv", folder.write("a.csv", bytes));
      check_answer(read_embedding_file(folder.path() + "/a.csv"));
      check_answer(read_embedding_file(folder.path() + "/a.csv", "x:y, z"));
      break;
    case 'h':
      check_answer(read_embedding_file(folder.write("a.pt", bytes)));
      break;
    case 't':
      check_answer(read_embedding_file(folder.write("a.tsv", bytes)));
      break;
    case 'i':
      read_as_idx(folder, bytes);
      break;
    case 'a':
      read_as_dataset("cifar10", folder.write("a.bin", bytes));
      break;
    case 'b':
      read_as_dataset("cifar100", folder.write("a.bin", bytes));
      break;
    case 'p':
      check_answer(read_image(folder.write("a.png", bytes)));
      break;
    default:
      read_as_safetensors(folder.write("a.safetensors", bytes));
      check_answer(read_embedding_file(folder.path() + "/a.safetensors"));
  }
  return 0;
}
