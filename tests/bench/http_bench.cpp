// Requests per second of single recommendations beside a bare cpp-httplib handler that returns as many bytes, and where
// the difference goes. Both servers run in this process and take turns, so that they see the same machine.
//
// http_bench [clients] [milliseconds per round]
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

#include "advisor/json/requests.h"
#include "advisor/json/responses.h"
#include "advisor/json/strict_parse.h"
#include "api/http/connections/transport/plain_transport.h"
#include "api/http/idempotency/idempotent_answers.h"
#include "api/http/routes.h"
#include "api/http/server.h"
#include "api/storage/memory_storage.h"
#include "tests/bench/bare_server.h"
#include "tests/bench/load_generator.h"

namespace ssem::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kRounds = 5;
constexpr const char* kPath = "/api/v1/recommendations";
// 128 dimensions need estimator E1; without a dimension every number is exact.
constexpr const char* kExact = R"({"classes":10,"batch_size":512})";
constexpr const char* kEstimated = R"({"classes":10,"batch_size":512,"dimension":128})";

// The product's server as `ssem serve` puts it together, its log written to a file that is thrown away.
class AdviceServer {
 public:
  explicit AdviceServer(api::http::LogLevel level)
      : log_file_(::open("/tmp", O_TMPFILE | O_WRONLY | O_APPEND, 0600)),
        log_(level, api::http::LogFormat::logfmt, log_file_),
        storage_(api::storage::make_memory_storage()),
        router_(api::http::routing_table({settings_, metrics_, *storage_, ask_desk_, jobs_, trial_validations_, runs_,
                                          answers_, dashboard_, nullptr, stopping_})),
        server_(settings_, router_, doorkeeper_, metrics_, log_, api::http::plain_transports()) {
    std::vector<api::http::RouteLabel> labels;
    for (const api::http::Route& route : router_.routes()) labels.push_back({route.method, route.pattern});
    metrics_.set_routes(labels);
    port_ = server_.bind().value();
    thread_ = std::thread([this] { server_.listen(); });
  }
  ~AdviceServer() {
    server_.stop();
    thread_.join();
    ::close(log_file_);
  }
  AdviceServer(const AdviceServer&) = delete;
  AdviceServer& operator=(const AdviceServer&) = delete;

  int port() const { return port_; }

 private:
  static api::http::Settings any_port() {
    api::http::Settings settings;
    settings.port = 0;
    return settings;
  }

