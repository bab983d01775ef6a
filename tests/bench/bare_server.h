// cpp-httplib alone, with the product's socket settings, answering a constant: what the HTTP library can do at best.
#pragma once

#include <memory>
#include <string>

namespace ssem::bench {

class BareServer {
 public:
  BareServer(std::string path, std::string body);
  ~BareServer();
  BareServer(const BareServer&) = delete;
  BareServer& operator=(const BareServer&) = delete;

  int port() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ssem::bench
