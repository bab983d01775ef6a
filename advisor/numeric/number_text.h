// Numbers inside sentences.
#pragma once

#include <string>

namespace ssem::advisor {

// `digits` significant digits, shortest form: 0.0101, 1.5e-05, inf.
std::string number_text(double value, int digits = 3);

// A whole number with commas between its thousands: -1,234,567.
std::string grouped_text(double whole);

}  // namespace ssem::advisor
