#include "api/http/grpc/rpc_caller.h"

#include <grpcpp/server_context.h>
#include <grpcpp/support/status.h>

#include <cstddef>
#include <string_view>

#include "api/http/message/message.h"
#include "api/studies/study_table.h"

namespace ssem::api::http::grpc {
namespace {

// "ipv4:127.0.0.1:54321" and "ipv6:%5B::1%5D:54321" to the address alone; other kinds as they are.
std::string address_in(std::string peer) {
  if (peer.starts_with("ipv4:")) return peer.substr(5, peer.rfind(':') - 5);
  if (!peer.starts_with("ipv6:")) return peer;
  peer = peer.substr(5, peer.rfind(':') - 5);
  const auto without = [&peer](std::string_view bracket) {
    if (const std::size_t at = peer.find(bracket); at != std::string::npos) peer.erase(at, bracket.size());
  };
  for (const std::string_view bracket : {"%5B", "%5D", "[", "]"}) without(bracket);
  return peer;
}

::grpc::StatusCode code_of(const Error& error) {
  switch (error.code) {
    case ErrorCode::not_found:
      return ::grpc::StatusCode::NOT_FOUND;
    case ErrorCode::conflict:
      return error.finer_code == studies::kDuplicatedStudy ? ::grpc::StatusCode::ALREADY_EXISTS
                                                           : ::grpc::StatusCode::FAILED_PRECONDITION;
    case ErrorCode::invalid_argument:
    case ErrorCode::unprocessable:
      return ::grpc::StatusCode::INVALID_ARGUMENT;
    case ErrorCode::unauthorized:
      return ::grpc::StatusCode::UNAUTHENTICATED;
    case ErrorCode::forbidden:
      return ::grpc::StatusCode::PERMISSION_DENIED;
    case ErrorCode::rate_limited:
      return ::grpc::StatusCode::RESOURCE_EXHAUSTED;
    case ErrorCode::unavailable:
      return ::grpc::StatusCode::UNAVAILABLE;
    default:
      return ::grpc::StatusCode::INTERNAL;
  }
}

}  // namespace

RpcCaller::RpcCaller(const ::grpc::ServerContext& context, Doorkeeper& doorkeeper, Access needed)
    : address_(address_in(context.peer())) {
  const auto& metadata = context.client_metadata();
  std::string lower;
  const auto found = [&](std::string_view name) {
    lower.assign(name);
    for (char& letter : lower) letter = static_cast<char>(letter | (letter >= 'A' && letter <= 'Z' ? 0x20 : 0));
    return metadata.equal_range(::grpc::string_ref(lower.data(), lower.size()));
  };
  Request request;
  request.remote_address = address_;
  request.header_count = [&](std::string_view name) {
    const auto [first, last] = found(name);
    return static_cast<std::size_t>(std::distance(first, last));
  };
  request.header = [&](std::string_view name) {
    const auto [first, last] = found(name);
    if (first == last || std::next(first) != last) return std::string_view();
    return std::string_view(first->second.data(), first->second.size());
  };
  address_ = doorkeeper.address_of(request);
  if (const auto turned = doorkeeper.admit(request, address_, needed, key_)) turned_ = turned->error;
}

::grpc::Status status_of(const Error& error) {
  std::string words = error.message;
  for (const FieldFault& fault : error.fields) {
    if (words.find(fault.message) == std::string::npos) words += "; " + fault.path + ": " + fault.message;
  }
  return {code_of(error), words};
}

}  // namespace ssem::api::http::grpc
