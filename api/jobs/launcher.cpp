#include "api/jobs/launcher.h"

#include <optional>

namespace ssem::api::jobs {
namespace {

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
}

}  // namespace

Result<std::vector<std::string>> split_words(std::string_view text) {
  std::vector<std::string> words;
  std::optional<std::string> word;
  char quote = '\0';
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\\' && quote != '\'' && at + 1 < text.size()) {
      word = word.value_or("") + text[++at];
    } else if (quote != '\0') {
      if (c == quote) {
        quote = '\0';
      } else {
        *word += c;
      }
    } else if (c == '\'' || c == '"') {
      quote = c;
      if (!word) word.emplace();
    } else if (c == ' ' || c == '\t' || c == '\n') {
      if (word) words.push_back(*std::exchange(word, std::nullopt));
    } else {
      word = word.value_or("") + c;
    }
  }
  if (quote != '\0') {
    return Error{ErrorCode::invalid_argument, "the launcher has a quote without its end: " + std::string(text), {}};
  }
  if (word) words.push_back(*word);
  return words;
}

std::vector<std::string> filled_in(const std::vector<std::string>& words, std::string_view id,
                                   std::string_view folder) {
  std::vector<std::string> filled = words;
  for (std::string& word : filled) {
    replace_all(word, "{id}", id);
    replace_all(word, "{folder}", folder);
  }
  return filled;
}

}  // namespace ssem::api::jobs
