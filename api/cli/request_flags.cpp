#include "api/cli/request_flags.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "advisor/json/field_names.h"
#include "advisor/problem.h"
#include "advisor/recommendation.h"
#include "api/cli/text/number_format.h"
#include "api/cli/whole_number.h"

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
  return {
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
       "Augmented views of each image, 2 to " + text(advisor::kMaxViews) + " (default " + text(defaults.views) + ")",
       {}},
      {"convention",
       "NAME",
       "Which loss is trained, see below (default " + text(name(defaults.convention)) + ")",
       {name(Convention::anchor_excluded), name(Convention::anchor_included), name(Convention::supcon),
        name(Convention::supcon_in), name(Convention::dcl)}},
      {"sampling",
       "NAME",
       "How a batch is drawn: balanced (equally many images of each class) or random (default " +
           text(name(defaults.sampling)) + ")",
       {name(Sampling::balanced), name(Sampling::random)}},
      {"classes_per_batch", "N", "Classes in a balanced batch, 2 to --classes (default: all)", {}},
      {"reduction",
       "NAME",
       "anchor_mean (mean over anchors of each anchor's mean) or pair_mean (mean over positive pairs); matters for "
       "random batches and unequal classes (default " +
           text(name(defaults.reduction)) + ")",
       {name(Reduction::anchor_mean), name(Reduction::pair_mean)}},
      {"dataset_instances_per_class",
       "N",
       "Images of one class in the data set (default: the batch is the data set)",
       {}},
      {"class_counts",
       "A,B,C",
       "Images of each class in an imbalanced data set, such as 5000,500,50; replaces --classes",
       {}},
  };
}

RequestFlag loss_weight_flag(const std::string& rest) {
  return {"loss_weight", "X", "Weight of the self-supervised term, 0 to 1" + rest, {}};
}

RequestFlag temperature_flag(const std::string& rest) {
  return {"temperature", "X", "Temperature of the softmax, 1e-4 to 1e4" + rest, {}};
}

// Field names inside a message become flags too: the user sees one spelling.
std::string with_flags(std::string message) {
  const auto in_word = [](char letter) {
    return letter == '_' || letter == '-' || (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9');
  };
  for (const auto* flags : {&problem_flags(), &evaluation_flags(), &recommendation_flags()}) {
    for (const RequestFlag& flag : *flags) {
      if (flag.field.find('_') == std::string_view::npos) continue;  // "classes" may be an ordinary word
      const std::string replacement = flag_of(flag.field);
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
  std::string flag = flag_of(path.substr(1, slash == std::string::npos ? slash : slash - 1));
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
  static const std::vector<RequestFlag> kFlags{
      loss_weight_flag("; required unless --convention is supcon or supcon_in, which have none of their own"),
      temperature_flag("; required")};
  return kFlags;
}

const std::vector<RequestFlag>& recommendation_flags() {
  static const std::vector<RequestFlag> kFlags{
      {"target_within_class_variance",
       "X",
       "How far the images of a class should stay apart, between 0 (collapse) and 1 (default " +
           short_number(advisor::kDefaultTargetWithinClassVariance) + ")",
       {}},
      loss_weight_flag("; hold it fixed and advise the temperature"),
      temperature_flag("; hold it fixed and advise the loss weight")};
  return kFlags;
}

std::string flag_of(std::string_view field) {
  std::string flag = "--" + std::string(field);
  std::replace(flag.begin(), flag.end(), '_', '-');
  return flag;
}

std::vector<std::string_view> choices_of(std::string_view field) {
  for (const RequestFlag& flag : problem_flags()) {
    if (flag.field == field) return flag.choices;
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
    command.add_option_function<std::vector<std::string>>(flag_of(flag.field), take, flag.help)
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
