#include "api/http/access/key_file.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "api/http/access/key_ring.h"
#include "api/http/access/sha256.h"

using namespace ssem::api::http;

namespace {

const std::string kHash(64, 'a');

std::string fault_of(const std::string& text) {
  const auto entries = parse_key_file(text);
  return entries ? "" : entries.error().message;
}

}  // namespace

TEST_CASE("a made key opens what its line says, and the line does not have it") {
  const std::string key = new_api_key().value();
  CHECK(key.substr(0, 5) == "ssem_");
  CHECK(key.size() == 5 + 64);
  CHECK(new_api_key().value() != key);
  const std::string line = key_file_line("lab", Access::tune, key);
  CHECK(line.find(key) == std::string::npos);
  const KeyRing ring(parse_key_file("# ours\n\n  " + line + "\r\n").value());
  const auto found = ring.find(key);
  REQUIRE(found);
  CHECK(found->name == "lab");
  CHECK(found->role == Access::tune);
  CHECK_FALSE(ring.find(key.substr(0, key.size() - 1)));
  CHECK_FALSE(ring.find(sha256_hex(key)));
}

TEST_CASE("a line that is no key is named with what is wrong") {
  const std::string good = "a read sha256:" + kHash + "\n";
  CHECK(fault_of(good).empty());
  CHECK(fault_of("") == "has no key; ssem key new makes one");
  CHECK(fault_of(good + "b read\n") == "line 2: must be NAME ROLE sha256:HEX");
  CHECK(fault_of("b read sha256:" + kHash + " more") == "line 1: must be NAME ROLE sha256:HEX");
  CHECK(fault_of("b open sha256:" + kHash) == "line 1: the role must be read, advise, tune or admin");
  for (const std::string& hash : {"sha256:" + kHash + "a", std::string("sha256:abc"), "md5:" + kHash, kHash}) {
    CAPTURE(hash);
    CHECK(fault_of("b read " + hash).find("line 1: the hash must be") == 0);
  }
  CHECK(fault_of("b\x1b[2J read sha256:" + kHash).find("line 1: the name must be") == 0);
  CHECK(fault_of(good + good) == "line 2: an earlier line has this name");
  CHECK(fault_of(good + "b admin sha256:" + kHash) == "line 2: an earlier line has this key");
}

TEST_CASE("a file that others may write, or that is none, is refused") {
  std::string path = "/tmp/ssem_keys_XXXXXX";
  ::close(::mkstemp(path.data()));
  std::ofstream(path) << "a read sha256:" << kHash << '\n';
  CHECK(read_key_file(path).value().size() == 1);
  for (const unsigned mode : {0620U, 0602U}) {
    ::chmod(path.c_str(), mode);
    const auto refused = read_key_file(path);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find("chmod go-w") != std::string::npos);
  }
  ::unlink(path.c_str());
  CHECK(read_key_file(path).error().message.find("No such file") != std::string::npos);
  CHECK(read_key_file("/tmp").error().message.find("must be a file") != std::string::npos);
}
