// Studies and trials as GrpcStorageProxy reads and writes them. Its times have no offset: they are local ones of the
// server's machine, as Optuna's own gRPC server has them.
#pragma once

#include <string>

#include "advisor/result.h"
#include "api/http/grpc/storage_service.pb.h"
#include "api/studies/trial.h"

namespace ssem::api::http::grpc {

using TextEntries = google::protobuf::RepeatedPtrField<optuna::TextEntry>;

void fill(TextEntries& entries, const studies::Attributes& attributes);
void fill(optuna::Study& message, const studies::Study& study);
void fill(optuna::Trial& message, const studies::Trial& trial);

// The direction's number on the wire; one that is not set counts as minimize.
optuna::StudyDirection direction_message(studies::Direction direction);

// `invalid_argument` for numbers that are no state or direction, a time that is none, and a parameter without its
// distribution.
Result<studies::TrialState> state_from(int number);
Result<studies::Direction> direction_from(int number);
Result<studies::TrialContent> content_from(const optuna::Trial& message);

}  // namespace ssem::api::http::grpc
