#include "trainer/augment/table_views.h"

namespace ssem::trainer {

at::Tensor table_views(const at::Tensor& rows, const AugmentSpec& augment, StepRandom& random) {
  at::Tensor views = rows.clone();
  if (augment.noise > 0) views.add_(random.normal(rows.sizes()), augment.noise);
  if (augment.mask_probability > 0) {
    views.masked_fill_(random.chance(rows.sizes(), augment.mask_probability), 0);
  }
  return views;
}

}  // namespace ssem::trainer
