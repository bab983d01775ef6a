#include "advisor/recommend/snippets.h"

#include <string>
#include <utility>

#include "advisor/model/advised_model.h"
#include "advisor/numeric/number_text.h"
#include "advisor/recommend/pytorch_snippet.h"

namespace ssem::advisor {
namespace {

constexpr int kTypedDigits = 6;

struct Library {
  const char* name;
  Convention convention;
  Reduction reduction;
};

// Sources read: HobbitLong/SupContrast losses.py, KevinMusgrave/pytorch-metric-learning supcon_loss.py,
// leechungpa/ssem-supcl imagenet/builder.py and cifar/src/builder.py.
constexpr Library kSupContrast{"SupContrast", Convention::anchor_excluded, Reduction::anchor_mean};
constexpr Library kMetricLearning{"pytorch-metric-learning", Convention::anchor_excluded, Reduction::anchor_mean};
constexpr Library kAuthorsImageNet{"ssem-supcl (ImageNet code)", Convention::anchor_excluded, Reduction::anchor_mean};
constexpr Library kAuthorsCifar{"ssem-supcl (CIFAR code)", Convention::anchor_included, Reduction::pair_mean};

std::string typed(double value) { return number_text(value, kTypedDigits); }

bool equal_partners(const Problem& problem) { return !problem.imbalanced() && problem.sampling == Sampling::balanced; }

std::string sup_contrast(const Problem& problem, double loss_weight, double temperature) {
  std::string code = "# features [batch, views, dimension], L2-normalised; labels [batch]\n";
  if (loss_weight >= 1) {
    code += "mask = torch.eye(len(labels), device=labels.device)\n";
  } else {
    const auto views = static_cast<double>(problem.views);
    const double per_partner = loss_weight * views / ((1 - loss_weight) * (views - 1));
    code += "mask = (labels[:, None] == labels).float()\n";
    if (equal_partners(problem)) {
      code +=
          "mask.fill_diagonal_(" + typed(per_partner * static_cast<double>(problem.instances_per_class - 1)) + ")\n";
    } else {
      code += "partners = mask.sum(1) - 1\n";
      code += "mask.diagonal().copy_(" + typed(per_partner) + " * partners.clamp(min=1))\n";
    }
  }
  return code + "loss = SupConLoss(temperature=" + typed(temperature) + ", base_temperature=" + typed(temperature) +
         ")(features, mask=mask)";
}

std::string metric_learning(const Problem&, double loss_weight, double temperature) {
  return "# embeddings [N, dimension], one row per view; labels [N]; image_ids [N], equal for the views of one image\n"
         "own = image_ids[:, None] == image_ids\n"
         "positive = (labels[:, None] == labels) & ~own\n"
         "rest = ~positive & ~torch.eye(len(labels), dtype=torch.bool, device=labels.device)\n"
         "pairs = (*positive.nonzero(as_tuple=True), *rest.nonzero(as_tuple=True))\n"
         "criterion = losses.SupConLoss(temperature=" +
         typed(temperature) +
         ")\n"
         "loss = " +
         typed(loss_weight) + " * criterion(embeddings, image_ids) + " + typed(1 - loss_weight) +
         " * criterion(embeddings, labels, indices_tuple=pairs)";
}

std::string authors_imagenet(const Problem& problem, double loss_weight, double temperature) {
  return "python imagenet/main.py NAME --alpha " + typed(loss_weight) + " --T " + typed(temperature) +
         " --batch_size " + std::to_string(problem.batch_size) +
         (problem.dimension ? " --dim " + std::to_string(*problem.dimension) : "");
}

std::string authors_cifar(const Problem& problem, double loss_weight, double temperature) {
  return "python cifar/main.py NAME --alpha " + typed(loss_weight) + " --temperature " + typed(temperature) +
         " --batch_size " + std::to_string(problem.batch_size) +
         (problem.dimension ? " --dim " + std::to_string(*problem.dimension) : "") +
         (equal_partners(problem) ? " --balanced_batch True" : "");
}

std::string pytorch(const Problem& problem, double loss_weight, double temperature) {
  return pytorch_snippet(has_fixed_loss_weight(problem.convention) ? Convention::anchor_excluded : problem.convention,
                         problem.reduction, typed(loss_weight), typed(temperature));
}

using Writer = std::string (*)(const Problem&, double, double);

}  // namespace

std::vector<Snippet> snippets(const Problem& problem, double loss_weight, double temperature,
                              double within_class_variance) {
  std::vector<Snippet> result;
  result.reserve(5);
  const auto add = [&](const Library& library, Writer write, const char* note) {
    const bool same =
        library.convention == problem.convention && (library.reduction == problem.reduction || equal_partners(problem));
    double own_loss_weight = loss_weight;
    std::string remark = note;
    if (!same) {
      // With unequal classes another reduction means another effective class: no variance could be called the same.
      if (problem.imbalanced() && !has_fixed_loss_weight(problem.convention)) return;
      Problem own = problem;
      own.convention = library.convention;
      own.reduction = library.reduction;
      const LossWeight needed = advised_model(own).loss_weight_for(within_class_variance, temperature);
      if (!(needed.one_minus >= 0)) return;
      own_loss_weight = needed.value;
      if (!remark.empty()) remark += ' ';
      remark += "It computes " + std::string(name(library.convention)) + " with " +
                std::string(name(library.reduction)) + ": its loss weight is solved for the same variance.";
    }
    result.push_back({library.name, write(problem, own_loss_weight, temperature), library.convention, own_loss_weight,
                      temperature, std::move(remark)});
  };
  const Convention own_convention =
      has_fixed_loss_weight(problem.convention) ? Convention::anchor_excluded : problem.convention;
  add({"PyTorch", own_convention, problem.reduction}, pytorch,
      "The formula itself, for checking and small batches: it holds the whole similarity matrix.");
  add(kSupContrast, sup_contrast,
      "One call of the unmodified class: its mask acts as weights. base_temperature = temperature keeps the learning "
      "rate's scale.");
  add(kMetricLearning, metric_learning,
      "A view's own image must stay in the list of negatives, or it leaves the denominator.");
  if (problem.views == 2) {
    add(kAuthorsImageNet, authors_imagenet,
        "It computes the loss on each GPU alone: advise with the batch of one GPU.");
    add(kAuthorsCifar, authors_cifar, "");
  }
  return result;
}

}  // namespace ssem::advisor
