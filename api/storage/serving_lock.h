// One server for one database file, and none while it is replaced: two would take each other's work for lost.
#pragma once

#include <chrono>
#include <string>
#include <utility>

#include "advisor/result.h"

namespace ssem::api::storage {

// Held for as long as it lives, and given back by the system when the process is killed. Its file lies beside the
// database, says who holds it, and is removed at the end.
class ServingLock {
 public:
  // Waits `patience` for one that is held: a killed server's goes a moment after it. Names of one file that lead to it
  // by links are the same file. `program` is what others are told. Errors: conflict (somebody else holds it; says who
  // and since when), unavailable.
  static Result<ServingLock> take(const std::string& database, const std::string& program,
                                  std::chrono::milliseconds patience);

  ServingLock(ServingLock&& other) noexcept;
  ServingLock(const ServingLock&) = delete;
  ServingLock& operator=(const ServingLock&) = delete;
  ServingLock& operator=(ServingLock&&) = delete;
  ~ServingLock();

 private:
  ServingLock(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}

  int descriptor_;
  std::string path_;
};

}  // namespace ssem::api::storage
