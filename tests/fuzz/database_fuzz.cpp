// A database file with bytes changed: it is opened and everything is read, or refused with a reason. The input is
// places and bytes, since a whole file would be too long to change well: 5 bytes each, the place (big endian) and the
// byte.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include "api/storage/database_backup.h"
#include "api/storage/storage.h"
#include "tests/fuzz/scratch_file.h"

namespace {

using namespace ssem::api;

void assure(bool condition) {
  if (!condition) std::abort();
}

std::string text_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// A study, a trial, attributes and a journal.
std::string whole_database(const ssem::fuzz::ScratchFolder& folder) {
  const std::string path = folder.path() + "/whole.db";
  {
    auto opened = storage::open_storage("sqlite:///" + path);
    assure(static_cast<bool>(opened));
    studies::StudyStore& store = opened.value()->studies();
    const auto fault = store.write([](studies::StudyTable& table) -> std::optional<ssem::Error> {
      const auto study = table.create_study("fuzzed", {studies::Direction::minimize});
      const std::int64_t id = study.value()->study_id;
      for (int trial = 0; trial < 3; ++trial) static_cast<void>(table.create_trial(id, std::nullopt, {}));
      table.append_to_journal("j", {"{\"op_code\":0}", "{}"});
      return table.set_study_attribute(id, studies::AttributeKind::user, {"k", "\"v\""});
    });
    assure(!fault);
  }
  return text_of_file(path);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const ssem::fuzz::ScratchFolder folder;
  static const std::string whole = whole_database(folder);
  std::string changed = whole;
  for (; size >= 5; data += 5, size -= 5) {
    const std::size_t place =
        (std::size_t{data[0]} << 24U) + (std::size_t{data[1]} << 16U) + (std::size_t{data[2]} << 8U) + data[3];
    changed[place % changed.size()] = static_cast<char>(data[4]);
  }
  for (const char* suffix : {"-wal", "-shm", "-journal"}) std::filesystem::remove(folder.path() + "/a.db" + suffix);
  const std::string path = folder.write("a.db", changed);
  const auto copied = storage::back_up_database(path, folder.path() + "/copy.db", storage::Overwrite::yes);
  if (!copied) assure(!copied.error().message.empty());
  const auto opened = storage::open_storage("sqlite:///" + path);
  if (!opened) {
    assure(!opened.error().message.empty());
    return 0;
  }
  static_cast<void>(opened.value()->studies().read([](const studies::StudyTable& table) {
    for (const studies::StudyPtr& study : table.studies()) static_cast<void>(table.trials(study->study_id));
  }));
  return 0;
}
