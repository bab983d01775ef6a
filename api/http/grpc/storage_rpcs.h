// Optuna's StorageService over the studies: the rules, the store and the answers of /api/v1/storage, for
// GrpcStorageProxy.
#pragma once

#include <functional>

#include "api/http/grpc/grpc_server.h"
#include "api/http/grpc/storage_service.grpc.pb.h"
#include "api/studies/study_store.h"

namespace ssem::api::http::grpc {

// Statuses: NOT_FOUND, ALREADY_EXISTS (a study's name), FAILED_PRECONDITION (a trial has finished), INVALID_ARGUMENT (a
// broken rule of a value), UNAUTHENTICATED, PERMISSION_DENIED, RESOURCE_EXHAUSTED (too many requests), UNAVAILABLE (the
// storage). A key comes as metadata: authorization "Bearer KEY", or x-api-key. Every call is a line in the log. Thread
// safe.
class StorageRpcs final : public optuna::StorageService::Service {
 public:
  explicit StorageRpcs(const GrpcParts& parts)
      : store_(parts.store), doorkeeper_(parts.doorkeeper), log_(parts.log), artifacts_(parts.artifacts) {}

#define SSEM_RPC(name) \
  ::grpc::Status name(::grpc::ServerContext*, const optuna::name##Request*, optuna::name##Reply*) override
  SSEM_RPC(CreateNewStudy);
  SSEM_RPC(DeleteStudy);
  SSEM_RPC(SetStudyUserAttribute);
  SSEM_RPC(SetStudySystemAttribute);
  SSEM_RPC(GetStudyIdFromName);
  SSEM_RPC(GetStudyNameFromId);
  SSEM_RPC(GetStudyDirections);
  SSEM_RPC(GetStudyUserAttributes);
  SSEM_RPC(GetStudySystemAttributes);
  SSEM_RPC(GetAllStudies);
  SSEM_RPC(CreateNewTrial);
  SSEM_RPC(SetTrialParameter);
  SSEM_RPC(GetTrialIdFromStudyIdTrialNumber);
  SSEM_RPC(SetTrialStateValues);
  SSEM_RPC(SetTrialIntermediateValue);
  SSEM_RPC(SetTrialUserAttribute);
  SSEM_RPC(SetTrialSystemAttribute);
  SSEM_RPC(GetTrial);
  SSEM_RPC(GetTrials);
#undef SSEM_RPC

 private:
  using Work = std::function<std::optional<Error>()>;
  // Lets the caller in, works, logs; what `work` returns becomes the status.
  ::grpc::Status answer(::grpc::ServerContext& context, const char* method, Access needed, const Work& work);
  ::grpc::Status look(::grpc::ServerContext* context, const char* method,
                      const std::function<std::optional<Error>(const studies::StudyTable&)>& look);
  ::grpc::Status change(::grpc::ServerContext* context, const char* method, const studies::StudyStore::Change& change);

  studies::StudyStore& store_;
  Doorkeeper& doorkeeper_;
  const RequestLog& log_;
  artifacts::ArtifactFolder* const artifacts_;
};

}  // namespace ssem::api::http::grpc
