#include "api/http/grpc/storage_rpcs.h"

#include <chrono>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "api/artifacts/study_artifacts.h"
#include "api/http/grpc/rpc_caller.h"
#include "api/http/grpc/trial_message.h"

namespace ssem::api::http::grpc {
namespace {

using ::grpc::ServerContext;
using ::grpc::Status;
using studies::AttributeKind;
using studies::StudyPtr;
using studies::StudyTable;
using studies::TrialPtr;

// `take` what was found, or say why it was not.
template <class Found, class Take>
std::optional<Error> taken(const Result<Found>& found, const Take& take) {
  if (!found) return found.error();
  take(found.value());
  return std::nullopt;
}

}  // namespace

Status StorageRpcs::answer(ServerContext& context, const char* method, Access needed, const Work& work) {
  const auto began = std::chrono::steady_clock::now();
  const RpcCaller caller(context, doorkeeper_, needed);
  const std::optional<Error> fault = caller.turned() ? caller.turned() : work();
  Status status = fault ? status_of(*fault) : Status::OK;
  const std::chrono::nanoseconds duration = std::chrono::steady_clock::now() - began;
  log_.call({method, static_cast<int>(status.error_code()), duration, caller.address(), caller.key_name(),
             status.error_code() == ::grpc::StatusCode::UNAVAILABLE ? fault->for_operator() : std::string_view()});
  return status;
}

Status StorageRpcs::look(ServerContext* context, const char* method,
                         const std::function<std::optional<Error>(const StudyTable&)>& look) {
  return answer(*context, method, Access::read, [&]() -> std::optional<Error> {
    std::optional<Error> missing;
    if (auto fault = store_.read([&](const StudyTable& table) { missing = look(table); })) return fault;
    return missing;
  });
}

Status StorageRpcs::change(ServerContext* context, const char* method, const studies::StudyStore::Change& change) {
  return answer(*context, method, Access::tune, [&] { return store_.write(change); });
}

Status StorageRpcs::CreateNewStudy(ServerContext* context, const optuna::CreateNewStudyRequest* request,
                                   optuna::CreateNewStudyReply* reply) {
  return change(context, "CreateNewStudy", [&](StudyTable& table) -> std::optional<Error> {
    std::vector<studies::Direction> directions;
    for (const int number : request->directions()) {
      const auto direction = direction_from(number);
      if (!direction) return direction.error();
      directions.push_back(direction.value());
    }
    return taken(table.create_study(request->study_name(), directions),
                 [&](const StudyPtr& study) { reply->set_study_id(study->study_id); });
  });
}

Status StorageRpcs::DeleteStudy(ServerContext* context, const optuna::DeleteStudyRequest* request,
                                optuna::DeleteStudyReply* /*reply*/) {
  return answer(*context, "DeleteStudy", usual_access("DELETE"), [&]() -> std::optional<Error> {
    std::set<std::string> ids;
    auto fault = store_.write([&](StudyTable& table) {
      if (artifacts_ != nullptr) ids = artifacts::artifacts_of_alone(table, request->study_id());
      return table.delete_study(request->study_id());
    });
    // After the change is kept: a study that stays has its files.
    if (fault) return fault;
    for (const std::string& id : ids) {
      if (artifacts::is_artifact_id(id)) artifacts_->remove(id);
    }
    return std::nullopt;
  });
}

Status StorageRpcs::SetStudyUserAttribute(ServerContext* context, const optuna::SetStudyUserAttributeRequest* request,
                                          optuna::SetStudyUserAttributeReply* /*reply*/) {
  return change(context, "SetStudyUserAttribute", [&](StudyTable& table) {
    return table.set_study_attribute(request->study_id(), AttributeKind::user, {request->key(), request->value()});
  });
}

Status StorageRpcs::SetStudySystemAttribute(ServerContext* context,
                                            const optuna::SetStudySystemAttributeRequest* request,
                                            optuna::SetStudySystemAttributeReply* /*reply*/) {
  return change(context, "SetStudySystemAttribute", [&](StudyTable& table) {
    return table.set_study_attribute(request->study_id(), AttributeKind::system, {request->key(), request->value()});
  });
}

Status StorageRpcs::GetStudyIdFromName(ServerContext* context, const optuna::GetStudyIdFromNameRequest* request,
                                       optuna::GetStudyIdFromNameReply* reply) {
  return look(context, "GetStudyIdFromName", [&](const StudyTable& table) {
    return taken(table.study_named(request->study_name()),
                 [&](const StudyPtr& study) { reply->set_study_id(study->study_id); });
  });
}

Status StorageRpcs::GetStudyNameFromId(ServerContext* context, const optuna::GetStudyNameFromIdRequest* request,
                                       optuna::GetStudyNameFromIdReply* reply) {
  return look(context, "GetStudyNameFromId", [&](const StudyTable& table) {
    return taken(table.study(request->study_id()), [&](const StudyPtr& study) { reply->set_study_name(study->name); });
  });
}

Status StorageRpcs::GetStudyDirections(ServerContext* context, const optuna::GetStudyDirectionsRequest* request,
                                       optuna::GetStudyDirectionsReply* reply) {
  return look(context, "GetStudyDirections", [&](const StudyTable& table) {
    return taken(table.study(request->study_id()), [&](const StudyPtr& study) {
      reply->clear_directions();
      for (const studies::Direction each : study->directions) reply->add_directions(direction_message(each));
    });
  });
}

Status StorageRpcs::GetStudyUserAttributes(ServerContext* context, const optuna::GetStudyUserAttributesRequest* request,
                                           optuna::GetStudyUserAttributesReply* reply) {
  return look(context, "GetStudyUserAttributes", [&](const StudyTable& table) {
    return taken(table.study(request->study_id()), [&](const StudyPtr& study) {
      reply->clear_user_attributes();  // a look may run twice
      fill(*reply->mutable_user_attributes(), study->user_attributes);
    });
  });
}

Status StorageRpcs::GetStudySystemAttributes(ServerContext* context,
                                             const optuna::GetStudySystemAttributesRequest* request,
                                             optuna::GetStudySystemAttributesReply* reply) {
  return look(context, "GetStudySystemAttributes", [&](const StudyTable& table) {
    return taken(table.study(request->study_id()), [&](const StudyPtr& study) {
      reply->clear_system_attributes();  // a look may run twice
      fill(*reply->mutable_system_attributes(), study->system_attributes);
    });
  });
}

Status StorageRpcs::GetAllStudies(ServerContext* context, const optuna::GetAllStudiesRequest* /*request*/,
                                  optuna::GetAllStudiesReply* reply) {
  std::vector<StudyPtr> studies;  // pointers inside, messages outside: nobody waits for those
  Status status = look(context, "GetAllStudies", [&](const StudyTable& table) -> std::optional<Error> {
    studies = table.studies();
    return std::nullopt;
  });
  for (const StudyPtr& study : studies) fill(*reply->add_studies(), *study);
  return status;
}

Status StorageRpcs::CreateNewTrial(ServerContext* context, const optuna::CreateNewTrialRequest* request,
                                   optuna::CreateNewTrialReply* reply) {
  return change(context, "CreateNewTrial", [&](StudyTable& table) -> std::optional<Error> {
    std::optional<studies::TrialContent> content;
    if (!request->template_trial_is_none()) {
      const auto read = content_from(request->template_trial());
      if (!read) return read.error();
      content = read.value();
    }
    return taken(table.create_trial(request->study_id(), content, studies::now()),
                 [&](const TrialPtr& trial) { reply->set_trial_id(trial->trial_id); });
  });
}

Status StorageRpcs::SetTrialParameter(ServerContext* context, const optuna::SetTrialParameterRequest* request,
                                      optuna::SetTrialParameterReply* /*reply*/) {
  return change(context, "SetTrialParameter", [&](StudyTable& table) {
    return table.set_trial_param(request->trial_id(),
                                 {request->param_name(), request->param_value_internal(), request->distribution()});
  });
}

Status StorageRpcs::GetTrialIdFromStudyIdTrialNumber(ServerContext* context,
                                                     const optuna::GetTrialIdFromStudyIdTrialNumberRequest* request,
                                                     optuna::GetTrialIdFromStudyIdTrialNumberReply* reply) {
  return look(context, "GetTrialIdFromStudyIdTrialNumber", [&](const StudyTable& table) {
    return taken(table.trial_numbered(request->study_id(), request->trial_number()),
                 [&](const TrialPtr& trial) { reply->set_trial_id(trial->trial_id); });
  });
}

Status StorageRpcs::SetTrialStateValues(ServerContext* context, const optuna::SetTrialStateValuesRequest* request,
                                        optuna::SetTrialStateValuesReply* reply) {
  return change(context, "SetTrialStateValues", [&](StudyTable& table) -> std::optional<Error> {
    const auto state = state_from(request->state());
    if (!state) return state.error();
    std::optional<std::vector<double>> values;
    if (!request->values().empty()) values.emplace(request->values().begin(), request->values().end());
    return taken(table.set_trial_state(request->trial_id(), state.value(), values, studies::now()),
                 [&](bool updated) { reply->set_trial_updated(updated); });
  });
}

Status StorageRpcs::SetTrialIntermediateValue(ServerContext* context,
                                              const optuna::SetTrialIntermediateValueRequest* request,
                                              optuna::SetTrialIntermediateValueReply* /*reply*/) {
  return change(context, "SetTrialIntermediateValue", [&](StudyTable& table) {
    return table.set_trial_intermediate_value(request->trial_id(), {request->step(), request->intermediate_value()});
  });
}

Status StorageRpcs::SetTrialUserAttribute(ServerContext* context, const optuna::SetTrialUserAttributeRequest* request,
                                          optuna::SetTrialUserAttributeReply* /*reply*/) {
  return change(context, "SetTrialUserAttribute", [&](StudyTable& table) {
    return table.set_trial_attribute(request->trial_id(), AttributeKind::user, {request->key(), request->value()});
  });
}

Status StorageRpcs::SetTrialSystemAttribute(ServerContext* context,
                                            const optuna::SetTrialSystemAttributeRequest* request,
                                            optuna::SetTrialSystemAttributeReply* /*reply*/) {
  return change(context, "SetTrialSystemAttribute", [&](StudyTable& table) {
    return table.set_trial_attribute(request->trial_id(), AttributeKind::system, {request->key(), request->value()});
  });
}

Status StorageRpcs::GetTrial(ServerContext* context, const optuna::GetTrialRequest* request,
                             optuna::GetTrialReply* reply) {
  TrialPtr trial;
  Status status = look(context, "GetTrial", [&](const StudyTable& table) {
    return taken(table.trial(request->trial_id()), [&](const TrialPtr& found) { trial = found; });
  });
  if (trial != nullptr) fill(*reply->mutable_trial(), *trial);
  return status;
}

Status StorageRpcs::GetTrials(ServerContext* context, const optuna::GetTrialsRequest* request,
                              optuna::GetTrialsReply* reply) {
  studies::TrialFilter filter;
  filter.after_trial_id = request->trial_id_greater_than();
  filter.include.assign(request->included_trial_ids().begin(), request->included_trial_ids().end());
  std::vector<TrialPtr> trials;
  Status status = look(context, "GetTrials", [&](const StudyTable& table) {
    return taken(table.trials(request->study_id(), filter), [&](const auto& found) { trials = found; });
  });
  for (const TrialPtr& trial : trials) fill(*reply->add_trials(), *trial);
  return status;
}

}  // namespace ssem::api::http::grpc
