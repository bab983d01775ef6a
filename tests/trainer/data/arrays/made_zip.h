// Zip archives of a test's own, stored, as narrow or as zip64.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace ssem::trainer {

inline std::string little(std::uint64_t number, int bytes) {
  std::string text;
  for (int k = 0; k < bytes; ++k) text += static_cast<char>(number >> (8 * k) & 0xFFU);
  return text;
}

using MadeEntries = std::vector<std::pair<std::string, std::string>>;  // name and content

inline std::string made_zip(const MadeEntries& entries, bool zip64 = false) {
  constexpr std::uint64_t kElsewhere = 0xFFFFFFFF;
  std::string text, directory;
  for (const auto& [name, content] : entries) {
    const std::uint64_t at = text.size();
    const std::string sum = little(crc32_z(0, reinterpret_cast<const Bytef*>(content.data()), content.size()), 4);
    const std::string size = little(content.size(), 4);
    text += "PK\x03\x04" + little(20, 2) + little(0, 2) + little(0, 2) + little(0, 4) + sum + size + size +
            little(name.size(), 2) + little(0, 2) + name + content;
    const std::string extra =
        zip64 ? little(1, 2) + little(24, 2) + little(content.size(), 8) + little(content.size(), 8) + little(at, 8)
              : std::string();
    const std::string narrow = zip64 ? little(kElsewhere, 4) : size;
    directory += "PK\x01\x02" + little(0, 4) + little(0, 2) + little(0, 2) + little(0, 4) + sum + narrow + narrow +
                 little(name.size(), 2) + little(extra.size(), 2) + little(0, 2) + little(0, 8) +
                 (zip64 ? little(kElsewhere, 4) : little(at, 4)) + name + extra;
  }
  const std::uint64_t begin = text.size(), count = entries.size();
  text += directory;
  if (zip64) {
    const std::uint64_t record = text.size();
    text += "PK\x06\x06" + little(44, 8) + little(45, 2) + little(45, 2) + little(0, 4) + little(0, 4) +
            little(count, 8) + little(count, 8) + little(directory.size(), 8) + little(begin, 8);
    text += "PK\x06\x07" + little(0, 4) + little(record, 8) + little(1, 4);
    return text + "PK\x05\x06" + little(0, 4) + little(0xFFFF, 2) + little(0xFFFF, 2) + little(kElsewhere, 4) +
           little(kElsewhere, 4) + little(0, 2);
  }
  return text + "PK\x05\x06" + little(0, 4) + little(count, 2) + little(count, 2) + little(directory.size(), 4) +
         little(begin, 4) + little(0, 2);
}

}  // namespace ssem::trainer
