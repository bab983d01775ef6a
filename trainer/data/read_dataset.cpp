#include "trainer/data/read_dataset.h"

#include "trainer/data/cifar.h"
#include "trainer/data/csv_dataset.h"
#include "trainer/data/idx.h"
#include "trainer/data/image_folder.h"
#include "trainer/data/named_arrays.h"

namespace ssem::trainer {

Result<DataSplit> read_dataset_files(const DatasetSpec& spec) {
  if (spec.kind == "cifar10") return read_cifar10(spec);
  if (spec.kind == "cifar100") return read_cifar100(spec);
  if (spec.kind == "idx") return read_idx(spec);
  if (spec.kind == "csv") return read_csv_dataset(spec);
  if (spec.kind == "image_folder") return read_image_folder(spec);
  return read_npz_dataset(spec);
}

}  // namespace ssem::trainer
