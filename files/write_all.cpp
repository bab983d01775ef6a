#include "files/write_all.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <iostream>

namespace ssem::files {

Written write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      return errno == EPIPE ? Written::reader_gone : Written::failed;
    }
  }
  return Written::all;
}

bool print(std::string_view text) {
  const Written written = write_all(STDOUT_FILENO, text);
  if (written == Written::failed) std::cerr << "ssem: cannot write the answer: " << std::strerror(errno) << '\n';
  return written == Written::all;
}

}  // namespace ssem::files
