#include "advisor/recommend/libraries/pytorch_function.h"

namespace ssem::advisor {
namespace {

constexpr const char* kArguments =
    "def supcl_loss(z, labels, image_ids, loss_weight, temperature):\n"
    "    # z [N, dimension], unit norm, one row per view; labels [N]; image_ids [N], equal for the views of one "
    "image\n";

std::string head_with_queue() {
  return "def supcl_loss(z, labels, image_ids, queue, queue_labels, loss_weight, temperature):\n"
         "    # z [N, dimension], unit norm, one row per view; labels [N]; image_ids [N], equal for the views of one "
         "image\n"
         "    # queue [K, dimension], unit norm, keys of other images; queue_labels [K]\n"
         "    order = image_ids.argsort(stable=True)  # the two views of an image one after the other\n"
         "    z, labels = z[order], labels[order]\n"
         "    key = z.view(-1, 2, z.shape[1]).flip(1).reshape(z.shape)  # of each view the other one\n"
         "    of_queue = labels[:, None] == queue_labels\n"
         "    own = torch.cat([torch.ones_like(of_queue[:, :1]), torch.zeros_like(of_queue)], 1)\n"
         "    same = torch.cat([torch.zeros_like(of_queue[:, :1]), of_queue], 1)\n"
         "    s = torch.cat([(z * key).sum(1, keepdim=True), z @ queue.T], 1) / temperature\n"
         "    log_p = s.log_softmax(1)\n";
}

std::string head(const Problem& problem) {
  if (problem.queue_size) return head_with_queue();
  if (problem.convention == Convention::cross_view) {
    return std::string(kArguments) +
           "    order = image_ids.argsort(stable=True)  # the two views of an image one after the other\n"
           "    a, b, labels = z[order[0::2]], z[order[1::2]], labels[order[0::2]]\n"
           "    own = torch.eye(len(a), dtype=torch.bool, device=z.device)\n"
           "    same = ((labels[:, None] == labels) & ~own).repeat(2, 1)\n"
           "    own = own.repeat(2, 1)\n";
  }
  if (only_supervised(problem)) {
    return "def supcon_loss(z, labels, temperature):\n"
           "    # z [N, dimension], unit norm, one row per image; labels [N]\n"
           "    anchor = torch.eye(len(z), dtype=torch.bool, device=z.device)\n"
           "    same = (labels[:, None] == labels) & ~anchor\n";
  }
  return std::string(kArguments) +
         "    anchor = torch.eye(len(z), dtype=torch.bool, device=z.device)\n"
         "    own = image_ids[:, None] == image_ids\n"
         "    same = (labels[:, None] == labels) & ~own\n";
}

std::string log_shares(const Problem& problem, bool with_own) {
  if (problem.queue_size) return "";
  const std::string others = with_own ? "    own = own & ~anchor\n" : "";
  switch (problem.convention) {
    case Convention::anchor_included:
      return "    s = z @ z.T / temperature\n"
             "    log_p = s - s.logsumexp(1, keepdim=True)\n";
    case Convention::cross_view:
      return "    s = a @ b.T / temperature\n"
             "    log_p = torch.cat([s.log_softmax(1), s.T.log_softmax(1)])\n";
    case Convention::dcl:
      return others +
             "    s = (z @ z.T / temperature).double()\n"
             "    total = s.masked_fill(anchor, -torch.inf).logsumexp(1, keepdim=True)\n"
             "    share = (s - total).exp().masked_fill(anchor, 0)\n"
             "    log_p = s - total - torch.log1p(-share)\n";
    default:
      return others +
             "    s = z @ z.T / temperature\n"
             "    log_p = s - s.masked_fill(anchor, -torch.inf).logsumexp(1, keepdim=True)\n";
  }
}

std::string mean(Reduction reduction, bool with_own) {
  const bool pairs = reduction == Reduction::pair_mean;
  std::string code;
  if (with_own) {
    code += pairs ? "    self_supervised = -log_p[own].mean()\n"
                  : "    self_supervised = -(log_p * own).sum(1) / own.sum(1)\n";
  }
  code += pairs ? "    supervised = -log_p[same].sum() / same.sum().clamp(min=1)\n"
                : "    supervised = -(log_p * same).sum(1) / same.sum(1).clamp(min=1)\n";
  const std::string sum = with_own ? "(1 - loss_weight) * supervised + loss_weight * self_supervised" : "supervised";
  if (pairs) return code + "    return " + sum + "\n";
  return code + "    return " + (with_own ? "(" + sum + ")" : sum) + ".mean()\n";
}

}  // namespace

std::string pytorch_function(const Problem& problem) {
  const bool with_own = !only_supervised(problem);
  return head(problem) + log_shares(problem, with_own) + mean(problem.reduction, with_own);
}

std::string pytorch_call(const Problem& problem, const std::string& z, const std::string& labels,
                         const std::string& image_ids, const TypedNumbers& numbers) {
  if (only_supervised(problem)) {
    return "supcon_loss(" + z + ", " + labels + ", temperature=" + numbers.temperature + ")";
  }
  const std::string keys = problem.queue_size ? ", queue, queue_labels" : "";
  return "supcl_loss(" + z + ", " + labels + ", " + image_ids + keys + ", loss_weight=" + numbers.loss_weight +
         ", temperature=" + numbers.temperature + ")";
}

}  // namespace ssem::advisor
