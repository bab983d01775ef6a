#include "trainer/loss/device_pass.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "trainer/loss/pair_weights.h"

namespace ssem::trainer {
namespace {

constexpr double kBelowCosines = -2;    // what a running maximum starts from
constexpr double kSmallest = 1e-30;     // keeps logarithms and quotients of what weighs nothing finite
constexpr double kFiniteLogit = -1e30;  // likewise for the diagonal

// Similarities of two runs of rows; the diagonal is -infinity where the anchor is left out.
at::Tensor similarities(const at::Tensor& z, std::int64_t left, std::int64_t right, std::int64_t tile,
                        const DeviceRows& rows) {
  const std::int64_t size = z.size(0);
  const at::Tensor a = z.narrow(0, left, std::min(tile, size - left));
  const at::Tensor b = z.narrow(0, right, std::min(tile, size - right));
  at::Tensor s = at::mm(a, b.t());
  if (s.scalar_type() == at::kBFloat16) s = s.to(at::kFloat);
  const double lowest = -std::numeric_limits<double>::infinity();
  if (rows.views.defined()) {
    const at::Tensor of_left = rows.views.narrow(0, left, a.size(0)), of_right = rows.views.narrow(0, right, b.size(0));
    s.masked_fill_(of_left.unsqueeze(1).eq(of_right.unsqueeze(0)), lowest);
  } else if (left == right && !rows.anchor_included) {
    s.fill_diagonal_(lowest);
  }
  return s;
}

// The weight of every pair of a tile, anchors down: own, other or nothing.
at::Tensor tile_weights(const DeviceRows& rows, std::int64_t left, std::int64_t right, std::int64_t height,
                        std::int64_t width) {
  const auto column = [&](const at::Tensor& all) { return all.narrow(0, left, height).unsqueeze(1); };
  const auto row = [&](const at::Tensor& all) { return all.narrow(0, right, width).unsqueeze(0); };
  const auto equal = [&](const at::Tensor& all) { return column(all).eq(row(all)).to(rows.own.scalar_type()); };
  const at::Tensor same_instance = equal(rows.instances);
  at::Tensor weights = same_instance * column(rows.own) + (equal(rows.classes) - same_instance) * column(rows.other);
  if (left == right) weights.fill_diagonal_(0);
  return weights;
}

// Which pairs of a tile are of one class.
at::Tensor same_class(const DeviceRows& rows, std::int64_t left, std::int64_t right, std::int64_t height,
                      std::int64_t width) {
  return rows.classes.narrow(0, left, height).unsqueeze(1).eq(rows.classes.narrow(0, right, width).unsqueeze(0));
}

// log of the negatives' sum over a positive's term, of every pair of a tile.
at::Tensor negatives_over(const at::Tensor& s, const at::Tensor& shifts, const at::Tensor& denominators,
                          std::int64_t left, double temperature) {
  const auto column = [&](const at::Tensor& all) { return all.narrow(0, left, s.size(0)).unsqueeze(1); };
  return column(denominators).log() - s.sub(column(shifts)).div_(temperature).clamp_min_(kFiniteLogit);
}

// index_select has no meta kernel in LibTorch 1.13, indexing has.
at::Tensor at_rows(const at::Tensor& values, const at::Tensor& rows) { return at::index(values, {rows}); }

at::Tensor group_sums(const at::Tensor& values, const at::Tensor& groups, std::int64_t count) {
  return at::zeros({count, values.size(1)}, values.options()).index_add_(0, groups, values);
}

// For every row the sum over its class, across the views over the other view of its class.
at::Tensor over_classes(const at::Tensor& values, const DeviceRows& rows) {
  if (!rows.views.defined()) return at_rows(group_sums(values, rows.classes, rows.class_count), rows.classes);
  return at_rows(group_sums(values, rows.class_views, 2 * rows.class_count), rows.partners);
}

// For every row the part of over_classes() that is its own instance's.
at::Tensor own_part(const at::Tensor& values, const DeviceRows& rows) {
  const at::Tensor instance = at_rows(group_sums(values, rows.instances, rows.instance_count), rows.instances);
  return rows.views.defined() ? instance - values : instance;
}

// sum over positives of weight (s - 1): the attraction, from sums over classes and instances.
at::Tensor positive_similarity(const at::Tensor& z, const DeviceRows& rows) {
  const at::Tensor instance = at_rows(group_sums(z, rows.instances, rows.instance_count), rows.instances);
  const at::Tensor others = over_classes(z, rows) - own_part(z, rows);
  at::Tensor own = (z * instance).sum(1);
  if (!rows.anchor_included) own = own - (z * z).sum(1);
  return (rows.own * own + rows.other * (z * others).sum(1) - rows.anchor).sum();
}

at::Tensor positive_gradient(const at::Tensor& z, const DeviceRows& rows) {
  const at::Tensor own_z = z * rows.own.unsqueeze(1), other_z = z * rows.other.unsqueeze(1);
  const auto over_instances = [&](const at::Tensor& values) {
    return at_rows(group_sums(values, rows.instances, rows.instance_count), rows.instances);
  };
  const at::Tensor instance = over_instances(z);
  at::Tensor pull = rows.other.unsqueeze(1) * (over_classes(z, rows) - own_part(z, rows));
  pull += over_classes(other_z, rows) - own_part(other_z, rows);
  pull += rows.own.unsqueeze(1) * instance + over_instances(own_z);
  if (!rows.anchor_included) pull -= 2 * own_z;
  return pull;
}

// TF32 is a setting of the whole process: on for the products of one pass, as before afterwards.
class Tf32Products {
 public:
  explicit Tf32Products(const SupclOptions& options) : before_(at::globalContext().allowTF32CuBLAS()) {
    at::globalContext().setAllowTF32CuBLAS(options.precision == MatrixPrecision::tf32);
  }
  ~Tf32Products() { at::globalContext().setAllowTF32CuBLAS(before_); }
  Tf32Products(const Tf32Products&) = delete;
  Tf32Products& operator=(const Tf32Products&) = delete;

