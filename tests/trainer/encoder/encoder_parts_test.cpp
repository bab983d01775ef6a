#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <vector>

#undef CHECK
#include <doctest/doctest.h>

#include "trainer/augment/image_views.h"
#include "trainer/augment/table_views.h"
#include "trainer/encoder/convergence.h"
#include "trainer/encoder/example_tensors.h"
#include "trainer/models/encoder.h"
#include "trainer/optimizers/learning_rate.h"
#include "trainer/optimizers/optimizer.h"
#include "trainer/sampling/batch_sampler.h"

namespace ssem::trainer {
namespace {

using Labels = std::vector<std::int64_t>;

advisor::Problem problem_of(const advisor::ProblemFields& fields) {
  FaultList faults;
  const auto problem = advisor::check_problem(fields, faults);
  REQUIRE(problem);
  return *problem;
}

Labels class_labels(std::int64_t classes, std::int64_t each) {
  Labels labels;
  for (std::int64_t k = 0; k < classes * each; ++k) labels.push_back(k % classes);
  return labels;
}

AugmentSpec nothing() {
  AugmentSpec augment;
  augment.crop_scale_low = 1;
  augment.jitter = augment.flip_probability = augment.grey_probability = 0;
  return augment;
}

at::Tensor picture(std::int64_t count) {
  at::manual_seed(1);
  return at::rand({count, 3, 16, 16});
}

}  // namespace

TEST_CASE("a balanced batch holds so many images of every class, none twice, and a pass shows each image once") {
  advisor::ProblemFields fields;
  fields.classes = 4;
  fields.instances_per_class = 3;
  const Labels labels = class_labels(4, 9);
  auto sampler = std::move(make_sampler(problem_of(fields), labels, 1)).value();
  std::map<std::int64_t, int> shown;
  for (int batch = 0; batch < 3; ++batch) {
    const Labels rows = sampler->next();
    CHECK(std::set<std::int64_t>(rows.begin(), rows.end()).size() == 12);
    std::map<std::int64_t, int> of_class;
    for (const std::int64_t row : rows) {
      ++of_class[labels[static_cast<std::size_t>(row)]];
      ++shown[row];
    }
    for (const auto& [label, count] : of_class) CHECK(count == 3);
  }
  CHECK(shown.size() == 36);
}

TEST_CASE("fewer classes a batch are drawn at random, all in the long run") {
  advisor::ProblemFields fields;
  fields.classes = 6;
  fields.classes_per_batch = 2;
  fields.instances_per_class = 2;
  const Labels labels = class_labels(6, 5);
  auto sampler = std::move(make_sampler(problem_of(fields), labels, 3)).value();
  std::map<std::int64_t, int> chosen;
  for (int batch = 0; batch < 600; ++batch) {
    std::set<std::int64_t> classes;
    for (const std::int64_t row : sampler->next()) classes.insert(labels[static_cast<std::size_t>(row)]);
    CHECK(classes.size() == 2);
    for (const std::int64_t label : classes) ++chosen[label];
  }
  for (const auto& [label, count] : chosen) CHECK(std::abs(count - 200) < 60);  // 5 standard deviations
}

TEST_CASE("random batches go through all images; a batch larger than the data is refused by name") {
  advisor::ProblemFields fields;
  fields.classes = 2;
  fields.batch_size = 5;
  fields.sampling = advisor::Sampling::random;
  const Labels labels = class_labels(2, 5);
  auto sampler = std::move(make_sampler(problem_of(fields), labels, 1)).value();
  std::set<std::int64_t> seen;
  for (int batch = 0; batch < 2; ++batch) {
    const Labels rows = sampler->next();
    seen.insert(rows.begin(), rows.end());
  }
  CHECK(seen.size() == 10);
  fields.batch_size = 11;
  const auto refused = make_sampler(problem_of(fields), labels, 1);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().fields[0].path == "/problem/batch_size");
}

TEST_CASE("batches of imbalanced data keep the classes' shares") {
  advisor::ProblemFields fields;
  fields.class_counts = Labels{80, 40, 8};
  fields.batch_size = 16;
  CHECK(images_in_batch(problem_of(fields)) == Labels{10, 5, 1});
}

