// Studies under a writer that fails by exceptions: nobody waits for ever, and nothing half-done is seen.
#include "api/studies/study_store.h"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace ssem::api::studies;
using ssem::Error;
using ssem::ErrorCode;
using ssem::Result;

namespace {

constexpr std::chrono::seconds kFarTooLong{20};

// What is kept for good: the names of studies. Shared with the test, as a file is.
struct Disk {
  std::vector<std::string> names;
  bool changed_by_others = false;
  std::string throws_in;  // the call that throws, for as long as it is named here
  bool throws_bad_alloc = true;
  std::atomic<int> begun{0};
  std::mutex gate;  // a test that holds it keeps a batch from beginning
};

class FragileWriter final : public StudyWriter {
 public:
  explicit FragileWriter(Disk& disk) : disk_(disk) {}

  Result<bool> begin(Access) override {
    ++disk_.begun;
    const std::lock_guard lock(disk_.gate);
    fail_in("begin");
    written_.clear();
    const bool others = std::exchange(disk_.changed_by_others, false);
    return stale_.exchange(false) || others;
  }
  std::optional<Error> load(StudyTable& table) override {
    table.clear();
    std::int64_t id = 0;
    for (const std::string& name : disk_.names) {
      table.restore_study({++id, name, {Direction::minimize}, {}, {}});
      if (id == 1) fail_in("load");
    }
    return std::nullopt;
  }
  std::optional<Error> commit() override {
    fail_in("commit");
    disk_.names.insert(disk_.names.end(), written_.begin(), written_.end());
    written_.clear();
    return std::nullopt;
  }
  void rollback() override {
    written_.clear();
    stale_ = true;
  }
  void mark() override {
    fail_in("mark");
    marked_ = written_.size();
  }
  void release_mark() override { fail_in("release_mark"); }
  void revert_to_mark() override {
    fail_in("revert_to_mark");
    written_.resize(marked_);
  }
  bool changed_elsewhere() override { return disk_.changed_by_others || stale_; }
  void study_created(const Study& study) override {
    fail_in("study_created");
    written_.push_back(study.name);
  }
  void study_deleted(const Study&, std::int64_t, std::int64_t) override {}
  void study_attribute_set(std::int64_t, AttributeKind, const Attribute&) override { fail_in("study_attribute_set"); }
  void trial_created(const Trial&) override { fail_in("trial_created"); }
  void trial_param_set(std::int64_t, const Param&) override { fail_in("trial_param_set"); }
  void trial_state_set(const Trial&) override { fail_in("trial_state_set"); }
  void trial_intermediate_value_set(std::int64_t, const IntermediateValue&) override {}
  void trial_attribute_set(std::int64_t, AttributeKind, const Attribute&) override { fail_in("trial_attribute_set"); }
  void trial_heartbeat_set(std::int64_t, Timestamp) override { fail_in("trial_heartbeat_set"); }
  void journal_appended(const std::string&, std::size_t, const std::vector<std::string>&) override {
    fail_in("journal_appended");
  }
  void journal_deleted(const std::string&) override { fail_in("journal_deleted"); }
  std::optional<IdempotencyRecord> find_idempotency_record(const std::string&) override { return std::nullopt; }
  void idempotency_record_kept(const IdempotencyRecord&) override {}
  void idempotency_record_dropped(const std::string&) override {}

 private:
  void fail_in(const char* call) const {
    if (disk_.throws_in != call) return;
    if (disk_.throws_bad_alloc) throw std::bad_alloc();
    throw std::runtime_error("the writer fell over");
  }

