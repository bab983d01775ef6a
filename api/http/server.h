// The HTTP server: sockets, worker threads, deadlines. Behind it stands cpp-httplib, which no other file includes.
#pragma once

#include <memory>
#include <optional>

#include "advisor/result.h"
#include "api/http/connections/transport/transport.h"
#include "api/http/dispatcher.h"
#include "api/http/settings.h"

namespace ssem::api::http {

// A connection takes a worker thread only while a whole request of it is answered; the rest of its life it is held by
// the thread of listen(). After stop() what is being answered gets ConnectionSettings::stop_grace to finish.
class Server {
 public:
  // Router, doorkeeper, metrics and log outlive the server; the router's table is complete.
  Server(const Settings& settings, const Router& router, Doorkeeper& doorkeeper, Metrics& metrics,
         const RequestLog& log, TransportOpener open_transport);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // The real port, which differs from the settings' when that is 0.
  Result<int> bind();

  // Serves until stop(); failures to accept a connection are logged, at most once a second, and tried again.
  void listen();

  // From any thread, any number of times, from bind() on. Returns at once; listen() then returns.
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ssem::api::http
