#include "api/http/serve.h"

#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/artifacts/artifact_folder.h"
#include "api/http/access/api_key.h"
#include "api/http/access/doorkeeper.h"
#include "api/http/access/host_check.h"
#include "api/http/access/key_ring.h"
#include "api/http/connections/descriptor_limit.h"
#include "api/http/connections/stop_signals.h"
#include "api/http/connections/transport/plain_transport.h"
#include "api/http/connections/transport/tls.h"
#include "api/http/observe/throttled_log.h"
#include "api/http/routes.h"
#include "api/http/server.h"
#include "api/jobs/data_folder.h"
#include "api/jobs/launcher.h"
#include "api/storage/memory_storage.h"
#include "api/storage/serving_lock.h"
#include "api/tuning/lease_watch.h"

namespace ssem::api::http {
namespace {

// Beside the server's own grace: what a computation may still take before the process ends without it.
constexpr std::chrono::milliseconds kExitGrace{900};

// A killed server's lock goes a moment after it.
constexpr std::chrono::milliseconds kLockPatience{500};
constexpr const char* kMemoryStorage = "memory:";

constexpr int kNoStart = 1;
constexpr int kWrongSetting = 2;  // as of every command

int cannot_start(const Error& error) {
  std::fprintf(stderr, "ssem serve: %s\n", error.for_operator().c_str());
  return error.code == ErrorCode::invalid_argument ? kWrongSetting : kNoStart;
}

void name_routes(const Router& router, Metrics& metrics) {
  std::vector<RouteLabel> labels;
  for (const Route& route : router.routes()) labels.push_back({route.method, route.pattern});
  metrics.set_routes(std::move(labels));
}

// Studies in memory leave nothing behind, and neither do validations then, unless a folder was named.
jobs::JobSettings job_settings(const Settings& settings) {
  jobs::JobSettings jobs = settings.jobs;
  if (settings.storage == kMemoryStorage && jobs.data_dir == jobs::JobSettings().data_dir) jobs.data_dir.clear();
  return jobs;
}

std::string address_of(const Settings& settings, int port) {
  const bool ipv6 = settings.host.find(':') != std::string::npos;
  return scheme(settings) + "://" + (ipv6 ? "[" + settings.host + "]" : settings.host) + ":" + std::to_string(port);
}

Result<std::vector<KeyEntry>> keys_at_start(const Settings& settings) {
  const bool file = !settings.api_key_file.empty();
  if (auto error = check_exposure(settings.host, settings.api_key, file, settings.insecure)) return *error;
  return file ? read_key_file(settings.api_key_file) : only_key(settings.api_key);
}

// Nothing where plain HTTP is spoken.
Result<std::unique_ptr<TlsContext>> tls_at_start(const Settings& settings) {
  if (settings.tls_cert.empty() != settings.tls_key.empty()) {
    return Error{ErrorCode::invalid_argument, "--tls-cert and --tls-key go together: give both or none", {}};
  }
  if (settings.tls_cert.empty()) return std::unique_ptr<TlsContext>();
  return TlsContext::open(settings.tls_cert, settings.tls_key);
}

// Takes none for a storage without a file, and for an address that opening it will refuse.
std::optional<Error> lock_at_start(const std::string& storage_url, std::optional<storage::ServingLock>& lock) {
  const Result<std::string> path = storage::database_path_of(storage_url);
  if (!path || path.value().empty()) return std::nullopt;
  auto taken = storage::ServingLock::take(path.value(), "ssem serve", kLockPatience);
  if (!taken) return taken.error();
  lock.emplace(std::move(taken).value());
  return std::nullopt;
}

TransportOpener opener(const TlsContext* tls) {
  if (tls != nullptr) return [tls](int socket) { return tls->accept(socket); };
  return plain_transports();
}

void reload_certificate(TlsContext& tls, const RequestLog& log) {
  if (const auto fault = tls.reload()) {
    log.event(LogLevel::error, "the certificate stays as it is", {{"reason", fault->message}});
  } else {
    log.event(LogLevel::info, "certificate read anew");
  }
}

// A file that cannot be read leaves the keys as they are: nobody is locked out, or let in, by a mistake in it.
void reload_keys(const Settings& settings, KeyRing& key_ring, const RequestLog& log) {
  const Result<std::vector<KeyEntry>> keys = read_key_file(settings.api_key_file);
  if (!keys) {
    log.event(LogLevel::error, "the API keys stay as they are", {{"reason", keys.error().message}});
    return;
  }
  key_ring.replace(keys.value());
  log.event(LogLevel::info, "API keys read anew", {{"count", std::to_string(keys.value().size())}});
}

Result<DoorRules> door_rules(const Settings& settings) {
  DoorRules rules;
  for (const std::string& proxy : settings.trusted_proxies) {
    if (auto fault = rules.proxies.add(proxy)) return *fault;
  }
  rules.proxy_header = settings.proxy_header;
  rules.requests_per_second = settings.rate_limit;
  return rules;
}

void warn_of_openness(const Settings& settings, const KeyRing& key_ring, const std::string& address,
                      const RequestLog& log) {
  if (key_ring.is_empty() && !is_loopback(settings.host)) {
    log.event(LogLevel::warn, "everyone who can reach this address can use the server", {{"address", address}});
  }
  if (settings.api_key_shown) {
    log.event(LogLevel::warn,
              "every user of this machine can see the API key of the command line: "
              "--api-key-file or SSEM_API_KEY hides it");
  }
}

}  // namespace

int serve(const Settings& settings) {
  block_stop_signals();
  ::umask(S_IRWXG | S_IRWXO);  // studies, journals and embeddings are nobody else's
  const Result<std::vector<KeyEntry>> keys = keys_at_start(settings);
  if (!keys) return cannot_start(keys.error());
  KeyRing key_ring(keys.value());
  Result<DoorRules> rules = door_rules(settings);
  if (!rules) return cannot_start(rules.error());
  Doorkeeper doorkeeper(key_ring, std::move(rules).value());
  const Result<std::unique_ptr<TlsContext>> tls = tls_at_start(settings);
  if (!tls) return cannot_start(tls.error());
  const jobs::JobSettings jobs_settings = job_settings(settings);
  if (!jobs_settings.data_dir.empty()) {
    if (const auto fault = jobs::DataFolder::refusal(jobs_settings.data_dir)) return cannot_start(*fault);
    // Beside a database its lock tells a second server from one that takes over; the latter waits for the folder.
    if (settings.storage == kMemoryStorage) {
      const auto held = jobs::DataFolder::held_by_another(jobs_settings.data_dir, kLockPatience);
      if (held) return cannot_start(*held);
    }
  }
  std::optional<storage::ServingLock> serving_lock;
  const std::optional<Error> unlocked = lock_at_start(settings.storage, serving_lock);
  if (unlocked && unlocked->code == ErrorCode::conflict) return cannot_start(*unlocked);
  Result<std::unique_ptr<storage::Storage>> opened = storage::open_storage(settings.storage);
  if (!opened) return cannot_start(opened.error());
  if (unlocked) return cannot_start(*unlocked);  // after what SQLite says of the same folder
  const std::unique_ptr<storage::Storage> storage = std::move(opened).value();
  Result<DashboardFiles> files =
      settings.dashboard_dir.empty() ? DashboardFiles() : DashboardFiles::read(settings.dashboard_dir);
  if (!files) return cannot_start(files.error());
  const DashboardFiles dashboard = std::move(files).value();

  std::unique_ptr<artifacts::ArtifactFolder> artifacts;
  if (!settings.artifact_dir.empty()) {
    auto folder = artifacts::ArtifactFolder::open(settings.artifact_dir, settings.max_artifacts_mib << 20U);
    if (!folder) return cannot_start(folder.error());
    artifacts = std::move(folder).value();
  }

  jobs::Datasets datasets;
  for (const std::string& definition : settings.datasets) {
    if (const auto fault = datasets.add(definition)) return cannot_start(*fault);
  }
  if (const auto words = jobs::split_words(settings.jobs.launcher); !words) return cannot_start(words.error());

  raise_descriptor_limit();
  const RequestLog log(settings.log_level, settings.log_format, STDERR_FILENO);
  ThrottledLog storage_faults(log, "the storage failed");
  storage->studies().report_faults_to([&](const std::string& reason) { storage_faults.warn(reason); });
  ThrottledLog thread_faults(log, "a background thread failed and goes on");
  const auto report_thread_fault = [&](const std::string& reason) { thread_faults.warn(reason); };
  Metrics metrics;
  std::atomic<bool> stopping{false};
  tuning::TrialIssuer ask_desk;
  jobs::ValidationJobs jobs(jobs_settings, std::move(datasets),
                            [&log](const std::string& message, const std::string& detail) {
                              log.event(LogLevel::warn, message, {{"detail", detail}});
                            });
  tuning::TrialValidations trial_validations(storage->studies(), jobs);
  tuning::StudyRuns runs(storage->studies(), ask_desk, jobs, trial_validations, report_thread_fault);
  AnswersOnce answers(storage->studies());
  const Router router = routing_table({settings, metrics, *storage, ask_desk, jobs, trial_validations, runs, answers,
                                       dashboard, artifacts.get(), stopping});
  name_routes(router, metrics);
  Server server(settings, router, doorkeeper, metrics, log, opener(tls.value().get()));
  const Result<int> port = server.bind();
  if (!port) return cannot_start(port.error());

  const auto stop = [&](const char* signal) {
    log.event(LogLevel::info, "stopping", {{"signal", signal}});
    stopping = true;
    server.stop();
    runs.stop();           // before the jobs, so that it begins no trial that they would refuse
    serving_lock.reset();  // the next server may begin, and takes up what the jobs leave
    jobs.stop();           // here, so that the grace below begins when the children have ended
  };
  const auto give_up = [&log] {
    log.event(LogLevel::warn, "a request is still being computed; ending without its answer");
    _exit(0);
  };
  const auto reload = [&] {
    if (!settings.api_key_file.empty()) reload_keys(settings, key_ring, log);
    if (tls.value()) reload_certificate(*tls.value(), log);
    if (settings.api_key_file.empty() && !tls.value()) {
      log.event(LogLevel::info, "nothing to read anew", {{"signal", "SIGHUP"}});
    }
  };
  const StopSignals signals(stop, reload, settings.connections.stop_grace + kExitGrace, give_up);

  jobs.start(trial_validations.listener([&runs] { runs.wake(); }));
  runs.start();
  const tuning::LeaseWatch lease_watch(storage->studies(), report_thread_fault);
  const std::string address = address_of(settings, port.value());
  warn_of_openness(settings, key_ring, address, log);
  log.event(LogLevel::info, "listening", {{"address", address}, {"storage", storage->kind()}});
  // The kernel accepts connections from bind() on.
  std::printf("ssem listening on %s\n", address.c_str());
  std::fflush(stdout);
  server.listen();
  runs.stop();
  jobs.stop();
  log.event(LogLevel::info, "stopped");
  return 0;
}

void print_routes(const Settings& settings) {
  const std::unique_ptr<storage::Storage> storage = storage::make_memory_storage();
  Metrics metrics;
  const std::atomic<bool> stopping{false};
  tuning::TrialIssuer ask_desk;
  const DashboardFiles dashboard;
  jobs::ValidationJobs jobs(settings.jobs, {}, {});
  tuning::TrialValidations trial_validations(storage->studies(), jobs);
  tuning::StudyRuns runs(storage->studies(), ask_desk, jobs, trial_validations);
  AnswersOnce answers(storage->studies());
  const std::string text = to_text(routing_table(
      {settings, metrics, *storage, ask_desk, jobs, trial_validations, runs, answers, dashboard, nullptr, stopping}));
  std::fputs(text.c_str(), stdout);
}

}  // namespace ssem::api::http
