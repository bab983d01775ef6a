#include "api/http/settings.h"

#include <nlohmann/json.hpp>

namespace ssem::api::http {

std::string scheme(const Settings& settings) { return settings.tls_cert.empty() ? "http" : "https"; }

std::string to_text(const Settings& settings) {
  nlohmann::ordered_json out;
  out["host"] = settings.host;
  out["port"] = settings.port;
  if (settings.grpc_port >= 0) out["grpc_port"] = settings.grpc_port;
  out["tls_cert"] = settings.tls_cert;
  out["tls_key"] = settings.tls_key;
  out["storage"] = settings.storage;
  out["dashboard_dir"] = settings.dashboard_dir;
  out["artifact_dir"] = settings.artifact_dir;
  out["max_artifacts_mib"] = settings.max_artifacts_mib;
  out["data_dir"] = settings.jobs.data_dir;
  out["datasets"] = settings.datasets;
  out["launcher"] = settings.jobs.launcher;
  out["cpu_jobs"] = settings.jobs.cpu_jobs;
  out["max_queued_jobs"] = settings.jobs.max_queued_jobs;
  out["max_streams"] = settings.jobs.max_streams;
  out["max_job_seconds"] = settings.jobs.max_job_time.count();
  out["max_job_memory_mib"] = settings.jobs.max_job_memory_mib;
  out["keep_jobs"] = settings.jobs.keep_jobs;
  out["keep_days"] = settings.jobs.keep_for.count() / 24;
  out["api_key"] = settings.api_key.empty() ? "not set" : "set, not shown";
  out["api_key_file"] = settings.api_key_file;
  out["trusted_proxies"] = settings.trusted_proxies;
  out["proxy_header"] = name(settings.proxy_header);
  out["rate_limit"] = settings.rate_limit;
  out["insecure"] = settings.insecure;
  out["allowed_hosts"] = settings.allowed_hosts;
  out["allowed_origins"] = settings.allowed_origins;
  out["log_level"] = name(settings.log_level);
  out["log_format"] = name(settings.log_format);
  const ConnectionSettings& connections = settings.connections;
  out["threads"] = connections.threads;
  out["max_queued_connections"] = connections.max_queued_connections;
  out["max_heavy"] = connections.max_heavy;
  out["heavy_patience_s"] = connections.heavy_patience.count();
  out["max_connections"] = connections.max_connections;
  out["max_downloads"] = connections.max_downloads;
  out["max_head_bytes"] = connections.max_head_bytes;
  out["max_body_bytes"] = connections.max_body_bytes;
  out["max_held_bytes"] = connections.max_held_bytes;
  out["keep_alive_timeout_s"] = connections.keep_alive_timeout.count();
  out["keep_alive_max_requests"] = connections.keep_alive_max_requests;
  out["write_timeout_s"] = connections.write_timeout.count();
  out["header_deadline_s"] = connections.header_deadline.count();
  out["body_deadline_s"] = connections.body_deadline.count();
  out["stop_grace_s"] = connections.stop_grace.count();
  out["batch_time_budget_s"] = settings.batch_time_budget.count();
  return out.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace ssem::api::http
