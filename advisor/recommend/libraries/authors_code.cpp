// Source read: leechungpa/ssem-supcl, imagenet/{builder,main}.py and datasets/imagenet.py; cifar/main.py and
// src/{builder,sampler}.py. Both put exactly two views into their loss.
#include "advisor/recommend/libraries/library.h"

namespace ssem::advisor {
namespace {

constexpr std::int64_t kCifar10Classes = 10;
constexpr std::int64_t kCifar100Classes = 100;

std::string needs_two_views(const Problem& advised) {
  return advised.views == 2 ? "" : "its training loop puts two views of each image into the loss";
}

// The balanced sampler of the CIFAR code draws from every class.
bool every_class_alike(const Problem& problem) {
  return equal_partners(problem) && problem.classes_per_batch == problem.classes;
}

void draw_at_random(Problem& own) {
  own.sampling = Sampling::random;
  own.classes_per_batch = own.classes;
  own.dataset_is_batch = false;
}

std::string common_flags(const Problem& own) {
  return " --batch_size " + std::to_string(own.batch_size) +
         (own.dimension ? " --dim " + std::to_string(*own.dimension) : "");
}

// Without the flags for distributed training it ends in NotImplementedError; its list of classes has a relative path.
std::string imagenet_code(const Problem& own, const TypedNumbers& numbers) {
  return "cd imagenet && python main.py NAME --alpha " + numbers.loss_weight + " --T " + numbers.temperature +
         common_flags(own) +
         " --dir IMAGENET_FOLDER --multiprocessing-distributed --world-size 1 --rank 0 --dist-url "
         "tcp://localhost:10001";
}

std::string cifar_code(const Problem& own, const TypedNumbers& numbers) {
  return "python cifar/main.py NAME --alpha " + numbers.loss_weight + " --temperature " + numbers.temperature +
         common_flags(own) + (own.classes == kCifar100Classes ? " --data CIFAR100" : " --data CIFAR10") +
         " --data_dir CIFAR_FOLDER" + (every_class_alike(own) ? " --balanced_batch True" : "");
}

}  // namespace

Library authors_imagenet() {
  return {"ssem-supcl (ImageNet code)",
          needs_two_views,
          [](Problem& own) {
            own.convention = Convention::anchor_excluded;
            own.reduction = Reduction::anchor_mean;
            if (!own.imbalanced()) draw_at_random(own);
          },
          imagenet_code,
          [](const Problem&) {
            return std::string(
                "It computes the loss on each GPU alone: advise with the batch of one GPU, and type that times the "
                "GPUs. Its loader shuffles; its list of classes is ImageNet-100's.");
          },
          pytorch_lines};
}

Library authors_cifar() {
  return {"ssem-supcl (CIFAR code)",
          needs_two_views,
          [](Problem& own) {
            own.convention = Convention::anchor_included;
            own.reduction = Reduction::pair_mean;
            if (!own.imbalanced() && !every_class_alike(own)) draw_at_random(own);
          },
          cifar_code,
          [](const Problem& own) {
            std::string text;
            if (own.classes != kCifar10Classes && own.classes != kCifar100Classes) {
              text = "It reads CIFAR-10 and CIFAR-100; another data set needs a line in its main.py.";
            }
            if (!every_class_alike(own)) {
              text +=
                  std::string(text.empty() ? "" : " ") + "A batch without two images of a class makes its loss nan.";
            }
            return text;
          },
          pytorch_lines};
}

}  // namespace ssem::advisor
