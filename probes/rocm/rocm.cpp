#include "probes/rocm/rocm.hpp"

#include <algorithm>

#include "fact_names/device.hpp"
#include "fact_names/memory.hpp"
#include "probes/layers/kernel_logs.hpp"
#include "probes/parse/text.hpp"
#include "probes/pci/pci.hpp"
#include "probes/rocm/amdgpu_log.hpp"
#include "probes/rocm/device.hpp"
#include "probes/rocm/hip.hpp"
#include "probes/rocm/inventory.hpp"

namespace rigfit {
namespace {

// Order of evidence: 1. the PCI bus (which GPUs, which driver is bound), 2. KFD's topology (gfx target, memory, render
// node: what the kernel offers for compute), 3. the device nodes and the groups of this process, 4. the environment's
// filters, 5. ROCm on disk, 6. what a recorded tool printed. Under WSL2 only 4 to 6, with /dev/dxg and librocdxg.

void append(Requests& requests, Requests more) {
  for (Request& request : more) requests.push_back(std::move(request));
}

Requests first_look() {
  Requests requests = pci_first_look();
  requests.push_back(node("/dev/kfd"));
  requests.push_back(node("/dev/dxg"));
  requests.push_back(list("/opt"));
  requests.push_back(file("/proc/sys/kernel/osrelease", 512));
  for (const char* variable : {"ROCR_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "HSA_OVERRIDE_GFX_VERSION"})
    requests.push_back(env(variable));
  return requests;
}

// A node's serial number is in its properties, too, and stays there.
Requests topology_look() {
  const std::string nodes = "/sys/class/kfd/kfd/topology/nodes/*/";
  return {file_keeping(nodes + "properties",
                       {"cpu_cores_count", "simd_count", "simd_per_cu", "gfx_target_version", "vendor_id", "device_id",
                        "domain", "location_id", "drm_render_minor", "num_xcc", "fw_version"},
                       '\n', 16384),
          file(nodes + "gpu_id", 64), file(nodes + "mem_banks/*/properties", 4096),
          file(nodes + "io_links/0/properties", 4096)};
}

/// Whether amdgpu has a GPU that KFD, its compute part, does not offer, or did not finish its start.
bool is_any_refused(const Evidence& evidence, std::size_t bound) {
  const Answer& state = evidence.file("/sys/module/amdgpu/initstate");
  if (state.found() && trimmed(state.text) != "live") return true;
  const KfdTopology topology = read_kfd(evidence);
  return topology.absent ? bound > 0 : topology.found && topology.closed_nodes == 0 && topology.gpus.size() < bound;
}

Requests next(const Evidence& evidence, const DeviceTable&) {
  const bool has_kfd = evidence.node("/dev/kfd").found();
  const bool has_dxg = evidence.node("/dev/dxg").found();
  const auto& opt = evidence.list("/opt").names;
  const bool has_rocm = std::any_of(opt.begin(), opt.end(), [](const auto& name) { return name.starts_with("rocm"); });
  const std::vector<PciDevice> gpus = amd_gpus_on_bus(evidence);
  Requests requests;
  if (has_rocm) append(requests, rocm_version_files());
  if (has_dxg && has_rocm) append(requests, rocm_wsl_look());
  if (gpus.empty() && !has_kfd && !(has_dxg && has_rocm)) return requests;
  append(requests, visibility_look());
  requests.push_back(env("HSA_XNACK"));
  append(requests, rocm_libraries_look());
  if (gpus.empty() && !has_kfd) return requests;
  append(requests, pci_second_look(evidence, is_amd_gpu));
  append(requests, amdgpu_first_look());
  append(requests, topology_look());
  requests.push_back(node("/dev/dri/renderD*"));
  bool lacks_driver = false, sleeps = false;
  std::size_t bound = 0;
  for (const PciDevice& gpu : gpus) {
    const std::string folder = "/sys/bus/pci/devices/" + gpu.address + "/";
    const bool awake = evidence.file(folder + "power/runtime_status").outcome != Outcome::not_recorded &&
                       gpu.power_state != "suspended";
    append(requests, rocm_device_look(gpu.address, awake));
    sleeps = sleeps || gpu.power_state == "suspended";
    bound += gpu.driver == "amdgpu";
    lacks_driver = lacks_driver || (gpu.driver && gpu.driver->empty());
  }
  requests.push_back(list("/var/lib/dkms/amdgpu"));
  if (lacks_driver || evidence.list("/var/lib/dkms/amdgpu").found()) append(requests, amdgpu_second_look(evidence));
  if (lacks_driver || is_any_refused(evidence, bound)) append(requests, kernel_log_requests());
  for (const std::string& path : evidence.expand("/sys/class/kfd/kfd/topology/nodes/*/properties"))
    if (const auto words = split(path, '/'); words.size() > 2)
      requests.push_back(env("HSA_OVERRIDE_GFX_VERSION_" + std::string(words[words.size() - 2])));
  const auto is_denied = [&](const std::string& path) {
    return access_to_node(evidence, path).problem == NodeProblem::denied;
  };
  bool denied = is_denied("/dev/kfd");
  for (const std::string& path : evidence.expand("/dev/dri/renderD*")) denied = denied || is_denied(path);
  if (denied) requests.push_back(ask("groups"));
  // Loading a library of the vendor without its driver tells nothing.
  if (has_kfd && bound > 0) append(requests, hip_proof_requests(evidence, sleeps));
  return requests;
}

Facts read(const Evidence& evidence, const DeviceTable& table) {
  Facts facts;
  Platform platform;
  platform.id = "rocm";
  if (evidence.os == "darwin") {
    platform.state = State::not_applicable;
    platform.because = "macOS has no ROCm";
    facts.platforms.push_back(std::move(platform));
    return facts;
  }
  RocmSeen seen;
  seen.listed = read_rocm_tools(evidence);
  seen.topology = read_kfd(evidence);
  seen.module = read_amdgpu_module(evidence);
  seen.user_space = read_rocm_user_space(evidence);
  seen.visibility = read_visibility(
      evidence, seen.topology.gpus.empty() ? std::nullopt : std::optional<std::size_t>(seen.topology.gpus.size()));
  const std::string kernel = lower(evidence.text("/proc/sys/kernel/osrelease"));
  seen.is_wsl = seen.listed.all.wsl || (evidence.node("/dev/dxg").found() && contains(kernel, "microsoft"));

  read_rocm_devices(evidence, seen, table, platform);
  read_rocm_platform(evidence, seen, platform);
  read_hip(evidence, platform);
  if (seen.is_wsl)
    judge_rocm_in_wsl(evidence, seen, platform);
  else
    judge_rocm_layers(evidence, seen, platform);
  read_amdgpu_log(evidence, platform);
  facts.platforms.push_back(std::move(platform));
  return facts;
}

/// What the driver may be let map of the host's memory for a GPU of the processor, where that is more than it may now:
/// all but an eighth, and at least 4 GiB, which stay the host's.
void relate(Facts& facts) {
  constexpr std::int64_t gibibyte = std::int64_t{1} << 30, page = 4096;
  Platform* rocm = facts.platform("rocm");
  const auto* total = facts.host.get(fact::memory::total_bytes);
  if (!rocm || !total) return;
  const std::int64_t advised = (*total - std::max(*total / 8, 4 * gibibyte)) / gibibyte * gibibyte;
  for (Device& device : rocm->devices) {
    const auto* gtt = device.facts.get(fact::device::gtt_bytes);
    const bool* integrated = device.facts.get(fact::device::integrated);
    if (!gtt || !integrated || !*integrated || advised <= *gtt) continue;
    std::vector<std::string> sources = facts.host.at(fact::memory::total_bytes).sources;
    for (const std::string& source : device.facts.at(fact::device::gtt_bytes).sources) sources.push_back(source);
    device.facts.set(fact::device::gtt_advised_bytes, advised, sources);
    device.facts.set(fact::device::gtt_advised_pages, advised / page, sources);
  }
}

const Requests looks_at = first_look();

}  // namespace

const Probe rocm_probe{"rocm", looks_at, next, read, relate};

}  // namespace rigfit
