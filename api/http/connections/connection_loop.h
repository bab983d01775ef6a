// Holds every connection without a thread for it: receives requests, hands whole ones to the workers, sends what
// clients are slow to read, and closes what takes too long.
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "api/http/connections/connection.h"
#include "api/http/connections/worker_pool.h"
#include "api/http/observe/connection_counters.h"

namespace ssem::api::http {

struct ConnectionCalls {
  // On a worker thread. Leaves the answer, or what the socket did not take of it, in `unsent`. Must not throw.
  std::function<void(Connection&)> answer;
  // The text of an answer to a request that is refused unread, on the loop's thread. Must not block.
  std::function<std::string(Connection& connection, int status)> refuse;
  TransportOpener open;
  std::function<void(int error)> report_accept_fault;
  std::function<void()> report_full;  // a connection was answered 503: too many are held, or too many requests wait
};

class ConnectionLoop {
 public:
  using Clock = Connection::Clock;

  ConnectionLoop(const ConnectionSettings& settings, WorkerPool& workers, ConnectionCounters& counters,
                 ConnectionCalls calls);
  ~ConnectionLoop();
  ConnectionLoop(const ConnectionLoop&) = delete;
  ConnectionLoop& operator=(const ConnectionLoop&) = delete;

  // Takes connections from the listening socket, which it closes, until stop(); then goes on, for stop_grace at most,
  // until the requests that are there are answered. Returns when no worker has a connection any more.
  void run(int listening_socket);
  // From any thread, any number of times.
  void stop();
  bool is_stopping() const { return stopping_; }

 private:
  using State = Connection::State;

  void wake() const;
  void wait_for_events();
  void accept_all();
  void resume_accepting();
  bool make_room();
  void take(int socket);
  void take_back();
  void begin_stop();
  void cut_what_remains();
  void fire_deadlines(Clock::time_point now);

  // Each goes on as far as it can without waiting; the connection may be gone after it.
  void go_on(Connection& connection);
  void advance(Connection& connection);
  bool shake_hands(Connection& connection);
  void give_back(Connection& connection);
  bool receive(Connection& connection);
  bool look(Connection& connection);
  void hand_over(Connection& connection);
  bool send(Connection& connection);
  bool end_answer(Connection& connection);
  void refuse(Connection& connection, int status);
  bool drain(Connection& connection);
  void close(Connection& connection);

  void enter(Connection& connection, State state, Clock::time_point deadline);
  void set_deadline(Connection& connection, Clock::time_point deadline);
  std::list<Connection*>* list_of(State state);
  int milliseconds_to_next() const;

  const ConnectionSettings& settings_;
  WorkerPool& workers_;
  ConnectionCounters& counters_;
  const ConnectionCalls calls_;
  ByteBudget bodies_;
  int poll_;
  int wake_;
  int listening_ = -1;
  Clock::time_point accept_again_ = Clock::time_point::max();
  Clock::time_point stop_deadline_ = Clock::time_point::max();
  std::unordered_map<int, std::unique_ptr<Connection>> connections_;
  std::list<Connection*> waiting_;    // the longest first
  std::list<Connection*> receiving_;  // the same; those that greet, too
  std::set<std::pair<Clock::time_point, Connection*>> deadlines_;
  std::atomic<bool> stopping_{false};
  bool has_begun_to_stop_ = false;
  std::mutex returned_mutex_;
  Connection* returned_ = nullptr;  // by workers: the last one; each knows the one before
};

}  // namespace ssem::api::http
