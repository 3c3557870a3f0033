#include "probes/tpu/holders.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "fact_names/device.hpp"
#include "fact_names/tpu.hpp"
#include "probes/parse/json_fields.hpp"
#include "probes/parse/text.hpp"

namespace rigfit {
namespace {

// libtpu locks this file for as long as it is loaded: xla/pjrt/tpu tpu_initializer_helper.cc,
// https://github.com/openxla/xla (2023)
constexpr std::string_view lock_path = "/tmp/libtpu_lockfile";

}  // namespace

Requests holder_requests() {
  return {node(std::string(lock_path)), file("/proc/locks", 256u << 10), ask("tpu-holders")};
}

// 1: POSIX  ADVISORY  WRITE 1234 fd:00:262174 0 EOF
// 1: -> POSIX  ADVISORY  WRITE 1300 fd:00:262174 0 EOF     (waits for it)
// https://docs.kernel.org/filesystems/locks.html
std::int64_t lock_holder(std::string_view proc_locks, std::string_view inode) {
  if (inode.empty()) return 0;
  for (const std::string_view line : lines_of(proc_locks)) {
    const auto words = words_of(line);
    if (words.size() < 6 || words[1] == "->" || words[5] != inode) continue;
    if (const auto pid = whole_number(words[4]); pid && *pid > 0) return *pid;
  }
  return 0;
}

NodeHolders parse_tpu_holders(std::string_view json) {
  NodeHolders all;
  const auto document = nlohmann::json::parse(json, nullptr, false);
  all.saw_every_process = json_integer(document, "unreadable") == 0;
  const auto* holders = json_member(document, "holders");
  if (!holders || !holders->is_array()) return all;
  for (const auto& one : *holders) {
    const auto pid = json_integer(one, "pid");
    std::string path = json_text(one, "path");
    if (pid && !path.empty()) all.holders.push_back({*pid, std::move(path)});
  }
  return all;
}

void read_holders(const Evidence& evidence, const std::vector<Device>& devices, PlatformFacts& facts) {
  std::set<std::string> nodes;
  for (const Device& device : devices)
    if (const std::string* path = device.facts.get(fact::device::path)) nodes.insert(*path);
  std::set<std::int64_t> pids;
  std::vector<std::string> sources;
  const Answer& asked = evidence.ask("tpu-holders");
  const NodeHolders open = asked.found() ? parse_tpu_holders(asked.text) : NodeHolders{};
  for (const NodeHolder& holder : open.holders)
    if (nodes.count(holder.path)) pids.insert(holder.pid);
  if (asked.found()) sources.push_back("ask:tpu-holders");

  const Answer& lock = evidence.node(lock_path);
  const Answer& locks = evidence.file("/proc/locks");
  const std::vector<std::string> lock_sources{key_of(Kind::node, lock_path), "file:/proc/locks"};
  if (lock.absent()) {
    facts.set(fact::tpu::lock_file, std::string("none"), lock_sources);
  } else if (lock.found() && lock.node && locks.found() && !locks.truncated && !lock.node->inode.empty()) {
    const std::int64_t pid = lock_holder(locks.text, lock.node->inode);
    if (pid > 0) pids.insert(pid), sources.insert(sources.end(), lock_sources.begin(), lock_sources.end());
    const bool is_mine = lock.node->writable.value_or(true);
    // A holder that /proc/locks cannot show (another namespace) may still hold the chip itself.
    facts.set(fact::tpu::lock_file,
              std::string(pid > 0 || !pids.empty() ? "held"
                          : is_mine                ? "free"
                                                   : "stale"),
              lock_sources);
  } else {
    facts.set(fact::tpu::lock_file, Fact::unknown("the lock file or the list of locks was not recorded", lock_sources));
  }

  if (!pids.empty()) {
    std::vector<std::string> list;
    for (const std::int64_t pid : pids) list.push_back(std::to_string(pid));
    facts.set(fact::tpu::held_by, list, sources);
  } else if (asked.found() && open.saw_every_process) {
    facts.set(fact::tpu::held_by, Fact::of_none("no process holds a chip open", sources));
  } else {
    facts.set(fact::tpu::held_by,
              Fact::unknown(asked.found() ? "the open files of other users' processes are hidden from this user"
                                          : "who holds a chip open was not recorded",
                            sources));
  }
}

}  // namespace rigfit
