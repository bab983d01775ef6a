#include "api/jobs/data_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>

#include "api/files/atomic_file.h"

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

}  // namespace

Result<std::unique_ptr<DataFolder>> DataFolder::open(const fs::path& path) {
  std::error_code fault;
  const fs::path whole = fs::absolute(path, fault);
  fs::create_directories(whole / "validations", fault);
  if (fault) return cannot("cannot make the data folder", path, fault.message());
  const int lock = ::open((whole / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (lock < 0) return cannot("cannot lock the data folder", path, std::strerror(errno));
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
    ::close(lock);
    return cannot("cannot use the data folder", path, "another ssem serve has it; --data-dir names another one");
  }
  fs::remove_all(whole / "scratch", fault);
  fs::create_directories(whole / "scratch", fault);
  if (fault) {
    ::close(lock);
    return cannot("cannot make the data folder", path, fault.message());
  }
  return std::unique_ptr<DataFolder>(new DataFolder(whole, lock, false));
}

Result<std::unique_ptr<DataFolder>> DataFolder::open_temporary() {
  std::error_code fault;
  std::string name = (fs::temp_directory_path(fault) / "ssem-XXXXXX").string();
  if (fault || ::mkdtemp(name.data()) == nullptr) {
    return cannot("cannot make a data folder", name, std::strerror(errno));
  }
  auto opened = open(name);
  if (!opened) return opened.error();
  const std::unique_ptr<DataFolder> folder = std::move(opened).value();
  return std::unique_ptr<DataFolder>(new DataFolder(folder->path_, ::fcntl(folder->lock_, F_DUPFD_CLOEXEC, 0), true));
}

DataFolder::~DataFolder() {
  std::error_code ignored;
  if (temporary_) fs::remove_all(path_, ignored);
  ::close(lock_);
}

std::optional<Error> DataFolder::keep(const Job& job) const {
  std::error_code fault;
  const bool made = fs::create_directories(folder_of(job.id), fault);
  if (fault) return cannot("cannot make", folder_of(job.id), fault.message());
  if (made) files::sync_folder(folder_of(job.id).parent_path());
  return write(job.id, "job.json", to_text(job));
}

std::optional<Error> DataFolder::write(const std::string& id, std::string_view name, std::string_view text) const {
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
    const auto text = is_job_id(id) ? read(id, "job.json") : std::nullopt;
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

void DataFolder::remove(const std::string& id) const {
  std::error_code ignored;
  // Without it the rest is no job any more, should the removal be cut short.
  fs::remove(folder_of(id) / "job.json", ignored);
  fs::remove_all(folder_of(id), ignored);
}

}  // namespace ssem::api::jobs
