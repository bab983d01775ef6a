// Views of images, a whole batch at once on its device: crop and flip, colour jitter, grey, blur.
#pragma once

#include <ATen/core/Tensor.h>

#include "trainer/augment/step_random.h"
#include "trainer/spec/train_spec.h"

namespace ssem::trainer {

// `images` [N, C, H, W] float32 in [0, 1]; the same shape comes back, in [0, 1].
//  crop    a window of crop_scale_low .. 1 of the area and 3/4 .. 4/3 in aspect, resampled bilinearly; a mirrored half
//  jitter  with jitter_probability: brightness, contrast and saturation times 1 - jitter .. 1 + jitter, hue turned by
//  up
//          to jitter / 4 of the circle, in an order drawn for the batch; images without three channels: the first two
//  grey    with grey_probability, three channels only
//  blur    with blur_probability: Gaussian of deviation .1 .. 2 pixels at 32 pixels a side, in proportion at others
// Each image has its own numbers. Differs from torchvision in that a window is clipped to the image instead of being
// drawn again, and that hue turns in the YIQ plane.
at::Tensor image_views(const at::Tensor& images, const AugmentSpec& augment, StepRandom& random);

}  // namespace ssem::trainer
