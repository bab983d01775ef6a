// Source read: lightly 1.5 and 1.6, lightly/loss: NTXentLoss and DCLLoss take two outputs and no labels; a SupConLoss
// was on a branch and is in no release.
#include "advisor/recommend/libraries/library.h"
#include "advisor/recommend/libraries/pytorch_function.h"

namespace ssem::advisor {
namespace {

std::string lightly_replacement(const Problem& advised, const TypedNumbers& numbers) {
  std::string code =
      pytorch_function(advised) +
      "\n# outputs: the model's, one [batch, dimension] for each view of the transform; labels [batch]\n"
      "# on several GPUs each compares its own batch: gather both first, or advise with one GPU's batch\n"
      "z = torch.nn.functional.normalize(torch.cat(outputs), dim=1)\n";
  if (!only_supervised(advised)) {
    code += "image_ids = torch.arange(len(labels), device=labels.device).repeat(len(outputs))\n";
  }
  return code + "loss = " + pytorch_call(advised, "z", "labels.repeat(len(outputs))", "image_ids", numbers);
}

}  // namespace

Library lightly() {
  return {"lightly (loss added)",
          [](const Problem&) {
            return std::string("none of its losses takes labels (lightly/loss/ntx_ent_loss.py, dcl_loss.py)");
          },
          [](Problem&) {},
          lightly_replacement,
          [](const Problem&) { return std::string(); },
          lightly_replacement};
}

}  // namespace ssem::advisor
