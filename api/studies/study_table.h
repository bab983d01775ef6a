// Every study and trial in memory, with the rules of Optuna's BaseStorage. What changes is told to a StudyWriter, which
// keeps it; many threads and durability are StudyStore's business.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "advisor/result.h"
#include "api/studies/distribution.h"
#include "api/studies/study_writer.h"
#include "api/studies/trial.h"

namespace ssem::api::studies {

// Which trials of a study are wanted.
struct TrialFilter {
  std::optional<std::vector<TrialState>> states;  // nothing: all; empty: none
  std::optional<std::int64_t> after_trial_id;     // only later ones ...
  std::vector<std::int64_t> include;              // ... and these
};

// Finer codes of a conflict, as Optuna's storage client tells them apart.
inline constexpr std::string_view kDuplicatedStudy = "duplicated_study";
inline constexpr std::string_view kTrialFinished = "trial_finished";  // or does not run, where it must

// Errors: not_found; conflict (a study's name is taken, or a trial is finished); unprocessable (a broken rule of a
// value). Nothing here throws but std::bad_alloc. A method that returns an error has changed nothing.
class StudyTable {
 public:
  // The writer outlives the table.
  explicit StudyTable(StudyWriter& writer) : writer_(writer) {}

  std::vector<StudyPtr> studies() const;  // by id
  Result<StudyPtr> study(std::int64_t study_id) const;
  Result<StudyPtr> study_named(std::string_view name) const;
  Result<std::vector<TrialPtr>> trials(std::int64_t study_id, const TrialFilter& filter = {}) const;  // by id
  Result<std::size_t> trial_count(std::int64_t study_id, TrialState state) const;
  Result<TrialPtr> trial(std::int64_t trial_id) const;
  Result<TrialPtr> trial_numbered(std::int64_t study_id, std::int64_t number) const;

  // Ids grow and are never given twice, those of deleted studies and trials included.
  Result<StudyPtr> create_study(const std::string& name, const std::vector<Direction>& directions);
  std::optional<Error> delete_study(std::int64_t study_id);
  std::optional<Error> set_study_attribute(std::int64_t study_id, AttributeKind kind, const Attribute& attribute);
  // Without content the trial is running since `time`.
  Result<TrialPtr> create_trial(std::int64_t study_id, const std::optional<TrialContent>& content, Timestamp time);
  std::optional<Error> set_trial_param(std::int64_t trial_id, const Param& param);
  // False, and nothing changed, when a trial that is not waiting is asked to run.
  Result<bool> set_trial_state(std::int64_t trial_id, TrialState state,
                               const std::optional<std::vector<double>>& values, Timestamp time);
  std::optional<Error> set_trial_intermediate_value(std::int64_t trial_id, const IntermediateValue& value);
  std::optional<Error> set_trial_attribute(std::int64_t trial_id, AttributeKind kind, const Attribute& attribute);
  // The same of a trial that may be finished, which Optuna's rules do not have: what came too late, what is gone.
  std::optional<Error> amend_trial(std::int64_t trial_id, AttributeKind kind, const Attribute& attribute);
  // The trial's worker lives. Nothing changes where the trial is finished.
  std::optional<Error> record_heartbeat(std::int64_t trial_id, Timestamp time);

  // Inside a change only, the look included: the writer has them.
  std::optional<IdempotencyRecord> idempotency_record(const std::string& id, Timestamp now);
  void keep_idempotency_record(const IdempotencyRecord& record) { writer_.idempotency_record_kept(record); }
  void drop_idempotency_record(const std::string& id) { writer_.idempotency_record_dropped(id); }

  // Journals: named lists of lines in the order in which they came. One that nobody wrote to is empty.
  using Line = std::shared_ptr<const std::string>;
  std::vector<std::pair<std::string, std::size_t>> journals() const;  // names and lengths, by name
  std::vector<Line> journal_lines(std::string_view name, std::size_t from) const;
  std::size_t append_to_journal(const std::string& name, const std::vector<std::string>& lines);  // the new length
  std::optional<Error> delete_journal(const std::string& name);

  // Changes since begin_change() can be taken back together. The writer is not told of the taking back. How to undo a
  // step is written down before it is done, so that one that an exception cut short can be taken back as well.
  void begin_change() { undo_.clear(); }
  void revert();

  // For loading: nothing is told to the writer. Studies before their trials, both by id; a trial without its study is
  // left out; `last_...` are the highest ids ever given.
  void clear();
  void restore_study(Study study);
  void restore_trial(Trial trial);
  void restore_journal_line(const std::string& name, std::string line);
  void restore_last_ids(std::int64_t last_study_id, std::int64_t last_trial_id);

 private:
  using SharedDistribution = std::shared_ptr<const Distribution>;
  struct KnownDistribution {
    std::string json;
    SharedDistribution distribution;
  };
  // A study and its trials, by id.
  struct Entry {
    StudyPtr study;
    std::vector<TrialPtr> trials;
    std::array<std::size_t, kTrialStateNames.size()> by_state{};
    std::unordered_map<std::string, KnownDistribution> distributions;  // the first of each name
  };

  Entry* find_entry(std::int64_t study_id) const;
  TrialPtr* find_slot(std::int64_t trial_id) const;
  Result<TrialPtr*> changeable_slot(std::int64_t trial_id) const;
  void replace(TrialPtr& slot, std::shared_ptr<Trial> trial);
  void add(Entry& entry, const TrialPtr& trial);
  // What the parameter's distribution means: parsed where the study has not seen this text, else what it has.
  Result<SharedDistribution> check_param(const Entry& entry, const Param& param) const;
  std::optional<Error> check_content(const Entry& entry, const TrialContent& content) const;
  void learn(Entry& entry, const Param& param);

  StudyWriter& writer_;
  std::map<std::int64_t, std::unique_ptr<Entry>> entries_;
  std::map<std::string, std::int64_t, std::less<>> ids_by_name_;
  std::unordered_map<std::int64_t, std::int64_t> study_of_trial_;
  std::map<std::string, std::vector<Line>, std::less<>> journals_;
  std::int64_t last_study_id_ = 0;
  std::int64_t last_trial_id_ = 0;
  std::vector<std::function<void()>> undo_;
};

}  // namespace ssem::api::studies
