#include "tests/bench/bare_server.h"

#include <httplib.h>

#include <thread>
#include <utility>

#include "api/http/settings.h"

namespace ssem::bench {

struct BareServer::Impl {
  httplib::Server server;
  std::string body;
  int port = 0;
  std::thread thread;
};

BareServer::BareServer(std::string path, std::string body) : impl_(std::make_unique<Impl>()) {
  const api::http::Settings settings;
  impl_->body = std::move(body);
  impl_->server.new_task_queue = [threads = settings.connections.threads] { return new httplib::ThreadPool(threads); };
  impl_->server.set_tcp_nodelay(true);
  impl_->server.set_keep_alive_max_count(settings.connections.keep_alive_max_requests);
  impl_->server.set_keep_alive_timeout(settings.connections.keep_alive_timeout.count());
  impl_->server.Post(path, [this](const httplib::Request&, httplib::Response& response) {
    response.set_content(impl_->body, "application/json");
  });
  impl_->port = impl_->server.bind_to_any_port("127.0.0.1");
  impl_->thread = std::thread([this] { impl_->server.listen_after_bind(); });
  impl_->server.wait_until_ready();
}

BareServer::~BareServer() {
  impl_->server.stop();
  impl_->thread.join();
}

int BareServer::port() const { return impl_->port; }

}  // namespace ssem::bench
