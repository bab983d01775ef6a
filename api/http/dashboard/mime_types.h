// What a file is, by its name, as Python's mimetypes guesses it for the files that people keep with trials.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ssem::api::http {

struct FileType {
  std::string mimetype;                 // application/octet-stream where the name says nothing
  std::optional<std::string> encoding;  // gzip, bzip2, xz, br or compress
};

FileType file_type_of(std::string_view filename);

}  // namespace ssem::api::http
