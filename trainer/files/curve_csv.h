// The course of a run as a table: one line for every progress event.
#pragma once

#include <fstream>
#include <string>

#include "trainer/events/events.h"

namespace ssem::trainer {

// Of a run in which they move.
struct CurveColumns {
  bool loss_weight = false;
  bool temperature = false;
};

// Lines reach the file as they come, so a run that is killed leaves its curve.
class CurveCsv : public EventSink {
 public:
  CurveCsv(const std::string& path, const CurveColumns& moving);

  void started(const std::string&, std::optional<std::int64_t>) override {}
  void progress(const Progress& progress) override;
  void checkpoint(std::int64_t, const std::string&) override {}

  // True once a line could not be written: a full disk, say.
  bool broken() const { return !file_; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  CurveColumns moving_;
  std::ofstream file_;
};

}  // namespace ssem::trainer
