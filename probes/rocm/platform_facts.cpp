#include <algorithm>

#include "probes/parse/text.hpp"
#include "probes/rocm/inventory.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

void read_nodes(const Evidence& evidence, FactTable& facts) {
  const Answer& kfd = evidence.node("/dev/kfd");
  const std::vector<std::string> source{"node:/dev/kfd"};
  if (const std::string word = node_word(access_to_node(evidence, "/dev/kfd").problem); !word.empty())
    facts.set("kfd_node", word, source);
  if (!kfd.found() || !kfd.node) return;
  facts.set("kfd_gid", kfd.node->gid, source);
  facts.set("kfd_group", kfd.node->group.empty() ? Fact::of_none("no group of /etc/group has its number", source)
                                                 : Fact::of(kfd.node->group, source));
}

void read_module(const RocmSeen& seen, FactTable& facts) {
  const AmdgpuModule& module = seen.module;
  const RocmTool& tool = seen.listed.all;
  if (module.loaded)
    facts.set("module_loaded", *module.loaded, module.sources);
  else if (tool.module_loaded == true || (tool.module_loaded == false && tool.kfd_opened))
    facts.set("module_loaded", true, seen.listed.sources);  // what was opened is there, whatever its check says
  else if (tool.module_loaded == false && !seen.is_wsl)
    facts.set("module_loaded", false, seen.listed.sources);
  if (module.live) facts.set("module_live", *module.live, {"file:/sys/module/amdgpu/initstate"});
  const std::vector<std::string> version_source{"file:/sys/module/amdgpu/version"};
  if (module.in_tree == true)
    facts.set("driver_version", Fact::of_none("the kernel's own driver has no version of its own", version_source));
  else if (const auto version = Version::parse(module.dkms_version.empty() ? tool.driver_version : module.dkms_version))
    facts.set("driver_version", *version, module.dkms_version.empty() ? seen.listed.sources : version_source);
  if (module.in_tree) facts.set("driver_kind", std::string(*module.in_tree ? "in_tree" : "dkms"), version_source);
  if (module.nomodeset) facts.set("nomodeset", *module.nomodeset, {"file:/proc/cmdline"});
  if (!module.blocked_by.empty()) facts.set("blocked_by", module.blocked_by, module.blocked_sources);
  if (module.has_file) facts.set("module_file", *module.has_file, module.file_sources);
  if (module.dkms_built) facts.set("dkms_built", *module.dkms_built, {"list:/var/lib/dkms/amdgpu"});
}

void read_visible(const Evidence& evidence, const RocmSeen& seen, Platform& platform) {
  const Visibility& visibility = seen.visibility;
  FactTable& facts = platform.facts;
  if (visibility.known)
    facts.set("hides_all", visibility.hides_all, {"env:ROCR_VISIBLE_DEVICES", "env:HIP_VISIBLE_DEVICES"});
  if (!visibility.filters.empty()) facts.set("visible_devices", visibility.filters, visibility.sources);
  if (!visibility.bad_entry.empty())
    facts.set("visible_bad_entry", visibility.bad_entry, visibility.sources),
        facts.set("visible_double", visibility.is_second_filter, visibility.sources);
  if (visibility.by_cuda_variable) facts.set("visible_by_cuda", true, {"env:CUDA_VISIBLE_DEVICES"});
  if (const Answer& ordinal = evidence.env("GPU_DEVICE_ORDINAL"); ordinal.found())
    facts.set("gpu_device_ordinal", ordinal.text, {"env:GPU_DEVICE_ORDINAL"});
  if (const Answer& xnack = evidence.env("HSA_XNACK"); xnack.found())
    facts.set("xnack", std::string(trimmed(xnack.text)), {"env:HSA_XNACK"});
  if (!visibility.known || !visibility.certain || seen.topology.gpus.empty()) return;
  // The GPUs of KFD come first among the devices, in the runtime's order.
  for (std::size_t n = 0; n < seen.topology.gpus.size() && n < platform.devices.size(); ++n) {
    const auto it = std::find(visibility.left.begin(), visibility.left.end(), n);
    const bool left = it != visibility.left.end();
    FactTable& device = platform.devices[n].facts;
    device.set("visible", left, visibility.sources);
    if (left) device.set("hip_index", std::int64_t{it - visibility.left.begin()}, visibility.sources);
  }
  facts.set("visible_count", static_cast<std::int64_t>(visibility.left.size()), visibility.sources);
}

