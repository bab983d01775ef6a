#include "api/cli/explain/curve_file.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>

#include "advisor/json/utf8.h"
#include "api/cli/explain/curve_table.h"
#include "api/cli/explain/event_file.h"

namespace ssem::api::cli {
namespace {

constexpr std::uintmax_t kMostBytes = 1ULL << 30U;

Error neither() { return curve_fault("is neither text nor an event file of TensorBoard"); }

bool is_neither(std::string_view start) { return !is_event_file(start) && start.find('\0') != std::string_view::npos; }

Result<std::string> bytes_of(const std::string& path) {
  std::error_code code;
  if (std::filesystem::is_directory(path, code)) return curve_fault("is a folder: give the file in it");
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) return curve_fault(std::string("cannot be read: ") + std::strerror(errno));
  // A pipe or a device tells no size: what is read counts.
  std::string bytes;
  const auto block = std::make_unique<std::array<char, 1UL << 16U>>();
  while (file.read(block->data(), static_cast<std::streamsize>(block->size())) || file.gcount() > 0) {
    bytes.append(block->data(), static_cast<std::size_t>(file.gcount()));
    if (bytes.size() > kMostBytes) return curve_fault("is larger than 1 GiB");
    if (bytes.size() <= block->size() && is_neither(bytes)) return neither();
  }
  if (bytes.empty()) return curve_fault("is empty");
  return bytes;
}

Result<NamedCurve> curve_in(std::string_view bytes, const std::optional<std::string>& name) {
  if (!is_event_file(bytes)) {
    if (is_neither(bytes) || advisor::json::find_broken_utf8(bytes) != std::string_view::npos) return neither();
    auto table = read_curve_table(bytes, name);
    if (!table) return table.error();
    return std::move(std::move(table).value().front());
  }
  auto curves = read_event_file(bytes);
  if (!curves) return curves.error();
  std::vector<std::string> names;
  for (const NamedCurve& curve : curves.value()) names.push_back(curve.name);
  const auto which = choose_curve(names, name);
  if (!which) return which.error();
  return std::move(std::move(curves).value()[which.value()]);
}

}  // namespace

Result<std::vector<advisor::LoggedPoint>> read_curve_file(const std::string& path,
                                                          const std::optional<std::string>& name) {
  const auto bytes = bytes_of(path);
  if (!bytes) return bytes.error();
  auto curve = curve_in(bytes.value(), name);
  if (!curve) return curve.error();
  return std::move(curve).value().points;
}

}  // namespace ssem::api::cli
