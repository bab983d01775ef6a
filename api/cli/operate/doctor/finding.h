// One thing that ssem doctor looked at.
#pragma once

#include <string>

namespace ssem::api::cli {

enum class Health {
  good,
  to_know,  // nothing is broken, but something cannot be done here, or soon cannot
  wrong
};

struct Finding {
  std::string name;
  Health health = Health::good;
  std::string text;    // what is there
  std::string advice;  // what to do; empty where all is well
};

}  // namespace ssem::api::cli
