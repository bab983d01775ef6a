#include "api/http/grpc/grpc_server.h"

#include <grpcpp/resource_quota.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>

#include "api/http/grpc/storage_rpcs.h"

namespace ssem::api::http::grpc {
namespace {

constexpr int kUnlimited = -1;
constexpr int kOwnThreads = 4;  // that wait for calls, beside those that answer them

Result<std::string> contents_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file.is_open() || file.bad()) return Error{ErrorCode::unavailable, path + " cannot be read", {}};
  return text;
}

Result<std::shared_ptr<::grpc::ServerCredentials>> credentials_of(const Settings& settings) {
  if (settings.tls_cert.empty()) return ::grpc::InsecureServerCredentials();
  const auto key = contents_of(settings.tls_key), chain = contents_of(settings.tls_cert);
  if (!key) return key.error();
  if (!chain) return chain.error();
  ::grpc::SslServerCredentialsOptions options;
  options.pem_key_cert_pairs.push_back({key.value(), chain.value()});
  return ::grpc::SslServerCredentials(options);
}

class RunningServer final : public GrpcServer {
 public:
  explicit RunningServer(const GrpcParts& parts) : rpcs_(parts), stop_grace_(parts.settings.connections.stop_grace) {}
  ~RunningServer() override {
    if (server_ != nullptr) stop();
  }
  RunningServer(const RunningServer&) = delete;
  RunningServer& operator=(const RunningServer&) = delete;

  bool start(const std::string& address, const std::shared_ptr<::grpc::ServerCredentials>& credentials,
             const ConnectionSettings& connections) {
    ::grpc::ServerBuilder builder;
    builder.AddListeningPort(address, credentials, &port_);
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);  // two servers on one port would part the clients
    builder.SetMaxReceiveMessageSize(static_cast<int>(connections.max_body_bytes));
    builder.SetMaxSendMessageSize(kUnlimited);
    builder.SetResourceQuota(
        ::grpc::ResourceQuota().SetMaxThreads(static_cast<int>(connections.threads) + kOwnThreads));
    builder.RegisterService(&rpcs_);
    server_ = builder.BuildAndStart();
    return server_ != nullptr && port_ != 0;
  }

  int port() const override { return port_; }
  void stop() override { server_->Shutdown(std::chrono::system_clock::now() + stop_grace_); }

 private:
  StorageRpcs rpcs_;
  const std::chrono::seconds stop_grace_;
  int port_ = 0;
  std::unique_ptr<::grpc::Server> server_;
};

StartedGrpc start(const GrpcParts& parts) {
  const auto credentials = credentials_of(parts.settings);
  if (!credentials) return credentials.error();
  const std::string& host = parts.settings.host;
  const std::string address =
      (host.find(':') != std::string::npos ? "[" + host + "]" : host) + ":" + std::to_string(parts.settings.grpc_port);
  auto server = std::make_unique<RunningServer>(parts);
  if (!server->start(address, credentials.value(), parts.settings.connections)) {
    return Error{ErrorCode::unavailable,
                 "cannot listen for gRPC on " + address + ": the port is taken, or the certificate is none",
                 {}};
  }
  return std::unique_ptr<GrpcServer>(std::move(server));
}

}  // namespace
}  // namespace ssem::api::http::grpc

extern "C" void ssem_start_grpc(const ssem::api::http::grpc::GrpcParts& parts,
                                ssem::api::http::grpc::StartedGrpc& started) {
  started = ssem::api::http::grpc::start(parts);
}
