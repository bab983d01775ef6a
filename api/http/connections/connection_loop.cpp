#include "api/http/connections/connection_loop.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <exception>
#include <system_error>
#include <utility>
#include <vector>

#include "api/http/connections/accept_fault.h"

namespace ssem::api::http {
namespace {

// So that a machine without descriptors or memory is not kept busy by asking; connections wait in the kernel meanwhile.
constexpr std::chrono::milliseconds kAcceptPause{10};
// After stop(), for requests that are on their way.
constexpr std::chrono::milliseconds kReceiveGrace{250};

int checked(int descriptor, const char* what) {
  if (descriptor < 0) throw std::system_error(errno, std::generic_category(), what);
  return descriptor;
}

void watch(int poll, int socket, std::uint32_t events, int operation = EPOLL_CTL_ADD) {
  epoll_event event{};
  event.events = events;
  event.data.fd = socket;
  checked(::epoll_ctl(poll, operation, socket, &event), "epoll_ctl");
}

}  // namespace

ConnectionLoop::ConnectionLoop(const ConnectionSettings& settings, WorkerPool& workers, ConnectionCounters& counters,
                               ConnectionCalls calls)
    : settings_(settings),
      workers_(workers),
      counters_(counters),
      calls_(std::move(calls)),
      bodies_(settings.max_held_bytes),
      poll_(checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
      wake_(checked(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd")) {
  watch(poll_, wake_, EPOLLIN);
}

ConnectionLoop::~ConnectionLoop() {
  ::close(wake_);
  ::close(poll_);
}

void ConnectionLoop::run(int listening_socket) {
  listening_ = listening_socket;
  ::fcntl(listening_, F_SETFL, ::fcntl(listening_, F_GETFL) | O_NONBLOCK);
  watch(poll_, listening_, EPOLLIN);
  while (!has_begun_to_stop_ || !connections_.empty()) {
    counters_.set_held(connections_.size(), waiting_.size());
    wait_for_events();
    take_back();
    const auto now = Clock::now();
    fire_deadlines(now);
    if (accept_again_ <= now) resume_accepting();
    if (stopping_ && !has_begun_to_stop_) begin_stop();
    if (stop_deadline_ <= now) cut_what_remains();
  }
}

void ConnectionLoop::stop() {
  stopping_ = true;
  wake();
}

void ConnectionLoop::wake() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(wake_, &one, sizeof one);
}

int ConnectionLoop::milliseconds_to_next() const {
  auto next = std::min(accept_again_, stop_deadline_);
  if (!deadlines_.empty()) next = std::min(next, deadlines_.begin()->first);
  if (next == Clock::time_point::max()) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(next - Clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000));
}

void ConnectionLoop::wait_for_events() {
  std::array<epoll_event, 256> events{};
  const int count = ::epoll_wait(poll_, events.data(), static_cast<int>(events.size()), milliseconds_to_next());
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    if (event.data.fd == wake_) {
      std::uint64_t times = 0;
      [[maybe_unused]] const ssize_t read = ::read(wake_, &times, sizeof times);
    } else if (event.data.fd == listening_) {
      accept_all();
    } else if (const auto found = connections_.find(event.data.fd); found != connections_.end()) {
      Connection& connection = *found->second;
      if ((event.events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) connection.may_have_input = true;
      if (!connection.is_with_worker()) go_on(connection);
    }
  }
}

void ConnectionLoop::resume_accepting() {
  accept_again_ = Clock::time_point::max();
  watch(poll_, listening_, EPOLLIN, EPOLL_CTL_MOD);
}

void ConnectionLoop::accept_all() {
  while (listening_ >= 0) {
    const int socket = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (socket >= 0) {
      try {
        take(socket);
      } catch (const std::exception&) {  // no memory
        const auto found = connections_.find(socket);
        found == connections_.end() ? static_cast<void>(::close(socket)) : close(*found->second);
      }
      continue;
    }
    const int error = errno;
    if (error == EAGAIN) return;
    if (error == EINTR) continue;
    calls_.report_accept_fault(error);
    if (concerns_one_connection(error)) continue;
    if (is_out_of_descriptors(error) && make_room()) continue;
    accept_again_ = Clock::now() + kAcceptPause;
    watch(poll_, listening_, 0, EPOLL_CTL_MOD);
    return;
  }
}

// True: the connection that has waited longest is closed; one that is half received only where none is idle.
bool ConnectionLoop::make_room() {
  std::list<Connection*>& oldest = waiting_.empty() ? receiving_ : waiting_;
  if (oldest.empty()) return false;
  counters_.close_for_others();
  close(*oldest.front());
  return true;
}

void ConnectionLoop::take(int socket) {
  const bool has_room = connections_.size() < settings_.max_connections || make_room();
  auto made = std::make_unique<Connection>(socket, calls_.open(socket), settings_, bodies_);
  Connection& connection = *made;
  connections_.emplace(socket, std::move(made));
  const int on = 1;  // an answer's end does not wait for the client to confirm its beginning
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connection.transport->handshake() == Transport::Handshake::complete) {
    enter(connection, State::waiting, Clock::now() + settings_.keep_alive_timeout);
  } else {
    connection.may_have_input = false;  // until the first look at the socket tells
    connection.greeting_deadline = Clock::now() + settings_.header_deadline;
    enter(connection, State::greeting, connection.greeting_deadline);
  }
  watch(poll_, socket, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET);
  if (!has_room) {
    if (connection.state == State::greeting) return close(connection);  // nothing can be said to it yet
    calls_.report_full();
    refuse(connection, 503);
  }
  go_on(connection);
}

