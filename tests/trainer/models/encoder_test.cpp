#include "trainer/models/encoder.h"

#include <ATen/ATen.h>

#include <cstdint>
#include <string>

#include "tests/support/doctest_beside_torch.h"

namespace ssem::trainer {
namespace {

at::Tensor picture(std::int64_t count) {
  at::manual_seed(1);
  return at::rand({count, 3, 16, 16});
}

}  // namespace

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

TEST_CASE("a ResNet-18 has eight times its width of features, and as published 11,168,832 parameters before its head") {
  const auto trunk_numbers = [](std::int64_t width) {
    ModelSpec model;
    model.kind = "resnet18";
    model.width = width;
    std::int64_t numbers = 0;
    const Encoder encoder = Encoder::make(model, {3, 16, 16}, 1).value();
    for (const auto& [name, tensor, trained] : encoder.tensors()) {
      if (trained && name.starts_with("model.")) numbers += tensor.numel();
    }
    CHECK(encoder.features(picture(2), {false}).size(1) == 8 * width);
    return numbers;
  };
  CHECK(trunk_numbers(kResnetWidth) == 11'168'832);
  CHECK(trunk_numbers(16) < 11'168'832 / 15);
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

}  // namespace ssem::trainer
