// Numbers inside sentences.
#pragma once

#include <string>

namespace ssem::advisor {

// `digits` significant digits, shortest form: 0.0101, 1.5e-05, inf.
std::string number_text(double value, int digits = 3);

}  // namespace ssem::advisor
