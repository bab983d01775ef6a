#include "trainer/data/arrays/zip_archive.h"

#include <doctest/doctest.h>

#include <string>

#include "tests/trainer/data/arrays/made_zip.h"

namespace ssem::trainer {
namespace {

FileBytes file_of(const std::string& text) { return {"a.zip", {text.begin(), text.end()}}; }

// The contents one after the other, or the first fault.
std::string contents(const std::string& zip) {
  const auto archive = ZipArchive::open(file_of(zip));
  if (!archive) return "fault: " + archive.error().message;
  std::string all;
  for (const ZipEntry& entry : archive.value().entries()) {
    const auto content = archive.value().content(entry);
    if (!content) return "fault: " + content.error().message;
    all += entry.name + '=' + std::string(content.value().bytes.begin(), content.value().bytes.end()) + ';';
  }
  return all;
}

const MadeEntries kTwo{{"a", "first"}, {"folder/b", "second"}};

}  // namespace

TEST_CASE("a zip64 archive holds what the same archive without zip64 holds") {
  CHECK(contents(made_zip(kTwo)) == "a=first;folder/b=second;");
  CHECK(contents(made_zip(kTwo, true)) == "a=first;folder/b=second;");
}

TEST_CASE("every truncation of a zip64 archive is a fault, and so is every size or place beyond the file") {
  const std::string whole = made_zip(kTwo, true);
  for (std::size_t at = 0; at < whole.size(); ++at) CHECK(contents(whole.substr(0, at)).starts_with("fault: "));
  const std::size_t directory = whole.find("PK\x01\x02"), record = whole.find("PK\x06\x06");
  const std::size_t sizes = directory + 46 + 1 + 4;  // after the name "a" and the head of the extra field
  for (const std::uint64_t number : {std::uint64_t{1} << 40U, ~std::uint64_t{0}, ~std::uint64_t{0} >> 1U}) {
    for (const std::size_t at : {sizes, sizes + 8, sizes + 16, record + 24 + 8, record + 48, record + 56 + 8}) {
      std::string wrong = whole;
      wrong.replace(at, 8, little(number, 8));
      INFO(at, " ", number);
      CHECK(contents(wrong).starts_with("fault: "));
    }
  }
}

TEST_CASE("entries over the same bytes are refused: together they claim more than the file has") {
  const MadeEntries one{{"a", std::string(1000, 'x')}};
  const std::string whole = made_zip(one);
  const std::size_t directory = whole.find("PK\x01\x02"), end = whole.find("PK\x05\x06");
  std::string twice = whole.substr(0, end) + whole.substr(directory, end - directory) + whole.substr(end);
  twice.replace(twice.size() - 14, 4, little(2, 2) + little(2, 2));
  CHECK(contents(twice).find("larger than the file") != std::string::npos);
}

}  // namespace ssem::trainer
