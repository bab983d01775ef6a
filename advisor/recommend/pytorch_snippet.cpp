#include "advisor/recommend/pytorch_snippet.h"

namespace ssem::advisor {

std::string pytorch_snippet(Convention convention, Reduction reduction, const std::string& loss_weight,
                            const std::string& temperature) {
  std::string code =
      "def supcl_loss(z, labels, image_ids, loss_weight, temperature):\n"
      "    # z [N, dimension], unit norm, one row per view; labels [N]; image_ids [N], equal for the views of one "
      "image\n"
      "    anchor = torch.eye(len(z), dtype=torch.bool, device=z.device)\n"
      "    own = image_ids[:, None] == image_ids\n"
      "    same = (labels[:, None] == labels) & ~own\n";
  switch (convention) {
    case Convention::anchor_included:
      code +=
          "    s = z @ z.T / temperature\n"
          "    log_p = s - s.logsumexp(1, keepdim=True)\n";
      break;
    case Convention::dcl:
      code +=
          "    own = own & ~anchor\n"
          "    s = (z @ z.T / temperature).double()\n"
          "    total = s.masked_fill(anchor, -torch.inf).logsumexp(1, keepdim=True)\n"
          "    share = (s - total).exp().masked_fill(anchor, 0)\n"
          "    log_p = s - total - torch.log1p(-share)\n";
      break;
    default:
      code +=
          "    own = own & ~anchor\n"
          "    s = z @ z.T / temperature\n"
          "    log_p = s - s.masked_fill(anchor, -torch.inf).logsumexp(1, keepdim=True)\n";
  }
  if (reduction == Reduction::pair_mean) {
    code +=
        "    self_supervised = -log_p[own].mean()\n"
        "    supervised = -log_p[same].mean() if same.any() else 0.0\n"
        "    return (1 - loss_weight) * supervised + loss_weight * self_supervised\n";
  } else {
    code +=
        "    self_supervised = -(log_p * own).sum(1) / own.sum(1)\n"
        "    supervised = -(log_p * same).sum(1) / same.sum(1).clamp(min=1)\n"
        "    return ((1 - loss_weight) * supervised + loss_weight * self_supervised).mean()\n";
  }
  code += "\nloss = supcl_loss(z, labels, image_ids, loss_weight=";
  code += loss_weight;
  code += ", temperature=";
  code += temperature;
  code += ")";
  return code;
}

}  // namespace ssem::advisor
