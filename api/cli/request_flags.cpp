#include "api/cli/request_flags.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "advisor/json/field_names.h"
#include "advisor/known_library.h"
#include "advisor/problem.h"
#include "advisor/recommendation.h"
#include "api/cli/text/number_format.h"
#include "api/cli/text/whole_number.h"

namespace ssem::api::cli {
namespace {

using advisor::Convention;
using advisor::Problem;
using advisor::Reduction;
using advisor::Sampling;

std::string text(std::int64_t number) { return std::to_string(number); }
std::string text(std::string_view name) { return std::string(name); }

std::vector<RequestFlag> make_problem_flags() {
  const Problem defaults;
  std::vector<std::string_view> goal_names{advisor::name(advisor::Goal::unknown)};
  for (const advisor::GoalEvidence& row : advisor::goals()) goal_names.push_back(advisor::name(row.goal));
  std::vector<std::string_view> preset_names;
  for (const advisor::PresetFields& preset : advisor::presets()) preset_names.push_back(preset.name);
  return {
      {"goal",
       "NAME",
       "What the embeddings are for; the recommended pair aims at what an encoder delivers for it (default unknown: "
       "three "
       "choices)",
       {goal_names.begin(), goal_names.end()}},
      {"preset", "NAME", "A data set by name: its classes, their size, a usual batch and dimension; other flags win",
       std::move(preset_names)},
      {"classes", "N", "Classes in the data set, 2 to " + text(advisor::kMaxClasses), {}},
      {"batch_size", "N", "Images per batch before views, at least 2; or give --instances-per-class", {}},
      {"instances_per_class",
       "N",
       "Images of one class in a batch, 1 to " + text(advisor::kMaxInstancesPerClass) + "; replaces --batch-size",
       {}},
      {"dimension",
       "N",
       "Embedding dimension, 1 to " + text(advisor::kMaxDimension) + "; absent: as large as the theory needs",
       {}},
      {"views",
       "N",
       "Augmented views of each image, 1 to " + text(advisor::kMaxViews) + " (default " + text(defaults.views) + ")",
       {}},
      {"convention",
       "NAME",
       "Which loss is trained, see below (default " + text(name(defaults.convention)) + ")",
       {name(Convention::anchor_excluded), name(Convention::anchor_included), name(Convention::supcon),
        name(Convention::supcon_in), name(Convention::dcl), name(Convention::cross_view),
        name(Convention::negatives_only)}},
      {"sampling",
       "NAME",
       "How a batch is drawn: random (a shuffling loader; default with --batch-size) or balanced (equally many images "
       "of each class; default with --instances-per-class)",
       {name(Sampling::balanced), name(Sampling::random)}},
      {"classes_per_batch", "N", "Classes in a balanced batch, 2 to --classes (default: all)", {}},
      {"reduction",
       "NAME",
       "anchor_mean (mean over anchors of each anchor's mean) or pair_mean (mean over positive pairs); matters for "
       "random batches and unequal classes (default " +
           text(name(defaults.reduction)) + ")",
       {name(Reduction::anchor_mean), name(Reduction::pair_mean)}},
      {"dataset_instances_per_class", "N", "Images of one class in the data set (default: a large data set)", {}},
      {"dataset",
       "",
       "The batch is the whole data set, the paper's setting; replaces --dataset-instances-per-class",
       {},
       "--dataset-is-batch",
       advisor::kDatasetIsBatch},
      {"class_counts",
       "A,B,C",
       "Images of each class in an imbalanced data set, such as 5000,500,50; replaces --classes",
       {}},
      {"gpus", "N", "GPUs that share the batch (default 1)", {}},
      {"loss_gathers",
       "true|false",
       "Whether the loss compares the images of all GPUs (default true); false: each GPU its own",
       {"true", "false"}},
      {"accumulation_steps",
       "N",
       "Steps whose gradients are added up; --batch-size is that of one step: they do not enlarge it (default 1)",
       {}},
      {"queue_size",
       "K",
       "Keys of a memory bank that each view is compared with, in place of the batch's other images (MoCo); with "
       "cross_view only",
       {}},
      {"cross_entropy_weight",
       "X",
       "Weight of a classifier's cross-entropy added to the loss, 0 to 1e6: kept apart from the loss weight, and said "
       "what "
       "it changes (default: none)",
       {}},
      {"cross_entropy_head",
       "NAME",
       "What that classifies: separate (the encoder's features) or shared (the embeddings themselves); absent: both "
       "are "
       "answered",
       {name(advisor::CrossEntropyHead::separate), name(advisor::CrossEntropyHead::shared)}},
      {"base_temperature",
       "X",
       "The library's base temperature: losses are shown times temperature / base temperature, as it logs them "
       "(default: not scaled)",
       {}},
  };
}

RequestFlag loss_weight_flag(const std::string& rest) {
  return {"loss_weight", "X", "Weight of the self-supervised term, 0 to 1" + rest, {}};
}

RequestFlag temperature_flag(const std::string& rest) {
  return {"temperature", "X", "Temperature of the softmax, 1e-4 to 1e4" + rest, {}};
}

std::vector<RequestFlag> with_labels_flags(std::vector<RequestFlag> flags) {
  flags.push_back({"label_levels",
                   "TEXT",
                   "Labels on two to four levels, the finest first: CLASSES:WEIGHT,CLASSES:WEIGHT, each weight that of "
                   "a supervised term whose positives share the level's class (HiMulCon); CLASSES=TARGET,... of soft "
                   "targets (X-CLR)",
                   {}});
  flags.push_back(
      {"labels",
       "",
       "Nothing is labelled: SimCLR, InfoNCE and their kin, about --temperature alone; --classes is then how "
       "many kinds of things there are, roughly, and may be absent",
       {},
       "--no-labels",
       "false"});
  flags.push_back({"dataset_images", "N", "With --no-labels: images in the data set (default: a large data set)", {}});
  return flags;
}

// Field names inside a message become flags too: the user sees one spelling.
std::string with_flags(std::string message) {
  const auto in_word = [](char letter) {
    return letter == '_' || letter == '-' || (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9');
  };
  for (const auto* flags :
       {&problem_flags(), &evaluation_flags(), &recommendation_flags(), &library_flags(), &explanation_flags()}) {
    for (const RequestFlag& flag : *flags) {
      if (flag.field.find('_') == std::string_view::npos) continue;  // "classes" may be an ordinary word
      const std::string replacement = flag_of(flag);
      for (std::size_t at = message.find(flag.field); at != std::string::npos; at = message.find(flag.field, at)) {
        const std::size_t end = at + flag.field.size();
        const bool whole = (at == 0 || !in_word(message[at - 1])) && (end == message.size() || !in_word(message[end]));
        if (whole) message.replace(at, flag.field.size(), replacement);
        at += whole ? replacement.size() : flag.field.size();
      }
    }
  }
  return message;
}

// "/class_counts/3" to "--class-counts, at index 3".
std::string flag_at(const std::string& path) {
  if (path.size() < 2) return "the request";
  const std::size_t slash = path.find('/', 1);
  const std::string field = path.substr(1, slash == std::string::npos ? slash : slash - 1);
  std::string flag = flag_of(field);
  for (const auto* flags : {&problem_flags(), &evaluation_flags(), &explanation_flags()}) {
    for (const RequestFlag& each : *flags) {
      if (each.field == field) flag = flag_of(each);
    }
  }
  if (slash == std::string::npos) return flag;
  const std::string index = path.substr(slash + 1);
  return flag + " at index " + index;
}

}  // namespace

const std::vector<RequestFlag>& problem_flags() {
  static const std::vector<RequestFlag> kFlags = make_problem_flags();
  return kFlags;
}

const std::vector<RequestFlag>& evaluation_flags() {
  static const std::vector<RequestFlag> kFlags = with_labels_flags(
      {loss_weight_flag("; required unless --convention is supcon, supcon_in or negatives_only, which have none of "
                        "their own, or --no-labels is given"),
       temperature_flag("; required, or --temperature-schedule"),
       {"temperature_schedule",
        "TEXT",
        "Instead, a temperature that changes: linear:FROM:TO:STEPS, cosine:FROM:TO:PERIOD:STEPS, learned:FROM:LIMIT or "
        "STEP:TEMPERATURE,STEP:TEMPERATURE of a log",
        {}}});
  return kFlags;
}

const std::vector<RequestFlag>& recommendation_flags() {
  static const std::vector<RequestFlag> kFlags =
      with_labels_flags({{"target_within_class_variance",
                          "X",
                          "How far the images of a class should stay apart, between 0 (collapse) and 1 (default " +
                              short_number(advisor::kDefaultTargetWithinClassVariance) + ")",
                          {}},
                         loss_weight_flag("; hold it fixed and advise the temperature"),
                         temperature_flag("; hold it fixed and advise the loss weight")});
  return kFlags;
}

const std::vector<RequestFlag>& explanation_flags() {
  static const std::vector<RequestFlag> kFlags{
      {"loss_value", "X", "The loss that is logged, with all the digits there are; nan and inf too", {}, "--loss"},
      {"curve",
       "FILE",
       "Instead, the whole curve: a csv of steps and values, or an event file of TensorBoard, whatever its name",
       {}},
      {"curve_name", "NAME", "The column or tag of the loss, where the file has several", {}},
      loss_weight_flag("; without it the loss is plain SupCon's"),
      temperature_flag("; without it usual ones are tried")};
  return kFlags;
}

const std::vector<RequestFlag>& library_flags() {
  static const std::vector<RequestFlag> kFlags = [] {
    std::vector<std::string_view> names;
    for (const advisor::LibraryLoss& loss : advisor::known_libraries()) names.push_back(loss.name);
    return std::vector<RequestFlag>{
        {"library", "NAME",
         "What you train with now: the answer says where that leaves you and what to change; replaces --convention, "
         "--loss-weight and --temperature",
         std::move(names)},
        {"library_temperature", "X", "The temperature given to it (default: the library's)", {}},
        {"library_base_temperature", "X", "The base temperature given to it (default: the library's)", {}},
        {"library_loss_weight",
         "X",
         "The alpha given to the paper's code, or the weight of a SimCLR term beside SupCon's",
         {}},
        {"library_method", "NAME", "SupContrast's --method (default supcon)", {"supcon", "simclr"}},
    };
  }();
  return kFlags;
}

std::string flag_of(std::string_view field) {
  std::string flag = "--" + std::string(field);
  std::replace(flag.begin(), flag.end(), '_', '-');
  return flag;
}

std::string flag_of(const RequestFlag& flag) {
  return flag.name.empty() ? flag_of(flag.field) : std::string(flag.name);
}

std::vector<std::string_view> choices_of(std::string_view field) {
  for (const auto* flags : {&problem_flags(), &library_flags()}) {
    for (const RequestFlag& flag : *flags) {
      if (flag.field == field) return flag.choices;
    }
  }
  return {};
}

void add_request_flags(CLI::App& command, const std::vector<RequestFlag>& flags, const std::string& heading,
                       GivenFields& given) {
  for (const RequestFlag& flag : flags) {
    const bool whole = flag.placeholder == "N" || flag.placeholder == "A,B,C";
    const auto take = [&given, whole, field = std::string(flag.field)](const std::vector<std::string>& values) {
      for (const std::string& value : values) given.emplace_back(field, whole ? plain_whole_numbers(value) : value);
      return true;
    };
    if (!flag.value_of_flag.empty()) {
      const auto note = [&given, field = std::string(flag.field), value = std::string(flag.value_of_flag)](auto) {
        given.emplace_back(field, value);
      };
      command.add_flag_function(flag_of(flag), note, flag.help)->disable_flag_override()->group(heading);
      continue;
    }
    command.add_option_function<std::vector<std::string>>(flag_of(flag), take, flag.help)
        ->allow_extra_args(false)
        ->type_name(flag.placeholder)
        ->group(heading);
  }
}

std::string flag_faults(const Error& error) {
  std::string lines;
  for (const FieldFault& fault : error.fields) {
    lines += flag_at(fault.path) + ": " + with_flags(fault.message) + '\n';
  }
  return lines;
}

}  // namespace ssem::api::cli
