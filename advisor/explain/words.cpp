#include "advisor/explain/words.h"

#include <cmath>

#include "advisor/numeric/number_text.h"

namespace ssem::advisor {
namespace {

constexpr double kNearFloor = 0.9;

std::string shown(double value) { return number_text(value, 5); }
std::string sized(double value) { return grouped_text(std::round(value)); }

std::string share_text(double share) { return number_text(100 * share, 2) + " %"; }

const StateRow* row_of(const Explanation& answer, State state) {
  for (const StateRow& row : answer.states) {
    if (row.state == state) return &row;
  }
  return nullptr;
}

const std::string* setting(const StateRow& row, std::string_view field) {
  for (const OtherSetting& other : row.others) {
    if (other.field == field) return &other.value;
  }
  return nullptr;
}

// " times 0.1/0.07", and the factor.
struct Scale {
  std::string text;
  double factor = 1;
};

Scale scale_of(const Compared& compared, const StateRow& row) {
  double temperature = compared.request.settings.temperature;
  std::optional<double> base = compared.request.settings.problem.base_temperature;
  const std::string* other_temperature = setting(row, "temperature");
  if (other_temperature != nullptr) temperature = std::stod(*other_temperature);
  if (const std::string* other = setting(row, "base_temperature")) {
    base = *other == "null" ? std::nullopt : std::optional(std::stod(*other));
  }
  const Unknown& unknown = compared.request.unknown;
  const bool temperature_matters = !unknown.temperature || unknown.usual_temperature || other_temperature != nullptr;
  if (!base || *base == temperature || !temperature_matters) return {};
  return {" times " + number_text(temperature, 4) + "/" + number_text(*base, 4), temperature / *base};
}

// Whether every anchor has a positive, so that the mean is a logarithm of a whole number.
bool is_whole(const Problem& problem) {
  const bool own_views = has_fixed_loss_weight(problem.convention) && problem.convention != Convention::negatives_only;
  return problem.sampling == Sampling::balanced || (own_views && problem.views > 1);
}

std::string formula(const Compared& compared, const StateRow& row) {
  const bool said_whole = setting(row, "keys") != nullptr || setting(row, "anchors") != nullptr;
  if (!said_whole && !is_whole(compared.request.settings.problem)) return shown(row.expected);
  if (setting(row, "reduction") != nullptr || setting(row, "logarithm") != nullptr) return shown(row.expected);
  const Scale scale = scale_of(compared, row);
  return "log(" + sized(std::exp(row.expected / scale.factor)) + ")" + scale.text + " = " + shown(row.expected);
}

void add_differences(const StateRow& row, std::vector<std::string>& why) {
  if (row.others.empty()) return;
  std::string text = "That is with ";
  bool based = false;
  for (std::size_t i = 0; i < row.others.size(); ++i) {
    if (i > 0) text += i + 1 == row.others.size() ? " and " : ", ";
    text += setting_in_words(row.others[i]);
    based = based || (row.others[i].field == "base_temperature" && row.others[i].value != "null");
  }
  text += ", other than was said or left open.";
  if (based) text += " SupContrast and its copies multiply the loss by temperature / base temperature.";
  why.push_back(text);
}

void add_unclear(const Compared& compared, std::vector<std::string>& why) {
  const double value = compared.answer.loss_value;
  const StateRow* first = compared.answer.states.empty() ? nullptr : &compared.answer.states.front();
  const std::string shown_value = shown(value);
  if (value < 0 && compared.request.settings.problem.convention != Convention::dcl) {
    why.push_back("No mean of -log(softmax) is below 0: " + shown_value +
                  " is another loss, or one with other terms in it.");
    return;
  }
  const auto above = [&](const std::optional<double>& level) { return level && value > *level; };
  if (compared.floor && compared.all_equal && above(compared.floor) && !above(compared.all_equal)) {
    const double way = (*compared.all_equal - value) / (*compared.all_equal - *compared.floor);
    why.push_back(shown_value + " lies between all embeddings at one point (" + shown(*compared.all_equal) + ") and " +
                  (compared.floor_is_collapse ? "class collapse (" : "the optimum (") + shown(*compared.floor) + "), " +
                  share_text(way) + " of the way: a run that learns passes there, and so may one that got stuck.");
  } else if (compared.floor && value < *compared.floor) {
    why.push_back(shown_value + " is below " + shown(*compared.floor) +
                  ", the least that this loss can be with these labels.");
    if (value > kNearFloor * *compared.floor) {
      why.emplace_back("A batch size, number of classes or sampler that is a little other than said would do.");
    }
  } else if (above(compared.all_equal) && compared.start && value < *compared.start) {
    why.push_back(shown_value + " lies between all embeddings at one point (" + shown(*compared.all_equal) +
                  ") and random ones (" + shown(*compared.start) +
                  "), as of embeddings in a cone: networks often begin there.");
  } else if (compared.all_equal) {
    why.push_back(shown_value + " is near none of the states of this loss.");
  }
  if (first != nullptr && first->likelihood >= 0.2) {
    why.push_back("Nearest is " + in_words(first->state) + " at " + shown(first->expected) +
                  ", but other readings are as likely.");
    add_differences(*first, why);
  }
}

void add_course(const Compared& compared, std::vector<std::string>& why) {
  if (!compared.answer.curve) return;
  const CurveCourse& course = compared.answer.curve->course;
  if (course.not_finite_since) {
    why.push_back("From step " + number_text(*course.not_finite_since, 12) +
                  " on there are values that are no finite numbers.");
    return;
  }
  std::string text = "The curve goes from " + shown(course.start.value) + " at step " +
                     number_text(course.start.step, 12) + " to " + shown(course.end.value) + " at step " +
                     number_text(course.end.step, 12);
  if (course.stands_still && course.still_since) {
    text += " and stands still since step " + number_text(*course.still_since, 12);
  } else if (course.grows) {
    text += " and rises";
  } else if (!course.stands_still && course.end.value < course.start.value) {
    text += " and still falls";
  }
  why.push_back(text + ".");
  for (const Crossing& crossing : compared.answer.curve->crossed) {
    if (crossing.level != State::all_equal) continue;
    why.push_back("It fell below " + shown(crossing.value) + ", the value of all embeddings at one point, at step " +
                  number_text(crossing.step, 12) + ".");
  }
}

void add_state(const Compared& compared, const StateRow& row, std::vector<std::string>& why) {
  const std::string value = shown(compared.answer.loss_value);
  switch (row.state) {
    case State::all_equal:
      why.push_back(formula(compared, row) +
                    " is the loss of embeddings that are all at one point, whatever the labels are.");
      break;
    case State::initialisation:
      why.push_back(row.tolerance > 0
                        ? "Random unit vectors give " + shown(row.expected) + " to within " +
                              number_text(row.tolerance, 2) + ": nothing has been learned yet."
                        : value +
                              " lies between all embeddings at one point and random unit vectors: nothing "
                              "of the labels has been learned yet.");
      break;
    case State::collapsed:
      why.push_back("Every class at one point, the classes apart, gives " + shown(row.expected) +
                    (compared.floor_is_collapse
                         ? ", which is the least that this loss can be: it is at its optimum, and "
                           "that is class collapse."
                         : "; the optimum is lower, without collapse."));
      break;
    case State::optimum:
      why.push_back("The predicted optimum is " + shown(row.expected) + ", where the images of a class stay apart.");
      break;
    case State::labels_missing:
      if (compared.floor) {
        why.push_back("With these labels the loss cannot be below " + shown(*compared.floor) + "; " + value +
                      " can be reached without them, where only an image's own views are positives.");
      }
      break;
    case State::unnormalised_input: {
      const Problem& problem = compared.request.settings.problem;
      const double scale =
          problem.base_temperature ? compared.request.settings.temperature / *problem.base_temperature : 1;
      const double highest = compared.all_equal.value_or(0) + 2 * scale / compared.request.settings.temperature;
      why.push_back(value + " is above " + shown(std::max(compared.start.value_or(0), compared.all_equal.value_or(0))) +
                    ", where random unit vectors begin. " +
                    (compared.answer.loss_value > highest
                         ? "No unit vectors at all have more than " + shown(highest) + "."
                         : "Unit vectors are that high only where positives are farther apart than the others."));
      break;
    }
    case State::cross_entropy_at_chance:
      why.push_back("log(" + sized(std::exp(row.expected)) + ") = " + shown(row.expected) +
                    " is the cross-entropy of a classifier that guesses among as many classes; the contrastive loss is "
                    "not in this number.");
      break;
    case State::no_positives:
      why.push_back("A loss of 0 is what most implementations give to batches in which no anchor has a positive.");
      break;
    case State::one_class_batch:
    case State::wrong_positives:
    case State::stuck:
    case State::learning:
    case State::diverged:
    case State::unclear:
      break;
  }
  add_differences(row, why);
}

}  // namespace

std::string setting_in_words(const OtherSetting& other) {
  const std::string& value = other.value;
  if (other.field == "base_temperature") return value == "null" ? "no base temperature" : "base temperature " + value;
  if (other.field == "reduction") return "the sum over the batch";
  if (other.field == "logarithm") return "the logarithm to base 2";
  if (other.field == "views") return value == "1" ? "one view of each image" : "two views of each image";
  if (other.field == "gpus") return "the loss apart on " + value + " GPUs";
  if (other.field == "sampling") return value == "random" ? "shuffled batches" : "balanced batches";
  if (other.field == "convention") return "the anchor in its own denominator";
  if (other.field == "dimension") return "dimension " + value;
  if (other.field == "temperature") return "temperature " + value;
  if (other.field == "batch_size") return "batch size " + value;
  if (other.field == "keys")
    return value == "the anchor too" ? "the anchor in its own denominator" : value + " in the denominator";
  if (other.field == "anchors") return "a mean over the anchors with a positive";
  return value + " classes";
}

std::string in_words(State state) {
  switch (state) {
    case State::initialisation:
      return "random embeddings";
    case State::all_equal:
      return "all embeddings at one point";
    case State::collapsed:
      return "every class at one point";
    case State::optimum:
      return "the optimum";
    case State::labels_missing:
      return "a loss without labels";
    case State::unnormalised_input:
      return "embeddings that are not of unit length";
    case State::one_class_batch:
      return "batches of one class";
    case State::wrong_positives:
      return "positives that are no more alike than the others";
    case State::no_positives:
      return "no positives";
    case State::cross_entropy_at_chance:
      return "cross-entropy at chance";
    case State::stuck:
      return "stuck above what the loss can reach";
    case State::learning:
      return "still learning";
    case State::diverged:
      return "diverged";
    case State::unclear:
      return "";
  }
  return "";
}

std::vector<std::string> why_words(const Compared& compared) {
  std::vector<std::string> why;
  const Explanation& answer = compared.answer;
  switch (answer.most_likely) {
    case State::unclear:
      add_unclear(compared, why);
      break;
    case State::diverged:
      why.emplace_back(std::isfinite(answer.loss_value)
                           ? "The loss grows beyond where random embeddings begin."
                           : "The loss is not a finite number: an overflow, or a mean over no positives.");
      break;
    case State::stuck:
      why.push_back("The curve stands still at " + shown(answer.loss_value) +
                    (compared.floor ? ", above " + shown(*compared.floor) + ", which this loss can reach." : "."));
      break;
    case State::learning:
      why.push_back("The curve still falls" +
                    (compared.floor ? "; it can fall to " + shown(*compared.floor) : std::string()) + ".");
      break;
    case State::initialisation:
    case State::all_equal:
    case State::collapsed:
    case State::optimum:
    case State::labels_missing:
    case State::unnormalised_input:
    case State::one_class_batch:
    case State::wrong_positives:
    case State::no_positives:
    case State::cross_entropy_at_chance:
      if (const StateRow* row = row_of(answer, answer.most_likely)) add_state(compared, *row, why);
  }
  add_course(compared, why);
  return why;
}

}  // namespace ssem::advisor
