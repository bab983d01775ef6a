// How connections are held and what they may cost. Every default stands here and nowhere else.
#pragma once

#include <chrono>
#include <cstddef>

namespace ssem::api::http {

struct ConnectionSettings {
  std::size_t threads = 64;                   // that answer whole requests; a stream in progress is not counted
  std::size_t max_queued_connections = 1024;  // whole requests that wait for a thread; beyond: 503
  std::size_t max_heavy = 0;                  // requests for advice computed at once; 0: one on each core
  std::chrono::seconds heavy_patience{2};     // that another one waits for its turn; then: 503
  std::size_t max_connections = 4096;         // held; beyond, the one that has waited longest is closed
  std::size_t max_downloads = 16;  // at once beside the threads, as event streams are; further ones take one each
  std::size_t max_head_bytes = 32UL * 1024;  // request line and headers
  std::size_t max_body_bytes = 8UL * 1024 * 1024;
  std::size_t max_held_bytes = 256UL * 1024 * 1024;  // of large bodies being received, and again of unread answers

  std::chrono::seconds keep_alive_timeout{75};  // an idle connection costs a few hundred bytes
  std::size_t keep_alive_max_requests = 10'000;
  std::chrono::seconds write_timeout{5};    // without the client reading a byte
  std::chrono::seconds header_deadline{5};  // from a request's first byte to the end of its headers
  std::chrono::seconds body_deadline{30};   // from the end of the headers to the end of the body
  std::chrono::seconds stop_grace{10};      // for requests that are being answered when the server stops
};

}  // namespace ssem::api::http
