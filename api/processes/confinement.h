// What keeps a program that reads hostile files in its folder: the kernel's Landlock and seccomp, where it has them.
#pragma once

#include <string>

#include "advisor/result.h"
#include "files/descriptor.h"

namespace ssem::api::processes {

struct ConfinementSupport {
  bool folder = false;   // Landlock (Linux 5.13): writing, making and removing files can be bounded
  bool sockets = false;  // seccomp: no socket can be opened
};
ConfinementSupport confinement_support();

class Confinement {
 public:
  // Before fork(). Writing is left to what lies below `folder`, and to /dev/null. Errors (unavailable): the folder
  // cannot be looked at. Without the kernel's support nothing is bounded; see confinement_support().
  static Result<Confinement> prepare(const std::string& folder);

  // Between fork() and exec(): calls that are safe there only. For good, and for all that this process starts;
  // set-user-id programs stay what they are called by. False: errno says why.
  bool enter() const;

  Confinement(Confinement&& other) noexcept : ruleset_(other.ruleset_.release()) {}
  Confinement& operator=(Confinement&&) = delete;

 private:
  explicit Confinement(int ruleset) : ruleset_(ruleset) {}

  files::Descriptor ruleset_;  // closed where the kernel has no Landlock
};

}  // namespace ssem::api::processes
