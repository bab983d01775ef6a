// Data sets of a test, made or in files, and what is said of the ones that are wrong.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "trainer/data/load_data.h"

namespace ssem::trainer {

inline DatasetSpec generated(const std::string& kind) {
  DatasetSpec spec;
  spec.kind = kind;
  return spec;
}

inline DatasetSpec files(const std::string& kind, const std::string& path) {
  DatasetSpec spec;
  spec.kind = kind;
  spec.path = path;
  return spec;
}

inline std::string fault_of(const DatasetSpec& spec) {
  const auto data = load_data(spec, 1);
  if (data) return "read without a fault";
  std::string all = data.error().message;
  for (const FieldFault& fault : data.error().fields) all += ' ' + fault.path + ' ' + fault.message;
  return all;
}

inline bool has(const std::string& text, std::string_view part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

}  // namespace ssem::trainer
