#include "files/atomic_file.h"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "tests/trainer/files/file_content.h"
#include "tests/trainer/files/temporary_folder.h"

namespace ssem::files {
namespace {

using trainer::content;
using trainer::has;
using trainer::TemporaryFolder;

std::size_t files_in(const std::string& folder) {
  return static_cast<std::size_t>(
      std::distance(std::filesystem::directory_iterator(folder), std::filesystem::directory_iterator()));
}

// What write_atomically says in a process that may not write files beyond `limit` bytes: a disk that becomes full.
std::string said_when_full(const std::string& path, const std::string& bytes, rlim_t limit) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit bound{limit, limit};
    ::setrlimit(RLIMIT_FSIZE, &bound);
    const auto error = write_atomically(path, bytes);
    const std::string said = error ? error->message : "written";
    const bool told = ::write(ends[1], said.data(), said.size()) == static_cast<ssize_t>(said.size());
    ::_exit(told ? 0 : 1);
  }
  ::close(ends[1]);
  std::string said(1000, '\0');
  said.resize(static_cast<std::size_t>(std::max<ssize_t>(0, ::read(ends[0], said.data(), said.size()))));
  ::close(ends[0]);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  return said;
}

}  // namespace

TEST_CASE("a file is replaced as a whole, and nothing is left beside it") {
  const TemporaryFolder folder;
  const std::string path = folder.file("report.json");
  CHECK_FALSE(write_atomically(path, "old"));
  const std::string longer = std::string("new\0\xff", 5) + std::string(100'000, 'x');
  CHECK_FALSE(write_atomically(path, longer));
  CHECK(content(path) == longer);
  CHECK_FALSE(write_atomically(path, ""));
  CHECK(content(path).empty());
  CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("a disk that becomes full leaves the old file, and no part of the new one") {
  const TemporaryFolder folder;
  const std::string path = folder.write("step_10.safetensors", "the old one");
  const std::string said = said_when_full(path, std::string(100'000, 'x'), 4096);
  CHECK(has(said, "cannot write " + path + ": File too large"));
  CHECK(content(path) == "the old one");
  CHECK(files_in(folder.path()) == 1);
  CHECK(said_when_full(path, "small enough", 4096) == "written");
  CHECK(content(path) == "small enough");
}

TEST_CASE("a place that takes no file is named with the system's reason") {
  const TemporaryFolder folder;
  const auto gone = write_atomically(folder.file("none/a"), "x");
  REQUIRE(gone);
  CHECK(gone->code == ErrorCode::unavailable);
  CHECK(has(gone->message, "none/a: No such file or directory"));
  folder.write("taken/inner", "kept");
  const auto taken = write_atomically(folder.file("taken"), "x");
  REQUIRE(taken);
  CHECK(has(taken->message, "cannot rename to " + folder.file("taken")));
  CHECK(content(folder.file("taken/inner")) == "kept");
  CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("a folder that cannot be written keeps the file that is there (skipped for root, whom no permission stops)" *
          doctest::skip(::geteuid() == 0)) {
  const TemporaryFolder folder;
  const std::string path = folder.write("locked/a", "old");
  std::filesystem::permissions(folder.file("locked"),
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  const auto error = write_atomically(path, "new");
  std::filesystem::permissions(folder.file("locked"), std::filesystem::perms::owner_all);
  REQUIRE(error);
  CHECK(has(error->message, "Permission denied"));
  CHECK(content(path) == "old");
}

}  // namespace ssem::files
