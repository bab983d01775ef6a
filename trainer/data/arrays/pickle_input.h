// The bytes of a pickle, up to the first fault, which stays.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "advisor/result.h"
#include "trainer/data/byte_source.h"

namespace ssem::trainer {

class PickleInput {
 public:
  explicit PickleInput(ByteReader& reader) : reader_(reader) {}

  // After a fault: nothing, 0.
  std::string_view bytes(std::uint64_t count, std::string_view what);
  std::uint64_t number(std::uint64_t size);
  std::string line();

  // Always true, as the answer of a step that was known.
  bool fail(const std::string& why);
  bool failed() const { return fault_.has_value(); }
  const Error& fault() const { return *fault_; }

 private:
  ByteReader& reader_;
  std::optional<Error> fault_;
};

inline constexpr std::size_t kLongestPickleName = 200;

std::uint64_t little_endian_bits(std::string_view bytes);

// What a pickle of protocol 2 writes for bytes: each as the character of its number. Nothing for other text.
std::optional<std::string> latin1_bytes(std::string_view text);

}  // namespace ssem::trainer
