// The stock front-end of optuna-dashboard, read from the user's installed package at the start: no request reaches the
// file system.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "advisor/result.h"

namespace ssem::api::http {

class DashboardFiles {
 public:
  // None.
  DashboardFiles() = default;

  // Of the package's folder, which holds index.html, public/bundle.js and img/. The error says what is missing.
  static Result<DashboardFiles> read(const std::string& folder);

  bool empty() const { return files_.empty(); }
  // By path in the package, such as "public/bundle.js"; null when it is not there.
  const std::string* find(std::string_view path) const;

 private:
  std::map<std::string, std::string, std::less<>> files_;
};

}  // namespace ssem::api::http
