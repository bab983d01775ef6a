#include "advisor/json/training/trained_schedule.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "advisor/json/quote_for_message.h"
#include "advisor/json/training/point.h"
#include "advisor/json/training/spec_fields.h"

namespace ssem::advisor::json::training {

std::optional<TrainedSchedule> read_trained_schedule(const nlohmann::ordered_json& body, FaultList& faults) {
  const auto given = body.find(kTemperatureSchedule);
  if (given == body.end()) return std::nullopt;
  const std::string path = '/' + std::string(kTemperatureSchedule);
  FaultList found;
  if (body.contains(kTemperature)) {
    found.add('/' + std::string(kTemperature), "excludes temperature_schedule: one of the two");
  }
  if (trains_embeddings(body)) {
    found.add(path, "belongs to encoder mode: free embeddings come to rest, which needs one temperature");
  }
  if (body.contains(kControl)) {
    found.add(path, "excludes control: the loss weight that holds a variance moves with the temperature");
  }
  std::optional<TrainedSchedule> schedule;
  if (!given->is_string()) {
    found.add(path, "must be text, got " + quote_value_for_message(*given));
  } else {
    const auto text = given->get<std::string>();
    auto over = schedule_from(text);
    if (!over) {
      found.add(path, over.error().fields.front().message);
    } else if (over.value().kind == ScheduleKind::learned) {
      found.add(path, "must be linear, cosine or points here: a learned temperature has no steps to follow");
    } else {
      schedule = TrainedSchedule{text, std::move(over).value()};
    }
  }
  if (found.empty()) return schedule;
  faults.add_all("", found.faults());
  return std::nullopt;
}

}  // namespace ssem::advisor::json::training
