// The bytes of one connection, plain or encrypted, on a socket that never blocks.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <functional>
#include <memory>

namespace ssem::api::http {

// One thread at a time. The socket is the connection's, which closes it.
class Transport {
 public:
  enum class Handshake { complete, goes_on, failed };

  virtual ~Transport() = default;

  // The agreement on keys, as far as the peer's bytes that are there allow; a millisecond of arithmetic.
  virtual Handshake shake_hands() = 0;
  // Of the last shake_hands(), or of a transport that needs none. The others work once it is complete.
  virtual Handshake handshake() const = 0;

  // As recv() and send(): -1 with EAGAIN where it has to wait for the socket, in either direction.
  virtual ssize_t receive(char* bytes, std::size_t count) = 0;
  virtual ssize_t send(const char* bytes, std::size_t count) = 0;
  // Tells the peer that nothing more will come.
  virtual void end_sending() = 0;
};

// Makes the transport of a connection that was accepted.
using TransportOpener = std::function<std::unique_ptr<Transport>(int socket)>;

}  // namespace ssem::api::http
