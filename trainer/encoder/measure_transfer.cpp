#include "trainer/encoder/measure_transfer.h"

#include <ATen/ops/cat.h>

#include <string>
#include <string_view>
#include <utility>

#include "advisor/json/training/spec_fields.h"
#include "trainer/data/load_data.h"
#include "trainer/measure/foreign_auroc.h"
#include "trainer/measure/knn.h"
#include "trainer/measure/linear_probe.h"

namespace ssem::trainer {
namespace {

namespace protocol = advisor::json::training;

constexpr std::uint64_t kElsewhereStream = 4;

std::string shape_text(const std::vector<std::int64_t>& shape) {
  std::string text;
  for (const std::int64_t size : shape) text += (text.empty() ? "" : " x ") + std::to_string(size);
  return text;
}

// Faults of the data's own spec speak of "/dataset"; here it stands elsewhere.
Error at_path(Error error, const std::string& path) {
  constexpr std::string_view kOwn = "/dataset";
  for (FieldFault& fault : error.fields) {
    if (fault.path.starts_with(kOwn)) fault.path.replace(0, kOwn.size(), path);
  }
  if (error.fields.empty()) error.message = path + ": " + error.message;
  return error;
}

Result<DataSplit> load(const DatasetSpec& spec, const TrainedEncoder& trained, const std::string& path,
                       std::uint64_t index) {
  auto data = load_data(spec, mixed_seed(trained.seed, kElsewhereStream, index));
  if (!data) return at_path(data.error(), path);
  if (data.value().train.shape != trained.shape) {
    FaultList faults;
    faults.add(path, "must have examples of the shape that the encoder was trained on, " + shape_text(trained.shape) +
                         ", got " + shape_text(data.value().train.shape));
    return faults.to_error();
  }
  return data;
}

Outputs outputs_on(const TrainedEncoder& trained, const Dataset& data, std::span<const std::int64_t> rows) {
  const ExampleTensors tensors(data, trained.normalisation, trained.device);
  return outputs_of(trained.encoder, tensors, rows, trained.pass);
}

const std::vector<std::int64_t>& finest(const Dataset& data) {
  return data.fine_labels.empty() ? data.labels : data.fine_labels;
}

std::string path_of(std::string_view list, std::size_t index) {
  return '/' + std::string(list) + '/' + std::to_string(index);
}

}  // namespace

Result<std::vector<TransferMeasure>> measure_transfer(const std::vector<DatasetSpec>& datasets,
                                                      const TrainedEncoder& trained) {
  std::vector<TransferMeasure> found;
  for (std::size_t k = 0; k < datasets.size(); ++k) {
    const auto data = load(datasets[k], trained, path_of(protocol::kTransfer, k), k);
    if (!data) return data.error();
    const Dataset &train = data.value().train, &test = data.value().test;
    const auto bank_rows = spaced_rows(train.size(), kBankRows), test_rows = spaced_rows(test.size(), test.size());
    const Outputs bank = outputs_on(trained, train, bank_rows), asked = outputs_on(trained, test, test_rows);
    const auto labels = chosen(finest(train), bank_rows);
    const std::vector<std::int64_t>& truth = finest(test);
    const std::uint64_t seed = mixed_seed(trained.seed, kElsewhereStream, 1000 + k);
    TransferMeasure& one = found.emplace_back();
    one.dataset = train.name;
    one.linear_probe_accuracy = linear_probe_accuracy(bank.features, labels, asked.features, truth, seed);
    one.knn_accuracy = knn_accuracy(bank.features, labels, asked.features, truth).unweighted;
    one.embedding_linear_probe_accuracy = linear_probe_accuracy(bank.embeddings, labels, asked.embeddings, truth, seed);
  }
  return found;
}

Result<std::vector<ForeignMeasure>> measure_foreign(const std::vector<DatasetSpec>& datasets,
                                                    const TrainedEncoder& trained, const Outputs& bank,
                                                    const Outputs& own) {
  std::vector<ForeignMeasure> found;
  for (std::size_t k = 0; k < datasets.size(); ++k) {
    const auto data = load(datasets[k], trained, path_of(protocol::kForeignData, k), 500 + k);
    if (!data) return data.error();
    std::vector<at::Tensor> features, embeddings;
    for (const Dataset* part : {&data.value().train, &data.value().test}) {
      const Outputs outputs = outputs_on(trained, *part, spaced_rows(part->size(), kForeignRows / 2));
      features.push_back(outputs.features);
      embeddings.push_back(outputs.embeddings);
    }
    found.push_back({data.value().train.name, foreign_auroc(bank.features, own.features, at::cat(features)),
                     foreign_auroc(bank.embeddings, own.embeddings, at::cat(embeddings))});
  }
  return found;
}

}  // namespace ssem::trainer
