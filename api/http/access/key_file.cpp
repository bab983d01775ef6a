#include "api/http/access/key_file.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <sstream>

#include "api/http/access/sha256.h"
#include "files/descriptor.h"

namespace ssem::api::http {
namespace {

constexpr std::size_t kMostNameLength = 64;
constexpr std::size_t kHashDigits = 64;
constexpr std::size_t kMostFileBytes = std::size_t{1} << 20U;
constexpr std::size_t kKeyBytes = 32;
constexpr std::string_view kHashPrefix = "sha256:";
constexpr std::string_view kKeyPrefix = "ssem_";
constexpr std::string_view kHexDigits = "0123456789abcdef";

Error fault(std::string message) { return {ErrorCode::invalid_argument, std::move(message), {}}; }

Result<KeyEntry> parse_line(const std::string& line) {
  std::istringstream words(line);
  KeyEntry entry;
  std::string role;
  std::string hash;
  std::string rest;
  words >> entry.name >> role >> hash >> rest;
  if (hash.empty() || !rest.empty()) return fault("must be NAME ROLE sha256:HEX");
  if (!is_key_name(entry.name)) {
    return fault("the name must be 1 to 64 letters, digits, dots, dashes or underscores");
  }
  const auto known = role_from(role);
  if (!known) return fault("the role must be read, advise, tune or admin");
  entry.role = *known;
  const bool prefixed = hash.compare(0, kHashPrefix.size(), kHashPrefix) == 0;
  if (prefixed) entry.sha256 = hash.substr(kHashPrefix.size());
  if (entry.sha256.size() != kHashDigits || entry.sha256.find_first_not_of(kHexDigits) != std::string::npos) {
    return fault("the hash must be sha256: and 64 lower-case hexadecimal digits");
  }
  return entry;
}

}  // namespace

bool is_key_name(std::string_view name) {
  return !name.empty() && name.size() <= kMostNameLength && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' || c == '-' ||
           c == '_';
  });
}

Result<std::vector<KeyEntry>> parse_key_file(std::string_view text) {
  std::vector<KeyEntry> entries;
  std::istringstream lines{std::string(text)};
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    const std::size_t begin = line.find_first_not_of(" \t\r");
    if (begin == std::string::npos || line[begin] == '#') continue;
    const std::string where = "line " + std::to_string(number) + ": ";
    const Result<KeyEntry> entry = parse_line(line);
    if (!entry) return fault(where + entry.error().message);
    for (const KeyEntry& earlier : entries) {
      if (earlier.name == entry.value().name) return fault(where + "an earlier line has this name");
      if (earlier.sha256 == entry.value().sha256) return fault(where + "an earlier line has this key");
    }
    entries.push_back(entry.value());
  }
  if (entries.empty()) return fault("has no key; ssem key new makes one");
  return entries;
}

Result<std::vector<KeyEntry>> read_key_file(const std::string& path) {
  const std::string where = "the API key file " + path + ": ";
  const files::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat about {};
  if (!file.is_open() || ::fstat(file.get(), &about) != 0) {
    return Error{ErrorCode::unavailable, where + std::strerror(errno), {}};
  }
  if (!S_ISREG(about.st_mode)) return fault(where + "must be a file");
  if ((about.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return fault(where + "others may write it and so let themselves in: chmod go-w");
  }
  std::string text;
  std::array<char, 4096> piece{};
  for (ssize_t count = 0; (count = ::read(file.get(), piece.data(), piece.size())) != 0;) {
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Error{ErrorCode::unavailable, where + std::strerror(errno), {}};
    text.append(piece.data(), static_cast<std::size_t>(count));
    if (text.size() > kMostFileBytes) return fault(where + "is larger than a mebibyte");
  }
  Result<std::vector<KeyEntry>> entries = parse_key_file(text);
  if (!entries) return fault(where + entries.error().message);
  return entries;
}

Result<std::string> new_api_key() {
  std::array<unsigned char, kKeyBytes> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    return Error{ErrorCode::unavailable, std::string("no random bytes: ") + std::strerror(errno), {}};
  }
  std::string key(kKeyPrefix);
  for (const unsigned char byte : bytes) {
    key += kHexDigits[byte >> 4U];
    key += kHexDigits[byte & 0xFU];
  }
  return key;
}

std::string key_file_line(std::string_view name, Access role, std::string_view key) {
  return std::string(name) + ' ' + std::string(http::name(role)) + ' ' + std::string(kHashPrefix) + sha256_hex(key);
}

}  // namespace ssem::api::http
