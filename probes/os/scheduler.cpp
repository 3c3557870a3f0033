#include "probes/os/scheduler.hpp"

#include "fact_names/scheduler.hpp"

namespace rigfit {
namespace {

/// A batch system: the variable that every job of it has, and what shows outside a job that a node belongs to it.
struct BatchSystem {
  const char* kind;
  const char* job_variable;
  const char* site_variable;  ///< null: none
  const char* site_file;      ///< null: none
};

constexpr BatchSystem systems[] = {{"slurm", "SLURM_JOB_ID", "SLURM_CONF", "/etc/slurm/slurm.conf"},
                                   {"pbs", "PBS_JOBID", nullptr, "/etc/pbs.conf"},
                                   {"lsf", "LSB_JOBID", "LSF_ENVDIR", nullptr},
                                   {"htcondor", "_CONDOR_SLOT", nullptr, nullptr},
                                   {"sge", "JOB_ID", "SGE_ROOT", nullptr}};

constexpr const char* slurm_gpu_variables[] = {"SLURM_JOB_GPUS", "SLURM_STEP_GPUS", "SLURM_GPUS_ON_NODE", "SLURM_GPUS"};

/// JOB_ID is too plain a name to mean a job of Grid Engine by itself.
bool is_job_of(const Evidence& evidence, const BatchSystem& system) {
  if (!evidence.env(system.job_variable).found()) return false;
  return std::string_view(system.kind) != "sge" || evidence.env(system.site_variable).found();
}

}  // namespace

Requests scheduler_first_look() {
  Requests requests;
  for (const BatchSystem& system : systems) {
    requests.push_back(env(system.job_variable));
    if (system.site_variable) requests.push_back(env(system.site_variable));
    if (system.site_file) requests.push_back(node(system.site_file));
  }
  return requests;
}

Requests scheduler_next(const Evidence& evidence) {
  Requests requests;
  if (evidence.env("SLURM_JOB_ID").found())
    for (const char* variable : slurm_gpu_variables) requests.push_back(env(variable));
  return requests;
}

void read_scheduler(const Evidence& evidence, HostFacts& host) {
  for (const BatchSystem& system : systems)
    if (!host.has(fact::scheduler::kind) && is_job_of(evidence, system)) {
      host.set(fact::scheduler::kind, std::string(system.kind), {key_of(Kind::env, system.job_variable)});
      host.set(fact::scheduler::job_id_set, true, {key_of(Kind::env, system.job_variable)});
    }
  if (host.has(fact::scheduler::kind)) {
    host.set(fact::scheduler::outside_job, Fact::of_none("this is a job", host.at(fact::scheduler::kind).sources));
    if (*host.get(fact::scheduler::kind) != "slurm") return;
    bool given = false, all_known = true;
    for (const char* variable : slurm_gpu_variables) {
      given = given || evidence.env(variable).found();
      all_known = all_known && evidence.env(variable).absent();
    }
    host.set(fact::scheduler::gpus_given, given || all_known ? Fact::of(given, {"env:SLURM_JOB_GPUS"})
                                                             : Fact::unknown("the job's variables were not recorded"));
    return;
  }
  for (const BatchSystem& system : systems) {
    const bool by_variable = system.site_variable && evidence.env(system.site_variable).found();
    if (!by_variable && !(system.site_file && evidence.node(system.site_file).found())) continue;
    host.set(fact::scheduler::outside_job, std::string(system.kind),
             {by_variable ? key_of(Kind::env, system.site_variable) : key_of(Kind::node, system.site_file)});
    return;
  }
  host.set(fact::scheduler::outside_job, Fact::of_none("no sign of a batch system"));
}

}  // namespace rigfit
