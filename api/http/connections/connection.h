// One client's connection: what came, what is to be sent, what it waits for.
#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <utility>

#include "api/http/connections/byte_budget.h"
#include "api/http/connections/reception.h"
#include "api/http/connections/transport/transport.h"

namespace ssem::api::http {

// Used by one thread at a time: the loop's, or a worker's, from being handed over to ConnectionLoop's taking it back,
// which uses the members of the first group only.
struct Connection {
  using Clock = std::chrono::steady_clock;

  enum class State {
    greeting,       // agrees on keys; waits for the peer's part of that
    shaking_hands,  // the same, on a worker thread or about to be
    waiting,        // for a request's first byte
    receiving,      // a request
    answering,      // on a worker thread, or about to be
    sending,        // what the client has not read yet
    draining        // reads what the peer still sends, so that closing does not reset the connection under our answer
  };

  Connection(int socket_taken, std::unique_ptr<Transport> opened, const ConnectionSettings& settings,
             ByteBudget& bodies)
      : socket(socket_taken), transport(std::move(opened)), reception(settings, bodies) {}

  bool is_with_worker() const { return state == State::answering || state == State::shaking_hands; }

  // For whoever answers.
  const int socket;
  const std::unique_ptr<Transport> transport;
  Reception reception;
  Clock::time_point complete_at{};  // when the request was whole
  bool is_last = false;             // no further request is answered on it
  bool must_close = false;          // set by whoever answers
  bool must_drain = false;          // then, too, the peer may still be sending
  std::string remote_address;       // both empty until they are asked for
  std::string local_address;
  int remote_port = 0;
  int local_port = 0;
  std::string unsent;
  ByteBudget::Share held;  // for `unsent`

  // For the loop.
  State state = State::waiting;
  Clock::time_point deadline{};
  Clock::time_point greeting_deadline{};
  std::list<Connection*>::iterator place;  // among those of its state that may be closed for others
  Connection* next_returned = nullptr;     // under the loop's lock
  std::size_t requests = 0;
  std::size_t sent = 0;  // of `unsent`
  bool is_in_body = false;
  bool may_have_input = true;
  bool peer_has_ended = false;
};

}  // namespace ssem::api::http
