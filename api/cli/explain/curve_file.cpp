#include "api/cli/explain/curve_file.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "advisor/json/utf8.h"
#include "api/cli/explain/curve_table.h"
#include "api/cli/explain/event_file.h"

namespace ssem::api::cli {
namespace {

constexpr std::uintmax_t kMostBytes = 1ULL << 30U;

Result<std::string> bytes_of(const std::string& path) {
  std::error_code code;
  if (std::filesystem::is_directory(path, code)) return curve_fault("is a folder: give the file in it");
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) return curve_fault(std::string("cannot be read: ") + std::strerror(errno));
  const std::uintmax_t size = std::filesystem::file_size(path, code);
  if (!code && size > kMostBytes) return curve_fault("is larger than 1 GiB");
  std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (bytes.empty()) return curve_fault("is empty");
  return bytes;
}

Result<NamedCurve> curve_in(std::string_view bytes, const std::optional<std::string>& name) {
  if (!is_event_file(bytes)) {
    if (bytes.find('\0') != std::string_view::npos ||
        advisor::json::find_broken_utf8(bytes) != std::string_view::npos) {
      return curve_fault("is neither text nor an event file of TensorBoard");
    }
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

Result<std::vector<advisor::CurvePoint>> read_curve_file(const std::string& path,
                                                         const std::optional<std::string>& name) {
  const auto bytes = bytes_of(path);
  if (!bytes) return bytes.error();
  auto curve = curve_in(bytes.value(), name);
  if (!curve) return curve.error();
  return std::move(curve).value().points;
}

}  // namespace ssem::api::cli
