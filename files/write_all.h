// Writing to a file descriptor, whole or not at all as far as the caller is concerned.
#pragma once

#include <string_view>

namespace ssem::files {

enum class Written {
  all,
  reader_gone,  // the other end of the pipe was closed: no reason to complain
  failed,       // errno says why
};

Written write_all(int descriptor, std::string_view text);

// To stdout; says on stderr why it failed, unless the reader has gone. True when everything was written.
bool print(std::string_view text);

}  // namespace ssem::files
