#include "api/storage/database_users.h"

#include <fcntl.h>
#include <unistd.h>

#include <fstream>

namespace ssem::api::storage {
namespace {

std::optional<pid_t> holder_of_locks(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  struct flock wish {};  // the whole file: SQLite locks bytes far behind its end
  wish.l_type = F_WRLCK;
  wish.l_whence = SEEK_SET;
  const bool is_told = ::fcntl(file, F_GETLK, &wish) == 0;
  ::close(file);
  if (!is_told || wish.l_type == F_UNLCK) return std::nullopt;
  return wish.l_pid > 0 ? wish.l_pid : 0;
}

}  // namespace

std::optional<pid_t> user_of_database(const std::string& path) {
  const std::optional<pid_t> user = holder_of_locks(path);
  return user ? user : holder_of_locks(path + "-shm");
}

std::string words_for_user(pid_t user) {
  if (user == 0) return "another program";
  std::string name;
  std::ifstream file("/proc/" + std::to_string(user) + "/comm");
  std::getline(file, name);
  return "process " + std::to_string(user) + (name.empty() ? "" : " (" + name + ")");
}

}  // namespace ssem::api::storage
