#include "api/cli/operate/doctor/certificate_check.h"

#include "api/http/connections/transport/tls.h"

namespace ssem::api::cli {
namespace {

constexpr const char* kCertificate = "certificate";

}  // namespace

std::optional<Finding> check_certificate(const std::string& certificate_file, const std::string& key_file) {
  if (certificate_file.empty() && key_file.empty()) return std::nullopt;
  if (certificate_file.empty() || key_file.empty()) {
    return Finding{kCertificate, Health::wrong, "--tls-cert and --tls-key go together", "give both or none"};
  }
  const auto read = http::TlsContext::open(certificate_file, key_file);
  if (!read) {
    return Finding{kCertificate, Health::wrong, read.error().for_operator(),
                   "give PEM files that belong together: the certificate with its chain, and its key"};
  }
  return Finding{kCertificate, Health::good, certificate_file + " and its key can be served", ""};
}

}  // namespace ssem::api::cli
