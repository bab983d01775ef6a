#include "api/tuning/study_config.h"

namespace ssem::api::tuning {

NamedDistributions default_search_space() {
  return {{"loss_weight", studies::FloatDistribution{0.0, 1.0, {}, false}},
          {"temperature", studies::FloatDistribution{0.01, 1.0, {}, true}}};
}

}  // namespace ssem::api::tuning
