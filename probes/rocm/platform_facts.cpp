#include <algorithm>

#include "fact_names/device.hpp"
#include "fact_names/rocm.hpp"
#include "probes/parse/text.hpp"
#include "probes/rocm/inventory.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

void read_nodes(const Evidence& evidence, PlatformFacts& facts) {
  const Answer& kfd = evidence.node("/dev/kfd");
  const std::vector<std::string> source{"node:/dev/kfd"};
  if (const std::string word = node_word(access_to_node(evidence, "/dev/kfd").problem); !word.empty())
    facts.set(fact::rocm::kfd_node, word, source);
  if (!kfd.found() || !kfd.node) return;
  facts.set(fact::rocm::kfd_gid, kfd.node->gid, source);
  facts.set(fact::rocm::kfd_group, kfd.node->group.empty()
                                       ? Fact::of_none("no group of /etc/group has its number", source)
                                       : Fact::of(kfd.node->group, source));
}

void read_module(const RocmSeen& seen, PlatformFacts& facts) {
  const AmdgpuModule& module = seen.module;
  const RocmTool& tool = seen.listed.all;
  if (module.loaded)
    facts.set(fact::rocm::module_loaded, *module.loaded, module.sources);
  else if (tool.module_loaded == true || (tool.module_loaded == false && tool.kfd_opened))
    facts.set(fact::rocm::module_loaded, true,
              seen.listed.sources);  // what was opened is there, whatever its check says
  else if (tool.module_loaded == false && !seen.is_wsl)
    facts.set(fact::rocm::module_loaded, false, seen.listed.sources);
  if (module.live) facts.set(fact::rocm::module_live, *module.live, {"file:/sys/module/amdgpu/initstate"});
  const std::vector<std::string> version_source{"file:/sys/module/amdgpu/version"};
  if (module.in_tree == true)
    facts.set(fact::rocm::driver_version,
              Fact::of_none("the kernel's own driver has no version of its own", version_source));
  else if (const auto version = Version::parse(module.dkms_version.empty() ? tool.driver_version : module.dkms_version))
    facts.set(fact::rocm::driver_version, *version, module.dkms_version.empty() ? seen.listed.sources : version_source);
  if (module.in_tree)
    facts.set(fact::rocm::driver_kind, std::string(*module.in_tree ? "in_tree" : "dkms"), version_source);
  if (module.nomodeset) facts.set(fact::rocm::nomodeset, *module.nomodeset, {"file:/proc/cmdline"});
  if (!module.blocked_by.empty()) facts.set(fact::rocm::blocked_by, module.blocked_by, module.blocked_sources);
  if (module.has_file) facts.set(fact::rocm::module_file, *module.has_file, module.file_sources);
  if (module.dkms_built) facts.set(fact::rocm::dkms_built, *module.dkms_built, {"list:/var/lib/dkms/amdgpu"});
}

void read_visible(const Evidence& evidence, const RocmSeen& seen, Platform& platform) {
  const Visibility& visibility = seen.visibility;
  PlatformFacts& facts = platform.facts;
  if (visibility.known)
    facts.set(fact::rocm::hides_all, visibility.hides_all, {"env:ROCR_VISIBLE_DEVICES", "env:HIP_VISIBLE_DEVICES"});
  if (!visibility.filters.empty()) facts.set(fact::rocm::visible_devices, visibility.filters, visibility.sources);
  if (!visibility.bad_entry.empty())
    facts.set(fact::rocm::visible_bad_entry, visibility.bad_entry, visibility.sources),
        facts.set(fact::rocm::visible_double, visibility.is_second_filter, visibility.sources);
  if (visibility.by_cuda_variable) facts.set(fact::rocm::visible_by_cuda, true, {"env:CUDA_VISIBLE_DEVICES"});
  if (const Answer& ordinal = evidence.env("GPU_DEVICE_ORDINAL"); ordinal.found())
    facts.set(fact::rocm::gpu_device_ordinal, ordinal.text, {"env:GPU_DEVICE_ORDINAL"});
  if (const Answer& xnack = evidence.env("HSA_XNACK"); xnack.found())
    facts.set(fact::rocm::xnack, std::string(trimmed(xnack.text)), {"env:HSA_XNACK"});
  if (!visibility.known || !visibility.certain || seen.topology.gpus.empty()) return;
  // The GPUs of KFD come first among the devices, in the runtime's order.
  for (std::size_t n = 0; n < seen.topology.gpus.size() && n < platform.devices.size(); ++n) {
    const auto it = std::find(visibility.left.begin(), visibility.left.end(), n);
    const bool left = it != visibility.left.end();
    DeviceFacts& device = platform.devices[n].facts;
    device.set(fact::device::visible, left, visibility.sources);
    if (left) device.set(fact::device::hip_index, std::int64_t{it - visibility.left.begin()}, visibility.sources);
  }
  facts.set(fact::rocm::visible_count, static_cast<std::int64_t>(visibility.left.size()), visibility.sources);
}