/// How many cards and how many GPUs of processors there are, and which numbers programs have to name for the cards.
void count_kinds(Platform& platform) {
  std::int64_t discrete = 0, integrated = 0;
  std::string indices;
  bool all_known = !platform.devices.empty();
  for (const Device& device : platform.devices) {
    const bool* part_of_cpu = device.facts.get<bool>("integrated");
    all_known = all_known && part_of_cpu;
    if (!part_of_cpu) continue;
    ++(*part_of_cpu ? integrated : discrete);
    if (const auto* index = device.facts.get<std::int64_t>("hip_index"); index && !*part_of_cpu)
      append_to_list(indices, std::to_string(*index), ",");
  }
  if (!all_known) return;
  platform.facts.set("discrete_count", discrete, {});
  platform.facts.set("integrated_count", integrated, {});
  if (!indices.empty()) platform.facts.set("discrete_indices", indices, {});
}

void read_user_space(const Evidence& evidence, const RocmSeen& seen, FactTable& facts) {
  const RocmUserSpace& user = seen.user_space;
  if (!user.versions.empty()) {
    facts.set("version", *Version::parse(user.versions.front()), user.version_sources);
    facts.set("versions", user.versions, user.version_sources);
  } else if (evidence.list("/opt").found() || evidence.list("/opt").absent()) {
    facts.set("version", Fact::of_none("no ROCm below /opt", {"list:/opt"}));
  }
  if (!user.hip_library.empty())
    facts.set("hip_library", user.hip_library, user.library_sources);
  else if (user.looked_for_libraries)
    facts.set("hip_library", Fact::of_none("libamdhip64 is not in the usual places"));
  if (!user.shadowing.empty()) facts.set("shadowing_library", user.shadowing, {key_of(Kind::link, user.shadowing)});
  if (const Answer& detection = evidence.env("HSA_ENABLE_DXG_DETECTION"); detection.found() || detection.absent())
    facts.set("dxg_detection", std::string(detection.absent() ? "unset" : trimmed(detection.text)),
              {"env:HSA_ENABLE_DXG_DETECTION"});
  if (user.has_wsl_library) facts.set("wsl_library", *user.has_wsl_library, user.wsl_sources);
}

}  // namespace

void read_rocm_platform(const Evidence& evidence, const RocmSeen& seen, Platform& platform) {
  FactTable& own = platform.facts;
  read_user_space(evidence, seen, own);
  if (seen.topology.found) own.set("cpu_nodes", seen.topology.cpu_nodes, {"list:/sys/class/kfd/kfd/topology/nodes"});
  if (seen.topology.found || seen.topology.absent)
    own.set("has_topology", seen.topology.found, {"list:/sys/class/kfd/kfd/topology/nodes"});
  read_module(seen, own);
  const RocmTool& tool = seen.listed.all;
  if (const auto version = Version::parse(tool.runtime_version))
    own.set("runtime_version", *version, seen.listed.sources);
  if (!tool.failure.empty())
    own.set("tool_failure", tool.failure, seen.listed.sources),
        own.set("tool_message", tool.message, seen.listed.sources);
  if (tool.kfd_opened) own.set("tool_opened_kfd", true, seen.listed.sources);
  read_nodes(evidence, own);
  if (const auto* gid = own.get<std::int64_t>("kfd_gid")) read_membership(evidence, *gid, "kfd_membership", own);
  if (const Answer& value = evidence.env("HSA_OVERRIDE_GFX_VERSION"); value.found())
    own.set("gfx_override", value.text, {"env:HSA_OVERRIDE_GFX_VERSION"});
  read_visible(evidence, seen, platform);
  count_kinds(platform);
}

}  // namespace rigfit
