#include "api/http/connections/transport/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

namespace ssem::api::http {
namespace {

Error tls_fault(const std::string& flag, const std::string& file, const std::string& rule) {
  return {ErrorCode::invalid_argument, flag + ' ' + file + ": " + rule, {}};
}

// The first of OpenSSL's reasons; a file's own where it has none.
std::string reason_of_openssl() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  const char* reason = ERR_reason_error_string(code);
  return reason != nullptr ? reason : "cannot be read";
}

int choose_http(SSL*, const unsigned char** chosen, unsigned char* length, const unsigned char* offered,
                unsigned int offered_length, void*) {
  constexpr std::string_view kHttp = "http/1.1";
  for (unsigned int at = 0; at < offered_length; at += 1U + offered[at]) {
    const std::string_view name(reinterpret_cast<const char*>(offered) + at + 1, offered[at]);
    if (name != kHttp) continue;
    *chosen = offered + at + 1;
    *length = offered[at];
    return SSL_TLSEXT_ERR_OK;
  }
  return SSL_TLSEXT_ERR_NOACK;
}

struct FreeSsl {
  void operator()(SSL* session) const { SSL_free(session); }
};

class TlsTransport final : public Transport {
 public:
  TlsTransport(std::shared_ptr<SSL_CTX> context, int socket)
      : context_(std::move(context)), session_(SSL_new(context_.get())), socket_(socket) {
    if (!session_ || SSL_set_fd(session_.get(), socket) != 1) throw std::bad_alloc();
    SSL_set_accept_state(session_.get());
  }

  Handshake shake_hands() override {
    ERR_clear_error();
    const int result = SSL_do_handshake(session_.get());
    if (result == 1) return state_ = Handshake::complete;
    const int fault = SSL_get_error(session_.get(), result);
    if (fault == SSL_ERROR_WANT_READ || fault == SSL_ERROR_WANT_WRITE) return state_;
    if (ERR_GET_REASON(ERR_peek_error()) == SSL_R_HTTP_REQUEST) answer_plain_request();
    ERR_clear_error();
    return state_ = Handshake::failed;
  }
  Handshake handshake() const override { return state_; }

  ssize_t receive(char* bytes, std::size_t count) override {
    ERR_clear_error();
    const int most = static_cast<int>(std::min<std::size_t>(count, INT_MAX));
    return as_of_socket(SSL_read(session_.get(), bytes, most));
  }
  ssize_t send(const char* bytes, std::size_t count) override {
    ERR_clear_error();
    const int most = static_cast<int>(std::min<std::size_t>(count, INT_MAX));
    return as_of_socket(SSL_write(session_.get(), bytes, most));
  }
  void end_sending() override {
    ERR_clear_error();
    if (state_ == Handshake::complete && !is_broken_) SSL_shutdown(session_.get());
    ERR_clear_error();
    ::shutdown(socket_, SHUT_WR);
  }

 private:
  ssize_t as_of_socket(int result) {
    if (result > 0) return result;
    switch (SSL_get_error(session_.get(), result)) {
      case SSL_ERROR_WANT_READ:
      case SSL_ERROR_WANT_WRITE:
        errno = EAGAIN;
        return -1;
      case SSL_ERROR_ZERO_RETURN:
        return 0;
      default:  // OpenSSL allows nothing more on the session
        is_broken_ = true;
        ERR_clear_error();
        errno = ECONNRESET;
        return -1;
    }
  }

  void answer_plain_request() const {
    constexpr std::string_view kAnswer =
        "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 48\r\nConnection: close\r\n\r\n"
        "ssem serve speaks HTTPS here: say https:// to it";
    ::send(socket_, kAnswer.data(), kAnswer.size(), MSG_NOSIGNAL);
  }

  const std::shared_ptr<SSL_CTX> context_;
  const std::unique_ptr<SSL, FreeSsl> session_;
  const int socket_;
  Handshake state_ = Handshake::goes_on;
  bool is_broken_ = false;
};

}  // namespace

Result<TlsContext::Shared> TlsContext::read(const std::string& certificate_file, const std::string& key_file) {
  struct stat status {};
  if (::stat(key_file.c_str(), &status) != 0) return tls_fault("--tls-key", key_file, std::strerror(errno));
  if ((status.st_mode & S_IRWXO) != 0) {
    return tls_fault("--tls-key", key_file, "everybody may read it; chmod o-rwx makes it private");
  }
  ERR_clear_error();
  Shared context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (!context) return tls_fault("--tls-cert", certificate_file, reason_of_openssl());
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  // What is left of an answer lies elsewhere when it is sent on.
  SSL_CTX_set_mode(context.get(),
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_alpn_select_cb(context.get(), choose_http, nullptr);
  // A password would be asked for at the terminal.
  SSL_CTX_set_default_passwd_cb(context.get(), [](char*, int, int, void*) { return 0; });
  if (SSL_CTX_use_certificate_chain_file(context.get(), certificate_file.c_str()) != 1) {
    return tls_fault("--tls-cert", certificate_file, reason_of_openssl());
  }
  if (SSL_CTX_use_PrivateKey_file(context.get(), key_file.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(context.get()) != 1) {
    return tls_fault("--tls-key", key_file, reason_of_openssl());
  }
  return Result<Shared>(std::move(context));
}

Result<std::unique_ptr<TlsContext>> TlsContext::open(std::string certificate_file, std::string key_file) {
  auto context = read(certificate_file, key_file);
  if (!context) return context.error();
  return std::unique_ptr<TlsContext>(
      new TlsContext(std::move(certificate_file), std::move(key_file), std::move(context).value()));
}

std::optional<Error> TlsContext::reload() {
  auto context = read(certificate_file_, key_file_);
  if (!context) return context.error();
  const std::lock_guard lock(mutex_);
  context_ = std::move(context).value();
  return std::nullopt;
}

std::unique_ptr<Transport> TlsContext::accept(int socket) const {
  Shared context;
  {
    const std::lock_guard lock(mutex_);
    context = context_;
  }
  return std::make_unique<TlsTransport>(std::move(context), socket);
}

}  // namespace ssem::api::http
