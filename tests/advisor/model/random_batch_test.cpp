// Random batches against enumeration, against simulation, and against the balanced limit.
#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "advisor/evaluation.h"
#include "advisor/model/advised_model.h"
#include "advisor/model/batch_terms.h"
#include "advisor/model/plain_supcon.h"
#include "tests/advisor/problems.h"

using namespace ssem::advisor;
using namespace ssem::advisor::test;

namespace {

Problem random_batch(std::int64_t classes, std::int64_t batch_size, Reduction reduction = Reduction::anchor_mean) {
  Problem problem = with_batch(classes, batch_size, Convention::anchor_excluded, Sampling::random);
  problem.reduction = reduction;
  return problem;
}

struct Moments {
  double total = 0, mean = 0, variance = 0;
};

Moments moments(const std::vector<BatchTerm>& terms) {
  Moments m;
  for (const BatchTerm& term : terms) {
    m.total += term.weight;
    m.mean += term.weight * term.partners;
  }
  for (const BatchTerm& term : terms) m.variance += term.weight * (term.partners - m.mean) * (term.partners - m.mean);
  return m;
}

// theory.md's closed form, summed over an explicitly built binomial.
double enumerated_threshold(double classes, int batch_size, double own, double temperature, bool pair_mean) {
  const double x = classes / ((classes - 1) * temperature);
  const double q = std::exp(-x);
  double paired = 0, r_paired = 0, r_all = 0, kr = 0, mean = 0;
  double probability = std::pow(1 - 1 / classes, batch_size - 1);
  for (int k = 0; k < batch_size; ++k) {
    const double o = batch_size - 1 - k;
    const double r = (k - o * q / (classes - 1)) / (own + k + o * q);
    if (k > 0) {
      paired += probability;
      r_paired += probability * r;
    }
    r_all += probability * r;
    kr += probability * k * r;
    mean += probability * k;
    probability *= o / (k + 1.0) / (classes - 1);
  }
  const double numerator = pair_mean ? 1 - kr / mean : paired - r_paired;
  return numerator / (numerator + r_all);
}

}  // namespace

TEST_CASE("partner counts have the binomial's and the hypergeometric's mean and variance at every size") {
  RandomProblems random(21);
  for (int trial = 0; trial < 300; ++trial) {
    const std::int64_t classes = random.log_integer(2, 1e5);
    const std::int64_t batch_size = random.log_integer(2, 1e6 * static_cast<double>(classes));
    Problem problem = random_batch(classes, batch_size);
    const double draws = static_cast<double>(batch_size - 1);
    double share = 1 / static_cast<double>(classes);
    double shrink = 1;
    if (trial % 2 == 1) {
      const std::int64_t images = (batch_size + classes - 1) / classes * random.log_integer(2, 50);
      problem.dataset_instances_per_class = images;
      const double marked = static_cast<double>(images - 1);
      const double all = static_cast<double>(images * classes - 1);
      share = marked / all;
      shrink = (all - draws) / (all - 1);
    }
    const Moments m = moments(batch_terms(problem));
    CAPTURE(classes);
    CAPTURE(batch_size);
    CHECK(m.total == doctest::Approx(1).epsilon(1e-12));
    CHECK(m.mean == doctest::Approx(draws * share).epsilon(1e-9));
    CHECK(m.variance == doctest::Approx(draws * share * (1 - share) * shrink).epsilon(1e-6));
  }
}

TEST_CASE("thresholds of random batches agree with the enumerated closed form in both reductions") {
  for (const int batch_size : {2, 8, 64, 256}) {
    for (const double classes : {2.0, 10.0, 100.0}) {
      for (const double temperature : {0.05, 0.1, 0.5, 2.0}) {
        for (const bool pair_mean : {false, true}) {
          const Problem problem = random_batch(static_cast<std::int64_t>(classes), batch_size,
                                               pair_mean ? Reduction::pair_mean : Reduction::anchor_mean);
          CHECK(SsemModel(problem).loss_weight_threshold(temperature).value ==
                doctest::Approx(enumerated_threshold(classes, batch_size, 0.5, temperature, pair_mean)).epsilon(1e-10));
        }
      }
    }
  }
}