  Disk& disk_;
  std::vector<std::string> written_;
  std::size_t marked_ = 0;
  std::atomic<bool> stale_{false};
};

std::optional<Error> add_study(StudyStore& store, const std::string& name) {
  return store.write([&](StudyTable& table) -> std::optional<Error> {
    const auto made = table.create_study(name, {Direction::minimize});
    if (!made) return made.error();
    return std::nullopt;
  });
}

std::vector<std::string> names_in(StudyStore& store) {
  std::vector<std::string> names;
  const auto fault = store.read([&](const StudyTable& table) {
    names.clear();
    for (const StudyPtr& study : table.studies()) names.push_back(study->name);
  });
  return fault ? std::vector<std::string>{"fault: " + fault->message} : names;
}

// The test as a whole must end, so a hang is told from an answer by waiting.
template <class Work>
bool ends(const Work& work) {
  struct Shared {
    std::mutex mutex;
    std::condition_variable changed;
    bool done = false;
  };
  const auto shared = std::make_shared<Shared>();
  std::thread thread([shared, work] {
    work();
    const std::lock_guard lock(shared->mutex);
    shared->done = true;
    shared->changed.notify_all();
  });
  std::unique_lock lock(shared->mutex);
  const bool done = shared->changed.wait_for(lock, kFarTooLong, [&] { return shared->done; });
  lock.unlock();
  if (done) {
    thread.join();
  } else {
    thread.detach();
  }
  return done;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a writer's exception, wherever it comes from, fails that write alone, and the next one works") {
  for (const char* call : {"begin", "mark", "study_created", "release_mark", "commit"}) {
    for (const bool bad_alloc : {true, false}) {
      CAPTURE(call);
      CAPTURE(bad_alloc);
      Disk disk;
      StudyStore store(std::make_unique<FragileWriter>(disk));
      REQUIRE_FALSE(add_study(store, "first"));
      disk.throws_bad_alloc = bad_alloc;
      disk.throws_in = call;
      std::optional<Error> fault;
      REQUIRE(ends([&] { fault = add_study(store, "lost"); }));
      REQUIRE(fault);
      CHECK((fault->code == ErrorCode::unavailable || fault->code == ErrorCode::internal));
      disk.throws_in.clear();
      REQUIRE(ends([&] { CHECK(names_in(store) == Names{"first"}); }));
      REQUIRE(ends([&] { CHECK_FALSE(add_study(store, "second")); }));
      CHECK(names_in(store) == Names{"first", "second"});
      CHECK(disk.names == Names{"first", "second"});
    }
  }
}

TEST_CASE("a change that throws is taken back, also where its mark cannot be") {
  for (const char* call : {"", "revert_to_mark"}) {
    CAPTURE(call);
    Disk disk;
    StudyStore store(std::make_unique<FragileWriter>(disk));
    REQUIRE_FALSE(add_study(store, "first"));
    disk.throws_in = call;
    const auto fault = store.write([&](StudyTable& table) -> std::optional<Error> {
      CHECK(table.create_study("half", {Direction::minimize}));
      throw std::runtime_error("in the middle");
    });
    REQUIRE(fault);
    disk.throws_in.clear();
    CHECK(names_in(store) == Names{"first"});
    CHECK_FALSE(add_study(store, "second"));
    CHECK(disk.names == Names{"first", "second"});
  }
}

TEST_CASE("when loading throws nothing is shown, and everything is once it works again") {
  Disk disk;
  StudyStore store(std::make_unique<FragileWriter>(disk));
  REQUIRE_FALSE(add_study(store, "first"));
  CHECK(store.can_be_read());
  disk.names = {"first", "theirs"};
  disk.changed_by_others = true;
  disk.throws_in = "load";
  for (int attempt = 0; attempt < 3; ++attempt) {
    std::optional<Error> fault;
    REQUIRE(ends([&] { fault = store.read([](const StudyTable&) { FAIL("half a table was shown"); }); }));
    REQUIRE(fault);
    CHECK(fault->code == ErrorCode::unavailable);
    CHECK(fault->message.find("memory") != std::string::npos);
    CHECK_FALSE(store.can_be_read());
  }
  REQUIRE(ends([&] { CHECK(add_study(store, "lost")); }));
  disk.throws_in.clear();
  REQUIRE(ends([&] { CHECK(names_in(store) == Names{"first", "theirs"}); }));
  CHECK(store.can_be_read());
  CHECK_FALSE(add_study(store, "third"));
  CHECK(disk.names == Names{"first", "theirs", "third"});
}

TEST_CASE("every thread that waits for a batch that throws is answered") {
  Disk disk;
  StudyStore store(std::make_unique<FragileWriter>(disk));
  REQUIRE_FALSE(add_study(store, "first"));
  const auto all_are_answered = [&] {
    std::atomic<int> faults{0};
    std::vector<std::thread> threads;
    {
      const std::lock_guard hold(disk.gate);
      const int before = disk.begun;
      disk.throws_in = "commit";
      for (int writer = 0; writer < 8; ++writer) {
        threads.emplace_back([&store, &faults, writer] {
          if (add_study(store, "lost " + std::to_string(writer))) ++faults;
        });
      }
      while (disk.begun == before) std::this_thread::yield();
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(faults == 8);
  };
  REQUIRE(ends(all_are_answered));
  disk.throws_in.clear();
  CHECK(names_in(store) == Names{"first"});
  CHECK_FALSE(add_study(store, "second"));
  CHECK(disk.names == Names{"first", "second"});
}

TEST_CASE("the reason of a fault is told to the listener, also where the listener itself throws") {
  Disk disk;
  StudyStore store(std::make_unique<FragileWriter>(disk));
  std::vector<std::string> heard;
  store.report_faults_to([&](const std::string& reason) {
    heard.push_back(reason);
    throw std::runtime_error("no log");
  });
  disk.throws_in = "commit";
  disk.throws_bad_alloc = false;
  REQUIRE(ends([&] { CHECK(add_study(store, "lost")); }));
  REQUIRE_FALSE(heard.empty());
  CHECK(heard.front().find("the writer fell over") != std::string::npos);
}

TEST_CASE("what an exception cuts short inside a change is taken back step by step") {
  for (const char* call : {"trial_created", "trial_param_set", "trial_state_set", "trial_attribute_set",
                           "study_attribute_set", "journal_appended", "journal_deleted"}) {
    CAPTURE(call);
    Disk disk;
    StudyStore store(std::make_unique<FragileWriter>(disk));
    REQUIRE_FALSE(add_study(store, "s"));
    REQUIRE_FALSE(store.write([](StudyTable& table) -> std::optional<Error> {
      table.append_to_journal("j", {"one"});
      return table.create_trial(1, {}, now()) ? std::nullopt : std::optional<Error>(Error{});
    }));
    disk.throws_in = call;
    const Param param{"x", 0.5,
                      R"({"name":"FloatDistribution","attributes":{"step":null,"low":0.0,"high":1.0,"log":false}})"};
    const auto fault = store.write([&](StudyTable& table) -> std::optional<Error> {
      table.set_trial_param(1, param);
      table.set_trial_attribute(1, AttributeKind::user, {"k", "1"});
      table.set_study_attribute(1, AttributeKind::user, {"k", "1"});
      // Not inside CHECK, which would catch what the writer throws.
      if (!table.set_trial_state(1, TrialState::complete, {{1.0}}, now())) return Error{};
      if (!table.create_trial(1, {}, now())) return Error{};
      table.append_to_journal("j", {"two"});
      table.append_to_journal("new", {"two"});
      table.delete_journal("j");
      return std::nullopt;
    });
    REQUIRE(fault);
    CHECK(fault->code == ErrorCode::internal);
    disk.throws_in.clear();
    REQUIRE_FALSE(store.read([](const StudyTable& table) {
      CHECK(table.trials(1).value().size() == 1);
      CHECK(table.trial(1).value()->state == TrialState::running);
      CHECK(table.trial(1).value()->params.empty());
      CHECK(table.trial(1).value()->user_attributes.empty());
      CHECK(table.trial_count(1, TrialState::running).value() == 1);
      CHECK(table.study(1).value()->user_attributes.empty());
      CHECK(table.journals() == std::vector<std::pair<std::string, std::size_t>>{{"j", 1}});
    }));
  }
}
