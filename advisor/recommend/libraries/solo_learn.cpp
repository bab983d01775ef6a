// Source read: vturrisi/solo-learn, solo/losses/simclr.py (positives are summed before the logarithm: supcon_in) and
// solo/methods/supcon.py (labels are its only positives; views are stacked one after the other).
#include "advisor/recommend/libraries/library.h"
#include "advisor/recommend/libraries/pytorch_function.h"

namespace ssem::advisor {
namespace {

std::string solo_learn_replacement(const Problem& advised, const TypedNumbers& numbers) {
  const std::string call =
      pytorch_call(advised, "torch.nn.functional.normalize(gather(z), dim=1)", "gather(targets)", "image_ids", numbers);
  std::string code = pytorch_function(advised) +
                     "\n# in solo/methods/supcon.py instead of simclr_loss_func; gather is solo.utils.misc.gather\n";
  if (!only_supervised(advised)) code += "image_ids = gather(batch[0].repeat(n_augs))\n";
  return code + "nce_loss = " + call;
}

}  // namespace

Library solo_learn() {
  return {"solo-learn (loss replaced)",
          [](const Problem&) {
            return std::string(
                "its SupCon takes the logarithm of the sum over all positives (solo/losses/simclr.py), which is "
                "supcon_in: it has no loss weight and always collapses");
          },
          [](Problem&) {},
          solo_learn_replacement,
          [](const Problem&) { return std::string(); },
          solo_learn_replacement};
}

}  // namespace ssem::advisor
