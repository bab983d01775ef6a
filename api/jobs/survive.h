// Keeps a thread alive through an exception of one of its steps.
#pragma once

#include <exception>
#include <functional>
#include <string>

namespace ssem::api::jobs {

// Nothing leaves this, whatever `step` or `listener` throw; the listener may be empty.
template <class Step>
void survive(const char* what, const std::function<void(const std::string& reason)>& listener,
             const Step& step) noexcept {
  try {
    try {
      step();
    } catch (const std::exception& exception) {
      if (listener) listener(std::string(what) + ": " + exception.what());
    }
  } catch (...) {
    return;  // no memory even for the words
  }
}

}  // namespace ssem::api::jobs
