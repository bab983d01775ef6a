#include "trainer/encoder/checkpoint.h"

#include <ATen/core/grad_mode.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "advisor/json/strict_parse.h"
#include "advisor/json/training/process.h"
#include "advisor/json/training/spec_fields.h"
#include "files/atomic_file.h"
#include "trainer/encoder/tensor_array.h"
#include "trainer/files/safetensors.h"
#include "trainer/spec/spec_json.h"

namespace ssem::trainer {
namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;
namespace protocol = advisor::json::training;

constexpr const char* kFormat = "ssem-checkpoint-2";
constexpr const char* kChecksum = "crc32";
constexpr const char* kCourse = "course";
constexpr std::int64_t kCourseColumns = 11;
constexpr const char* kControl = "control";
constexpr std::int64_t kControlColumns = 6;

Error refuse(const std::string& message) {
  FaultList faults;
  faults.add("/resume_from", message);
  return faults.to_error();
}

void add_to(uLong& sum, const void* bytes, std::size_t count) {
  if (count == 0) return;  // zlib would start anew at a null address
  sum = ::crc32_z(sum, static_cast<const Bytef*>(bytes), count);
}

// Of all that a checkpoint says, tensors under their names, so that two of them exchanged are noticed too.
std::string checksum_of(const Safetensors& file) {
  uLong sum = ::crc32(0, nullptr, 0);
  const auto add_text = [&sum](const std::string& text) { add_to(sum, text.c_str(), text.size() + 1); };
  for (const auto& [name, text] : file.metadata) {
    if (name == kChecksum) continue;
    add_text(name);
    add_text(text);
  }
  for (const auto& [name, array] : file.arrays) {
    add_text(name);
    add_to(sum, array.shape.data(), array.shape.size() * sizeof array.shape[0]);
    add_to(sum, array.bytes.data(), array.bytes.size());
  }
  return std::to_string(sum);
}

// What makes a run the same run.
Json identity(const TrainSpec& spec) {
  Json json = to_json(spec);
  for (const std::string_view free : {protocol::kBudget, protocol::kDevice, protocol::kOutputDirectory,
                                      protocol::kResumeFrom, protocol::kCheckpointEverySteps}) {
    json.erase(free);
  }
  return json;
}

template <std::size_t columns>
void append(const std::array<double, columns>& row, Array& array) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(row.data());
  array.bytes.insert(array.bytes.end(), bytes, bytes + sizeof row);
}

Array course_array(const std::vector<Progress>& course) {
  Array array;
  array.type = ElementType::float64;
  array.shape = {static_cast<std::int64_t>(course.size()), kCourseColumns};
  for (const Progress& at : course) {
    const std::array<double, kCourseColumns> row{at.time_s,
                                                 static_cast<double>(at.step),
                                                 static_cast<double>(at.total_steps.value_or(-1)),
                                                 at.loss,
                                                 at.within_class_variance,
                                                 at.between_class_variance,
                                                 at.view_alignment,
                                                 at.learning_rate,
                                                 at.images_per_s,
                                                 at.eta_s.value_or(-1),
                                                 at.loss_weight.value_or(-1)};
    append(row, array);
  }
  return array;
}

Array control_array(const std::vector<ControlStep>& steps) {
  Array array;
  array.type = ElementType::float64;
  array.shape = {static_cast<std::int64_t>(steps.size()), kControlColumns};
  for (const ControlStep& at : steps) {
    append(std::array<double, kControlColumns>{static_cast<double>(at.step), at.loss_weight, at.variance, at.average,
                                               at.ratio, at.integral},
           array);
  }
  return array;
}

std::vector<ControlStep> control_of(const Array& array) {
  const std::vector<double> values = to_doubles(array);
  std::vector<ControlStep> steps;
  for (std::size_t k = 0; k + kControlColumns <= values.size(); k += kControlColumns) {
    const double* row = values.data() + k;
    steps.push_back({static_cast<std::int64_t>(row[0]), row[1], row[2], row[3], row[4], row[5]});
  }
  return steps;
}

std::vector<Progress> course_of(const Array& array) {
  const std::vector<double> values = to_doubles(array);
  std::vector<Progress> course;
  for (std::size_t k = 0; k + kCourseColumns <= values.size(); k += kCourseColumns) {
    const double* row = values.data() + k;
    Progress at;
    at.time_s = row[0];
    at.step = static_cast<std::int64_t>(row[1]);
    if (row[2] >= 0) at.total_steps = static_cast<std::int64_t>(row[2]);
    at.loss = row[3];
    at.within_class_variance = row[4];
    at.between_class_variance = row[5];
    at.view_alignment = row[6];
    at.learning_rate = row[7];
    at.images_per_s = row[8];
    if (row[9] >= 0) at.eta_s = row[9];
    if (row[10] >= 0) at.loss_weight = row[10];
    course.push_back(at);
  }
  return course;
}

// The step that a checkpoint's file name says; nothing for other names.
std::optional<std::int64_t> step_of(const fs::path& path) {
  const std::string name = path.stem().string(), prefix(protocol::kCheckpointPrefix);
  if (path.extension() != ".safetensors" || name.rfind(prefix, 0) != 0) return std::nullopt;
  std::int64_t step = 0;
  const char* end = name.data() + name.size();
  const auto [stop, fault] = std::from_chars(name.data() + prefix.size(), end, step);
  if (fault != std::errc() || stop != end) return std::nullopt;
  return step;
}

