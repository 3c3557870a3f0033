#include "probes/memory/limits.hpp"

#include <optional>

#include "probes/container/cgroup.hpp"
#include "probes/memory/memory.hpp"
#include "probes/parse/text.hpp"

namespace rigfit {
namespace {

constexpr std::int64_t mib = std::int64_t{1} << 20;

/// Beyond memory.high a group is not killed, and slowed down until it is below again: nothing to plan with.
std::vector<std::string> limit_files(const Evidence& evidence) {
  std::vector<std::string> files;
  for (const CgroupFolder& folder : cgroup_folders(evidence, "memory"))
    if (folder.is_v2)
      files.insert(files.end(), {folder.path + "/memory.max", folder.path + "/memory.high"});
    else
      files.push_back(folder.path + "/memory.limit_in_bytes");
  return files;
}

std::optional<std::int64_t> number_in(const Evidence& evidence, const char* variable) {
  const auto number = whole_number(evidence.env(variable).text);
  return number && *number > 0 && *number < (std::int64_t{1} << 40) ? number : std::nullopt;
}

/// What the batch job was given on this node. Sizes are in MiB; 0 stands for all of it.
/// https://slurm.schedmd.com/srun.html
void add_slurm(const Evidence& evidence, std::vector<MemoryLimit>& limits) {
  if (!evidence.env("SLURM_JOB_ID").found()) return;
  if (const auto node = number_in(evidence, "SLURM_MEM_PER_NODE"))
    limits.push_back({*node * mib, "SLURM_MEM_PER_NODE", {"env:SLURM_MEM_PER_NODE"}});
  for (const auto& [size, count] :
       {std::pair{"SLURM_MEM_PER_CPU", "SLURM_CPUS_ON_NODE"}, {"SLURM_MEM_PER_GPU", "SLURM_GPUS_ON_NODE"}})
    if (const auto each = number_in(evidence, size), number = number_in(evidence, count);
        each && number && *number < 65536)
      limits.push_back({*each * *number * mib, size, {key_of(Kind::env, size), key_of(Kind::env, count)}});
}

}  // namespace

// Max address space         unlimited            unlimited            bytes
// Max locked memory         8388608              8388608              bytes
std::optional<std::int64_t> parse_limit(std::string_view limits, std::string_view name) {
  for (const std::string_view line : lines_of(limits))
    if (line.starts_with(name))
      if (const auto words = words_of(line.substr(name.size())); !words.empty()) return whole_number(words[0]);
  return std::nullopt;
}

// 715 703 0:64 / /dev/shm rw,nosuid,nodev,noexec,relatime - tmpfs shm rw,size=65536k,inode64
std::optional<std::int64_t> parse_shm_size(std::string_view mountinfo, std::optional<std::int64_t> total) {
  std::optional<std::int64_t> bytes;
  for (const std::string_view line : lines_of(mountinfo)) {
    const std::size_t dash = line.find(" - ");
    if (dash == line.npos) continue;
    const auto before = words_of(line.substr(0, dash)), after = words_of(line.substr(dash + 3));
    if (before.size() < 5 || before[4] != "/dev/shm" || after.size() < 3 || after[0] != "tmpfs") continue;
    bytes.reset();  // the last mount over a folder is the one that shows
    for (const std::string_view option : split(after[2], ',')) {
      if (!option.starts_with("size=")) continue;
      const std::string_view size = option.substr(5);
      if (!size.ends_with('%'))
        bytes = size_bytes(size);
      else if (const auto percent = whole_number(size.substr(0, size.size() - 1)); percent && total && *percent <= 100)
        bytes = *total / 100 * *percent;
    }
  }
  return bytes;
}

Requests memory_limit_requests(const Evidence& evidence) {
  Requests requests;
  for (std::string& path : limit_files(evidence)) requests.push_back(file(std::move(path), 64));
  if (evidence.env("SLURM_JOB_ID").found())
    for (const char* variable :
         {"SLURM_MEM_PER_NODE", "SLURM_MEM_PER_CPU", "SLURM_CPUS_ON_NODE", "SLURM_MEM_PER_GPU", "SLURM_GPUS_ON_NODE"})
      requests.push_back(env(variable));
  return requests;
}

std::vector<MemoryLimit> memory_limits(const Evidence& evidence) {
  std::vector<MemoryLimit> limits;
  for (const std::string& path : limit_files(evidence))  // "max" is no number
    if (const auto limit = whole_number(trimmed(evidence.text(path))); limit && *limit > 0)
      limits.push_back({*limit, path, {key_of(Kind::file, path)}});
  add_slurm(evidence, limits);
  if (const auto limit = parse_limit(evidence.text("/proc/self/limits"), "Max address space"); limit && *limit > 0)
    limits.push_back({*limit, "RLIMIT_AS (ulimit -v)", {"file:/proc/self/limits"}});
  return limits;
}

std::string unread_limit(const Evidence& evidence) {
  if (evidence.os == "darwin") return "";
  if (cgroups_are_known(evidence) != Truth::yes) return "the control groups of this process were not recorded";
  for (const std::string& path : limit_files(evidence))  // the root group has no such file, which is fine
    if (const Answer& answer = evidence.file(path); (!answer.found() && !answer.absent()) || answer.truncated)
      return "the limit in " + path + " could not be read";
  return "";
}

}  // namespace rigfit
