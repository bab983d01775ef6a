// The studies as many threads see them: changes one after the other, each kept for good before it is answered.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <utility>
#include <vector>

#include "advisor/result.h"
#include "api/studies/study_table.h"
#include "api/studies/study_writer.h"

namespace ssem::api::studies {

// Changes that arrive while others are being written wait and are then written together, in one commit: sixteen clients
// share the cost of one. Thread safe; nothing here throws.
class StudyStore {
 public:
  explicit StudyStore(std::unique_ptr<StudyWriter> writer) : writer_(std::move(writer)), table_(*writer_) {}

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
    bool done = false;
    std::condition_variable finished;
  };

  std::optional<Error> submit(const Change* change);
  void run(const std::vector<Pending*>& batch);
  std::optional<Error> begin(Access access);
  void apply(Pending& pending);
  bool wait_until_durable(std::uint64_t applied, std::uint64_t losses);

  const std::unique_ptr<StudyWriter> writer_;  // of the thread that runs a batch, but for changed_elsewhere()

  std::shared_mutex book_mutex_;
  StudyTable table_;
  std::uint64_t applied_ = 0;  // batches in the table
  bool loaded_ = true;         // false after loading failed: the table then holds a part

  std::mutex durable_mutex_;
  std::condition_variable durable_changed_;
  std::uint64_t durable_ = 0;  // batches that are decided
  std::uint64_t losses_ = 0;   // batches that could not be kept

  std::mutex queue_mutex_;
  std::vector<Pending*> queue_;
  bool running_ = false;
};

}  // namespace ssem::api::studies
