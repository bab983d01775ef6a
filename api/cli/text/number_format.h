// Numbers for people: few digits, plain words for infinity.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ssem::api::cli {

// Four significant digits, shortest form: 0.137, 1.2e-05, 512; 15,300 from ten thousand on.
std::string short_number(double value);

// The same of a variance, similarity or rate, where less than a millionth is rounding: 0.
std::string measured_number(double value);

// A loss weight threshold, readable close to 1: "1 - 2.3e-07".
std::string short_threshold(double threshold, double one_minus_threshold);

// "1 study", "15,300 studies".
std::string counted(std::int64_t count, std::string_view one, std::string_view many);

}  // namespace ssem::api::cli
