// Source read: HobbitLong/SupContrast losses.py. A row of its mask is divided by its sum, so that an image without
// partners takes no weight below 1 in a single mask; two calls weigh the terms apart. Since 2 December 2023 an empty
// row counts 0; before, it was 0/0.
#include "advisor/recommend/libraries/library.h"
#include "advisor/recommend/libraries/pytorch_function.h"

namespace ssem::advisor {
namespace {

std::string sup_contrast_code(const Problem& own, const TypedNumbers& numbers) {
  const std::string shape = "# features [batch, views, dimension], L2-normalised; labels [batch]\n";
  const std::string criterion =
      "criterion = SupConLoss(temperature=" + numbers.temperature + ", base_temperature=" + numbers.temperature + ")\n";
  if (only_supervised(own)) return shape + criterion + "loss = criterion(features, labels)";
  return shape + "loss_weight = " + numbers.loss_weight + "\n" + criterion +
         "partners = (labels[:, None] == labels).float().fill_diagonal_(0)\n"
         "loss = loss_weight * criterion(features) + (1 - loss_weight) * criterion(features, mask=partners)";
}

std::string sup_contrast_note(const Problem& own) {
  std::string text = std::string("The unmodified class") + (only_supervised(own) ? "" : ": one call for each term") +
                     ". base_temperature = temperature keeps the learning rate's scale.";
  if (!equal_partners(own)) {
    text += " An image without partners needs losses.py as it is since December 2023; before, it makes the loss nan.";
  }
  return text;
}

}  // namespace

Library sup_contrast() {
  return {"SupContrast",
          [](const Problem&) { return std::string(); },
          [](Problem& own) {
            if (!only_supervised(own)) own.convention = Convention::anchor_excluded;
            own.reduction = Reduction::anchor_mean;
          },
          sup_contrast_code,
          sup_contrast_note,
          pytorch_lines};
}

}  // namespace ssem::advisor
