// The server's folder for jobs: DATA/validations/ID/ with job.json, events.jsonl, report.json and output/.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "advisor/result.h"
#include "api/jobs/folder_claim.h"
#include "api/jobs/job.h"

namespace ssem::api::jobs {

// Held by one server at a time. Every write is whole or not at all. Removes only what a server made: folders of jobs,
// its own folder for short-lived files and one that a killed server left; links are neither followed nor replaced.
// Thread safe for different jobs.
class DataFolder {
 public:
  static constexpr const char* kJobFile = "job.json";  // in each job's folder

  // Makes the folder where it is absent. Errors: unavailable (it cannot be made, or is not ours: see refusal()),
  // conflict (another server has it and does not leave it within `patience`).
  static Result<std::unique_ptr<DataFolder>> open(const std::filesystem::path& path,
                                                  std::chrono::milliseconds patience = {});
  // A fresh one under the system's temporary folder, removed by the destructor. Those that killed servers left there
  // are removed first (abandoned_folders.h).
  static Result<std::unique_ptr<DataFolder>> open_temporary();
  // Why `path` can never be used, though waiting may help against open()'s other errors: it is no folder, or holds
  // something and was not made by a server. Changes nothing.
  static std::optional<Error> refusal(const std::filesystem::path& path);
  // The error (conflict) when another server has the folder and does not leave it within `patience`. Makes no folder.
  static std::optional<Error> held_by_another(const std::filesystem::path& path, std::chrono::milliseconds patience);
  ~DataFolder();
  DataFolder(const DataFolder&) = delete;
  DataFolder& operator=(const DataFolder&) = delete;

  std::filesystem::path folder_of(const std::string& id) const { return path_ / "validations" / id; }
  std::filesystem::path events_of(const std::string& id) const { return folder_of(id) / "events.jsonl"; }
  std::filesystem::path output_of(const std::string& id) const { return folder_of(id) / "output"; }
  const std::filesystem::path& scratch() const { return claimed_.scratch; }
  const std::string& id() const { return claimed_.id; }

  // Makes the job's folder when it is new. Errors (unavailable): that name is taken by a link or something that is no
  // job, or the disk refuses.
  std::optional<Error> keep(const Job& job) const;
  std::optional<Error> write(const std::string& id, std::string_view name, std::string_view text) const;
  std::optional<std::string> read(const std::string& id, std::string_view name) const;
  // Every job that can be read, oldest first, and the names of folders that cannot.
  std::vector<Job> jobs(std::vector<std::string>& unreadable) const;
  // One of those that a server left half made which was killed while it kept the job for the first time: of a job's
  // name, with nothing in it but what an unfinished write of job.json leaves. False where it holds anything else.
  bool remove_half_made(const std::string& id) const;
  // Nothing where the folder is no job's.
  void remove(const std::string& id) const;

 private:
  DataFolder(std::filesystem::path path, ClaimedFolder claimed, FolderLock lock, bool temporary)
      : path_(std::move(path)), claimed_(std::move(claimed)), lock_(std::move(lock)), temporary_(temporary) {}

  const std::filesystem::path path_;
  const ClaimedFolder claimed_;
  const FolderLock lock_;
  const bool temporary_;
};

}  // namespace ssem::api::jobs