void ConnectionLoop::take_back() {
  Connection* next = nullptr;
  {
    const std::lock_guard lock(returned_mutex_);
    next = std::exchange(returned_, nullptr);
  }
  while (next != nullptr) {
    Connection& connection = *std::exchange(next, next->next_returned);
    if (connection.state == State::answering) {
      enter(connection, State::sending, Clock::now() + settings_.write_timeout);
    } else if (connection.transport->handshake() == Transport::Handshake::goes_on) {
      enter(connection, State::greeting, connection.greeting_deadline);
    } else if (connection.transport->handshake() == Transport::Handshake::complete && !stopping_) {
      connection.may_have_input = true;  // the first request may have come with the last greeting
      enter(connection, State::waiting, Clock::now() + settings_.keep_alive_timeout);
    } else {
      close(connection);
      continue;
    }
    go_on(connection);
  }
}

void ConnectionLoop::begin_stop() {
  has_begun_to_stop_ = true;
  const auto now = Clock::now();
  stop_deadline_ = now + settings_.stop_grace;
  accept_again_ = Clock::time_point::max();
  ::close(listening_);
  listening_ = -1;
  const auto idle = waiting_;
  for (Connection* connection : idle) {
    connection->may_have_input = true;  // its request may be in the kernel already
    go_on(*connection);
  }
  while (!waiting_.empty()) close(*waiting_.front());
  for (Connection* connection : receiving_) set_deadline(*connection, now + kReceiveGrace);
}

// Those that a worker has end when their writes fail or their handler returns.
void ConnectionLoop::cut_what_remains() {
  stop_deadline_ = Clock::time_point::max();
  std::vector<Connection*> ours;
  for (const auto& [socket, connection] : connections_) {
    if (connection->is_with_worker()) {
      ::shutdown(socket, SHUT_RDWR);
    } else {
      ours.push_back(connection.get());
    }
  }
  for (Connection* connection : ours) close(*connection);
}

void ConnectionLoop::fire_deadlines(Clock::time_point now) {
  while (!deadlines_.empty() && deadlines_.begin()->first <= now) close(*deadlines_.begin()->second);
}

void ConnectionLoop::close(Connection& connection) {
  set_deadline(connection, Clock::time_point::max());
  if (auto* list = list_of(connection.state)) list->erase(connection.place);
  const int socket = connection.socket;
  connections_.erase(socket);
  ::close(socket);
}

std::list<Connection*>* ConnectionLoop::list_of(State state) {
  if (state == State::waiting) return &waiting_;
  return state == State::receiving || state == State::greeting ? &receiving_ : nullptr;
}

void ConnectionLoop::enter(Connection& connection, State state, Clock::time_point deadline) {
  if (connection.state != state || connection.deadline == Clock::time_point{}) {
    if (connection.deadline != Clock::time_point{}) {
      if (auto* list = list_of(connection.state)) list->erase(connection.place);
    }
    connection.state = state;
    if (auto* list = list_of(state)) connection.place = list->insert(list->end(), &connection);
  }
  set_deadline(connection, deadline);
}

void ConnectionLoop::set_deadline(Connection& connection, Clock::time_point deadline) {
  deadlines_.erase({connection.deadline, &connection});
  connection.deadline = deadline;
  if (deadline != Clock::time_point::max()) deadlines_.emplace(deadline, &connection);
}

}  // namespace ssem::api::http
