// How the server runs. Every default stands here and nowhere else.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "api/http/access/client_address.h"
#include "api/http/connections/connection_settings.h"
#include "api/http/observe/request_log.h"
#include "api/jobs/job_settings.h"

namespace ssem::api::http {

struct Settings {
  std::string host = "127.0.0.1";
  int port = 8080;       // 0: any free port
  int grpc_port = -1;    // Optuna's gRPC storage protocol; 0: any free port, below: not served
  std::string tls_cert;  // PEM files; both or none
  std::string tls_key;
  std::string storage = "sqlite:///ssem.db";
  std::string dashboard_dir;                // empty: optuna-dashboard's front-end is not served
  std::string artifact_dir;                 // empty: no artifacts are kept
  std::uint64_t max_artifacts_mib = 10240;  // of all artifacts
  jobs::JobSettings jobs;
  std::vector<std::string> datasets;  // "NAME=SPEC" each
  std::string api_key;                // empty: none
  bool api_key_shown = false;         // it stands on the command line, for every user of the machine to see
  std::string api_key_file;           // empty: none
  std::vector<std::string> trusted_proxies;
  ProxyHeader proxy_header = ProxyHeader::x_forwarded_for;
  int rate_limit = 0;  // requests a second of one address, and of one API key; 0: none
  bool insecure = false;
  std::vector<std::string> allowed_hosts;
  std::vector<std::string> allowed_origins;
  LogLevel log_level = LogLevel::info;
  LogFormat log_format = LogFormat::logfmt;

  ConnectionSettings connections;
  std::chrono::seconds batch_time_budget{20};  // of one request's many evaluations; later ones are refused
};

// "https" where there is a certificate, else "http".
std::string scheme(const Settings& settings);

// The effective settings, one JSON object; the API key is not shown.
std::string to_text(const Settings& settings);

}  // namespace ssem::api::http
