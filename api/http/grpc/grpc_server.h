// The second door: Optuna's gRPC storage protocol on a port of its own. gRPC is some fifty libraries, so it lives in a
// module, libssem_grpc.so, that is loaded where it is asked for: nobody else waits for it, or needs it installed.
#pragma once

#include <memory>

#include "advisor/result.h"
#include "api/artifacts/artifact_folder.h"
#include "api/http/access/doorkeeper.h"
#include "api/http/observe/request_log.h"
#include "api/http/settings.h"
#include "api/studies/study_store.h"

namespace ssem::api::http::grpc {

// Serves until it is destroyed or stopped; what is being answered then gets the settings' stop grace. In the clear, or
// with the settings' certificate, which is read once.
class GrpcServer {
 public:
  virtual ~GrpcServer() = default;
  virtual int port() const = 0;
  virtual void stop() = 0;  // any number of times, from any thread
};

// All of it outlives the server; `artifacts` is null where none are kept.
struct GrpcParts {
  const Settings& settings;
  studies::StudyStore& store;
  Doorkeeper& doorkeeper;
  const RequestLog& log;
  artifacts::ArtifactFolder* artifacts;
};

using StartedGrpc = Result<std::unique_ptr<GrpcServer>>;

// `invalid_argument` where the module is not there or cannot be loaded; `unavailable` where the port cannot be had.
StartedGrpc start_grpc(const GrpcParts& parts);

// What the module exports, under this name.
inline constexpr const char* kStartGrpc = "ssem_start_grpc";
using StartGrpc = void(const GrpcParts& parts, StartedGrpc& started);

}  // namespace ssem::api::http::grpc
