#include "api/cli/serve_settings.h"

#include <CLI/CLI.hpp>
#include <cctype>
#include <cstdlib>
#include <limits>
#include <string>

#include "advisor/json/quote_for_message.h"
#include "api/cli/text/whole_number.h"
#include "api/http/settings.h"

namespace ssem::api::cli {
namespace {

constexpr std::int64_t kMostThreads = 1024;
constexpr std::int64_t kMostMib = std::int64_t{1} << 40U;
constexpr std::int64_t kSecondsPerDay = 86'400;

// "--max-queued-jobs" to "SSEM_MAX_QUEUED_JOBS".
std::string variable_of(const std::string& flag) {
  std::string name = "SSEM_" + flag.substr(2);
  for (char& letter : name) letter = letter == '-' ? '_' : static_cast<char>(std::toupper(letter));
  return name;
}

// The parser knows a value from the environment by its flag only.
std::string with_source(const std::string& fault, const std::string& flag, const std::string& value) {
  const char* variable = std::getenv(variable_of(flag).c_str());
  return variable != nullptr && value == variable ? fault + " from " + variable_of(flag) : fault;
}

// The flags of one group.
class Group {
 public:
  Group(CLI::App& command, const char* heading) : command_(command), heading_(heading) {}

  // `absent` is said where the default is empty.
  CLI::Option* text(const std::string& flag, const char* placeholder, std::string& value, const std::string& help,
                    const char* absent = "none") {
    return dress(command_.add_option(flag, value, help), flag, placeholder, value.empty() ? absent : value);
  }

  void switched(const std::string& flag, bool& value, const std::string& help) {
    command_.add_flag(flag, value, help)->envname(variable_of(flag))->group(heading_);
  }

  void list(const std::string& flag, const char* placeholder, std::vector<std::string>& values,
            const std::string& help) {
    dress(command_.add_option(flag, values, help), flag, placeholder, "none")->delimiter(',')->allow_extra_args(false);
  }

  template <class Take>
  CLI::Option* number(const std::string& flag, std::int64_t lowest, std::int64_t highest, std::int64_t now,
                      const Take& take, const std::string& help) {
    const auto set = [take](const std::string& given) { take(std::stoll(plain_whole_number(given))); };
    return dress(command_.add_option_function<std::string>(flag, set, help), flag, "N", std::to_string(now))
        ->check([flag, lowest, highest](const std::string& given) {
          const std::string fault = whole_number_fault(given, lowest, highest);
          return fault.empty() ? fault : with_source(fault, flag, given);
        });
  }

  // Of a number that is kept as it is given.
  template <class Number>
  CLI::Option* number(const std::string& flag, std::int64_t lowest, std::int64_t highest, Number& value,
                      const std::string& help) {
    const auto take = [&value](std::int64_t given) { value = static_cast<Number>(given); };
    return number(flag, lowest, highest, static_cast<std::int64_t>(value), take, help);
  }

  // `read` gives nothing for a name that is not one of `names`.
  template <class Value, class Read>
  void name_of(const std::string& flag, const std::string& names, Value& value, const Read& read,
               const std::string& help) {
    const auto set = [&value, read](const std::string& given) { value = read(given).value_or(value); };
    dress(command_.add_option_function<std::string>(flag, set, help + ": " + names), flag, "NAME",
          std::string(http::name(value)))
        ->check([flag, names, read](const std::string& given) {
          if (read(given)) return std::string();
          return with_source("must be " + names + ", got \"" + advisor::json::quote_for_message(given) + '"', flag,
                             given);
        });
  }

 private:
  CLI::Option* dress(CLI::Option* option, const std::string& flag, const char* placeholder, const std::string& now) {
    return option->type_name(placeholder)->default_str(now)->envname(variable_of(flag))->group(heading_);
  }

