// TLS by OpenSSL: certificate and key from files, which may be read anew while connections live.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "advisor/result.h"
#include "api/http/connections/transport/transport.h"

struct ssl_ctx_st;

namespace ssem::api::http {

// TLS 1.2 and 1.3, without renegotiation. Thread safe.
class TlsContext {
 public:
  // PEM files: the certificate with its chain behind it, and its key without a password, which only its owner and
  // group may read. Errors (invalid_argument) name file and reason, or say that this build has no OpenSSL.
  static Result<std::unique_ptr<TlsContext>> open(std::string certificate_file, std::string key_file);

  // Both files again: connections that come later have the new certificate. On an error the old one stays.
  std::optional<Error> reload();

  // Throws where there is no memory.
  std::unique_ptr<Transport> accept(int socket) const;

 private:
  using Shared = std::shared_ptr<ssl_ctx_st>;

  TlsContext(std::string certificate_file, std::string key_file, Shared context)
      : certificate_file_(std::move(certificate_file)), key_file_(std::move(key_file)), context_(std::move(context)) {}
  static Result<Shared> read(const std::string& certificate_file, const std::string& key_file);

  const std::string certificate_file_;
  const std::string key_file_;
  mutable std::mutex mutex_;
  Shared context_;
};

}  // namespace ssem::api::http
