// Sockets in use, so that a client that trickles its request in, or a server that stops, does not wait for them.
#pragma once

#include <chrono>
#include <list>
#include <mutex>

namespace ssem::api::http {

class OpenConnections {
  struct Entry;

 public:
  using Clock = std::chrono::steady_clock;

  // Registered as long as it lives; destroy it before the socket is closed. One thread uses one connection.
  class Connection {
   public:
    Connection(OpenConnections& table, int socket);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // The client owes us bytes until then. Later the socket is shut down, which ends any read from it.
    void receiving_until(Clock::time_point deadline);
    // The request is complete: its handler takes its time.
    void received();

   private:
    OpenConnections& table_;
    std::list<Entry>::iterator entry_;
  };

  void shut_overdue(Clock::time_point now);
  void shut_receiving();
  void shut_all();

 private:
  struct Entry {
    int socket;
    bool receiving;
    Clock::time_point deadline;
  };

  std::mutex mutex_;
  std::list<Entry> entries_;
};

}  // namespace ssem::api::http
