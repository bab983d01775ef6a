#include "trainer/run/command_arguments.h"

#include <array>

#include "advisor/json/closest_name.h"
#include "advisor/json/quote_for_message.h"
#include "advisor/json/training/process.h"

namespace ssem::trainer {
namespace {

namespace protocol = advisor::json::training;

constexpr std::array<std::string_view, 6> kFlags{protocol::kDeviceFlag,
                                                 protocol::kOutputDirectoryFlag,
                                                 protocol::kNoProgressFlag,
                                                 protocol::kNoFaultTextFlag,
                                                 "--help",
                                                 "--version"};

class Reader {
 public:
  explicit Reader(std::span<const char* const> words) : words_(words) {}

  Result<CommandArguments> read() {
    bool flags = true;
    for (; next_ < words_.size(); ++next_) {
      const std::string_view word = words_[next_];
      if (flags && word == "--") {
        flags = false;
      } else if (flags && word.size() > 1 && word.front() == '-') {
        take_flag(word);
      } else if (has_spec_) {
        fault(word, "is one file too many");
      } else {
        has_spec_ = true;
        arguments_.spec = word;
      }
    }
    if (!faults_.empty()) return faults_.to_error();
    return arguments_;
  }

 private:
  void take_flag(std::string_view word) {
    const std::size_t equals = word.find('=');
    const std::string_view flag = word.substr(0, equals);
    if (flag == "--help" || flag == "-h") {
      arguments_.help = true;
    } else if (flag == "--version") {
      arguments_.version = true;
    } else if (flag == protocol::kNoProgressFlag) {
      arguments_.progress = false;
    } else if (flag == protocol::kNoFaultTextFlag) {
      arguments_.fault_text = false;
    } else if (flag == protocol::kDeviceFlag) {
      take_value(word, equals, arguments_.device);
    } else if (flag == protocol::kOutputDirectoryFlag) {
      take_value(word, equals, arguments_.output_directory);
    } else {
      const std::string_view meant = advisor::json::closest_name(flag, kFlags);
      fault(flag, "is no known flag" + (meant.empty() ? "" : "; did you mean " + std::string(meant) + "?"));
    }
  }

  void take_value(std::string_view word, std::size_t equals, std::optional<std::string>& target) {
    const std::string_view flag = word.substr(0, equals);
    if (target) fault(flag, "was given twice");
    if (equals != std::string_view::npos) {
      target = word.substr(equals + 1);
    } else if (next_ + 1 < words_.size()) {
      target = words_[++next_];
    } else {
      fault(flag, "needs a value");
    }
  }

  void fault(std::string_view word, const std::string& message) {
    faults_.add(advisor::json::quote_for_message(word), message);
  }

  std::span<const char* const> words_;
  std::size_t next_ = 0;
  bool has_spec_ = false;
  CommandArguments arguments_;
  FaultList faults_;
};

}  // namespace

const char* const kUsage =
    "Trains with a supervised contrastive loss and holds the result against the prediction.\n"
    "\n"
    "Usage: ssem-train [SPEC.json|-] [flags]       the spec is JSON; without a file it is read from stdin\n"
    "\n"
    "  --device NAME            auto, cpu, cuda or cuda:N, in place of the spec's\n"
    "  --output-directory DIR   for report, curve, embeddings and checkpoints, in place of the spec's\n"
    "  --no-progress            no progress bar on stderr\n"
    "  --no-fault-text          faults only in the failed event, not on stderr besides\n"
    "  -h, --help               this help\n"
    "  --version                the version, LibTorch's, and the BLAS of the loss with its speed\n"
    "\n"
    "Each event is one line of JSON on stdout: started, progress, checkpoint, finished or failed.\n"
    "Ctrl-C (or SIGTERM) ends the run early, with a checkpoint and a report of what is known.\n"
    "\n"
    "Exit codes: 0 trained to the end, whatever the verdict; 2 a wrong spec or flag; 3 stopped early; 4 failed.\n";

Result<CommandArguments> read_arguments(std::span<const char* const> words) { return Reader(words).read(); }

}  // namespace ssem::trainer
