#include "api/processes/supervised_run.h"

#include <signal.h>  // NOLINT(modernize-deprecated-headers): signal numbers are POSIX
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace ssem::api::processes {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kTick{100};
// After the child's own end, for those of its session that are still writing.
constexpr std::chrono::milliseconds kOrphanGrace{1000};

constexpr std::chrono::milliseconds kUnkillable{5000};

class Supervision {
 public:
  Supervision(ChildProcess& child, const RunLimits& limits, const RunWatch& watch)
      : child_(child), limits_(limits), watch_(watch) {}

  RunEnd run() {
    bool open = true;
    std::optional<Clock::time_point> child_ended;
    while (true) {
      // Closed pipes do not wait, so neither may this loop spin.
      if (open) {
        open = child_.read(kTick, output_, error_);
      } else {
        ::usleep(1000 * static_cast<useconds_t>(child_ended ? 5 : 20));
      }
      take_lines(!open);
      keep_last_words();
      if (child_.has_ended() && !child_ended) child_ended = Clock::now();
      if (child_ended && !child_.has_descendants()) {
        if (open) drain();
        break;
      }
      const auto orphan_grace = ending_since_ ? patience() : kOrphanGrace;
      if (child_ended && Clock::now() - *child_ended > orphan_grace) child_.send(SIGKILL);
      // What cannot be killed, or is not ours to wait for, must not hold up the queue.
      if (child_ended && Clock::now() - *child_ended > orphan_grace + kUnkillable) break;
      if (!child_ended) check();
    }
    end_.status = child_.status();
    end_.last_words = std::move(error_);
    return std::move(end_);
  }

 private:
  void check() {
    if (!ending_since_) {
      if (watch_.should_end()) return end_child(EndedBy::request);
      if (limits_.time.count() > 0 && Clock::now() - begin_ > limits_.time) return end_child(EndedBy::time_limit);
      const std::size_t bytes = child_.resident_bytes();
      const bool too_much_of_all = limits_.share != nullptr && limits_.share->must_go(child_.pid(), bytes);
      if (too_much_of_all || (limits_.memory_bytes > 0 && bytes > limits_.memory_bytes)) {
        end_child(EndedBy::memory_limit);
        child_.send(SIGKILL);  // it may be past asking
      }
    } else if (Clock::now() - *ending_since_ > patience()) {
      child_.send(SIGKILL);
    }
  }

  std::chrono::milliseconds patience() const { return watch_.is_stopping() ? limits_.stop_grace : limits_.end_grace; }

  void end_child(EndedBy by) {
    if (ending_since_) return;
    end_.by = by;
    ending_since_ = Clock::now();
    child_.send(SIGTERM);
  }

  void take_lines(bool all) {
    std::size_t begin = 0;
    for (std::size_t end = output_.find('\n', searched_); end != std::string::npos; end = output_.find('\n', begin)) {
      take(std::string_view(output_).substr(begin, end - begin));
      begin = end + 1;
    }
    output_.erase(0, begin);
    searched_ = output_.size();
    const bool too_long = output_.size() > limits_.max_line_bytes;
    if (too_long || (all && !output_.empty())) {
      if (too_long) {
        bad_ = true;
        end_child(EndedBy::bad_line);
      } else {
        take(output_);
      }
      output_.clear();
      searched_ = 0;
    }
  }

  void take(std::string_view line) {
    if (bad_ || watch_.on_line(line)) return;
    bad_ = true;
    end_child(EndedBy::bad_line);
    end_.by = EndedBy::bad_line;
  }

  void keep_last_words() {
    if (error_.size() > kLastWordsBytes) error_.erase(0, error_.size() - kLastWordsBytes);
  }

  // What still stands in the pipes when everyone who could write is gone.
  void drain() {
    // Someone outside the session may hold a pipe open, so two looks without a word are the end.
    for (int silent = 0; silent < 2;) {
      const std::size_t before = output_.size() + error_.size();
      const bool open = child_.read(std::chrono::milliseconds{0}, output_, error_);
      silent = output_.size() + error_.size() > before ? 0 : silent + 1;
      take_lines(false);
      if (!open) break;
    }
    take_lines(true);
    keep_last_words();
  }

  ChildProcess& child_;
  const RunLimits& limits_;
  const RunWatch& watch_;
  const MemoryShare::Guest guest_{limits_.share, child_.pid()};
  const Clock::time_point begin_ = Clock::now();
  std::optional<Clock::time_point> ending_since_;
  std::string output_;        // the beginning of a line
  std::size_t searched_ = 0;  // so much of it has no end of line
  std::string error_;
  bool bad_ = false;
  RunEnd end_;
};

}  // namespace

Result<RunEnd> run_supervised(const ChildCall& call, const RunLimits& limits, const RunWatch& watch) {
  Result<ChildProcess> started = ChildProcess::start(call);
  if (!started) return started.error();
  ChildProcess child = std::move(started).value();
  return Supervision(child, limits, watch).run();
}

}  // namespace ssem::api::processes
