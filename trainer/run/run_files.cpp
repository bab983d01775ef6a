#include "trainer/run/run_files.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "advisor/json/strict_parse.h"
#include "trainer/files/atomic_file.h"
#include "trainer/files/npz_writer.h"

namespace ssem::trainer {
namespace {

std::string in(const std::string& directory, const char* name) {
  return (std::filesystem::path(directory) / name).string();
}

// From positions in sorted order to rows.
std::vector<std::int64_t> by_row(const BatchRows& rows, const std::vector<std::int64_t>& by_position) {
  std::vector<std::int64_t> values(by_position.size());
  for (std::size_t position = 0; position < by_position.size(); ++position) {
    values[static_cast<std::size_t>(rows.order()[position])] = by_position[position];
  }
  return values;
}

}  // namespace

std::optional<Error> write_embeddings(const std::string& directory, const at::Tensor& embeddings,
                                      const BatchRows& rows) {
  const at::Tensor plain = embeddings.detach().to(c10::kCPU, c10::kDouble).contiguous();
  NpzWriter file;
  file.add("embeddings", std::span<const double>(plain.data_ptr<double>(), static_cast<std::size_t>(plain.numel())),
           {plain.size(0), plain.size(1)});
  const std::vector<std::int64_t> labels = by_row(rows, rows.class_of());
  const std::vector<std::int64_t> instances = by_row(rows, rows.instance_of());
  file.add("labels", std::span<const std::int64_t>(labels), {rows.size()});
  file.add("instance_ids", std::span<const std::int64_t>(instances), {rows.size()});
  const auto text = file.text();
  if (!text) return text.error();
  return write_atomically(in(directory, "embeddings.npz"), text.value());
}

std::optional<Error> write_report(const std::string& directory, const RunReport& report) {
  return write_atomically(in(directory, "report.json"), advisor::json::dump(to_json(report)) + '\n');
}

std::string curve_path(const std::string& directory) { return in(directory, "curve.csv"); }

}  // namespace ssem::trainer