TEST_CASE("SGD with momentum and decay is its formula") {
  OptimizerSpec spec;
  spec.momentum = 0.9;
  spec.weight_decay = 0.1;
  at::Tensor p = at::tensor({2.0F}).requires_grad_();
  const auto optimizer = make_optimizer(spec, {{"p", p}});
  double expected = 2, velocity = 0;
  for (int step = 0; step < 5; ++step) {
    p.mutable_grad() = at::tensor({0.5F + static_cast<float>(step)});
    optimizer->step(0.1);
    velocity = 0.9 * velocity + 0.5 + step + 0.1 * expected;
    expected -= 0.1 * velocity;
    CHECK(p.item<double>() == doctest::Approx(expected).epsilon(1e-5));
  }
}

TEST_CASE("AdamW is its formula: the first step has the size of the rate whatever the gradient") {
  OptimizerSpec spec;
  spec.kind = "adamw";
  spec.weight_decay = 0.5;
  for (const float gradient : {1e-4F, 1.0F, 1e4F}) {
    at::Tensor p = at::tensor({2.0F}).requires_grad_();
    const auto optimizer = make_optimizer(spec, {{"p", p}});
    p.mutable_grad() = at::tensor({gradient});
    optimizer->step(0.01);
    CHECK(p.item<double>() == doctest::Approx(2 * (1 - 0.005) - 0.01).epsilon(1e-3));
  }
}

TEST_CASE("the rate warms up, falls as a cosine and ends where it should") {
  ScheduleSpec schedule;
  schedule.warmup_share = 0.1;
  schedule.final_share = 0.2;
  CHECK(learning_rate(schedule, 1, 0.05) == doctest::Approx(0.5));
  CHECK(learning_rate(schedule, 1, 0.1) == doctest::Approx(1));
  CHECK(learning_rate(schedule, 1, 0.55) == doctest::Approx(0.6));
  CHECK(learning_rate(schedule, 1, 1) == doctest::Approx(0.2));
  schedule.kind = "constant";
  CHECK(learning_rate(schedule, 1, 0.9) == 1);
}

TEST_CASE("augmentation that is switched off changes nothing, each kind changes something, and all stay in 0 to 1") {
  const at::Tensor images = picture(8);
  StepRandom still(1, at::kCPU);
  CHECK(at::equal(image_views(images, nothing(), still), images));
  std::vector<AugmentSpec> kinds(5, nothing());
  kinds[0].crop_scale_low = 0.3;
  kinds[1].jitter = 0.5;
  kinds[1].jitter_probability = 1;
  kinds[2].grey_probability = 1;
  kinds[3].flip_probability = 1;
  kinds[4].blur_probability = 1;
  for (const AugmentSpec& kind : kinds) {
    StepRandom random(2, at::kCPU), again(2, at::kCPU), other(3, at::kCPU);
    const at::Tensor views = image_views(images, kind, random);
    CHECK((views.sizes() == images.sizes()));
    CHECK(views.min().item<double>() >= 0);
    CHECK(views.max().item<double>() <= 1.0001);
    CHECK_FALSE(at::allclose(views, images, 1e-3, 1e-3));
    CHECK(at::equal(image_views(images, kind, again), views));
  }
  StepRandom random(2, at::kCPU);
  CHECK(at::allclose(image_views(images, kinds[3], random), images.flip(3), 1e-4, 1e-5));
  StepRandom grey(2, at::kCPU);
  const at::Tensor colourless = image_views(images, kinds[2], grey);
  CHECK(at::equal(colourless.select(1, 0), colourless.select(1, 2)));
}

TEST_CASE("a blur of a flat image is flat and keeps the mean of any") {
  AugmentSpec augment = nothing();
  augment.blur_probability = 1;
  StepRandom random(5, at::kCPU);
  CHECK(at::allclose(image_views(at::full({3, 1, 20, 20}, 0.3), augment, random), at::full({3, 1, 20, 20}, 0.3)));
}

TEST_CASE("noise on tables has the deviation asked for, and masked columns take the mean") {
  AugmentSpec augment;
  augment.noise = 0.3;
  augment.mask_probability = 0.25;
  StepRandom random(5, at::kCPU);
  const at::Tensor views = table_views(at::full({400, 100}, 5.0), augment, random);
  const at::Tensor masked = views.eq(0);
  CHECK(masked.to(at::kFloat).mean().item<double>() == doctest::Approx(0.25).epsilon(0.03));
  CHECK(views.masked_select(masked.logical_not()).std().item<double>() == doctest::Approx(0.3).epsilon(0.03));
}

