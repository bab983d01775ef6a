// Runs the fuzz entry point without libFuzzer: on the files named, or on random mutations of valid requests.
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr std::array<std::string_view, 7> kSeeds{
    R"({"classes":10,"batch_size":512,"dimension":128,"loss_weight":0.5,"temperature":0.1})",
    R"({"classes":100,"instances_per_class":5,"views":4,"convention":"anchor_included","loss_weight":1,"temperature":1e-4})",
    R"({"class_counts":[5000,500,50],"batch_size":256,"sampling":"random","reduction":"pair_mean","temperature":2.5})",
    R"({"classes":1000,"batch_size":4096,"classes_per_batch":64,"dataset_instances_per_class":1300,"loss_weights":64,)"
    R"("temperatures":96,"min_loss_weight":0,"max_loss_weight":1,"min_temperature":0.02,"max_temperature":2})",
    R"({"classes":10,"batch_size":512,"target_within_class_variance":0.3,"convention":"supcon"})",
    "classes=10&batch_size=512&loss_weight=0.5&temperature=0.1&class_counts=5,6,7",
    "[[[[[[[[{\"a\":[\"\\u00e9\\ud83d\\ude00\",1e308,-0,null,true]}]]]]]]]]"};

constexpr std::array<std::string_view, 24> kTokens{"NaN",
                                                   "1e400",
                                                   "-1",
                                                   "true",
                                                   "null",
                                                   "\"\"",
                                                   "[",
                                                   "]",
                                                   "{",
                                                   "}",
                                                   ",",
                                                   ":",
                                                   "\"",
                                                   "\\",
                                                   "\xff",
                                                   "\xEF\xBB\xBF",
                                                   "18446744073709551616",
                                                   "512.0",
                                                   "\"inf\"",
                                                   "\"classes\":",
                                                   "\\ud800",
                                                   "[[[[[[[[[[[[[[[[",
                                                   "\n",
                                                   "0"};

std::string mutate(std::string text, std::mt19937_64& random) {
  const auto below = [&](std::size_t bound) { return static_cast<std::size_t>(random() % bound); };
  for (std::size_t change = 1 + below(4); change > 0; --change) {
    const std::size_t at = below(text.size() + 1);
    switch (below(6)) {
      case 0:
        if (at < text.size()) text[at] = static_cast<char>(below(256));
        break;
      case 1:
        text.insert(at, kTokens[below(kTokens.size())]);
        break;
      case 2:
        text.erase(at, 1 + below(8));
        break;
      case 3:
        text.insert(at, text.substr(below(text.size() + 1), below(40)));
        break;
      case 4:
        text.insert(at, 1, '\0');
        break;
      default:
        text.insert(at, std::string(below(200), "[{\"1a,"[below(6)]));
    }
  }
  return text;
}

void run(const std::string& text) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
}

}  // namespace

// replay [--rounds N] [FILE ...]
int main(int argc, char** argv) {
  std::size_t rounds = 50'000;
  std::size_t files = 0;
  for (int index = 1; index < argc; ++index) {
    if (std::string_view(argv[index]) == "--rounds" && index + 1 < argc) {
      rounds = std::strtoull(argv[++index], nullptr, 10);
      continue;
    }
    std::ifstream file(argv[index], std::ios::binary);
    if (!file) {
      std::cerr << "cannot read " << argv[index] << '\n';
      return 2;
    }
    run(std::string(std::istreambuf_iterator<char>(file), {}));
    ++files;
  }
  if (files > 0) return 0;

  const auto start = std::chrono::steady_clock::now();
  std::chrono::steady_clock::duration slowest{};
  std::mt19937_64 random(20250824);
  for (std::size_t round = 0; round < rounds; ++round) {
    const std::string text = mutate(std::string(kSeeds[round % kSeeds.size()]), random);
    const auto before = std::chrono::steady_clock::now();
    run(text);
    slowest = std::max(slowest, std::chrono::steady_clock::now() - before);
  }
  const auto milliseconds = [](auto time) { return std::chrono::duration<double, std::milli>(time).count(); };
  std::cout << rounds << " mutated requests in " << milliseconds(std::chrono::steady_clock::now() - start)
            << " ms, the slowest in " << milliseconds(slowest) << " ms\n";
  return slowest < std::chrono::seconds(2) ? 0 : 1;
}