TEST_CASE("low temperature gives the reductions' limits") {
  const Problem anchor = random_batch(100, 256);
  double paired = 0, sum = 0;
  for (const BatchTerm& term : batch_terms(anchor)) {
    if (term.partners == 0) continue;
    paired += term.weight;
    sum += term.weight * 0.5 / (term.partners + 0.5);
  }
  CHECK(SsemModel(anchor).loss_weight_threshold(1e-3).value == doctest::Approx(sum / paired).epsilon(1e-12));
  const Problem pairs = random_batch(100, 256, Reduction::pair_mean);
  const double effective = 1 + 255.0 / 100;
  CHECK(SsemModel(pairs).loss_weight_threshold(1e-3).value ==
        doctest::Approx(0.5 / (effective - 1 + 0.5)).epsilon(1e-12));
}

TEST_CASE("a random batch of ImageNet-1k is not hopeless, as n = B/m would have it") {
  Problem problem = random_batch(1000, 256);
  CHECK(SsemModel(problem).loss_weight_threshold(0.1).value == doctest::Approx(0.32).epsilon(0.02));
  problem.convention = Convention::anchor_included;
  CHECK(SsemModel(problem).loss_weight_threshold(0.1).value == doctest::Approx(0.48).epsilon(0.02));
}

TEST_CASE("random batches approach balanced ones as the images per class grow") {
  for (const Reduction reduction : {Reduction::anchor_mean, Reduction::pair_mean}) {
    double last = 1;
    for (const std::int64_t per_class : {2, 8, 32, 128, 512, 2048, 32768}) {
      const Problem random = random_batch(10, 10 * per_class, reduction);
      Problem even = with_batch(10, 10 * per_class);
      even.dataset_instances_per_class = 1'000'000'000'000;
      const double off = relative_error(SsemModel(random).loss_weight_threshold(0.1).value,
                                        SsemModel(even).loss_weight_threshold(0.1).value);
      CHECK(off < last);
      last = off;
    }
    CHECK(last < 1e-3);
  }
}

TEST_CASE("the optimum of a random batch is a stationary point of its enumerated loss") {
  RandomProblems random(22);
  for (int trial = 0; trial < 200; ++trial) {
    Problem problem = random_batch(random.log_integer(2, 200), random.log_integer(4, 2000),
                                   trial % 2 ? Reduction::pair_mean : Reduction::anchor_mean);
    if (trial % 3 == 0) problem.convention = Convention::dcl;
    const SsemModel model(problem);
    const double loss_weight = random.uniform(0.05, 0.95);
    const double temperature = random.log_uniform(0.05, 1);
    const double z = model.optimum(loss_weight, temperature);
    const double best = model.loss(z, loss_weight, temperature);
    for (const double factor : {0.9, 0.99, 1.01, 1.1}) {
      if (z * factor > 1 / temperature) continue;
      CHECK(model.loss(z * factor, loss_weight, temperature) >= best - 1e-12);
    }
    CHECK(model.loss(0.01, loss_weight, temperature) >= best - 1e-12);
  }
}

TEST_CASE("plain SupCon's loss weight is the published expectation for customary batches") {
  const struct {
    std::int64_t classes, batch_size;
    double expected;
  } rows[] = {{10, 256, .0199},  {10, 500, .0101}, {10, 1024, .0049}, {100, 256, .250},  {100, 500, .116},
              {100, 1024, .052}, {100, 128, .462}, {1000, 256, .846}, {1000, 6144, .091}};
  for (const auto& row : rows) {
    Problem problem = random_batch(row.classes, row.batch_size);
    problem.convention = Convention::supcon;
    CHECK(std::abs(plain_supcon_loss_weight(problem) - row.expected) < 6e-4);
  }
}

TEST_CASE("paired terms keep the mean of smooth functions") {
  for (const std::int64_t batch_size : {64, 256, 512, 640}) {
    const auto full = batch_terms(random_batch(10, batch_size));
    const auto paired = paired_terms(full);
    CHECK(paired.size() < full.size());
    const auto mean = [](const std::vector<BatchTerm>& terms) {
      double sum = 0;
      for (const BatchTerm& term : terms) sum += term.weight * std::log(0.5 + term.partners + 0.01 * term.others);
      return sum;
    };
    CHECK(mean(paired) == doctest::Approx(mean(full)).epsilon(1e-4));
    CHECK(moments(paired).mean == doctest::Approx(moments(full).mean).epsilon(1e-10));
    CHECK(moments(paired).variance == doctest::Approx(moments(full).variance).epsilon(1e-8));
  }
}
