#include "trainer/report/progress_bar.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <vector>

#include "advisor/numeric/number_text.h"

namespace ssem::trainer {
namespace {

constexpr std::chrono::milliseconds kLeastDrawGap{100};
constexpr int kDefaultWidth = 80;
constexpr int kNarrowestBar = 10;
constexpr int kWidestBar = 40;

std::string significant(double value, int digits) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.*g", digits, value);
  return text.data();
}

// Three digits are what a rate is worth: "15,300".
std::string rate(double value) {
  constexpr double kFirstGrouped = 999.5;  // three digits would be an exponent
  if (!(std::abs(value) >= kFirstGrouped) || std::isinf(value)) return significant(value, 3);
  const double unit = std::pow(10, std::floor(std::log10(std::abs(value))) - 2);
  return advisor::grouped_text(std::round(value / unit) * unit);
}

std::string thousandths(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3f", value);
  return text.data();
}

std::string percent(double share) {
  const std::string number = std::to_string(static_cast<int>(100 * share));
  return std::string(3 - number.size(), ' ') + number + '%';
}

std::string duration(double seconds) {
  if (!std::isfinite(seconds) || seconds < 0) return "?";
  const auto whole = static_cast<long long>(std::min(std::ceil(seconds), 1e9));
  const std::string last = (whole % 60 < 10 ? "0" : "") + std::to_string(whole % 60);
  if (whole < 3600) return std::to_string(whole / 60) + ':' + last;
  const long long minutes = whole / 60 % 60;
  return std::to_string(whole / 3600) + ':' + (minutes < 10 ? "0" : "") + std::to_string(minutes) + ':' + last;
}

// Of the steps, or of the time where only that is known.
double share_done(const Progress& progress) {
  double share = 0;
  if (progress.total_steps && *progress.total_steps > 0) {
    share = static_cast<double>(progress.step) / static_cast<double>(*progress.total_steps);
  } else if (progress.eta_s && progress.time_s + *progress.eta_s > 0) {
    share = progress.time_s / (progress.time_s + *progress.eta_s);
  }
  return std::isfinite(share) ? std::clamp(share, 0.0, 1.0) : 0.0;
}

std::string bar(double share, int width) {
  const int full = static_cast<int>(share * width);
  std::string text(static_cast<std::size_t>(width), ' ');
  std::fill_n(text.begin(), full, '=');
  if (full < width) text[static_cast<std::size_t>(full)] = '>';
  return '[' + text + ']';
}

int terminal_width() {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return kDefaultWidth;
}

}  // namespace

std::string progress_line(const Progress& progress, std::optional<double> predicted_variance, int width) {
  const double share = share_done(progress);
  const std::string variance = "variance " + thousandths(progress.within_class_variance) +
                               (predicted_variance ? " (predicted " + thousandths(*predicted_variance) + ')' : "");
  const std::string loss = "loss " + significant(progress.loss, 4);
  // By importance; the bar takes what is left in front of them. A run that ends at rest has no share that is done.
  const bool settles = progress.tolerance && !progress.total_steps;
  std::vector<std::string> parts;
  if (settles) {
    parts = {"settling: " + variance};
    if (progress.moved) {
      parts.back() += ", moved " + significant(*progress.moved, 1) + " of " + significant(*progress.tolerance, 2);
    }
    parts.push_back(loss);
  } else {
    parts = {percent(share), loss, variance};
  }
  if (progress.eta_s) parts.push_back(duration(*progress.eta_s) + " left");
  parts.push_back(rate(progress.images_per_s) + " images/s");
  std::string text;
  for (const std::string& part : parts) {
    const std::string longer = text.empty() ? part : text + "  " + part;
    if (static_cast<int>(longer.size()) > width) break;
    text = longer;
  }
  if (settles) return text;
  const int room = width - static_cast<int>(text.size()) - 3;  // two brackets and a space
  return room >= kNarrowestBar ? bar(share, std::min(room, kWidestBar)) + ' ' + text : text;
}

ProgressBar::~ProgressBar() {
  if (!latest_) return;
  draw(*latest_);
  std::fputs("\n", stderr);
}

void ProgressBar::started(const std::string& device, std::optional<std::int64_t> total_steps) {
  const std::string steps = total_steps ? ", " + std::to_string(*total_steps) + " steps" : "";
  std::fprintf(stderr, "training on %s%s\n", device.c_str(), steps.c_str());
}

void ProgressBar::progress(const Progress& progress) {
  latest_ = progress;
  const auto now = Clock::now();
  if (last_drawn_ && now - *last_drawn_ < kLeastDrawGap) return;
  last_drawn_ = now;
  draw(progress);
}

// Files are named at the end of the run; a line for each would push the bar down.
void ProgressBar::checkpoint(std::int64_t, const std::string&) {}

void ProgressBar::draw(const Progress& progress) {
  // One column is left free: terminals wrap when the last one is written.
  const std::string line = progress_line(progress, predicted_variance_, terminal_width() - 1);
  std::fprintf(stderr, "\r\x1b[K%s", line.c_str());
  std::fflush(stderr);
}

}  // namespace ssem::trainer