 private:
  bool before_;
};

at::Tensor for_products(const at::Tensor& z, const SupclOptions& options) {
  return options.precision == MatrixPrecision::bfloat16 ? z.to(at::kBFloat16) : z;
}

}  // namespace

DeviceRows device_rows(const BatchRows& rows, const SupclOptions& options, const at::Tensor& embeddings) {
  const auto device = embeddings.device();
  const auto to_device = [&](const auto& values, at::ScalarType type) {
    return at::tensor(values, at::TensorOptions().dtype(type)).to(device);
  };
  const PairWeights weights = pair_weights(rows, options);
  const auto real = embeddings.scalar_type();
  DeviceRows result{to_device(rows.order(), at::kLong),
                    to_device(rows.class_of(), at::kLong),
                    to_device(rows.instance_of(), at::kLong),
                    to_device(weights.own, real),
                    to_device(weights.other, real),
                    to_device(weights.anchor, real),
                    static_cast<std::int64_t>(rows.class_begins().size()) - 1,
                    static_cast<std::int64_t>(rows.instance_begins().size()) - 1,
                    weights.anchor_included,
                    options.convention == advisor::Convention::dcl,
                    options.convention == advisor::Convention::negatives_only,
                    {},
                    {},
                    {}};
  if (options.convention != advisor::Convention::cross_view) return result;
  std::vector<std::int64_t> views;
  for (std::int64_t row = 0; row < rows.size(); ++row) {
    views.push_back(
        row - rows.instance_begins()[static_cast<std::size_t>(rows.instance_of()[static_cast<std::size_t>(row)])]);
  }
  result.views = to_device(views, at::kLong);
  result.class_views = 2 * result.classes + result.views;
  result.partners = 2 * result.classes + (1 - result.views);
  return result;
}

std::int64_t device_tile(const at::Tensor& embeddings) { return embeddings.is_cuda() ? 4096 : 1024; }

DeviceForward device_forward(const at::Tensor& embeddings, const DeviceRows& rows, const SupclOptions& options,
                             std::int64_t tile) {
  const Tf32Products products(options);
  const at::Tensor z = at_rows(embeddings, rows.order);
  const at::Tensor factors = for_products(z, options);
  const std::int64_t size = z.size(0);
  // A running maximum and sum per row: right at every temperature, and no look at the values in between.
  at::Tensor shifts = at::full({size}, kBelowCosines, z.options()), denominators = at::zeros({size}, z.options());
  const auto take = [&](const at::Tensor& s, std::int64_t begin) {
    at::Tensor shift = shifts.narrow(0, begin, s.size(0)), sum = denominators.narrow(0, begin, s.size(0));
    const at::Tensor highest = at::maximum(shift, s.amax(1));
    sum.mul_(((shift - highest) / options.temperature).exp_());
    sum.add_(s.sub(highest.unsqueeze(1)).div_(options.temperature).exp_().sum(1));
    shift.copy_(highest);
  };
  for (std::int64_t left = 0; left < size; left += tile) {
    for (std::int64_t right = left; right < size; right += tile) {
      at::Tensor s = similarities(factors, left, right, tile, rows);
      if (rows.negatives_only) {
        s.masked_fill_(same_class(rows, left, right, s.size(0), s.size(1)), -std::numeric_limits<double>::infinity());
      }
      take(s, left);
      if (left != right) take(s.t(), right);
    }
  }
  denominators.clamp_min_(kSmallest);  // an anchor alone has none, and no weight either

  DeviceForward result{{}, shifts, denominators, {}};
  if (!rows.by_pairs()) {
    const at::Tensor logs = denominators.log() + (shifts - 1) / options.temperature;
    result.loss = (rows.anchor * logs).sum() - positive_similarity(z, rows) / options.temperature;
    return result;
  }
  result.loss = at::zeros({}, z.options());
  result.pair_rates = at::zeros({size}, z.options());
  for (std::int64_t left = 0; left < size; left += tile) {
    for (std::int64_t right = 0; right < size; right += tile) {
      const at::Tensor s = similarities(factors, left, right, tile, rows);
      const std::int64_t height = s.size(0), width = s.size(1);
      const at::Tensor weights = tile_weights(rows, left, right, height, width);
      if (rows.negatives_only) {
        const at::Tensor above = negatives_over(s, shifts, denominators, left, options.temperature);
        result.loss += (weights * (above.clamp_min(0) + at::minimum(above, above.neg()).exp_().log1p_())).sum();
        result.pair_rates.narrow(0, left, height)
            .add_((weights * above.sigmoid()).sum(1) / denominators.narrow(0, left, height));
        continue;
      }
      const at::Tensor logits =
          s.sub(shifts.narrow(0, left, height).unsqueeze(1)).div_(options.temperature).clamp_min_(kFiniteLogit);
      const at::Tensor rest = (denominators.narrow(0, left, height).unsqueeze(1) - logits.exp()).clamp_min_(kSmallest);
      result.loss += (weights * (rest.log() - logits)).sum();
      result.pair_rates.narrow(0, left, height).add_((weights / rest).sum(1));
    }
  }
  return result;
}

at::Tensor device_backward(const at::Tensor& embeddings, const DeviceRows& rows, const SupclOptions& options,
                           const DeviceForward& forward, const at::Tensor& scale, std::int64_t tile) {
  const Tf32Products products(options);
  const at::Tensor z = at_rows(embeddings, rows.order);
  const at::Tensor factors = for_products(z, options);
  const std::int64_t size = z.size(0);
  const at::Tensor rates = rows.by_pairs() ? forward.pair_rates : rows.anchor / forward.denominators;

  at::Tensor gradient = at::zeros_like(z);
  const auto pushes = [&](const at::Tensor& s, std::int64_t left, std::int64_t right) {
    const std::int64_t height = s.size(0), width = s.size(1);
    at::Tensor e = s.sub(forward.shifts.narrow(0, left, height).unsqueeze(1)).div_(options.temperature).exp_();
    if (rows.negatives_only) {
      e.masked_fill_(same_class(rows, left, right, height, width), 0).mul_(rates.narrow(0, left, height).unsqueeze(1));
      const at::Tensor above = negatives_over(s, forward.shifts, forward.denominators, left, options.temperature);
      return e.sub_(tile_weights(rows, left, right, height, width) * above.sigmoid());
    }
    if (!rows.dcl) return e.mul_(rates.narrow(0, left, height).unsqueeze(1));
    const at::Tensor weights = tile_weights(rows, left, right, height, width);
    const at::Tensor rest = (forward.denominators.narrow(0, left, height).unsqueeze(1) - e).clamp_min_(kSmallest);
    const at::Tensor own = weights * e / rest;
    return e.mul(rates.narrow(0, left, height).unsqueeze(1)).sub_(own).sub_(weights);
  };
  for (std::int64_t left = 0; left < size; left += tile) {
    for (std::int64_t right = left; right < size; right += tile) {
      const at::Tensor s = similarities(factors, left, right, tile, rows);
      at::Tensor w = pushes(s, left, right);
      w.add_(pushes(s.t(), right, left).t());
      if (left == right) w.mul_(0.5);
      const at::Tensor product_weights = w.to(factors.scalar_type());
      const auto add = [&](std::int64_t to, const at::Tensor& by, std::int64_t from, std::int64_t count) {
        at::Tensor out = gradient.narrow(0, to, by.size(0));
        out.add_(at::mm(by, factors.narrow(0, from, count)).to(out.scalar_type()));
      };
      add(left, product_weights, right, s.size(1));
      add(right, product_weights.t(), left, s.size(0));
    }
  }
  if (!rows.by_pairs()) gradient -= positive_gradient(z, rows);
  gradient.mul_(scale / options.temperature);
  return at::empty_like(embeddings).index_copy_(0, rows.order, gradient);
}

}  // namespace ssem::trainer
