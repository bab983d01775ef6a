// Source read: sentence-transformers 5, sentence_transformers/losses: the losses with labels (BatchAllTripletLoss.py
// and its siblings) have a margin and look at the first column only; MultipleNegativesRankingLoss.py ignores labels.
#include "advisor/recommend/libraries/library.h"
#include "advisor/recommend/libraries/pytorch_function.h"

namespace ssem::advisor {
namespace {

std::string sentence_transformers_replacement(const Problem& advised, const TypedNumbers& numbers) {
  const bool plain = only_supervised(advised);
  std::string code =
      pytorch_function(advised) +
      "\nclass SupclLoss(torch.nn.Module):\n"
      "    # a data set with a column `label` and " +
      (advised.views == 1 ? std::string("one column of texts")
                          : std::to_string(advised.views) + " columns of texts, the views of one item") +
      ": the same text twice differs by dropout\n"
      "    # on several GPUs each compares its own batch: advise with one GPU's\n"
      "    def __init__(self, model):\n"
      "        super().__init__()\n"
      "        self.model = model\n\n"
      "    def forward(self, sentence_features, labels):\n"
      "        outputs = [self.model(features)[\"sentence_embedding\"] for features in sentence_features]\n"
      "        z = torch.nn.functional.normalize(torch.cat(outputs), dim=1)\n";
  if (!plain) code += "        image_ids = torch.arange(len(labels), device=labels.device).repeat(len(outputs))\n";
  return code + "        return " + pytorch_call(advised, "z", "labels.repeat(len(outputs))", "image_ids", numbers) +
         "\n\nloss = SupclLoss(model)";
}

}  // namespace

Library sentence_transformers() {
  return {"sentence-transformers (loss added)",
          [](const Problem&) {
            return std::string(
                "its losses with labels are triplet losses with a margin (losses/BatchAllTripletLoss.py), and "
                "MultipleNegativesRankingLoss has no labels");
          },
          [](Problem&) {},
          sentence_transformers_replacement,
          [](const Problem&) { return std::string(); },
          sentence_transformers_replacement};
}

}  // namespace ssem::advisor
