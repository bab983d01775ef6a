// Runs a fuzz entry point without libFuzzer: on a corpus, then on mutations of it, keeping in mind those that went new
// ways where the compiler tells (preset fuzz). TARGET_fuzz CORPUS [--executions N] [--seconds N] [--seed N] [--keep
// FOLDER]
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <limits>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tests/fuzz/coverage_map.h"
#include "tests/fuzz/mutation.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;
namespace fuzz = ssem::fuzz;
using Clock = std::chrono::steady_clock;

constexpr double kSlowest = 5;  // seconds of computing for one input, under sanitizers too
constexpr std::size_t kMostKept = 20'000;

struct Arguments {
  fs::path corpus;
  std::uint64_t executions = 50'000;
  std::chrono::seconds time = std::chrono::hours{24};
  std::uint64_t seed = 20250824;
  fs::path keep;  // where inputs that went new ways are written; empty: nowhere
};

// The input that runs now, in a file that outlives a crash.
class LastInput {
 public:
  LastInput() : path_("last_input." + std::to_string(::getpid())) {
    file_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file_ < 0 || ::ftruncate(file_, kBytes) != 0) std::abort();
    void* place = ::mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_SHARED, file_, 0);
    if (place == MAP_FAILED) std::abort();
    place_ = static_cast<char*>(place);
  }
  ~LastInput() {
    ::munmap(place_, kBytes);
    ::close(file_);
    ::unlink(path_.c_str());
  }
  LastInput(const LastInput&) = delete;
  LastInput& operator=(const LastInput&) = delete;

  // Eight bytes of its length, then itself.
  void note(const std::string& text) {
    const std::uint64_t size = std::min<std::uint64_t>(text.size(), kBytes - sizeof size);
    std::memcpy(place_, &size, sizeof size);
    std::memcpy(place_ + sizeof size, text.data(), size);
  }
  const std::string& path() const { return path_; }

 private:
  static constexpr std::size_t kBytes = 1UL << 20U;
  std::string path_;
  int file_ = -1;
  char* place_ = nullptr;
};

struct Campaign {
  std::vector<std::string> corpus;
  std::uint64_t executions = 0;
  double slowest = 0;
  LastInput last;

  bool runs_new_ways(const std::string& text) {
    last.note(text);
    fuzz::begin_coverage();
    const std::clock_t before = std::clock();  // others may have the processor meanwhile
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
    const double took = static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
    if (took > kSlowest) {
      std::cerr << "after " << executions << " executions an input took " << took << " s; it is in " << last.path()
                << '\n';
      std::_Exit(1);
    }
    slowest = std::max(slowest, took);
    ++executions;
    return fuzz::found_new_edges();
  }
};

std::vector<std::string> texts_in(const fs::path& folder) {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(folder)) paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> texts;
  for (const fs::path& path : paths) {
    std::ifstream file(path, std::ios::binary);
    texts.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return texts;
}

bool read(int argc, char** argv, Arguments& arguments) {
  for (int index = 1; index < argc; ++index) {
    const std::string_view word = argv[index];
    if (word.substr(0, 2) != "--") {
      arguments.corpus = word;
      continue;
    }
    if (index + 1 == argc) return false;
    const char* value = argv[++index];
    const std::uint64_t number = std::strtoull(value, nullptr, 10);
    if (word == "--executions") {
      arguments.executions = number;
    } else if (word == "--seconds") {
      arguments.time = std::chrono::seconds(number);
      arguments.executions = std::numeric_limits<std::uint64_t>::max();
    } else if (word == "--seed") {
      arguments.seed = number;
    } else if (word == "--keep") {
      arguments.keep = value;
    } else {
      return false;
    }
  }
  return !arguments.corpus.empty();
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  if (!read(argc, argv, arguments)) {
    std::cerr << "usage: TARGET_fuzz CORPUS [--executions N] [--seconds N] [--seed N] [--keep FOLDER]\n";
    return 2;
  }
  Campaign campaign;
  campaign.corpus = texts_in(arguments.corpus);
  if (campaign.corpus.empty()) {
    std::cerr << arguments.corpus << " holds no input\n";
    return 2;
  }
  const auto start = Clock::now();
  for (const std::string& text : campaign.corpus) campaign.runs_new_ways(text);
  std::mt19937_64 random(arguments.seed);
  while (campaign.executions < arguments.executions && Clock::now() - start < arguments.time) {
    std::string text = fuzz::mutated(campaign.corpus, random);
    if (!campaign.runs_new_ways(text) || campaign.corpus.size() >= kMostKept) continue;
    if (!arguments.keep.empty()) {
      std::ofstream(arguments.keep / std::to_string(campaign.executions), std::ios::binary) << text;
    }
    campaign.corpus.push_back(std::move(text));
  }
  const auto seconds = [](Clock::duration time) { return std::chrono::duration<double>(time).count(); };
  std::cout << campaign.executions << " executions in " << seconds(Clock::now() - start) << " s, the slowest in "
            << campaign.slowest << " s; " << fuzz::known_edges() << " edges, " << campaign.corpus.size() << " inputs\n";
  return 0;
}
