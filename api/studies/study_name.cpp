#include "api/studies/study_name.h"

#include <random>
#include <string_view>

namespace ssem::api::studies {

std::string random_uuid() {
  static thread_local std::mt19937_64 random{std::random_device{}()};
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string uuid = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";
  for (char& letter : uuid) {
    if (letter == 'x') letter = kHex[random() % 16];
    if (letter == 'y') letter = kHex[8 + random() % 4];
  }
  return uuid;
}

std::string generated_study_name() { return "no-name-" + random_uuid(); }

}  // namespace ssem::api::studies
