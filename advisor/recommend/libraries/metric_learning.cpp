// Source read and run: pytorch-metric-learning 2.8.1, losses/supcon_loss.py and reducers/. Its usual reducer averages
// over the anchors whose loss is above 0, which leaves out those without positives: in a random batch that is another
// weight of the supervised term.
#include "advisor/recommend/libraries/library.h"
#include "advisor/recommend/libraries/pytorch_function.h"

namespace ssem::advisor {
namespace {

// The calls average each row first; pair_mean weighs the rows by their pairs.
std::string supervised_term(const Problem& own, const std::string& call) {
  if (own.reduction == Reduction::anchor_mean) return "supervised = " + call + "\n";
  return "per_anchor = " + call +
         "[\"loss\"][\"losses\"]\n"
         "count = positive.sum(1)\n"
         "supervised = (count * per_anchor).sum() / count.sum().clamp(min=1)\n";
}

std::string metric_learning_code(const Problem& own, const TypedNumbers& numbers) {
  const bool anchor_mean = own.reduction == Reduction::anchor_mean;
  const bool plain = only_supervised(own);
  const bool included = own.convention == Convention::anchor_included;
  const std::string reducer = anchor_mean ? "reducers.MeanReducer()" : "reducers.DoNothingReducer()";
  std::string text = "from pytorch_metric_learning import losses, reducers\n\n";
  text += plain
              ? "# embeddings [N, dimension], one row per image; labels [N]\n"
              : "# embeddings [N, dimension], one row per view; labels [N]; image_ids [N], equal for the views of one "
                "image\n";
  if (!plain) text += "loss_weight = " + numbers.loss_weight + "\n";
  text += "criterion = losses.SupConLoss(temperature=" + numbers.temperature + ", reducer=" + reducer + ")\n";
  if (!included) text += "anchor = torch.eye(len(labels), dtype=torch.bool, device=labels.device)\n";
  if (plain) {
    text += "positive = (labels[:, None] == labels) & ~anchor\n";
  } else {
    text +=
        "own = image_ids[:, None] == image_ids\n"
        "positive = (labels[:, None] == labels) & ~own\n";
  }
  text += included ? "rest = ~positive\n" : "rest = ~positive & ~anchor\n";
  text += "pairs = (*positive.nonzero(as_tuple=True), *rest.nonzero(as_tuple=True))\n";
  text += supervised_term(own, "criterion(embeddings, labels, indices_tuple=pairs)");
  if (plain) return text + "loss = supervised";
  const std::string self_mean = anchor_mean ? "" : "[\"loss\"][\"losses\"].mean()";
  if (included) {
    text +=
        "views = (*own.nonzero(as_tuple=True), *(~own).nonzero(as_tuple=True))\n"
        "self_supervised = criterion(embeddings, image_ids, indices_tuple=views)" +
        self_mean + "\n";
  } else {
    text += "self_supervised = criterion(embeddings, image_ids)" + self_mean + "\n";
  }
  return text + "loss = loss_weight * self_supervised + (1 - loss_weight) * supervised";
}

std::string metric_learning_note(const Problem& own) {
  std::string text =
      own.reduction == Reduction::anchor_mean
          ? "The usual reducer leaves out anchors without partners, which is another loss; MeanReducer counts them."
          : "The usual reducer averages over anchors; these lines average over pairs.";
  if (!only_supervised(own)) text += " A view's own image must stay in `rest`, or it leaves the denominator.";
  return text;
}

}  // namespace

Library metric_learning() {
  return {"pytorch-metric-learning",
          [](const Problem&) { return std::string(); },
          [](Problem& own) {
            if (own.convention != Convention::anchor_included && !only_supervised(own)) {
              own.convention = Convention::anchor_excluded;
            }
          },
          metric_learning_code,
          metric_learning_note,
          pytorch_lines};
}

}  // namespace ssem::advisor
