#include "advisor/recommend/schedule/schedule_lines.h"

#include <array>
#include <charconv>
#include <string>
#include <string_view>

namespace ssem::advisor {
namespace {

constexpr std::size_t kMostTypedPoints = 40;

struct TemperaturePlace {
  std::string_view library;
  std::string_view loop;  // `temperature_at(step)` has been typed
};

constexpr TemperaturePlace kPlaces[] = {
    {"PyTorch", "logits = similarities / temperature_at(step)"},
    {"SupContrast",
     "criterion.temperature = temperature_at(step)  # criterion = SupConLoss(...), before each step\n"
     "criterion.base_temperature = criterion.temperature  # or the step's length changes with it"},
    {"pytorch-metric-learning",
     "loss_func.temperature = temperature_at(step)  # SupConLoss or NTXentLoss, before each step"},
    {"lightly", "criterion.temperature = temperature_at(step)  # NTXentLoss, before each step"},
    {"sentence-transformers",
     "loss.scale = 1 / temperature_at(step)  # MultipleNegativesRankingLoss, before each step"},
};

// The shortest that reads back as the number.
std::string typed_number(double value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value);
  return {text.data(), end.ptr};
}

std::string typed_function(const TemperatureSchedule& schedule) {
  const std::string first = typed_number(schedule.ends.front().temperature);
  const std::string last = typed_number(schedule.ends.back().temperature);
  const std::string steps = typed_number(schedule.steps());
  if (schedule.kind == ScheduleKind::linear) {
    return "def temperature_at(step):\n    return " + first + " + (" + last + " - " + first + ") * min(step / " +
           steps + ", 1)\n";
  }
  if (schedule.kind == ScheduleKind::cosine) {
    return "import math\n\ndef temperature_at(step):\n    return " + last + " + (" + first + " - " + last +
           ") * (1 + math.cos(2 * math.pi * step / " + typed_number(schedule.period) + ")) / 2\n";
  }
  std::string at = "[", values = "[";
  for (const ScheduledTemperature& end : schedule.ends) {
    const std::string comma = &end == &schedule.ends.front() ? "" : ", ";
    at += comma + typed_number(end.step);
    values += comma + typed_number(end.temperature);
  }
  return "import numpy\n\ndef temperature_at(step):\n    return float(numpy.interp(step, " + at + "], " + values +
         "]))\n";
}

}  // namespace

std::vector<TypedSchedule> schedule_lines(const TemperatureSchedule& schedule) {
  std::vector<TypedSchedule> lines;
  if (schedule.kind == ScheduleKind::learned) {
    const std::string start = typed_number(schedule.ends.front().temperature);
    const std::string limit = typed_number(schedule.ends.back().temperature);
    lines.push_back({"PyTorch", "log_scale = torch.nn.Parameter(torch.tensor(1 / " + start +
                                    ").log())  # give it to the optimizer\n"
                                    "logits = similarities * log_scale.exp()\n"
                                    "with torch.no_grad():  # after each step\n"
                                    "    log_scale.clamp_(max=torch.tensor(1 / " +
                                    limit + ").log().item())"});
    return lines;
  }
  if (schedule.ends.size() > kMostTypedPoints) return lines;
  const std::string function = typed_function(schedule);
  for (const TemperaturePlace& place : kPlaces) {
    lines.push_back({std::string(place.library), function + "\n" + std::string(place.loop)});
  }
  return lines;
}

}  // namespace ssem::advisor
