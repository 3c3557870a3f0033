#pragma once

#include "evidence/evidence.hpp"
#include "facts/fact.hpp"

namespace rigfit {

/// The batch system: in a job or beside one. scheduler.kind, scheduler.job_id_set, scheduler.outside_job (this node
/// belongs to a batch system, and this is no job), scheduler.gpus_given.
/// https://slurm.schedmd.com/srun.html
Requests scheduler_first_look();
Requests scheduler_next(const Evidence& evidence);
void read_scheduler(const Evidence& evidence, HostFacts& host);

}  // namespace rigfit