/// How many cards and how many GPUs of processors there are, and which numbers programs have to name for the cards.
void count_kinds(Platform& platform) {
  std::int64_t discrete = 0, integrated = 0;
  std::string indices;
  bool all_known = !platform.devices.empty();
  for (const Device& device : platform.devices) {
    const bool* part_of_cpu = device.facts.get(fact::device::integrated);
    all_known = all_known && part_of_cpu;
    if (!part_of_cpu) continue;
    ++(*part_of_cpu ? integrated : discrete);
    if (const auto* index = device.facts.get(fact::device::hip_index); index && !*part_of_cpu)
      append_to_list(indices, std::to_string(*index), ",");
  }
  if (!all_known) return;
  platform.facts.set(fact::rocm::discrete_count, discrete, {});
  platform.facts.set(fact::rocm::integrated_count, integrated, {});
  if (!indices.empty()) platform.facts.set(fact::rocm::discrete_indices, indices, {});
}

void read_user_space(const Evidence& evidence, const RocmSeen& seen, PlatformFacts& facts) {
  const RocmUserSpace& user = seen.user_space;
  if (!user.versions.empty()) {
    facts.set(fact::rocm::version, *Version::parse(user.versions.front()), user.version_sources);
    facts.set(fact::rocm::versions, user.versions, user.version_sources);
  } else if (evidence.list("/opt").found() || evidence.list("/opt").absent()) {
    facts.set(fact::rocm::version, Fact::of_none("no ROCm below /opt", {"list:/opt"}));
  }
  if (!user.hip_library.empty())
    facts.set(fact::rocm::hip_library, user.hip_library, user.library_sources);
  else if (user.looked_for_libraries)
    facts.set(fact::rocm::hip_library, Fact::of_none("libamdhip64 is not in the usual places"));
  if (!user.shadowing.empty())
    facts.set(fact::rocm::shadowing_library, user.shadowing, {key_of(Kind::link, user.shadowing)});
  if (const Answer& detection = evidence.env("HSA_ENABLE_DXG_DETECTION"); detection.found() || detection.absent())
    facts.set(fact::rocm::dxg_detection, std::string(detection.absent() ? "unset" : trimmed(detection.text)),
              {"env:HSA_ENABLE_DXG_DETECTION"});
  if (user.has_wsl_library) facts.set(fact::rocm::wsl_library, *user.has_wsl_library, user.wsl_sources);
}

}  // namespace

void read_rocm_platform(const Evidence& evidence, const RocmSeen& seen, Platform& platform) {
  PlatformFacts& own = platform.facts;
  read_user_space(evidence, seen, own);
  if (seen.topology.found)
    own.set(fact::rocm::cpu_nodes, seen.topology.cpu_nodes, {"list:/sys/class/kfd/kfd/topology/nodes"});
  if (seen.topology.found || seen.topology.absent)
    own.set(fact::rocm::has_topology, seen.topology.found, {"list:/sys/class/kfd/kfd/topology/nodes"});
  read_module(seen, own);
  const RocmTool& tool = seen.listed.all;
  if (const auto version = Version::parse(tool.runtime_version))
    own.set(fact::rocm::runtime_version, *version, seen.listed.sources);
  if (!tool.failure.empty())
    own.set(fact::rocm::tool_failure, tool.failure, seen.listed.sources),
        own.set(fact::rocm::tool_message, tool.message, seen.listed.sources);
  if (tool.kfd_opened) own.set(fact::rocm::tool_opened_kfd, true, seen.listed.sources);
  read_nodes(evidence, own);
  if (const auto* gid = own.get(fact::rocm::kfd_gid))
    if (const auto in_group = membership_in(evidence, *gid))
      own.set(fact::rocm::kfd_membership, *in_group, {"ask:groups"});
  if (const Answer& value = evidence.env("HSA_OVERRIDE_GFX_VERSION"); value.found())
    own.set(fact::rocm::gfx_override, value.text, {"env:HSA_OVERRIDE_GFX_VERSION"});
  read_visible(evidence, seen, platform);
  count_kinds(platform);
}

}  // namespace rigfit
