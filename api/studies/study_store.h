// The studies as many threads see them: changes one after the other, each kept for good before it is answered.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <utility>
#include <vector>

#include "advisor/result.h"
#include "api/studies/study_table.h"
#include "api/studies/study_writer.h"

namespace ssem::api::studies {

// Changes that arrive while others are being written wait and are then written together, in one commit: sixteen clients
// share the cost of one. Thread safe. An exception of a change or of the writer ends that change or batch, which is
// taken back and answered with an error; those that wait are answered and the next call works. Nothing here throws but
// std::bad_alloc, to the caller it concerns.
class StudyStore {
 public:
  explicit StudyStore(std::unique_ptr<StudyWriter> writer) : writer_(std::move(writer)), table_(*writer_) {}

  // Hears why a batch could not be kept or loaded, on the thread that ran it. Before the first call of another thread.
  using FaultListener = std::function<void(const std::string& reason)>;
  void report_faults_to(FaultListener listener) { listener_ = std::move(listener); }

  // False after loading failed, until it succeeds: nothing can be read meanwhile. Never waits.
  bool can_be_read() const { return !load_failed_; }

  // Loads what the writer holds and others have changed; every call of read() and write() does so by itself.
  std::optional<Error> refresh();

  // Shows a consistent state, of which everything is durable once this returns nothing. `look` may run twice and
  // must take what it needs (pointers are cheap and stay valid) without doing work of its own.
  std::optional<Error> read(const std::function<void(const StudyTable&)>& look);

  // Runs `change` alone. What it returns an error for is taken back as a whole. Returns that error, or `unavailable`
  // when the change could not be kept; nothing when it is durable.
  using Change = std::function<std::optional<Error>(StudyTable&)>;
  std::optional<Error> write(const Change& change);

 private:
  struct Pending {
    const Change* change = nullptr;  // null: only load what others have changed
    std::optional<Error> fault;
    const char* why = nullptr;  // of a batch that ended with an exception, when there may be no memory for an Error
    bool done = false;
    std::condition_variable finished;
  };

  std::optional<Error> submit(const Change* change);
  void run(const std::vector<Pending*>& batch) noexcept;
  std::optional<Error> keep(const std::vector<Pending*>& batch);
  std::optional<Error> begin(Access access);
  void apply(Pending& pending);
  void take_back(bool touched) noexcept;
  void report(const char* what, const char* why) const noexcept;
  bool wait_until_durable(std::uint64_t applied, std::uint64_t losses);

  FaultListener listener_;
  const std::unique_ptr<StudyWriter> writer_;  // of the thread that runs a batch, but for changed_elsewhere()

  std::shared_mutex table_mutex_;
  StudyTable table_;
  std::uint64_t applied_ = 0;  // batches in the table
  bool loaded_ = true;         // false after loading failed: the table then holds a part
  std::atomic<bool> load_failed_{false};

  std::mutex durable_mutex_;
  std::condition_variable durable_changed_;
  std::uint64_t durable_ = 0;  // batches that are decided
  std::uint64_t losses_ = 0;   // batches that could not be kept

  std::mutex queue_mutex_;
  std::vector<Pending*> queue_;
  bool running_ = false;
};

}  // namespace ssem::api::studies