// Of a folder, the latest first.
std::vector<std::pair<std::int64_t, fs::path>> checkpoints_in(const fs::path& folder) {
  std::vector<std::pair<std::int64_t, fs::path>> found;
  std::error_code fault;
  for (fs::directory_iterator entry(folder, fault), end; !fault && entry != end; entry.increment(fault)) {
    if (const auto step = step_of(entry->path())) found.emplace_back(*step, entry->path());
  }
  std::sort(found.rbegin(), found.rend());
  return found;
}

std::optional<Error> differs(const std::string& written, const TrainSpec& spec) {
  const auto before = advisor::json::parse_strict(written);
  if (!before || !before.value().is_object()) return refuse("holds no spec: it is not a checkpoint of ssem-train");
  Json old = before.value();
  const Json now = identity(spec);
  for (const auto& [name, value] : now.items()) {
    if (!old.contains(name) || old[name] != value) {
      return refuse("belongs to another run: its " + name + " was " +
                    (old.contains(name) ? advisor::json::dump(old[name]) : std::string("absent")) + ", now it is " +
                    advisor::json::dump(value));
    }
  }
  return std::nullopt;
}

std::optional<Error> copy_into(const NamedTensors& tensors, const NamedArrays& arrays) {
  for (const NamedTensor& entry : tensors) {
    const auto found = arrays.find(entry.name);
    if (found == arrays.end()) return refuse("has no tensor " + entry.name);
    const at::Tensor stored = to_tensor(found->second);
    if (stored.sizes() != entry.tensor.sizes() || stored.scalar_type() != entry.tensor.scalar_type()) {
      return refuse("has a tensor " + entry.name + " of another shape or type");
    }
    const at::NoGradGuard no_gradient;
    entry.tensor.detach().copy_(stored);
  }
  return std::nullopt;
}

}  // namespace

std::optional<Error> write_checkpoint(const std::string& path, const TrainSpec& spec, const NamedTensors& tensors,
                                      const CheckpointState& state) {
  Safetensors file;
  for (const NamedTensor& entry : tensors) file.arrays.emplace(entry.name, to_array(entry.tensor));
  file.arrays.emplace(kCourse, course_array(state.course));
  if (spec.control) file.arrays.emplace(kControl, control_array(state.control));
  file.metadata = {{"format", kFormat},
                   {"step", std::to_string(state.step)},
                   {"elapsed_s", advisor::json::dump(Json(state.elapsed_s))},
                   {"spec", advisor::json::dump(identity(spec))}};
  file.metadata.emplace(kChecksum, checksum_of(file));
  const auto text = safetensors_text(file);
  if (!text) return text.error();
  std::error_code fault;
  fs::create_directories(fs::path(path).parent_path(), fault);
  return files::write_atomically(path, text.value());
}

Result<CheckpointState> read_checkpoint(const std::string& path, const TrainSpec& spec, const NamedTensors& tensors) {
  fs::path file_path = path;
  std::error_code fault;
  if (fs::is_directory(file_path, fault)) {
    const auto found = checkpoints_in(file_path);
    if (found.empty()) return refuse("is a folder without step_N.safetensors: " + path);
    file_path = found.front().second;
  }
  const auto read = read_safetensors(file_path.string());
  if (!read) return refuse("cannot be read: " + read.error().message);
  const Safetensors& file = read.value();
  const auto meta = [&](const char* name) {
    const auto entry = file.metadata.find(name);
    return entry == file.metadata.end() ? std::string() : entry->second;
  };
  if (meta("format") != kFormat) return refuse("is not a checkpoint of ssem-train: " + file_path.string());
  if (auto other = differs(meta("spec"), spec)) return *other;
  const auto course = file.arrays.find(kCourse);
  const auto step = advisor::json::parse_strict(meta("step"));
  const auto elapsed = advisor::json::parse_strict(meta("elapsed_s"));
  if (course == file.arrays.end() || course->second.type != ElementType::float64 || !step ||
      !step.value().is_number_integer() || step.value() < 0 || !elapsed || !elapsed.value().is_number()) {
    return refuse("has no step, time or course: it is damaged");
  }
  // Of before there were checksums, a file has none.
  if (const std::string sum = meta(kChecksum); !sum.empty() && sum != checksum_of(file)) {
    return refuse("is damaged: its checksum is not that of its values; name an earlier checkpoint");
  }
  if (auto wrong = copy_into(tensors, file.arrays)) return *wrong;
  CheckpointState state{step.value().get<std::int64_t>(), elapsed.value().get<double>(), course_of(course->second), {}};
  if (!spec.control) return state;
  const auto control = file.arrays.find(kControl);
  if (control == file.arrays.end() || control->second.type != ElementType::float64) {
    return refuse("has no record of how the loss weight was steered: it is damaged");
  }
  state.control = control_of(control->second);
  return state;
}

std::string checkpoint_path(const std::string& output_directory, std::int64_t step) {
  return (fs::path(output_directory) / protocol::kCheckpointsFolder /
          (std::string(protocol::kCheckpointPrefix) + std::to_string(step) + ".safetensors"))
      .string();
}

void remove_old_checkpoints(const std::string& output_directory, std::size_t kept) {
  const auto found = checkpoints_in(fs::path(checkpoint_path(output_directory, 0)).parent_path());
  std::error_code ignored;  // an old checkpoint that stays does no harm
  for (std::size_t k = kept; k < found.size(); ++k) fs::remove(found[k].second, ignored);
}

}  // namespace ssem::trainer