  int log_file_;
  api::http::Settings settings_ = any_port();
  api::http::RequestLog log_;
  api::http::Metrics metrics_;
  api::http::KeyRing keys_;
  api::http::Doorkeeper doorkeeper_{keys_};
  std::atomic<bool> stopping_{false};
  std::unique_ptr<api::storage::Storage> storage_;
  api::tuning::TrialIssuer ask_desk_;
  api::jobs::ValidationJobs jobs_{settings_.jobs, {}, {}};
  api::tuning::TrialValidations trial_validations_{storage_->studies(), jobs_};
  api::tuning::StudyRuns runs_{storage_->studies(), ask_desk_, jobs_, trial_validations_};
  api::http::AnswersOnce answers_{storage_->studies()};
  const api::http::DashboardFiles dashboard_;
  api::http::Router router_;
  api::http::Server server_;
  int port_ = 0;
  std::thread thread_;
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

double median_of(const std::vector<LoadResult>& rounds, double LoadResult::*figure) {
  std::vector<double> values;
  for (const LoadResult& round : rounds) values.push_back(round.*figure);
  return median(std::move(values));
}

void print_row(const char* name, const std::vector<LoadResult>& rounds, const std::vector<LoadResult>& bare) {
  const double rate = median_of(rounds, &LoadResult::requests_per_s);
  const double cpu_us = median_of(rounds, &LoadResult::cpu_us_per_request);
  std::size_t failures = 0;
  for (const LoadResult& round : rounds) failures += round.failures;
  std::printf(
      "  %-27s %7.0f requests/s (%.2f of bare), %5.1f us of CPU each, clients included (bare / this = %.2f), "
      "median %.3f ms, p99 %.3f ms, %zu failures\n",
      name, rate, rate / median_of(bare, &LoadResult::requests_per_s), cpu_us,
      median_of(bare, &LoadResult::cpu_us_per_request) / cpu_us, median_of(rounds, &LoadResult::median_ms),
      median_of(rounds, &LoadResult::p99_ms), failures);
}

void compare(const char* name, const char* body, std::size_t clients, std::chrono::milliseconds duration) {
  const AdviceServer logged(api::http::LogLevel::info);
  const AdviceServer silent(api::http::LogLevel::off);
  const auto load_of = [&](int port) { return Load{port, clients, duration, post_request(port, kPath, body)}; };
  const LoadResult probe =
      run_load({logged.port(), 1, std::chrono::milliseconds{50}, post_request(logged.port(), kPath, body)});
  const BareServer bare(kPath, std::string(probe.body_bytes, 'x'));

  std::vector<LoadResult> bare_rounds;
  std::vector<LoadResult> logged_rounds;
  std::vector<LoadResult> silent_rounds;
  for (int round = 0; round < kRounds; ++round) {
    bare_rounds.push_back(run_load(load_of(bare.port())));
    logged_rounds.push_back(run_load(load_of(logged.port())));
    silent_rounds.push_back(run_load(load_of(silent.port())));
  }
  std::printf("%s: %zu bytes, %zu clients, %d rounds of %lld ms each, medians\n", name, probe.body_bytes, clients,
              kRounds, static_cast<long long>(duration.count()));
  print_row("bare cpp-httplib", bare_rounds, bare_rounds);
  print_row("ssem serve", logged_rounds, bare_rounds);
  print_row("ssem serve --log-level off", silent_rounds, bare_rounds);
}

double microseconds_each(const std::function<void()>& work) {
  constexpr int kCalls = 5000;
  std::vector<double> rounds;
  for (int round = 0; round < kRounds; ++round) {
    const auto start = Clock::now();
    for (int call = 0; call < kCalls; ++call) work();
    rounds.push_back(std::chrono::duration<double, std::micro>(Clock::now() - start).count() / kCalls);
  }
  return median(rounds);
}

volatile std::size_t sink = 0;  // keeps results from being optimised away

void break_down(const char* name, const std::string& body) {
  const auto json = advisor::json::parse_strict(body).value();
  const auto request = advisor::json::read_recommendation_request(json).value();
  const auto recommendation = advisor::recommend(request);

  api::http::Router router;
  router.add("POST", kPath, api::http::Access::read, [](const api::http::Request&) { return api::http::Response{}; });
  api::http::KeyRing keys;
  api::http::Doorkeeper doorkeeper(keys);
  api::http::Metrics metrics;
  metrics.set_routes({{"POST", kPath}});
  const int log_file = ::open("/tmp", O_TMPFILE | O_WRONLY | O_APPEND, 0600);
  const auto dispatch = [&](api::http::LogLevel level) {
    const api::http::RequestLog log(level, api::http::LogFormat::logfmt, log_file);
    const api::http::Dispatcher dispatcher(router, api::http::HostCheck("127.0.0.1", 8080, {}, {}), doorkeeper, metrics,
                                           log);
    return microseconds_each([&] {
      api::http::Exchange exchange;
      exchange.start = Clock::now();
      exchange.request.method = "POST";
      exchange.request.path = kPath;
      exchange.request.header = [](std::string_view header) -> std::string_view {
        return header == "Host" ? "127.0.0.1:8080" : header == "Content-Type" ? "application/json" : "";
      };
      exchange.request.header_count = [](std::string_view header) { return header == "Origin" ? 0U : 1U; };
      if (!dispatcher.admit(exchange)) sink = sink + dispatcher.answer(exchange).headers.size();
    });
  };

  std::printf("%s, microseconds on one thread\n", name);
  std::printf("  parse the body        %7.2f\n",
              microseconds_each([&] { sink = sink + advisor::json::parse_strict(body).value().size(); }));
  std::printf("  read the fields       %7.2f\n", microseconds_each([&] {
                sink = sink + static_cast<std::size_t>(
                                  advisor::json::read_recommendation_request(json).value().problem.classes);
              }));
  std::printf("  recommend             %7.2f\n",
              microseconds_each([&] { sink = sink + advisor::recommend(request).why.size(); }));
  std::printf("  write the answer      %7.2f\n",
              microseconds_each([&] { sink = sink + advisor::json::to_text(recommendation).size(); }));
  const double without_log = dispatch(api::http::LogLevel::off);
  std::printf("  dispatch and metrics  %7.2f\n", without_log);
  std::printf("  log line              %7.2f\n", dispatch(api::http::LogLevel::info) - without_log);
  ::close(log_file);
}

}  // namespace
}  // namespace ssem::bench

int main(int argc, char** argv) {
  const std::size_t clients = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 4;
  const std::chrono::milliseconds duration{argc > 2 ? std::strtol(argv[2], nullptr, 10) : 1000};
  if (clients < 1 || clients > 64 || duration.count() < 10 || duration.count() > 60'000) {
    std::fprintf(stderr, "http_bench [clients, 1 to 64] [milliseconds per round, 10 to 60000]\n");
    return 2;
  }
  ssem::bench::break_down("recommendation, every number exact", ssem::bench::kExact);
  ssem::bench::break_down("recommendation, with estimator E1", ssem::bench::kEstimated);
  ssem::bench::compare("recommendation, every number exact", ssem::bench::kExact, clients, duration);
  ssem::bench::compare("recommendation, with estimator E1", ssem::bench::kEstimated, clients, duration);
  return 0;
}
