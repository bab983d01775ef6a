#include "api/studies/study_store.h"

#include <algorithm>
#include <exception>
#include <utility>

namespace ssem::api::studies {
namespace {

Error failed_inside() { return {ErrorCode::internal, "internal error while changing studies", {}}; }

}  // namespace

std::optional<Error> StudyStore::refresh() { return submit(nullptr); }

std::optional<Error> StudyStore::read(const std::function<void(const StudyTable&)>& look) {
  for (;;) {
    if (writer_->changed_elsewhere()) {
      if (std::optional<Error> fault = submit(nullptr)) return fault;
    }
    std::uint64_t losses = 0;
    std::uint64_t seen = 0;
    {
      const std::shared_lock lock(book_mutex_);
      {
        const std::lock_guard durable_lock(durable_mutex_);
        losses = losses_;
      }
      seen = applied_;
      if (!loaded_) continue;
      look(table_);
    }
    if (wait_until_durable(seen, losses)) return std::nullopt;
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
  if (mine.done) return mine.fault;
  running_ = true;
  std::vector<Pending*> batch = std::exchange(queue_, {});
  lock.unlock();
  run(batch);
  lock.lock();
  running_ = false;
  for (Pending* pending : batch) {
    pending->done = true;
    pending->finished.notify_one();
  }
  if (!queue_.empty()) queue_.front()->finished.notify_one();
  return mine.fault;
}

std::optional<Error> StudyStore::begin(Access access) {
  const Result<bool> outdated = writer_->begin(access);
  if (!outdated) return outdated.error();
  if (!outdated.value()) return std::nullopt;
  const std::unique_lock lock(book_mutex_);
  loaded_ = false;
  if (std::optional<Error> fault = writer_->load(table_)) {
    writer_->rollback();
    return fault;
  }
  loaded_ = true;
  return std::nullopt;
}

void StudyStore::apply(Pending& pending) {
  if (pending.change == nullptr) return;
  table_.begin_change();
  writer_->mark();
  try {
    pending.fault = (*pending.change)(table_);
  } catch (const std::exception&) {
    pending.fault = failed_inside();
  }
  if (pending.fault) {
    table_.revert();
    writer_->revert_to_mark();
  } else {
    writer_->release_mark();
  }
}

void StudyStore::run(const std::vector<Pending*>& batch) {
  const auto writes = [](const Pending* pending) { return pending->change != nullptr; };
  const bool any_writes = std::any_of(batch.begin(), batch.end(), writes);
  std::optional<Error> fault = begin(any_writes ? Access::write : Access::read);
  bool lost = false;
  if (!fault) {
    {
      const std::unique_lock lock(book_mutex_);
      ++applied_;
      for (Pending* pending : batch) apply(*pending);
    }
    fault = writer_->commit();
    if (fault) {
      lost = true;
      // The changes are in the table, but were not kept. Should loading fail now, the next batch tries again.
      writer_->rollback();
      if (!begin(Access::read) && writer_->commit()) writer_->rollback();
    }
  }
  if (fault) {
    for (Pending* pending : batch) pending->fault = fault;
  }
  {
    const std::lock_guard lock(durable_mutex_);
    durable_ = applied_;
    if (lost) ++losses_;
  }
  durable_changed_.notify_all();
}

}  // namespace ssem::api::studies
