#include "api/http/message/file_response.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace ssem::api::http {
namespace {

const std::filesystem::path kFile =
    std::filesystem::temp_directory_path() / ("ssem_file_response_test_" + std::to_string(::getpid()));

void write_file(const std::string& text) { std::ofstream(kFile, std::ios::binary) << text; }

std::string sent(const Response& response) {
  std::string text;
  response.stream([&](std::string_view piece) {
    text += piece;
    return true;
  });
  return text;
}

}  // namespace

TEST_CASE("a file is sent whole and in pieces, also when it is removed meanwhile") {
  std::string text(200'000, 'x');
  for (std::size_t k = 0; k < text.size(); ++k) text[k] = static_cast<char>(k % 251);
  write_file(text);
  const auto kept = std::make_shared<const int>(1);
  auto response = file_response(kFile, "text/csv", kept);
  std::filesystem::remove(kFile);
  REQUIRE(response);
  CHECK(response->content_type == "text/csv");
  CHECK(response->stream_bytes == text.size());
  CHECK(response->body.empty());
  CHECK(kept.use_count() == 2);
  CHECK(sent(*response) == text);
  response.reset();
  CHECK(kept.use_count() == 1);
}

TEST_CASE("an empty file is an empty body, an absent one none") {
  write_file("");
  const auto response = file_response(kFile, "text/csv");
  std::filesystem::remove(kFile);
  REQUIRE(response);
  CHECK(response->stream_bytes == 0);
  CHECK(sent(*response).empty());
  CHECK_FALSE(file_response(kFile, "text/csv"));
}

TEST_CASE("nothing more is read once nobody takes it") {
  write_file(std::string(300'000, 'y'));
  const auto response = file_response(kFile, "text/csv");
  std::filesystem::remove(kFile);
  REQUIRE(response);
  int pieces = 0;
  response->stream([&](std::string_view) {
    ++pieces;
    return false;
  });
  CHECK(pieces == 1);
}

}  // namespace ssem::api::http
