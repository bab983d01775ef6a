#include "api/jobs/data_folder.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>

#include "api/jobs/abandoned_folders.h"
#include "files/atomic_file.h"

namespace ssem::api::jobs {
namespace {

namespace fs = std::filesystem;

Error cannot(const std::string& what, const fs::path& path, const std::string& reason) {
  return {ErrorCode::unavailable, what + " " + path.string() + ": " + reason, {}};
}

std::optional<std::string> text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// Removes what a server left that was killed while it kept the job for the first time; false when anything else is
// there.
bool is_cleared(const fs::path& folder) {
  constexpr const char* kJobFile = DataFolder::kJobFile;
  std::error_code fault;
  std::vector<fs::path> leftovers;
  for (fs::directory_iterator entry(folder, fault), end; !fault && entry != end; entry.increment(fault)) {
    if (!files::is_leftover_of(entry->path(), folder / kJobFile) || !is_real_file(entry->path())) return false;
    leftovers.push_back(entry->path());
  }
  for (const fs::path& leftover : leftovers) fs::remove(leftover, fault);
  return !fault;
}

}  // namespace

std::optional<Error> DataFolder::refusal(const fs::path& path) {
  std::error_code fault;
  return why_not_ours(fs::absolute(path, fault));
}

std::optional<Error> DataFolder::held_by_another(const fs::path& path, std::chrono::milliseconds patience) {
  if (!is_real_file(path / kMarkerName)) return std::nullopt;
  const auto lock = FolderLock::take(path, patience);
  if (lock || lock.error().code != ErrorCode::conflict) return std::nullopt;
  return lock.error();
}

Result<std::unique_ptr<DataFolder>> DataFolder::open(const fs::path& path, std::chrono::milliseconds patience) {
  std::error_code fault;
  const fs::path whole = fs::absolute(path, fault);
  if (auto refused = why_not_ours(whole)) return Error{ErrorCode::unavailable, refused->message, {}};
  fault = files::make_folders(whole);
  if (fault) return cannot("cannot make the data folder", path, fault.message());
  // Before anything else, so that a start that is cut short leaves a folder that is known to be ours.
  if (auto unmarked = mark_as_ours(whole)) return *unmarked;
  auto lock = FolderLock::take(whole, patience);
  if (!lock) return lock.error();
  fs::create_directory(whole / "validations", fault);
  if (fault) return cannot("cannot make the data folder", path, fault.message());
  auto claimed = claim(whole);
  if (!claimed) return claimed.error();
  return std::unique_ptr<DataFolder>(new DataFolder(whole, std::move(claimed).value(), std::move(lock).value(), false));
}

Result<std::unique_ptr<DataFolder>> DataFolder::open_temporary() {
  std::error_code fault;
  const fs::path parent = fs::temp_directory_path(fault);
  remove_abandoned_folders(parent);
  std::string name = (parent / kTemporaryPrefix).string() + "XXXXXX";
  if (fault || ::mkdtemp(name.data()) == nullptr) {
    return cannot("cannot make a data folder", name, std::strerror(errno));
  }
  auto lock = FolderLock::take(name);
  if (!lock) return lock.error();
  // Under the lock, without which it would look abandoned.
  if (auto unmarked = mark_as_ours(name)) return *unmarked;
  fs::create_directory(fs::path(name) / "validations", fault);
  fs::create_directory(fs::path(name) / "scratch", fault);
  if (fault) return cannot("cannot make a data folder", name, fault.message());
  ClaimedFolder claimed{random_digits(), fs::path(name) / "scratch"};
  return std::unique_ptr<DataFolder>(new DataFolder(name, std::move(claimed), std::move(lock).value(), true));
}

DataFolder::~DataFolder() {
  std::error_code ignored;
  const fs::path& made = temporary_ ? path_ : claimed_.scratch;
  if (is_real_folder(made)) fs::remove_all(made, ignored);
}

std::optional<Error> DataFolder::keep(const Job& job) const {
  const fs::path folder = folder_of(job.id);
  std::error_code fault;
  const bool made = fs::create_directory(folder, fault);
  if (!made && !fault) {
    const bool is_job = is_real_folder(folder) && (is_real_file(folder / kJobFile) || is_cleared(folder));
    if (!is_job) return cannot("cannot keep a job in", folder, "something else is there");
  }
  if (fault) return cannot("cannot make", folder, fault.message());
  if (made) files::sync_folder(folder.parent_path());
  return write(job.id, kJobFile, to_text(job));
}

std::optional<Error> DataFolder::write(const std::string& id, std::string_view name, std::string_view text) const {
  if (!is_real_folder(folder_of(id))) return cannot("cannot write into", folder_of(id), "it is no folder");
  return files::write_atomically(folder_of(id) / name, text);
}

std::optional<std::string> DataFolder::read(const std::string& id, std::string_view name) const {
  return text_of(folder_of(id) / name);
}

std::vector<Job> DataFolder::jobs(std::vector<std::string>& unreadable) const {
  std::vector<Job> found;
  std::error_code fault;
  for (fs::directory_iterator entry(path_ / "validations", fault), end; !fault && entry != end;
       entry.increment(fault)) {
    const std::string id = entry->path().filename();
    const auto text = is_job_id(id) && is_real_folder(entry->path()) ? read(id, kJobFile) : std::nullopt;
    auto job = text ? job_from(*text) : Result<Job>(Error{});
    if (job && job.value().id == id) {
      found.push_back(std::move(job).value());
    } else {
      unreadable.push_back(id);
    }
  }
  std::sort(found.begin(), found.end(), [](const Job& a, const Job& b) {
    return a.created_at != b.created_at ? a.created_at < b.created_at : a.id < b.id;
  });
  return found;
}

bool DataFolder::remove_half_made(const std::string& id) const {
  const fs::path folder = folder_of(id);
  return is_job_id(id) && is_real_folder(folder) && is_cleared(folder) && ::rmdir(folder.c_str()) == 0;
}

void DataFolder::remove(const std::string& id) const {
  const fs::path folder = folder_of(id);
  if (!is_real_folder(folder)) return;
  std::error_code fault;
  if (!is_real_file(folder / kJobFile)) {
    ::rmdir(folder.c_str());  // one that could not be kept; whatever holds something is no job
    return;
  }
  // Out of sight first: what a kill leaves of it is removed by the next server, and never taken for a job.
  const fs::path aside = claimed_.scratch / id;
  fs::rename(folder, aside, fault);
  if (!fault) {
    fs::remove_all(aside, fault);
    return;
  }
  fs::remove(folder / kJobFile, fault);
  fs::remove_all(folder, fault);
}

}  // namespace ssem::api::jobs
