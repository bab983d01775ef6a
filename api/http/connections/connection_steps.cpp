// What the loop does with one connection whenever it can go on.
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <exception>
#include <utility>

#include "api/http/connections/connection_loop.h"

namespace ssem::api::http {
namespace {

constexpr std::chrono::milliseconds kLongestDrain{2000};
constexpr int kMostReadsOfADrain = 64;  // at a time: who sends without end does not hold up the others
constexpr std::size_t kReadAtOnce = 64UL * 1024;

bool would_block(int error) { return error == EAGAIN; }

}  // namespace

void ConnectionLoop::go_on(Connection& connection) {
  try {
    advance(connection);
  } catch (const std::exception&) {  // no memory: that one connection ends
    close(connection);
  }
}

void ConnectionLoop::advance(Connection& connection) {
  bool goes_on = true;
  while (goes_on) {
    switch (connection.state) {
      case State::greeting:
        goes_on = shake_hands(connection);
        break;
      case State::waiting:
      case State::receiving:
        goes_on = look(connection) && (connection.state == State::sending || receive(connection));
        break;
      case State::sending:
        goes_on = send(connection) && end_answer(connection);
        break;
      case State::draining:
        goes_on = drain(connection);
        break;
      case State::shaking_hands:
      case State::answering:
        return;
    }
  }
}

// A worker's: its arithmetic takes as long as hundreds of our steps.
bool ConnectionLoop::shake_hands(Connection& connection) {
  if (!connection.may_have_input) return false;
  connection.may_have_input = false;  // what comes from here on sets it again
  enter(connection, State::shaking_hands, Clock::time_point::max());
  const bool is_taken = workers_.add([this, &connection] {
    connection.transport->shake_hands();
    give_back(connection);
  });
  if (is_taken) return false;
  calls_.report_full();
  close(connection);
  return false;
}

// All of it under the lock: once it is given back nothing here touches the loop, which may be at its end.
void ConnectionLoop::give_back(Connection& connection) {
  const std::lock_guard lock(returned_mutex_);
  connection.next_returned = std::exchange(returned_, &connection);
  if (connection.next_returned == nullptr) wake();
}

// False: nothing more to do now, or the connection is closed, here and in what follows.
bool ConnectionLoop::receive(Connection& connection) {
  std::array<char, kReadAtOnce> buffer;  // not set: 64 KiB a read
  while (connection.may_have_input && !connection.peer_has_ended) {
    const ssize_t count = connection.transport->receive(buffer.data(), buffer.size());
    if (count > 0) {
      connection.reception.receive(buffer.data(), static_cast<std::size_t>(count));
      return true;
    }
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && would_block(errno)) {
      connection.may_have_input = false;
      return false;
    }
    connection.peer_has_ended = true;
  }
  if (connection.peer_has_ended) close(connection);  // it will not complete its request
  return false;
}

bool ConnectionLoop::look(Connection& connection) {
  Reception& reception = connection.reception;
  const auto now = Clock::now();
  switch (reception.look()) {
    case Reception::State::idle:
      return true;
    case Reception::State::in_head:
      if (connection.state == State::waiting) enter(connection, State::receiving, now + settings_.header_deadline);
      return true;
    case Reception::State::in_body:
      if (!connection.is_in_body) enter(connection, State::receiving, now + settings_.body_deadline);
      connection.is_in_body = true;
      if (reception.take_wish_to_continue()) {
        constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
        connection.transport->send(kContinue.data(), kContinue.size());  // an answer may do without
      }
      return true;
    case Reception::State::refused:
      refuse(connection, reception.refusal());
      return true;
    case Reception::State::complete:
      hand_over(connection);
      return connection.state != State::answering;
  }
  return false;
}

void ConnectionLoop::hand_over(Connection& connection) {
  connection.is_in_body = false;
  connection.complete_at = Clock::now();
  ++connection.requests;
  connection.is_last =
      stopping_ || connection.reception.asks_to_close() || connection.requests >= settings_.keep_alive_max_requests;
  enter(connection, State::answering, Clock::time_point::max());
  const bool is_taken = workers_.add([this, &connection] {
    counters_.begin_work(Clock::now() - connection.complete_at);
    calls_.answer(connection);
    counters_.end_work();
    give_back(connection);
  });
  if (is_taken) return;
  calls_.report_full();
  refuse(connection, 503);
}

bool ConnectionLoop::send(Connection& connection) {
  while (connection.sent < connection.unsent.size()) {
    const ssize_t count = connection.transport->send(connection.unsent.data() + connection.sent,
                                                     connection.unsent.size() - connection.sent);
    if (count > 0) {
      connection.sent += static_cast<std::size_t>(count);
      set_deadline(connection, Clock::now() + settings_.write_timeout);
    } else if (count < 0 && would_block(errno)) {
      return false;
    } else if (count == 0 || errno != EINTR) {
      close(connection);
      return false;
    }
  }
  return true;
}

bool ConnectionLoop::end_answer(Connection& connection) {
  connection.unsent = {};
  connection.sent = 0;
  connection.held = {};
  if (connection.must_close || connection.is_last || stopping_) {
    connection.transport->end_sending();
    if (!connection.must_drain && !connection.reception.has_leftover()) {
      close(connection);
      return false;
    }
    connection.may_have_input = true;
    enter(connection, State::draining, Clock::now() + kLongestDrain);
    return true;
  }
  connection.reception.next();
  enter(connection, State::waiting, Clock::now() + settings_.keep_alive_timeout);
  return true;
}

// To be followed by the sending of it.
void ConnectionLoop::refuse(Connection& connection, int status) {
  connection.unsent = calls_.refuse(connection, status);
  connection.must_close = true;
  connection.must_drain = true;
  enter(connection, State::sending, Clock::now() + settings_.write_timeout);
}

bool ConnectionLoop::drain(Connection& connection) {
  std::array<char, kReadAtOnce> buffer;  // not set: what is read is dropped
  for (int reads = 0; reads < kMostReadsOfADrain; ++reads) {
    const ssize_t count = ::recv(connection.socket, buffer.data(), buffer.size(), 0);
    if (count > 0 || (count < 0 && errno == EINTR)) continue;
    if (count == 0 || !would_block(errno)) close(connection);
    break;
  }
  return false;
}

}  // namespace ssem::api::http
