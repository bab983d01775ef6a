#include "api/studies/study_store.h"

#include <algorithm>
#include <exception>
#include <new>
#include <string>
#include <utility>

namespace ssem::api::studies {
namespace {

constexpr const char* kNoMemory = "there is not enough memory";
constexpr const char* kNotKept = "studies could not be read or kept";

// Of the exception that is being handled.
const char* words_of_exception() {
  try {
    throw;
  } catch (const std::exception& exception) {
    return exception.what();
  } catch (...) {
    return "an exception of no known kind";
  }
}

Error failed_inside() { return {ErrorCode::internal, "internal error while changing studies", {}}; }

Error cut_short(const char* why) {
  return {ErrorCode::unavailable, std::string("the studies cannot be used now: ") + why, {}};
}

}  // namespace

std::optional<Error> StudyStore::refresh() { return submit(nullptr); }

std::optional<Error> StudyStore::read(const std::function<void(const StudyTable&)>& look) {
  bool outdated = writer_->changed_elsewhere();
  for (;;) {
    if (outdated) {
      if (std::optional<Error> fault = submit(nullptr)) return fault;
    }
    std::uint64_t losses = 0;
    std::uint64_t seen = 0;
    {
      const std::shared_lock lock(table_mutex_);
      {
        const std::lock_guard durable_lock(durable_mutex_);
        losses = losses_;
      }
      seen = applied_;
      outdated = !loaded_;
      if (outdated) continue;
      look(table_);
    }
    if (wait_until_durable(seen, losses)) return std::nullopt;
    outdated = writer_->changed_elsewhere();
  }
}

// False when something that may have been seen was lost.
bool StudyStore::wait_until_durable(std::uint64_t applied, std::uint64_t losses) {
  std::unique_lock lock(durable_mutex_);
  durable_changed_.wait(lock, [&] { return durable_ >= applied; });
  return losses_ == losses;
}

std::optional<Error> StudyStore::write(const Change& change) { return submit(&change); }

// The first to come runs what has gathered, until its own change is through; then the next in the queue takes over.
std::optional<Error> StudyStore::submit(const Change* change) {
  Pending mine;
  mine.change = change;
  std::unique_lock lock(queue_mutex_);
  queue_.push_back(&mine);
  mine.finished.wait(lock, [&] { return mine.done || !running_; });
  if (!mine.done) {
    running_ = true;
    const std::vector<Pending*> batch = std::exchange(queue_, {});
    lock.unlock();
    run(batch);
    lock.lock();
    running_ = false;
    for (Pending* pending : batch) {
      pending->done = true;
      pending->finished.notify_one();
    }
    if (!queue_.empty()) queue_.front()->finished.notify_one();
  }
  lock.unlock();
  if (mine.why != nullptr) return cut_short(mine.why);
  return std::move(mine.fault);
}

std::optional<Error> StudyStore::begin(Access access) {
  const Result<bool> outdated = writer_->begin(access);
  if (!outdated) return outdated.error();
  if (!outdated.value() && loaded_) return std::nullopt;
  const std::unique_lock lock(table_mutex_);
  loaded_ = false;
  std::optional<Error> fault;
  try {
    fault = writer_->load(table_);
  } catch (...) {
    load_failed_ = true;
    throw;
  }
  loaded_ = !fault;
  load_failed_ = fault.has_value();
  if (fault) writer_->rollback();
  return fault;
}

void StudyStore::apply(Pending& pending) {
  if (pending.change == nullptr) return;
  table_.begin_change();
  writer_->mark();
  bool threw = false;
  try {
    pending.fault = (*pending.change)(table_);
  } catch (...) {
    threw = true;
    report("a change of studies failed inside", words_of_exception());
  }
  if (threw || pending.fault) {
    table_.revert();
    writer_->revert_to_mark();
  } else {
    writer_->release_mark();
  }
  if (threw) pending.fault = failed_inside();
}

// Nothing of the batch is kept after an error or an exception, though the table may hold some of it.
std::optional<Error> StudyStore::keep(const std::vector<Pending*>& batch) {
  const auto writes = [](const Pending* pending) { return pending->change != nullptr; };
  const bool any_writes = std::any_of(batch.begin(), batch.end(), writes);
  if (std::optional<Error> fault = begin(any_writes ? Access::write : Access::read)) return fault;
  {
    const std::unique_lock lock(table_mutex_);
    ++applied_;
    for (Pending* pending : batch) apply(*pending);
  }
  return writer_->commit();
}

// Throws away what the transaction held, and loads what is kept where the batch has touched the table. Should that fail
// now, the next batch tries again.
void StudyStore::take_back(bool touched) noexcept {
  try {
    if (touched) {
      const std::unique_lock lock(table_mutex_);
      loaded_ = false;
      table_.revert();  // for a writer that has nothing to load
    }
    writer_->rollback();
    if (touched && !begin(Access::read) && writer_->commit()) writer_->rollback();
  } catch (...) {
    report("the studies could not be loaded again", words_of_exception());
  }
}

void StudyStore::run(const std::vector<Pending*>& batch) noexcept {
  const std::uint64_t before = applied_;
  std::optional<Error> fault;
  const char* why = nullptr;
  try {
    fault = keep(batch);
  } catch (const std::bad_alloc&) {
    why = kNoMemory;
    report(kNotKept, why);
  } catch (...) {
    why = "an internal fault; the log says more";
    report(kNotKept, words_of_exception());
  }
  const bool lost = applied_ != before && (fault || why != nullptr);
  if (fault) report(kNotKept, fault->for_operator().c_str());
  if (lost || why != nullptr) take_back(lost);
  for (Pending* pending : batch) {
    pending->why = why;
    try {
      if (fault) pending->fault = fault;
    } catch (const std::bad_alloc&) {
      pending->why = kNoMemory;
    }
  }
  {
    const std::lock_guard lock(durable_mutex_);
    durable_ = applied_;
    if (lost) ++losses_;
  }
  durable_changed_.notify_all();
}

void StudyStore::report(const char* what, const char* why) const noexcept {
  try {
    if (listener_) listener_(std::string(what) + ": " + why);
  } catch (...) {
    return;  // no memory for the words: the answer says as much
  }
}

}  // namespace ssem::api::studies