TEST_CASE("encoders give unit rows of the width asked for; batch statistics only while training") {
  for (const char* kind : {"mlp", "small_cnn", "resnet18"}) {
    ModelSpec model;
    model.kind = kind;
    model.width = 4;
    model.projection = 6;
    const auto made = Encoder::make(model, {3, 16, 16}, 9);
    REQUIRE(made);
    const Encoder& encoder = made.value();
    const at::Tensor input = picture(4);
    const at::Tensor training = encoder.embed(input, {true}), steady = encoder.embed(input, {false});
    CHECK((steady.sizes() == at::IntArrayRef({4, 6})));
    CHECK(at::allclose(steady.norm(2, {1}), at::ones({4})));
    CHECK(at::equal(encoder.embed(input, {false}), steady));
    // Alone or in a batch: no statistic of the other rows leaks in.
    CHECK(at::allclose(encoder.embed(input.narrow(0, 1, 1), {false}), steady.narrow(0, 1, 1), 1e-3, 1e-5));
    if (std::string(kind) != "mlp") CHECK_FALSE(at::allclose(training, steady, 1e-3, 1e-3));
    const auto again = Encoder::make(model, {3, 16, 16}, 9);
    CHECK(at::equal(again.value().tensors()[0].tensor, encoder.tensors()[0].tensor));
  }
}

TEST_CASE("bfloat16 products stay near float32 and come back as float32") {
  ModelSpec model;
  model.kind = "small_cnn";
  model.width = 8;
  model.projection = 16;
  const Encoder encoder = Encoder::make(model, {3, 16, 16}, 2).value();
  const at::Tensor input = picture(8);
  const at::Tensor narrow = encoder.embed(input, {true, at::kBFloat16});
  CHECK((narrow.scalar_type() == at::kFloat));
  CHECK((narrow * encoder.embed(input, {true})).sum(1).min().item<double>() > 0.99);
}

TEST_CASE("examples are normalised by the training part's channels, and views share a row's class") {
  Dataset data;
  data.shape = {2};
  data.features = {1, 7, 3, 7, 5, 7};
  data.labels = {0, 1, 1};
  const Normalisation normalisation = normalisation_of(data);
  CHECK(normalisation.mean == std::vector<float>{3, 7});
  CHECK(normalisation.deviation[1] == 1);  // constant: only shifted
  const ExampleTensors examples(data, normalisation, at::kCPU);
  const at::Tensor plain = examples.plain(Labels{0, 2});
  CHECK(plain[0][0].item<double>() == doctest::Approx(-std::sqrt(1.5)));
  CHECK(plain[1][1].item<double>() == 0);
  AugmentSpec off;
  off.enabled = false;
  StepRandom random(1, at::kCPU);
  const at::Tensor views = examples.views(Labels{2, 0}, 2, off, random);
  CHECK(at::equal(views[0], views[1]));
  CHECK(at::equal(views[3], plain[0]));
}

TEST_CASE("a level course has converged; one that moves, or is short, has not") {
  const auto course = [](auto loss, auto variance, std::int64_t steps) {
    std::vector<Progress> told;
    for (std::int64_t step = steps / 100; step <= steps; step += steps / 100) {
      Progress progress;
      progress.step = step;
      const double share = static_cast<double>(step) / static_cast<double>(steps);
      progress.loss = loss(share);
      progress.within_class_variance = variance(share);
      progress.learning_rate = 1 + std::cos(3.14159265 * share);
      told.push_back(progress);
    }
    return judge_convergence(told);
  };
  const auto level = [](double) { return 0.3; };
  const auto settling = [](double share) { return 2 + 3 * std::exp(-20 * share); };
  const auto falling = [](double share) { return 2 - share; };
  CHECK(course(settling, level, 1000).converged);
  CHECK_FALSE(course(falling, level, 1000).converged);
  CHECK_FALSE(course(level, falling, 1000).converged);
  // Level only because a cosine's rate has gone: most of the move was in the second half of the rates' sum.
  const auto frozen = [](double share) { return 2 - std::sin(3.14159265 / 2 * std::min(1.0, share / 0.7)); };
  CHECK_FALSE(course(frozen, level, 1000).converged);
  CHECK_FALSE(judge_convergence(std::vector<Progress>(5)).converged);
  CHECK_FALSE(judge_convergence({}).converged);
}

}  // namespace ssem::trainer
