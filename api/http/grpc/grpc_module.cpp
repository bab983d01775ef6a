#include <dlfcn.h>

#include <filesystem>
#include <string>

#include "api/http/grpc/grpc_server.h"

namespace ssem::api::http::grpc {
namespace {

constexpr const char* kModule = "libssem_grpc.so";

// Beside the program in a build folder, in lib/ssem of an installation.
std::filesystem::path module_path() {
  std::error_code fault;
  const auto folder = std::filesystem::read_symlink("/proc/self/exe", fault).parent_path();
  const auto installed = folder.parent_path() / "lib" / "ssem" / kModule;
  return std::filesystem::exists(installed, fault) ? installed : folder / kModule;
}

Error no_module(const std::string& why) {
  return {ErrorCode::invalid_argument,
          "--grpc-port needs " + std::string(kModule) +
              ", which is built where libgrpc++-dev and protobuf-compiler-grpc are installed: " + why,
          {}};
}

}  // namespace

StartedGrpc start_grpc(const GrpcParts& parts) {
  const auto path = module_path();
  if (std::error_code ignored; !std::filesystem::exists(path, ignored))
    return no_module("there is no " + path.string());
  void* const module = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);  // for as long as the program lives
  if (module == nullptr) return no_module(::dlerror());
  void* const start = ::dlsym(module, kStartGrpc);
  if (start == nullptr) return no_module(::dlerror());
  StartedGrpc started = Error{};
  reinterpret_cast<StartGrpc*>(start)(parts, started);
  return started;
}

}  // namespace ssem::api::http::grpc
