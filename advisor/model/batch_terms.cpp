#include "advisor/model/batch_terms.h"

#include <algorithm>
#include <cmath>

namespace ssem::advisor {
namespace {

constexpr double kEnumerateMean = 64;        // below this mean every count is summed
constexpr double kTailDeviations = 9;        // the mass beyond is below 1e-18
constexpr double kNegligibleWeight = 1e-17;  // of the most likely count's
constexpr double kBlockPerPartner = 0.5;     // width of the blocks of counts that are summed together
constexpr double kHalfLogTwoPi = 0.91893853320467274178;

// log(k!) - Stirling's leading terms.
double stirling_error(double k) {
  if (k < 16) return std::lgamma(k + 1) - (k + 0.5) * std::log(k == 0 ? 1.0 : k) + k - kHalfLogTwoPi;
  const double inverse_square = 1 / (k * k);
  return (1.0 / 12 - inverse_square * (1.0 / 360 - inverse_square * (1.0 / 1260 - inverse_square / 1680))) / k;
}

// k log(k/mean) + mean - k without cancellation near k = mean.
double deviance(double k, double mean) {
  if (k == 0) return mean;
  const double difference = k - mean;
  if (std::abs(difference) < 0.1 * (k + mean)) {
    const double v = difference / (k + mean);
    double sum = difference * v;
    double term = 2 * k * v;
    for (int j = 1; j < 200; ++j) {
      term *= v * v;
      const double next = sum + term / (2 * j + 1);
      if (next == sum) break;
      sum = next;
    }
    return sum;
  }
  return k * std::log(k / mean) - difference;
}

// log of the binomial probability, in saddle-point form: exact to rounding at any size.
double log_binomial(double k, double trials, double share) {
  if (k < 0 || k > trials) return -HUGE_VAL;
  if (k == 0) return trials * std::log1p(-share);
  if (k == trials) return trials * std::log(share);
  const double rest = trials - k;
  return stirling_error(trials) - stirling_error(k) - stirling_error(rest) - deviance(k, trials * share) -
         deviance(rest, trials * (1 - share)) + 0.5 * std::log(trials / (k * rest)) - kHalfLogTwoPi;
}

// `draws` from `marked` and `plain` images: three binomials with one share, whose powers cancel.
double log_hypergeometric(double k, double draws, double marked, double plain) {
  const double share = draws / (marked + plain);
  if (share >= 1) return k == marked ? 0 : -HUGE_VAL;
  return log_binomial(k, marked, share) + log_binomial(draws - k, plain, share) -
         log_binomial(draws, marked + plain, share);
}

// Neighbouring counts as two points with the same first four moments: smooth functions of the count keep their mean.
void add_two_points(const BatchTerm* first, const BatchTerm* last, std::vector<BatchTerm>& out) {
  double weight = 0;
  double mean = 0;
  for (const BatchTerm* term = first; term != last; ++term) {
    weight += term->weight;
    mean += term->weight * term->partners;
  }
  mean /= weight;
  double variance = 0;
  double third = 0;
  for (const BatchTerm* term = first; term != last; ++term) {
    const double offset = term->partners - mean;
    variance += term->weight * offset * offset;
    third += term->weight * offset * offset * offset;
  }
  variance /= weight;
  third /= weight;
  const double skew = third / variance;
  const double spread = std::sqrt(skew * skew + 4 * variance);
  const double left = 0.5 * (skew - spread);
  const double right = 0.5 * (skew + spread);
  // Others and the supervised weight are linear in the count (beyond zero partners).
  const double others_slope = (last[-1].others - first->others) / (last[-1].partners - first->partners);
  const double supervised_slope = (last[-1].supervised - first->supervised) / (last[-1].partners - first->partners);
  const auto add = [&](double share, double offset) {
    const double step = mean + offset - first->partners;
    out.push_back({weight * share, mean + offset, first->others + others_slope * step,
                   first->supervised + supervised_slope * step});
  };
  add(right / spread, left);
  add(-left / spread, right);
}

struct CountRange {
  double draws;  // B - 1
  double mean;
  double deviation;
  double lowest;
  double highest;
};

// `log_probability(k)` of a count and `ratio(k)` = P(k+1)/P(k).
template <class LogProbability, class Ratio>
std::vector<BatchTerm> terms_of(const CountRange& count, Reduction reduction, LogProbability&& log_probability,
                                Ratio&& ratio) {
  std::vector<BatchTerm> terms;
  const auto add = [&](double k, double weight) {
    if (weight > kNegligibleWeight) terms.push_back({weight, k, count.draws - k, 0});
  };
  if (count.mean > kEnumerateMean) {
    const double low = std::max(count.lowest, std::floor(count.mean - kTailDeviations * count.deviation));
    const double high = std::min(count.highest, std::ceil(count.mean + kTailDeviations * count.deviation));
    const double stride = std::max(1.0, std::floor(count.deviation / 2));
    terms.reserve(64);
    const double peak = log_probability(std::round(count.mean));
    for (double k = low; k <= high; k += stride) add(k, std::exp(log_probability(k) - peak));
  } else {
    const double high = std::min(count.highest, std::ceil(count.mean + 12 * count.deviation + 24));
    const double peak = std::clamp(std::floor(count.mean), count.lowest, high);
    terms.reserve(static_cast<std::size_t>(high - count.lowest) + 1);
    double at_low = 1;
    for (double k = peak - 1; k >= count.lowest; --k) at_low /= ratio(k);
    double weight = at_low;
    for (double k = count.lowest; k <= high; weight *= ratio(k), ++k) add(k, weight);
  }
  double total = 0;
  double mean_partners = 0;
  for (const BatchTerm& term : terms) {
    total += term.weight;
    mean_partners += term.weight * term.partners;
  }
  mean_partners /= total;
  for (BatchTerm& term : terms) {
    term.weight /= total;
    term.supervised = reduction == Reduction::anchor_mean ? (term.partners > 0 ? 1.0 : 0.0)
                                                          : (mean_partners > 0 ? term.partners / mean_partners : 0.0);
  }
  return terms;
}

}  // namespace

std::vector<BatchTerm> random_batch_terms(double batch_size, double class_share, Reduction reduction) {
  const double draws = batch_size - 1;
  const double odds = class_share / (1 - class_share);
  return terms_of(
      {draws, draws * class_share, std::sqrt(draws * class_share * (1 - class_share)), 0, draws}, reduction,
      [&](double k) { return log_binomial(k, draws, class_share); },
      [&](double k) { return (draws - k) / (k + 1) * odds; });
}

std::vector<BatchTerm> batch_terms(const Problem& problem) {
  const auto classes = static_cast<double>(problem.classes);
  if (problem.sampling == Sampling::balanced && problem.queue_size) {
    const auto keys = static_cast<double>(*problem.queue_size);
    return {{1, keys / classes, keys - keys / classes, 1}};
  }
  if (problem.sampling == Sampling::balanced) {
    const auto instances = static_cast<double>(problem.instances_per_class);
    return {{1, instances - 1, static_cast<double>(problem.classes_per_batch - 1) * instances, 1}};
  }
  const auto batch_size = static_cast<double>(problem.images_met());
  if (!problem.dataset_instances_per_class) return random_batch_terms(batch_size, 1 / classes, problem.reduction);
  const auto images = static_cast<double>(*problem.dataset_instances_per_class);
  return drawn_batch_terms(batch_size, images, (classes - 1) * images, problem.reduction);
}

std::vector<BatchTerm> drawn_batch_terms(double batch_size, double class_images, double other_images,
                                         Reduction reduction) {
  const double draws = batch_size - 1;
  const double marked = class_images - 1;
  const double plain = other_images;
  const double share = marked / (marked + plain);
  const double rest = marked + plain > 1 ? (marked + plain - draws) / (marked + plain - 1) : 0;
  return terms_of(
      {draws, draws * share, std::sqrt(std::max(0.0, draws * share * (1 - share) * rest)), std::max(0.0, draws - plain),
       std::min(draws, marked)},
      reduction, [&](double k) { return log_hypergeometric(k, draws, marked, plain); },
      [&](double k) { return (draws - k) * (marked - k) / ((k + 1) * (plain - draws + k + 1)); });
}

std::vector<BatchTerm> paired_terms(const std::vector<BatchTerm>& terms) {
  std::vector<BatchTerm> out;
  std::size_t i = 0;
  while (i < terms.size()) {
    const auto block = static_cast<std::size_t>(terms[i].partners * kBlockPerPartner);
    const std::size_t end = std::min(terms.size(), i + block);
    if (end - i < 3) {
      out.push_back(terms[i++]);
      continue;
    }
    add_two_points(terms.data() + i, terms.data() + end, out);
    i = end;
  }
  return out;
}

}  // namespace ssem::advisor
