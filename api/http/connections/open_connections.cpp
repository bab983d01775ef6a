#include "api/http/connections/open_connections.h"

#include <sys/socket.h>

namespace ssem::api::http {

OpenConnections::Connection::Connection(OpenConnections& table, int socket) : table_(table) {
  const std::lock_guard lock(table_.mutex_);
  entry_ = table_.entries_.insert(table_.entries_.end(), Entry{socket, false, Clock::time_point::max()});
}

OpenConnections::Connection::~Connection() {
  const std::lock_guard lock(table_.mutex_);
  table_.entries_.erase(entry_);
}

void OpenConnections::Connection::receiving_until(Clock::time_point deadline) {
  const std::lock_guard lock(table_.mutex_);
  entry_->receiving = true;
  entry_->deadline = deadline;
}

void OpenConnections::Connection::received() {
  const std::lock_guard lock(table_.mutex_);
  entry_->receiving = false;
}

void OpenConnections::shut_overdue(Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  for (const Entry& entry : entries_) {
    if (entry.receiving && entry.deadline <= now) ::shutdown(entry.socket, SHUT_RDWR);
  }
}

void OpenConnections::shut_receiving() {
  const std::lock_guard lock(mutex_);
  for (const Entry& entry : entries_) {
    if (entry.receiving) ::shutdown(entry.socket, SHUT_RDWR);
  }
}

void OpenConnections::shut_all() {
  const std::lock_guard lock(mutex_);
  for (const Entry& entry : entries_) ::shutdown(entry.socket, SHUT_RDWR);
}

}  // namespace ssem::api::http