  CLI::App& command_;
  const char* heading_;
};

void add_access(CLI::App& command, http::Settings& settings) {
  Group group(command, "Who may use it");
  group.text("--api-key", "KEY", settings.api_key,
             "One API key for everything; every user of the machine sees it here, so better set its variable");
  group.text("--api-key-file", "FILE", settings.api_key_file,
             "File of API keys with roles, as ssem key new prints them; SIGHUP has it read anew");
  group.switched("--insecure", settings.insecure,
                 "Serve everyone who can reach the address, without a key (default: no)");
  group.list("--allowed-host", "NAME", settings.allowed_hosts,
             "Further name in the Host header (repeat, or use commas)");
  group.list("--allowed-origin", "ORIGIN", settings.allowed_origins,
             "Origin whose pages may use the server, such as https://lab.example (repeat, or use commas)");
  group.list("--trusted-proxy", "ADDRESS", settings.trusted_proxies,
             "Proxy that is believed whom it serves: an address or ADDRESS/BITS (repeat, or use commas)");
  group.name_of("--proxy-header", "x-forwarded-for or forwarded", settings.proxy_header, http::proxy_header_from,
                "Header in which it says so");
  group.number("--rate-limit", 0, 1'000'000, settings.rate_limit,
               "Requests a second of one address, and of one API key; 0: no limit");
}

void add_jobs(CLI::App& command, http::Settings& settings) {
  jobs::JobSettings& jobs = settings.jobs;
  Group group(command, "Validations");
  group.text("--data-dir", "FOLDER", jobs.data_dir,
             "Folder that keeps validations; made when first needed; with --storage memory: a temporary one");
  command
      .add_option("--dataset", settings.datasets,
                  "Data that validations may name: NAME=KIND:PATH, or NAME={...} as in ssem-train's spec (repeat)")
      ->allow_extra_args(false)
      ->type_name("NAME=DATA")
      ->default_str("none")
      ->group("Validations");
  group.text("--launcher", "COMMAND", jobs.launcher,
             "What starts ssem-train, such as 'srun --gres=gpu:1'; {id} and {folder} stand for the job's");
  group.number("--cpu-jobs", 1, 1000, jobs.cpu_jobs,
               "Validations at once on the CPU, besides one on each GPU; with --launcher, of all");
  group.number("--max-queued-jobs", 1, 100'000, jobs.max_queued_jobs, "Waiting validations before 503");
  group.number("--max-streams", 1, kMostThreads, jobs.max_streams, "Event streams at once, beside the threads");
  group.number(
      "--max-job-seconds", 1, 100'000'000, jobs.max_job_time.count(),
      [&jobs](std::int64_t seconds) { jobs.max_job_time = std::chrono::seconds(seconds); },
      "A validation that takes longer is ended");
  group.number("--max-job-memory-mib", 0, kMostMib, jobs.max_job_memory_mib,
               "A validation that takes more memory is ended; 0: three quarters of the machine's");
  group.number("--keep-jobs", 1, 1'000'000, jobs.keep_jobs, "Ended validations that are kept; older ones are removed");
  group.number(
      "--keep-days", 1, 36'500, std::chrono::seconds(jobs.keep_for).count() / kSecondsPerDay,
      [&jobs](std::int64_t days) { jobs.keep_for = std::chrono::hours(24 * days); },
      "Days after which an ended validation is removed");
}

}  // namespace

void add_serve_settings(CLI::App& command, http::Settings& settings) {
  Group address(command, "Address and storage");
  address.text("--host", "ADDRESS", settings.host, "Address to listen on; others than loopback need an API key");
  address.number("--port", 0, std::numeric_limits<std::uint16_t>::max(), settings.port,
                 "Port to listen on; 0 takes a free one");
  address
      .number("--grpc-port", 0, std::numeric_limits<std::uint16_t>::max(), settings.grpc_port,
              "Port for optuna.storages.GrpcStorageProxy; 0 takes a free one")
      ->default_str("none");
  address.text("--tls-cert", "FILE", settings.tls_cert,
               "Certificate with its chain, PEM: HTTPS instead of HTTP; SIGHUP has it read anew");
  address.text("--tls-key", "FILE", settings.tls_key, "Its key, PEM without a password");
  address.text("--storage", "URL", settings.storage, "memory: or sqlite:///FILE; an absolute path makes four slashes");
  address.text("--dashboard-dir", "FOLDER", settings.dashboard_dir,
               "Folder optuna_dashboard of an installed optuna-dashboard, to serve its pages at /dashboard");
  address.text("--artifact-dir", "FOLDER", settings.artifact_dir,
               "Folder that keeps artifacts of trials and studies; made where it is missing");
  add_access(command, settings);
  add_jobs(command, settings);
  Group limits(command, "Limits");
  limits.number("--threads", 1, kMostThreads, settings.connections.threads, "Requests that are answered at once");
  limits.number("--max-queued-connections", 1, 100'000, settings.connections.max_queued_connections,
                "Requests that wait for a thread before 503");
  limits.number("--max-connections", 1, 1'000'000, settings.connections.max_connections,
                "Connections held; beyond, the one idle for longest is closed");
  limits.number("--max-body-bytes", 1024, std::int64_t{1} << 30U, settings.connections.max_body_bytes,
                "Largest request body");
  limits.number("--max-artifacts-mib", 1, kMostMib, settings.max_artifacts_mib,
                "What all artifacts together may take; one is no larger than a request body");
  limits.number(
      "--stop-seconds", 0, 3600, settings.connections.stop_grace.count(),
      [&settings](std::int64_t seconds) { settings.connections.stop_grace = std::chrono::seconds(seconds); },
      "What requests in progress get to finish when the server stops");
  Group log(command, "Log");
  log.name_of("--log-level", "debug, info, warn, error or off", settings.log_level, http::log_level_from,
              "What is logged to stderr");
  log.name_of("--log-format", "logfmt or json", settings.log_format, http::log_format_from, "How it is written");
}

}  // namespace ssem::api::cli
