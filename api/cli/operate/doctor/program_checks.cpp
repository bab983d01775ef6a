#include "api/cli/operate/doctor/program_checks.h"

#include <sys/utsname.h>
#include <sys/wait.h>

#include <chrono>
#include <string>
#include <thread>

#include "api/cli/text/number_format.h"
#include "api/jobs/device_slots.h"
#include "api/processes/confinement.h"
#include "api/processes/supervised_run.h"
#include "api/processes/trainer_path.h"
#include "api/storage/sqlite_connection.h"

namespace ssem::api::cli {
namespace {

constexpr std::chrono::seconds kLongestStart{60};  // LibTorch from a cold disk

std::string sqlite_version() {
  const auto opened =
      storage::SqliteConnection::open(":memory:", storage::SqliteConnection::Mode::create, storage::kBusyTimeout);
  if (!opened) return "?";
  storage::SqliteStatement statement = opened.value()->prepare("SELECT sqlite_version()");
  return statement.step() ? std::string(statement.text(0)) : "?";
}

}  // namespace

Finding check_program() {
  utsname system{};
  std::string text = std::string("ssem ") + SSEM_VERSION + ", SQLite " + sqlite_version();
  if (::uname(&system) == 0) text += std::string(", ") + system.sysname + ' ' + system.release + ' ' + system.machine;
  text += ", " + counted(std::thread::hardware_concurrency(), "core", "cores");
  return {"program", Health::good, text, ""};
}

Finding check_trainer() {
  const auto path = processes::find_trainer();
  if (!path) {
    return {"trainer", Health::to_know, path.error().message,
            "validations and audits need it; advice, studies and the page do not"};
  }
  std::string text;
  processes::RunLimits limits;
  limits.time = kLongestStart;
  const processes::RunWatch watch{[&text](std::string_view line) {
                                    text += (text.empty() ? "" : "; ") + std::string(line);
                                    return true;
                                  },
                                  [] { return false; }, [] { return false; }};
  processes::ChildCall call;
  call.words = {path.value(), "--version"};
  const auto end = processes::run_supervised(call, limits, watch);
  const std::string advice = "build it again (./run), or name another one in SSEM_TRAIN";
  if (!end) return {"trainer", Health::wrong, end.error().message, advice};
  if (end.value().by == processes::EndedBy::time_limit) {
    return {"trainer", Health::wrong, path.value() + " did not say its version within a minute",
            "is the disk or the network file system under LibTorch very slow?"};
  }
  if (!WIFEXITED(end.value().status) || WEXITSTATUS(end.value().status) != 0) {
    return {"trainer", Health::wrong, path.value() + " does not run: " + end.value().last_words, advice};
  }
  return {"trainer", Health::good, text, ""};
}

Finding check_gpus() {
  const std::size_t count = jobs::gpu_count();
  if (count == 0) return {"GPU", Health::good, "none that the NVIDIA driver shows: networks train on the CPU", ""};
  return {"GPU", Health::good,
          counted(static_cast<std::int64_t>(count), "NVIDIA GPU", "NVIDIA GPUs") +
              ": each takes one validation of a network at a time, where LibTorch was built with CUDA",
          ""};
}

Finding check_confinement() {
  const processes::ConfinementSupport support = processes::confinement_support();
  if (support.folder && support.sockets) {
    return {"sandbox", Health::good, "jobs on the CPU and audits write only in their folders and open no sockets", ""};
  }
  const std::string lacks =
      support.folder ? "seccomp: they can open sockets" : "Landlock: they can write wherever this user can";
  return {"sandbox", Health::to_know, "jobs and audits are less confined: this kernel has no " + lacks,
          "Linux 5.13 or later with Landlock (the boot parameter lsm= lists it); until then audit only what you trust"};
}

}  // namespace ssem::api::cli
