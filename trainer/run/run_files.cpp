#include "trainer/run/run_files.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "advisor/json/strict_parse.h"
#include "advisor/json/training/process.h"
#include "files/atomic_file.h"
#include "trainer/files/npz_writer.h"

namespace ssem::trainer {
namespace {

namespace protocol = advisor::json::training;

std::string in(const std::string& directory, std::string_view name) {
  return (std::filesystem::path(directory) / name).string();
}

template <class Value>
void add(NpzWriter& file, const char* name, const at::Tensor& tensor) {
  const at::Tensor plain = tensor.detach().to(c10::kCPU).contiguous();
  file.add(name, std::span<const Value>(plain.data_ptr<Value>(), static_cast<std::size_t>(plain.numel())),
           plain.sizes().vec());
}

void add_rows(NpzWriter& file, const char* name, const at::Tensor& tensor) {
  if (tensor.scalar_type() == c10::kDouble) return add<double>(file, name, tensor);
  add<float>(file, name, tensor);
}

void add_column(NpzWriter& file, const char* name, const std::vector<std::int64_t>& values) {
  if (values.empty()) return;
  file.add(name, std::span<const std::int64_t>(values), {static_cast<std::int64_t>(values.size())});
}

}  // namespace

std::optional<Error> write_embeddings(const std::string& directory, const EmbeddingsFile& embeddings) {
  NpzWriter file;
  add_rows(file, "embeddings", embeddings.embeddings);
  if (embeddings.features.defined()) add_rows(file, "features", embeddings.features);
  add_column(file, "labels", embeddings.labels);
  add_column(file, "fine_labels", embeddings.fine_labels);
  add_column(file, "instance_ids", embeddings.instance_ids);
  const auto text = file.text();
  if (!text) return text.error();
  return files::write_atomically(in(directory, protocol::kEmbeddingsFile), text.value());
}

std::optional<Error> write_report(const std::string& directory, const nlohmann::ordered_json& report) {
  return files::write_atomically(in(directory, protocol::kReportFile), advisor::json::dump(report) + '\n');
}

std::string curve_path(const std::string& directory) { return in(directory, protocol::kCurveFile); }
std::string board_directory(const std::string& directory) { return in(directory, "tensorboard"); }

}  // namespace ssem::trainer
