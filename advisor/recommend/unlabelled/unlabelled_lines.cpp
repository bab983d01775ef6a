// Sources read: lightly 1.4, lightly/loss/ntx_ent_loss.py (two outputs; with a memory bank one direction against its
// keys) and dcl_loss.py (two logarithms, one for each view's batch: not the dcl of here); solo-learn,
// solo/losses/simclr.py and mocov3.py; pytorch-metric-learning 2.8, losses/self_supervised_loss.py and ntxent_loss.py;
// google-research/simclr, README.md and run.py.
#include "advisor/recommend/unlabelled/unlabelled_lines.h"

#include <string>
#include <utility>

#include "advisor/recommend/libraries/typed_numbers.h"

namespace ssem::advisor {
namespace {

std::string simclr_pytorch(const UnlabelledProblem& problem, const std::string& temperature) {
  std::string code =
      "# z [N, dimension]: every view of every image; image_ids [N]\n"
      "z = torch.nn.functional.normalize(z, dim=1)\n"
      "s = z @ z.T / " +
      temperature +
      "\n"
      "itself = torch.eye(len(z), dtype=torch.bool, device=z.device)\n"
      "same = (image_ids[:, None] == image_ids) & ~itself\n";
  if (problem.convention == Convention::dcl && problem.views == 2) {
    return code +
           "others = s.masked_fill(itself | same, -torch.inf).logsumexp(1, keepdim=True)\n"
           "loss = (others - s)[same].mean()";
  }
  code += "everything = s.masked_fill(itself, -torch.inf).logsumexp(1, keepdim=True)\n";
  if (problem.convention == Convention::dcl) {
    return code + "loss = (everything + torch.log1p(-(s - everything).exp()) - s)[same].mean()";
  }
  return code + "loss = (everything - s)[same].mean()";
}

std::string cross_view_pytorch(const UnlabelledProblem& problem, const std::string& temperature) {
  const std::string normalise =
      "q, k = (torch.nn.functional.normalize(x, dim=1) for x in (q, k))  # [batch, dimension], a view of each image\n";
  if (problem.queue_size) {
    return "# queue [" + std::to_string(*problem.queue_size) + ", dimension]: past keys of norm 1\n" + normalise +
           "logits = torch.cat([(q * k).sum(1, keepdim=True), q @ queue.T], dim=1) / " + temperature +
           "\n"
           "loss = torch.nn.functional.cross_entropy(logits, torch.zeros(len(q), dtype=torch.long, device=q.device))";
  }
  return normalise + "logits = q @ k.T / " + temperature +
         "\n"
         "own = torch.arange(len(q), device=q.device)\n"
         "loss = (torch.nn.functional.cross_entropy(logits, own) + torch.nn.functional.cross_entropy(logits.T, own)) / "
         "2";
}

using Lines = std::vector<Snippet>;

void add_simclr_libraries(const UnlabelledProblem& problem, const std::string& typed, double temperature, Lines& out) {
  const auto add = [&](const char* library, std::string code, const char* note) {
    out.push_back({library, std::move(code), problem.convention, 1, temperature, note, true});
  };
  add("SimCLR (google-research)",
      "python run.py --train_mode=pretrain --train_batch_size=" + std::to_string(problem.batch_size) +
          " --temperature=" + typed + " --proj_out_dim=" + std::to_string(problem.dimension),
      "Its loss is normalised (--hidden_norm, on by default) and compares all devices' images.");
  add("lightly", "criterion = lightly.loss.NTXentLoss(temperature=" + typed + ")\nloss = criterion(output_0, output_1)",
      "On several GPUs gather_distributed=True compares all their images; without it each compares its own.");
  add("pytorch-metric-learning",
      "criterion = losses.SelfSupervisedLoss(losses.NTXentLoss(temperature=" + typed +
          "))\nloss = criterion(output_0, output_1)",
      "");
  add("solo-learn", "python main_pretrain.py --config-name simclr.yaml ++method_kwargs.temperature=" + typed,
      "With num_large_crops 2; with more it sums the positives inside the logarithm, which is another loss.");
}

void add_cross_view_libraries(const UnlabelledProblem& problem, const std::string& typed, double temperature,
                              Lines& out) {
  const auto add = [&](const char* library, std::string code, const char* note) {
    out.push_back({library, std::move(code), problem.convention, 1, temperature, note, true});
  };
  if (problem.queue_size) {
    const std::string size = std::to_string(*problem.queue_size);
    add("lightly",
        "criterion = lightly.loss.NTXentLoss(temperature=" + typed + ", memory_bank_size=(" + size + ", " +
            std::to_string(problem.dimension) + "))\nloss = criterion(query, key)",
        "");
    add("MoCo", "python main_moco.py --moco-k " + size + " --moco-t " + typed, "Its own default is 0.07, v2's is 0.2.");
    return;
  }
  add("pytorch-metric-learning",
      "criterion = losses.SelfSupervisedLoss(losses.NTXentLoss(temperature=" + typed +
          "), symmetric=False)\nloss = (criterion(output_0, output_1) + criterion(output_1, output_0)) / 2",
      "");
  add("sentence-transformers", "loss = losses.MultipleNegativesRankingLoss(model, scale=1 / " + typed + ")",
      "One direction; its scale is the reciprocal of the temperature, 20 by default.");
  add("solo-learn (MoCo v3)", "python main_pretrain.py --config-name mocov3.yaml ++method_kwargs.temperature=" + typed,
      "It logs each direction times twice the temperature.");
}

}  // namespace

std::vector<Snippet> unlabelled_lines(const UnlabelledProblem& problem, double temperature) {
  const std::string typed = typed_numbers(1, temperature).temperature;
  const bool crossed = problem.convention == Convention::cross_view;
  Lines out{{"PyTorch", crossed ? cross_view_pytorch(problem, typed) : simclr_pytorch(problem, typed),
             problem.convention, 1, temperature, "", true}};
  if (crossed) {
    add_cross_view_libraries(problem, typed, temperature, out);
  } else if (problem.convention == Convention::anchor_excluded && problem.views == 2) {
    add_simclr_libraries(problem, typed, temperature, out);
  } else if (problem.convention == Convention::dcl) {
    out.front().note = "lightly's DCLLoss adds one logarithm for each view's batch, which is another loss.";
  }
  return out;
}

}  // namespace ssem::advisor
