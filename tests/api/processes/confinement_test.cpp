#include "api/processes/confinement.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>

#include "api/processes/child_process.h"

using namespace ssem::api::processes;
namespace fs = std::filesystem;

namespace {

// Two folders beside each other, gone with their owner.
struct Folders {
  Folders() {
    std::string name = (fs::temp_directory_path() / "ssem_confinement_XXXXXX").string();
    root = ::mkdtemp(name.data());
    fs::create_directories(own());
    fs::create_directories(other());
    std::ofstream(other() / "file") << "kept";
  }
  ~Folders() { fs::remove_all(root); }
  Folders(const Folders&) = delete;
  Folders& operator=(const Folders&) = delete;

  fs::path own() const { return root / "own"; }
  fs::path other() const { return root / "other"; }

  // What it prints.
  std::string run(const std::string& script, bool confined) const {
    ChildCall call;
    call.words = {"/bin/sh", "-c", script};
    call.directory = own().string();
    call.confined = confined;
    auto started = ChildProcess::start(call);
    REQUIRE(started);
    ChildProcess child = std::move(started).value();
    std::string output;
    std::string error;
    while (child.read(std::chrono::milliseconds{1000}, output, error)) {
    }
    child.wait();
    return output;
  }

  fs::path root;
};

std::string text_of(const fs::path& file) {
  std::ifstream stream(file);
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

bool keeps_to_folders() { return confinement_support().folder; }

constexpr const char* kAttempts =
    "echo more > ../other/file && echo written; "
    "mkdir ../other/folder && echo made; "
    "rm -f ../other/file && echo removed; "
    "ln -s / ../other/link && echo linked; "
    "mkdir -p a/b && echo x > a/b/c && mv a/b/c a/d && : > a/d && rm -r a && echo > /dev/null && echo within";

}  // namespace

TEST_CASE("a confined child writes in its folder alone, whatever it tries") {
  const Folders folders;
  const std::string done = folders.run(kAttempts, true);
  if (!keeps_to_folders()) {
    CHECK(done.find("within\n") != std::string::npos);
    return;
  }
  CHECK(done == "within\n");
  CHECK(text_of(folders.other() / "file") == "kept");
  CHECK(folders.run("cat ../other/file", true) == "kept");  // reading is not bounded
}

TEST_CASE("a child that is not confined writes where its user may") {
  const Folders folders;
  CHECK(folders.run(kAttempts, false) == "written\nmade\nremoved\nlinked\nwithin\n");
}

TEST_CASE("what a confined child starts is confined too") {
  const Folders folders;
  const std::string done = folders.run("sh -c 'sh -c \"echo more > ../other/file\"' || echo refused", true);
  CHECK(done == (keeps_to_folders() ? "refused\n" : ""));
}

TEST_CASE("a folder that is not there is an error of the start") {
  ChildCall call;
  call.words = {"/bin/true"};
  call.directory = "/nothing/here";
  call.confined = true;
  CHECK_FALSE(ChildProcess::start(call));
}
