#include "trainer/augment/image_views.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

namespace ssem::trainer {
namespace {

// Rec. 601 luma, the grey of torchvision.
at::Tensor luma(const at::Tensor& images) {
  return images.select(1, 0).mul(0.299).add(images.select(1, 1), 0.587).add(images.select(1, 2), 0.114).unsqueeze(1);
}

at::Tensor per_image(const at::Tensor& values) { return values.view({-1, 1, 1, 1}); }

at::Tensor chosen(const at::Tensor& which, const at::Tensor& changed, const at::Tensor& images) {
  return at::where(per_image(which), changed, images);
}

at::Tensor crop_and_flip(const at::Tensor& images, const AugmentSpec& augment, StepRandom& random) {
  const std::int64_t count = images.size(0);
  const at::Tensor area = random.uniform({count}, augment.crop_scale_low, 1);
  // The whole area has one aspect only: the image's.
  const double stretch = augment.crop_scale_low < 1 ? std::log(4.0 / 3) : 0;
  const at::Tensor aspect = random.uniform({count}, -stretch, stretch).exp();
  const at::Tensor width = area.mul(aspect).sqrt().clamp_max(1);
  const at::Tensor height = area.div(aspect).sqrt().clamp_max(1);
  // In the coordinates of grid_sampler: -1 .. 1, so a window of half-width w may be centred up to 1 - w from 0.
  const at::Tensor x = random.uniform({count}, -1, 1).mul(1 - width);
  const at::Tensor y = random.uniform({count}, -1, 1).mul(1 - height);
  const at::Tensor flip = random.chance({count}, augment.flip_probability);
  const at::Tensor zero = at::zeros_like(x);
  const at::Tensor affine =
      at::stack({at::where(flip, -width, width), zero, x, zero, height, y}, 1).view({count, 2, 3});
  const at::Tensor grid = at::affine_grid_generator(affine, images.sizes(), false);
  constexpr std::int64_t kBilinear = 0, kBorder = 1;
  return at::grid_sampler(images, grid, kBilinear, kBorder, false);
}

// Turns the hue by `angle` [N] radians: a rotation of the colour plane that keeps luma.
at::Tensor turn_hue(const at::Tensor& images, const at::Tensor& angle) {
  const at::Tensor y = luma(images);
  const at::Tensor r = images.narrow(1, 0, 1), g = images.narrow(1, 1, 1), b = images.narrow(1, 2, 1);
  const at::Tensor i = 0.596 * r - 0.274 * g - 0.322 * b;
  const at::Tensor q = 0.211 * r - 0.523 * g + 0.312 * b;
  const at::Tensor cosine = per_image(angle.cos()), sine = per_image(angle.sin());
  const at::Tensor turned_i = cosine * i - sine * q, turned_q = sine * i + cosine * q;
  return at::cat({y + 0.956 * turned_i + 0.621 * turned_q, y - 0.272 * turned_i - 0.647 * turned_q,
                  y - 1.106 * turned_i + 1.703 * turned_q},
                 1);
}

at::Tensor jitter_once(const at::Tensor& images, int kind, double amount, StepRandom& random) {
  const bool colour = images.size(1) == 3;
  if (kind >= 2 && !colour) return images;
  if (kind == 3) {
    const double most = amount / 4 * 2 * std::numbers::pi;
    return turn_hue(images, random.uniform({images.size(0)}, -most, most)).clamp(0, 1);
  }
  const at::Tensor factor = per_image(random.uniform({images.size(0)}, 1 - amount, 1 + amount));
  if (kind == 0) return (images * factor).clamp(0, 1);
  const at::Tensor grey = colour ? luma(images) : images;
  const at::Tensor towards = kind == 1 ? grey.mean(at::IntArrayRef{1, 2, 3}, true) : grey;
  return (towards + (images - towards) * factor).clamp(0, 1);
}

at::Tensor jitter(const at::Tensor& images, const AugmentSpec& augment, StepRandom& random) {
  std::array<int, 4> order{0, 1, 2, 3};
  for (std::size_t k = order.size() - 1; k > 0; --k) {
    std::swap(order[k], order[static_cast<std::size_t>(random.below(static_cast<std::int64_t>(k + 1)))]);
  }
  at::Tensor changed = images;
  for (const int kind : order) changed = jitter_once(changed, kind, augment.jitter, random);
  return chosen(random.chance({images.size(0)}, augment.jitter_probability), changed, images);
}

at::Tensor blur(const at::Tensor& images, const AugmentSpec& augment, StepRandom& random) {
  const std::int64_t count = images.size(0), channels = images.size(1), side = images.size(3);
  const double scale = static_cast<double>(side) / 32;
  const auto reach = std::min(static_cast<std::int64_t>(std::ceil(4 * scale)), side - 1);
  const at::Tensor deviation = random.uniform({count, 1}, 0.1 * scale, 2 * scale);
  const at::Tensor offset = at::arange(-reach, reach + 1, deviation.options()).unsqueeze(0);
  at::Tensor kernel = (offset / deviation).pow(2).mul(-0.5).exp();
  kernel = (kernel / kernel.sum(1, true)).repeat_interleave(channels, 0);
  // Every channel of every image is a group with its own kernel.
  const std::int64_t groups = count * channels, width = 2 * reach + 1;
  const std::vector<std::int64_t> one{1, 1}, none{0, 0};
  at::Tensor planes = at::replication_pad2d(images, {reach, reach, reach, reach});
  planes = planes.reshape({1, groups, planes.size(2), planes.size(3)});
  planes = at::conv2d(planes, kernel.view({groups, 1, 1, width}), {}, one, none, one, groups);
  planes = at::conv2d(planes, kernel.view({groups, 1, width, 1}), {}, one, none, one, groups);
  return chosen(random.chance({count}, augment.blur_probability), planes.view(images.sizes()), images);
}

}  // namespace

at::Tensor image_views(const at::Tensor& images, const AugmentSpec& augment, StepRandom& random) {
  at::Tensor views = images;
  if (augment.crop_scale_low < 1 || augment.flip_probability > 0) views = crop_and_flip(views, augment, random);
  if (augment.jitter > 0 && augment.jitter_probability > 0) views = jitter(views, augment, random);
  if (augment.grey_probability > 0 && images.size(1) == 3) {
    views = chosen(random.chance({images.size(0)}, augment.grey_probability), luma(views).expand_as(views), views);
  }
  if (augment.blur_probability > 0) views = blur(views, augment, random);
  return views;
}

}  // namespace ssem::trainer
