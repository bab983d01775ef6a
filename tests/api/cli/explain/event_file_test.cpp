#include "api/cli/explain/event_file.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <cstring>
#include <string>

namespace ssem::api::cli {
namespace {

// Written apart from the reader: a bit at a time.
std::uint32_t crc32c_by_bits(const std::string& bytes) {
  std::uint32_t crc = 0xffffffffU;
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1U) != 0 ? (crc >> 1U) ^ 0x82f63b78U : crc >> 1U;
  }
  return ~crc;
}

std::string little_endian_bytes(std::uint64_t value, int size) {
  std::string bytes;
  for (int i = 0; i < size; ++i) bytes += static_cast<char>((value >> (8 * i)) & 0xffU);
  return bytes;
}

std::string masked(const std::string& bytes) {
  const std::uint32_t crc = crc32c_by_bits(bytes);
  return little_endian_bytes(((crc >> 15U) | (crc << 17U)) + 0xa282ead8U, 4);
}

std::string record(const std::string& data) {
  const std::string length = little_endian_bytes(data.size(), 8);
  return length + masked(length) + data + masked(data);
}

std::string varint(std::uint64_t value) {
  std::string bytes;
  for (; value >= 0x80U; value >>= 7U) bytes += static_cast<char>((value & 0x7fU) | 0x80U);
  return bytes + static_cast<char>(value);
}

std::string part(int field, const std::string& bytes) {
  return varint(static_cast<std::uint64_t>(field) << 3U | 2U) + varint(bytes.size()) + bytes;
}

std::string float_bytes(float value) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  return little_endian_bytes(bits, 4);
}

std::string simple(const std::string& tag, float value) {
  return part(1, part(1, tag) + varint(2U << 3U | 5U) + float_bytes(value));
}

// TensorFlow 2: a tensor of one float, as bytes or as a list.
std::string tensor(const std::string& tag, float value, int field) {
  return part(1, part(1, tag) + part(8, varint(1U << 3U) + varint(1) + part(2, "") + part(field, float_bytes(value))));
}

std::string event(std::int64_t step, const std::string& summary) {
  return record(varint(1U << 3U | 1U) + std::string(8, '\0') + varint(2U << 3U) +
                varint(static_cast<std::uint64_t>(step)) + part(5, summary));
}

std::string version() { return record(varint(1U << 3U | 1U) + std::string(8, '\0') + part(3, "brain.Event:2")); }

std::string event_fault(const std::string& bytes) {
  const auto curves = read_event_file(bytes);
  REQUIRE_FALSE(static_cast<bool>(curves));
  return curves.error().fields.front().message;
}

}  // namespace

TEST_CASE("the checksum is CRC-32C: the value of RFC 3720's 32 bytes of zero") {
  CHECK(crc32c_by_bits(std::string(32, '\0')) == 0x8a9136aaU);
  CHECK(is_event_file(version()));
  CHECK_FALSE(is_event_file("step,loss\n0,8.9\n10,8.5\n"));
  CHECK_FALSE(is_event_file(""));
}

TEST_CASE("scalars of every program's spelling are read by tag") {
  const std::string bytes = version() + event(0, simple("train/loss", 8.5F)) + event(3, simple("lr", 0.1F)) +
                            event(10, tensor("train/loss", 8.25F, 4)) + event(20, tensor("train/loss", 8.0F, 5));
  const auto curves = read_event_file(bytes);
  REQUIRE(static_cast<bool>(curves));
  REQUIRE(curves.value().size() == 2);
  CHECK(curves.value()[0].name == "lr");
  const auto& loss = curves.value()[1].points;
  REQUIRE(loss.size() == 3);
  CHECK(loss[0].value == 8.5);
  CHECK(loss[1].step == 10);
  CHECK(loss[1].value == 8.25);
  CHECK(loss[2].value == 8.0);
}

TEST_CASE("after a restart the later value of a step counts, and steps rise") {
  const auto curves =
      read_event_file(event(10, simple("loss", 3)) + event(20, simple("loss", 2)) + event(10, simple("loss", 2.5F)));
  REQUIRE(static_cast<bool>(curves));
  const auto& points = curves.value()[0].points;
  REQUIRE(points.size() == 2);
  CHECK(points[0].value == 2.5);
  CHECK(points[1].step == 20);
}

TEST_CASE("a last record that is not whole is left out, and a broken one is named") {
  const std::string whole = version() + event(0, simple("loss", 8)) + event(1, simple("loss", 7));
  for (std::size_t cut = version().size() + event(0, simple("loss", 8)).size(); cut < whole.size(); ++cut) {
    const auto curves = read_event_file(whole.substr(0, cut));
    REQUIRE(static_cast<bool>(curves));
    CHECK(curves.value()[0].points.size() == 1);
  }
  std::string changed = whole;
  changed[version().size() + 20] ^= 1;
  CHECK(event_fault(changed).find("byte " + std::to_string(version().size())) != std::string::npos);
  CHECK(event_fault(version()) == "the event file holds no scalar");
}

TEST_CASE("hostile messages are refused or passed over, never read beyond their end") {
  const std::string endless(11, '\xff');
  const std::string too_long = varint(5U << 3U | 2U) + varint(1ULL << 40U) + "x";
  for (const std::string& data : {endless, too_long, std::string("\x2a"), std::string("\x07\x01"), part(5, too_long),
                                  part(5, part(1, varint(1U << 3U | 2U) + varint(200) + "x"))}) {
    CHECK(event_fault(version() + record(data)).find("holds no event") != std::string::npos);
  }
  // An image, and a tensor of several numbers, are no scalars.
  const std::string vector = varint(1U << 3U) + varint(1) + part(4, std::string(8, '\0'));
  CHECK(event_fault(event(0, part(1, part(1, "v") + part(8, vector)))).find("no scalar") != std::string::npos);
  const std::string huge = little_endian_bytes(~0ULL, 8);
  CHECK(event_fault(huge + masked(huge) + "rest").find("no scalar") != std::string::npos);
}

}  // namespace ssem::api::cli
