// One job as ValidationJobs keeps it.
#pragma once

#include <mutex>
#include <utility>

#include "api/jobs/validation_jobs.h"

namespace ssem::api::jobs {

struct ValidationJobs::Entry {
  Entry(Job made, const DataFolder& kept_in)
      : folder(kept_in), job(std::move(made)), events(kept_in.events_of(job.id), has_ended(job.state)) {}

  const DataFolder& folder;
  std::mutex transition;  // held while the job's folder is made, changed or removed
  bool shown = false;     // by the jobs' lock: not while it is made or removed
  bool taken = false;     // by the jobs' lock: a worker begins it
  Job job;                // by the jobs' lock; its id and request never change
  JobEvents events;
};

}  // namespace ssem::api::jobs
