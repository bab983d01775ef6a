#include "api/cli/json_lines.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <iostream>
#include <nlohmann/json.hpp>

#include "advisor/json/error_text.h"
#include "advisor/json/quote_for_message.h"
#include "advisor/json/responses.h"
#include "advisor/json/strict_parse.h"
#include "api/cli/exit_codes.h"
#include "files/line_reader.h"
#include "files/write_all.h"

namespace ssem::api::cli {
namespace {

using files::LineReader;
using files::print;

class InputFile {
 public:
  explicit InputFile(const std::string& path)
      : owned_(path != "-"), descriptor_(owned_ ? ::open(path.c_str(), O_RDONLY | O_CLOEXEC) : STDIN_FILENO) {}
  ~InputFile() {
    if (owned_ && descriptor_ >= 0) ::close(descriptor_);
  }
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  int descriptor() const { return descriptor_; }

 private:
  bool owned_;
  int descriptor_;
};

int cannot_read(const std::string& path) {
  const std::string reason = std::strerror(errno);
  std::cerr << "--input: cannot read " << (path == "-" ? "stdin" : advisor::json::quote_for_message(path)) << ": "
            << reason << '\n';
  return kBadUsage;
}

Result<std::string> answer_line(const std::string& line, AnswerText answer) {
  auto body = advisor::json::parse_strict(line);
  if (!body) return body.error();
  return answer(body.value());
}

Error too_long() {
  FaultList faults;
  faults.add("", "must be a line of at most " + std::to_string(kMaxLineBytes) + " bytes");
  return faults.to_error();
}

bool is_blank(const std::string& line) { return line.find_first_not_of(" \t\r") == std::string::npos; }

}  // namespace

int answer_lines(const std::string& path, AnswerText answer) {
  const InputFile file(path);
  if (file.descriptor() < 0) return cannot_read(path);
  LineReader lines(file.descriptor(), kMaxLineBytes);
  int exit_code = kAnswered;
  for (std::size_t number = 1;; ++number) {
    const LineReader::Next next = lines.next();
    if (next == LineReader::Next::end) return exit_code;
    if (next == LineReader::Next::failed) return cannot_read(path);
    if (next == LineReader::Next::line && is_blank(lines.text())) continue;
    auto result = next == LineReader::Next::line ? answer_line(lines.text(), answer) : Result<std::string>(too_long());
    if (!result) exit_code = kSomeLineFailed;
    std::string text =
        result ? std::move(result).value() : advisor::json::to_text(result.error(), "line-" + std::to_string(number));
    text += '\n';
    if (!print(text)) return kSomeLineFailed;
  }
}

}  // namespace ssem::api::cli
