#include "api/cli/audit_command.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "advisor/json/error_text.h"
#include "advisor/json/printable_text.h"
#include "advisor/json/strict_parse.h"
#include "advisor/json/training/spec_fields.h"
#include "advisor/json/utf8.h"
#include "api/cli/exit_codes.h"
#include "api/cli/request_flags.h"
#include "api/cli/text/audit_report.h"
#include "api/cli/trainer_answer.h"
#include "files/write_all.h"

namespace ssem::api::cli {
namespace {

using Json = nlohmann::ordered_json;
namespace protocol = advisor::json::training;
using files::print;

constexpr const char* kAuditFooter =
    "FILE ends in .npz, .safetensors or .pt of torch.save (arrays embeddings, labels, and fine_labels, instance_ids "
    "where there; labels may be words; of a .pt tensors are read, no code is run), in .npy, or .pt with one tensor "
    "(labels beside it, in NAME_labels.npy or y.npy), or in .csv or .tsv (columns label, fine_label, instance_id, and "
    "coordinates numbered x0, x1, ... or 0, 1, ..., or named with --embedding-columns). Other arrays and columns, such "
    "as an index or epoch, are left out and named. Nothing is trained. A .npy of 17 million "
    "numbers or more is read a little at a time; nearest neighbours and uniformity are then, as of any file of "
    "more than 30,000 rows, those of 30,000 drawn at random.\n"
    "\n"
    "Examples:\n"
    "  ssem audit embeddings.npz\n"
    "  ssem audit features.pt\n"
    "  ssem audit features.npy --no-labels --temperature 0.5\n"
    "  ssem audit table.csv --embedding-columns e0:e127\n"
    "  ssem audit embeddings.npz --temperature 0.1 --loss-weight 0.5 --instances-per-class 51\n"
    "\n"
    "Exit codes:\n"
    "  0  audited, whatever was found\n"
    "  2  a flag or the file is wrong; stderr says what\n"
    "  4  the audit failed, or ssem-train was not built\n";

const std::vector<RequestFlag>& audit_flags() {
  static const std::vector<RequestFlag> kFlags{
      {protocol::kTemperature, "X", "The temperature they were trained with: adds the theory's reading", {}},
      {protocol::kLossWeight, "X", "The weight of the self-supervised term they were trained with, 0 to 1", {}},
      {protocol::kConvention,
       "NAME",
       "Which loss (default anchor_excluded)",
       {"anchor_excluded", "anchor_included", "supcon", "dcl", "cross_view", "negatives_only"}},
      {protocol::kInstancesPerClass, "N", "Images of each class in a training batch (default: all in the file)", {}},
      {protocol::kEmbeddingColumns,
       "LIST",
       "Of a .csv or .tsv file: which columns are coordinates, as in e0:e127,bias (default: those with numbered names)",
       {}},
      {protocol::kLabels,
       "",
       "Without labels, or as if there were none: how far the embeddings are spread, over how many directions, and "
       "which temperature to try",
       {},
       "--no-labels",
       "false"},
      {protocol::kOutputDirectory, "FILE", "Folder for report.json; made when absent (default: no file)", {}}};
  return kFlags;
}

struct AuditGiven {
  std::string file;
  GivenFields fields;
  bool json = false;
};

int reject_audit(const Error& error, bool json) {
  std::cerr << advisor::json::printable_lines(error.fields.empty() ? error.message + '\n' : flag_faults(error));
  if (json) {
    print(advisor::json::to_text(error, "command-line") + '\n');
  } else {
    std::cerr << "Try 'ssem audit --help'.\n";
  }
  return kBadUsage;
}

Result<std::string> spec_of(const AuditGiven& given) {
  auto fields = advisor::json::object_from_text(given.fields);
  if (!fields) return fields.error();
  // JSON carries no other bytes: ssem-train would look for another name.
  if (advisor::json::find_broken_utf8(given.file) != std::string::npos) {
    return Error{ErrorCode::invalid_argument, "FILE: must have a name in UTF-8; a link with such a name will do", {}};
  }
  Json spec{{protocol::kMode, protocol::kAuditMode}, {protocol::kEmbeddings, given.file}};
  spec.update(fields.value());
  for (const auto& [name, value] : given.fields) {
    if (protocol::is_one_of(protocol::kAuditTexts, name)) spec[name] = value;
  }
  return advisor::json::dump(spec);
}

int run_audit(const AuditGiven& given) {
  auto spec = spec_of(given);
  if (!spec) return reject_audit(spec.error(), given.json);
  const auto faults = [](const Error& error) {
    std::string lines;
    for (const FieldFault& fault : error.fields) {
      const bool of_file = fault.path == '/' + std::string(protocol::kEmbeddings);
      lines += of_file ? "FILE: " + fault.message + '\n' : flag_faults({error.code, "", {fault}});
    }
    return lines;
  };
  return answer_by_trainer({{}, std::move(spec).value()}, {"audit", given.json, audit_report, faults});
}

}  // namespace

void add_audit_command(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("audit", "Look at embeddings you have: collapse, variance, what theory says");
  const auto given = std::make_shared<AuditGiven>();
  command->add_option("FILE", given->file, "Embeddings, with their labels but for --no-labels")
      ->required()
      ->group("Input and output");
  add_request_flags(*command, audit_flags(), "How they were trained, where known", given->fields);
  command->add_flag("--json", given->json, "Print the events as lines of JSON")->group("Input and output");
  command->get_help_ptr()->group("Input and output");
  command->footer(kAuditFooter);
  command->callback([given, &exit_code] { exit_code = run_audit(*given); });
}

}  // namespace ssem::api::cli
