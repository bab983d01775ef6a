#include "advisor/explain/words.h"

namespace ssem::advisor {
namespace {

constexpr const char* kLookAtCosines =
    "Print the mean cosine of positives and of all pairs in a batch: both near 1 is one point, both near 0 the start, "
    "1 and well below it class collapse.";
constexpr const char* kNormalise =
    "Normalise the embeddings just before the loss (torch.nn.functional.normalize(z, dim=-1), the last axis) and print "
    "their lengths: all must be 1.";

std::vector<std::string> at_one_point() {
  return {
      "Lower the learning rate or warm it up over some hundred steps: a first step that is too large throws every "
      "embedding to one point, where the gradient vanishes.",
      "Look whether the projection's last layer is followed by a ReLU or a batch norm whose outputs died, and whether "
      "mixed precision rounds the logits.",
      "Count the classes of some batches: a batch of one class has this value as its optimum.", kLookAtCosines};
}

std::vector<std::string> at_start() {
  return {"In the first steps this is right: wait until the loss falls below the value of one point.",
          "If it stays, look whether the optimiser has the projection's parameters and whether the embeddings have "
          "gradients.",
          "Look whether positives are positives: views of one image and labels in the order that the loss expects "
          "([batch, views, dimension]).",
          kLookAtCosines};
}

std::vector<std::string> at_collapse(const Compared& compared) {
  if (compared.floor_is_collapse) {
    return {"Nothing is wrong with the training; no further step lowers this loss by much.",
            "Where images of a class must stay apart (finer labels, transfer), ask for a loss weight and a temperature "
            "that do not collapse: a recommendation for the same problem names them.",
            "An audit of saved embeddings says which classes have collapsed."};
  }
  return {"The optimum is lower: train on, with a higher learning rate or for longer.",
          "An evaluation shows how far loss weight and temperature are from collapse."};
}

std::vector<std::string> without_labels_words() {
  return {
      "Look whether the labels reach the loss: in SupContrast criterion(features, labels), not criterion(features) or "
      "--method SimCLR.",
      "Print labels.unique() of a batch: labels that differ for every image make each its own class.",
      "If the classes are finer than the ones given here, ask again with their number."};
}

std::vector<std::string> when_diverged(const Compared& compared) {
  std::vector<std::string> next{
      kNormalise,
      "Give every anchor a positive: two views of each image, or at least two images of a class "
      "in a batch; a mean over none is 0/0.",
      "Subtract the largest logit before exp and keep the logits in float32."};
  if (compared.request.settings.temperature < 0.05 && !compared.request.unknown.temperature) {
    next.emplace_back("The temperature is low: a recommendation lists the lowest safe one of each library.");
  }
  next.emplace_back("Lower the learning rate and clip gradients.");
  return next;
}

std::vector<std::string> when_stuck() {
  return {"Raise or warm up the learning rate, and look whether weight decay or a frozen layer holds the embeddings.",
          "Look at the labels: classes that the images cannot tell apart, or shuffled labels, keep the loss up here.",
          "If augmentation is strong, two views may share too little; try weaker crops.", kLookAtCosines};
}

}  // namespace

std::vector<std::string> next_words(const Compared& compared) {
  switch (compared.answer.most_likely) {
    case State::all_equal:
    case State::one_class_batch:
      return at_one_point();
    case State::initialisation:
    case State::wrong_positives:
      return at_start();
    case State::collapsed:
      return at_collapse(compared);
    case State::optimum:
      return {"The loss is where it should be: compare the embeddings with what is predicted, by an audit.",
              "Encoders usually stop a little above; values below are over-fitted batches or another setting."};
    case State::labels_missing:
      return without_labels_words();
    case State::unnormalised_input:
      return {kNormalise, "If they have unit length, look whether the loss is summed, weighted or added to others."};
    case State::no_positives:
      return {"Give two views of each image or draw at least two images of a class for a batch.",
              "Look whether the labels that reach the loss are class numbers, one for each image."};
    case State::cross_entropy_at_chance:
      return {"Log the contrastive loss and the cross-entropy apart.",
              "A classifier at chance: look whether its features have gradients or are frozen on purpose, and at its "
              "learning rate."};
    case State::stuck:
      return when_stuck();
    case State::learning:
      return {"Train on, and ask again with the whole curve.", kLookAtCosines};
    case State::diverged:
      return when_diverged(compared);
    case State::unclear:
      return {"Give the whole curve instead of one value: what it does tells more than where it is.",
              "Say which library logs it, and its base temperature: many multiply by temperature / base temperature.",
              kLookAtCosines};
  }
  return {};
}

}  // namespace ssem::advisor
