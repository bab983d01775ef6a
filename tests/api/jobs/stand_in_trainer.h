// A shell script in ssem-train's place, so that what a child does is known to the test.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include "tests/trainer/files/temporary_folder.h"

namespace ssem::api::jobs {

// What a stand-in does last.
inline constexpr const char* kFinish = R"(echo '{"event":"finished","report":{"verdict":"confirmed"}}')";

// While it lives, jobs run the script; one at a time in a process.
class StandInTrainer {
 public:
  explicit StandInTrainer(const std::string& script) {
    const std::string path = folder_.write("ssem-train", "#!/bin/sh\n" + script + "\n");
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    ::setenv("SSEM_TRAIN", path.c_str(), 1);
  }
  ~StandInTrainer() { ::unsetenv("SSEM_TRAIN"); }
  StandInTrainer(const StandInTrainer&) = delete;
  StandInTrainer& operator=(const StandInTrainer&) = delete;

  // A folder that is not there yet.
  std::string data() const { return folder_.file("data"); }
  std::string file(const std::string& name) const { return folder_.file(name); }

 private:
  trainer::TemporaryFolder folder_;
};

}  // namespace ssem::api::jobs
