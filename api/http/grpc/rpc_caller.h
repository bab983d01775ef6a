// Who calls by gRPC: the doorkeeper's rules for HTTP hold for it, with metadata in the place of headers.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "advisor/result.h"
#include "api/http/access/doorkeeper.h"

namespace grpc {
class ServerContext;
class Status;
}  // namespace grpc

namespace ssem::api::http::grpc {

class RpcCaller {
 public:
  RpcCaller(const ::grpc::ServerContext& context, Doorkeeper& doorkeeper, Access needed);

  const std::optional<Error>& turned() const { return turned_; }  // why the call is not let in
  const std::string& address() const { return address_; }
  std::string key_name() const { return key_ == nullptr ? std::string() : key_->name; }

 private:
  std::string address_;
  std::shared_ptr<const KeyEntry> key_;
  std::optional<Error> turned_;
};

// The status that Optuna's client tells apart, with the error's words.
::grpc::Status status_of(const Error& error);

}  // namespace ssem::api::http::grpc
