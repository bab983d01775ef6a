#include "api/storage/sqlite_load.h"

#include <algorithm>
#include <limits>
#include <map>
#include <string>
#include <utility>

namespace ssem::api::storage {
namespace {

using studies::Attribute;
using studies::AttributeKind;
using studies::Study;
using studies::Timestamp;
using studies::Trial;

class Loader {
 public:
  Loader(SqliteConnection& connection, const std::string& path) : connection_(connection), path_(path) {}

  std::optional<Error> load(studies::StudyTable& table) {
    read_studies();
    read_trials();
    read_params();
    read_values();
    read_intermediate_values();
    read_heartbeats();
    if (std::optional<Error> fault = connection_.take_fault()) return fault;
    if (fault_) return fault_;
    for (auto& [id, study] : studies_) table.restore_study(std::move(study));
    for (auto& [id, trial] : trials_) table.restore_trial(std::move(trial));
    read_journals(table);
    read_last_ids(table);
    if (std::optional<Error> fault = connection_.take_fault()) return fault;
    return fault_;
  }

 private:
  template <class Row>
  void each_row(std::string_view sql, const Row& row) {
    SqliteStatement statement = connection_.prepare(sql);
    while (statement.step()) row(statement);
  }

  void damaged(const std::string& what, std::int64_t id) {
    if (!fault_) fault_ = storage_failure(path_, what + " of " + std::to_string(id) + " cannot be understood");
  }

  void read_studies() {
    each_row("SELECT study_id, study_name FROM studies", [this](const SqliteStatement& row) {
      Study& study = studies_[row.integer(0)];
      study.study_id = row.integer(0);
      study.name = row.text(1);
    });
    each_row("SELECT study_id, direction FROM study_directions ORDER BY study_id, objective",
             [this](const SqliteStatement& row) {
               const auto direction = studies::direction_named(row.text(1));
               if (!direction) return damaged("study_directions: the direction of study", row.integer(0));
               const auto study = studies_.find(row.integer(0));
               if (study != studies_.end()) study->second.directions.push_back(*direction);
             });
    read_attributes("SELECT study_id, \"key\", value_json FROM study_user_attributes ORDER BY study_user_attribute_id",
                    studies_, &Study::user_attributes);
    read_attributes(
        "SELECT study_id, \"key\", value_json FROM study_system_attributes ORDER BY study_system_attribute_id",
        studies_, &Study::system_attributes);
  }

  template <class Owner, class Member>
  void read_attributes(std::string_view sql, std::map<std::int64_t, Owner>& owners, Member attributes) {
    each_row(sql, [&](const SqliteStatement& row) {
      const auto owner = owners.find(row.integer(0));
      if (owner == owners.end()) return;
      (owner->second.*attributes).push_back({std::string(row.text(1)), std::string(row.text(2))});
    });
  }

  std::optional<Timestamp> time(const SqliteStatement& row, int column) {
    if (row.is_null(column)) return std::nullopt;
    const std::optional<Timestamp> moment = studies::timestamp_from(row.text(column));
    if (!moment) damaged("trials: a time of trial", row.integer(0));
    return moment;
  }

  void read_trials() {
    each_row(
        "SELECT trial_id, study_id, number, state, datetime_start, datetime_complete FROM trials ORDER BY trial_id",
        [this](const SqliteStatement& row) {
          Trial trial;
          trial.trial_id = row.integer(0);
          trial.study_id = row.integer(1);
          // Optuna leaves the number out for a moment while it creates a trial.
          std::int64_t& count = trials_per_study_[trial.study_id];
          trial.number = row.is_null(2) ? count : row.integer(2);
          ++count;
          const auto state = studies::trial_state_named(row.text(3));
          if (!state) return damaged("trials: the state of trial", trial.trial_id);
          trial.state = *state;
          trial.start = time(row, 4);
          trial.complete = time(row, 5);
          trials_.emplace_hint(trials_.end(), trial.trial_id, std::move(trial));
        });
    read_attributes("SELECT trial_id, \"key\", value_json FROM trial_user_attributes ORDER BY trial_user_attribute_id",
                    trials_, &Trial::user_attributes);
    read_attributes(
        "SELECT trial_id, \"key\", value_json FROM trial_system_attributes ORDER BY trial_system_attribute_id", trials_,
        &Trial::system_attributes);
  }

  void read_params() {
    each_row("SELECT trial_id, param_name, param_value, distribution_json FROM trial_params ORDER BY param_id",
             [this](const SqliteStatement& row) {
               const auto trial = trials_.find(row.integer(0));
               if (trial == trials_.end()) return;
               trial->second.params.push_back({std::string(row.text(1)), row.real(2), std::string(row.text(3))});
             });
  }

  // What is not finite has a NULL beside the name of what it is.
  static double number(const SqliteStatement& row, int column) {
    const std::string_view type = row.text(column + 1);
    if (type == "INF_POS") return std::numeric_limits<double>::infinity();
    if (type == "INF_NEG") return -std::numeric_limits<double>::infinity();
    return row.is_null(column) ? std::numeric_limits<double>::quiet_NaN() : row.real(column);
  }

  void read_values() {
    each_row("SELECT trial_id, objective, value, value_type FROM trial_values ORDER BY trial_id, objective",
             [this](const SqliteStatement& row) {
               const auto trial = trials_.find(row.integer(0));
               if (trial == trials_.end()) return;
               if (!trial->second.values) trial->second.values.emplace();
               trial->second.values->push_back(number(row, 2));
             });
  }

  void read_intermediate_values() {
    each_row(
        "SELECT trial_id, step, intermediate_value, intermediate_value_type FROM trial_intermediate_values "
        "ORDER BY trial_id, step",
        [this](const SqliteStatement& row) {
          const auto trial = trials_.find(row.integer(0));
          if (trial != trials_.end()) trial->second.intermediate_values.push_back({row.integer(1), number(row, 2)});
        });
  }

  void read_heartbeats() {
    each_row("SELECT trial_id, heartbeat FROM trial_heartbeats", [this](const SqliteStatement& row) {
      const auto trial = trials_.find(row.integer(0));
      if (trial != trials_.end()) trial->second.heartbeat = time(row, 1);
    });
  }

  void read_journals(studies::StudyTable& table) {
    each_row("SELECT name, line FROM ssem_journal_lines ORDER BY name, number", [&](const SqliteStatement& row) {
      table.restore_journal_line(std::string(row.text(0)), std::string(row.text(1)));
    });
  }

  void read_last_ids(studies::StudyTable& table) {
    each_row("SELECT name, value FROM ssem_meta WHERE name IN ('last_study_id', 'last_trial_id')",
             [&](const SqliteStatement& row) {
               const bool of_study = row.text(0) == "last_study_id";
               table.restore_last_ids(of_study ? row.integer(1) : 0, of_study ? 0 : row.integer(1));
             });
  }

  SqliteConnection& connection_;
  const std::string& path_;
  std::map<std::int64_t, Study> studies_;
  std::map<std::int64_t, Trial> trials_;
  std::map<std::int64_t, std::int64_t> trials_per_study_;
  std::optional<Error> fault_;
};

}  // namespace

std::optional<Error> load_studies(SqliteConnection& connection, const std::string& path, studies::StudyTable& table) {
  table.clear();
  return Loader(connection, path).load(table);
}

}  // namespace ssem::api::storage
