// Lines of a file or pipe, read as they arrive, in bounded memory.
#pragma once

#include <string>
#include <vector>

namespace ssem::files {

class LineReader {
 public:
  enum class Next {
    line,      // text() holds it, without its end ("\n" or "\r\n")
    too_long,  // a line above the limit was skipped
    end,       // nothing is left; a last line without "\n" was given before
    failed,    // errno says why
  };

  LineReader(int descriptor, std::size_t max_bytes) : descriptor_(descriptor), max_bytes_(max_bytes) {}

  Next next();
  const std::string& text() const { return line_; }

 private:
  Next finished(bool too_long);

  int descriptor_;
  std::size_t max_bytes_;
  std::string line_;
  std::vector<char> buffer_ = std::vector<char>(1U << 16U);
  std::size_t begin_ = 0;  // what was read and not yet used
  std::size_t end_ = 0;
};

}  // namespace ssem::files
