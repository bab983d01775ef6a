// The (temperature, loss weight) plane: predicted within-class variance and the collapse boundary.
#pragma once

#include <vector>

#include "advisor/problem.h"

namespace ssem::advisor {

// Axis defaults stand here and nowhere else. Loss weights are evenly spaced, temperatures evenly in the logarithm.
struct PhaseDiagramRequest {
  Problem problem;
  int loss_weights = 64;  // 2 .. 512
  int temperatures = 96;  // 2 .. 512
  double min_loss_weight = 0.0;
  double max_loss_weight = 1.0;
  double min_temperature = 0.02;
  double max_temperature = 2.0;
};

struct PhaseDiagram {
  Problem problem;
  std::vector<double> loss_weights;
  std::vector<double> temperatures;
  // [loss weight][temperature]; the estimate where SSEM's value is not exact; 0 where collapsed.
  std::vector<std::vector<double>> within_class_variance;
  std::vector<double> boundary;             // loss weight threshold at each temperature; may exceed 1
  std::vector<double> view_split_boundary;  // at each temperature; empty where it cannot happen
};

PhaseDiagram phase_diagram(const PhaseDiagramRequest& request);

}  // namespace ssem::advisor
