#include "api/cli/serve_command.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "api/http/serve.h"
#include "api/http/settings.h"

namespace ssem::api::cli {
namespace {

constexpr std::size_t kMostThreads = 1024;

// What the flags write to; lives as long as the parser's callback.
struct ServeOptions {
  http::Settings settings;
  std::string log_level = std::string(http::name(settings.log_level));
  std::string log_format = std::string(http::name(settings.log_format));
  bool print_config = false;
  bool print_routes = false;
};

void add_address_options(CLI::App& command, http::Settings& settings) {
  command.add_option("--host", settings.host, "Address to listen on; others than loopback need an API key")
      ->envname("SSEM_HOST")
      ->capture_default_str();
  command.add_option("--port", settings.port, "Port to listen on; 0 takes a free one")
      ->envname("SSEM_PORT")
      ->check(CLI::Range(0, 65535))
      ->capture_default_str();
  command.add_option("--storage", settings.storage, "memory: or sqlite:///FILE (an absolute path makes four slashes)")
      ->envname("SSEM_STORAGE")
      ->capture_default_str();
  command
      .add_option("--dashboard-dir", settings.dashboard_dir,
                  "Folder optuna_dashboard of an installed optuna-dashboard, to serve its pages at /dashboard")
      ->envname("SSEM_DASHBOARD_DIR");
}

void add_access_options(CLI::App& command, http::Settings& settings) {
  command.add_option("--api-key", settings.api_key, "Key that every API request must carry; better set by environment")
      ->envname("SSEM_API_KEY");
  command.add_flag("--insecure", settings.insecure, "Serve everyone who can reach the address, without a key")
      ->envname("SSEM_INSECURE");
  command
      .add_option("--allowed-host", settings.allowed_hosts, "Further name in the Host header (repeat, or use commas)")
      ->envname("SSEM_ALLOWED_HOST")
      ->delimiter(',')
      ->allow_extra_args(false);
  command
      .add_option("--allowed-origin", settings.allowed_origins,
                  "Origin whose pages may use the server, such as https://lab.example (repeat, or use commas)")
      ->envname("SSEM_ALLOWED_ORIGIN")
      ->delimiter(',')
      ->allow_extra_args(false);
}

void add_limit_options(CLI::App& command, http::Settings& settings) {
  command.add_option("--threads", settings.threads, "Worker threads; each connection in use or idle takes one")
      ->envname("SSEM_THREADS")
      ->check(CLI::Range(std::size_t{1}, kMostThreads))
      ->capture_default_str();
  command.add_option("--max-queued-connections", settings.max_queued_connections, "Waiting connections before 503")
      ->envname("SSEM_MAX_QUEUED_CONNECTIONS")
      ->check(CLI::Range(std::size_t{1}, std::size_t{100'000}))
      ->capture_default_str();
  command.add_option("--max-body-bytes", settings.max_body_bytes, "Largest request body")
      ->envname("SSEM_MAX_BODY_BYTES")
      ->check(CLI::Range(std::size_t{1024}, std::size_t{1} << 30U))
      ->capture_default_str();
}

void add_log_options(CLI::App& command, ServeOptions& options) {
  command.add_option("--log-level", options.log_level, "debug, info, warn, error or off")
      ->envname("SSEM_LOG_LEVEL")
      ->check(CLI::IsMember({"debug", "info", "warn", "error", "off"}))
      ->capture_default_str();
  command.add_option("--log-format", options.log_format, "logfmt or json")
      ->envname("SSEM_LOG_FORMAT")
      ->check(CLI::IsMember({"logfmt", "json"}))
      ->capture_default_str();
}

void add_job_options(CLI::App& command, http::Settings& settings) {
  jobs::JobSettings& jobs = settings.jobs;
  command
      .add_option("--data-dir", jobs.data_dir,
                  "Folder that keeps validations; made when first needed (with --storage memory: a temporary one)")
      ->envname("SSEM_DATA_DIR")
      ->capture_default_str();
  command
      .add_option("--dataset", settings.datasets,
                  "Data that validations may name: NAME=KIND:PATH, or NAME={...} as in ssem-train's spec (repeat)")
      ->allow_extra_args(false);
  command
      .add_option("--launcher", jobs.launcher,
                  "What starts ssem-train, such as 'srun --gres=gpu:1'; {id} and {folder} stand for the job's")
      ->envname("SSEM_LAUNCHER");
  command
      .add_option("--cpu-jobs", jobs.cpu_jobs,
                  "Validations at once on the CPU, besides one on each GPU; with --launcher, of all")
      ->envname("SSEM_CPU_JOBS")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1000}))
      ->capture_default_str();
  command.add_option("--max-queued-jobs", jobs.max_queued_jobs, "Waiting validations before 503")
      ->envname("SSEM_MAX_QUEUED_JOBS")
      ->check(CLI::Range(std::size_t{1}, std::size_t{100'000}))
      ->capture_default_str();
  command.add_option("--max-streams", jobs.max_streams, "Event streams at once, half of the threads at most; each holds one")
      ->envname("SSEM_MAX_STREAMS")
      ->check(CLI::Range(std::size_t{1}, kMostThreads))
      ->capture_default_str();
  command
      .add_option_function<std::int64_t>(
          "--max-job-seconds", [&jobs](std::int64_t seconds) { jobs.max_job_time = std::chrono::seconds(seconds); },
          "A validation that takes longer is ended [" + std::to_string(jobs.max_job_time.count()) + "]")
      ->envname("SSEM_MAX_JOB_SECONDS")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{100'000'000}));
  command
      .add_option("--max-job-memory-mib", jobs.max_job_memory_mib,
                  "A validation that takes more memory is ended; 0: three quarters of the machine's")
      ->envname("SSEM_MAX_JOB_MEMORY_MIB")
      ->capture_default_str();
  command.add_option("--keep-jobs", jobs.keep_jobs, "Ended validations that are kept; older ones are removed")
      ->envname("SSEM_KEEP_JOBS")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000}))
      ->capture_default_str();
  command
      .add_option_function<std::int64_t>(
          "--keep-days", [&jobs](std::int64_t days) { jobs.keep_for = std::chrono::hours(24 * days); },
          "Days after which an ended validation is removed [" + std::to_string(jobs.keep_for.count() / 24) + "]")
      ->envname("SSEM_KEEP_DAYS")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{36'500}));
}

int run(ServeOptions& options) {
  options.settings.log_level = http::log_level_from(options.log_level).value_or(options.settings.log_level);
  options.settings.log_format = http::log_format_from(options.log_format).value_or(options.settings.log_format);
  if (options.print_config) {
    std::puts(http::to_text(options.settings).c_str());
    return 0;
  }
  if (options.print_routes) {
    http::print_routes(options.settings);
    return 0;
  }
  return http::serve(options.settings);
}

}  // namespace

void add_serve_command(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("serve", "Answer over HTTP, and serve the page");
  const auto options = std::make_shared<ServeOptions>();
  add_address_options(*command, options->settings);
  add_access_options(*command, options->settings);
  add_limit_options(*command, options->settings);
  add_job_options(*command, options->settings);
  add_log_options(*command, *options);
  command->add_flag("--print-config", options->print_config, "Print the effective settings as JSON and end");
  command->add_flag("--print-routes", options->print_routes, "Print every route and end");
  command->footer("Each flag can be set by the environment variable in brackets; a flag wins.");
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace ssem::api::cli
