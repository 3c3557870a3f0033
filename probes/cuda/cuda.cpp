#include "probes/cuda/cuda.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "fact_names/cuda.hpp"
#include "fact_names/device.hpp"
#include "probes/cuda/compatibility.hpp"
#include "probes/cuda/contradictions.hpp"
#include "probes/cuda/devices.hpp"
#include "probes/cuda/fabric.hpp"
#include "probes/cuda/failure_signs.hpp"
#include "probes/cuda/injection.hpp"
#include "probes/cuda/inventory.hpp"
#include "probes/cuda/jetson.hpp"
#include "probes/cuda/kernel_log.hpp"
#include "probes/cuda/kernel_module.hpp"
#include "probes/cuda/layers.hpp"
#include "probes/cuda/libcuda.hpp"
#include "probes/cuda/library.hpp"
#include "probes/cuda/power.hpp"
#include "probes/cuda/proc_driver.hpp"
#include "probes/cuda/toolkit.hpp"
#include "probes/cuda/vgpu.hpp"
#include "probes/cuda/visible_devices.hpp"
#include "probes/parse/text.hpp"
#include "probes/pci/pci.hpp"
#include "probes/python/gpu_code.hpp"

namespace rigfit {
namespace {

bool is_gpu(const PciDevice& device) {
  return device.vendor == "10de" && (device.pci_class.starts_with("03") || device.pci_class.starts_with("12"));
}

std::vector<PciDevice> gpus_on_bus(const Evidence& evidence) {
  std::vector<PciDevice> gpus = pci_devices(evidence);
  std::erase_if(gpus, [](const PciDevice& device) { return !is_gpu(device); });
  return gpus;
}

void append(Requests& requests, Requests more) { std::move(more.begin(), more.end(), std::back_inserter(requests)); }

/// The CPUs next to a GPU: https://docs.kernel.org/admin-guide/abi-testing.html (local_cpulist)
std::string cpu_list_of(const std::string& address) { return "/sys/bus/pci/devices/" + address + "/local_cpulist"; }

/// Rules of udev that take NVIDIA GPUs off the bus: EnvyControl's, and that of a recipe for laptops.
constexpr std::array<std::string_view, 3> removing_rules{"/etc/udev/rules.d/50-remove-nvidia.rules",
                                                         "/lib/udev/rules.d/50-remove-nvidia.rules",
                                                         "/etc/udev/rules.d/00-remove-nvidia.rules"};

void read_removal(const Evidence& evidence, PlatformFacts& facts) {
  for (const std::string_view path : removing_rules) {
    if (evidence.file(path).absent() && !facts.has(fact::cuda::removed_by))
      facts.set(fact::cuda::removed_by, Fact::of_none("there is no such rule", {key_of(Kind::file, path)}));
    for (const std::string_view line : lines_of(evidence.text(path)))
      if (!trimmed(line).starts_with('#') && contains(line, "0x10de") && contains(line, "ATTR{remove}=\"1\"")) {
        facts.set(fact::cuda::removed_by, std::string(path), {key_of(Kind::file, path)});
        return;
      }
  }
}

/// Whether packages were updated under the loaded module: what DKMS has then tells whether a restart is enough.
bool is_library_of_other_version(const Evidence& evidence) {
  const std::string module = parse_proc_driver_version(evidence.text(proc_driver_version)).version;
  const std::string library = find_cuda_library(evidence, "libcuda.so.1").version;
  return !module.empty() && !library.empty() && module != library;
}

/// What nvidia-smi lists, for where NVML did not answer. A wrapper around it may greet the user: only the columns'
/// heads, rows and known complaints are kept.
Request listing_request() {
  Request request = command("nvidia-smi",
                            {"--query-gpu=index,name,pci.bus_id,driver_version,memory.total,compute_cap,mig.mode."
                             "current,ecc.mode.current",
                             "--format=csv"},
                            "ask:nvml");
  request.keep = {"index,", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
  return request;
}

Requests first_look() {
  Requests requests = pci_first_look();
  append(requests, toolkit_first_look());
  requests.push_back(file(std::string(proc_driver_version), 4096));
  requests.push_back(file(std::string(module_version), 256));
  requests.push_back(node("/dev/dxg"));
  append(requests, tegra_first_look());
  append(requests, visible_device_requests());
  requests.push_back(env("NVIDIA_VISIBLE_DEVICES"));
  return requests;
}

Requests next(const Evidence& evidence, const DeviceTable&) {
  const bool loaded = evidence.file(proc_driver_version).found();
  const bool is_wsl = evidence.node("/dev/dxg").found();
  const std::vector<PciDevice> gpus = gpus_on_bus(evidence);
  // A container of a Jetson may lack the release file, so on its architecture the device tree is asked too.
  const bool may_be_tegra = find_tegra(evidence).has_value() || evidence.arch == "aarch64";
  const bool is_wsl_kernel = contains(lower(evidence.text("/proc/sys/kernel/osrelease")), "microsoft");
  Requests requests;
  if (may_be_tegra) append(requests, tegra_second_look());
  if (gpus.empty() && evidence.os == "linux")
    for (const std::string_view path : removing_rules) requests.push_back(file(std::string(path), 4096));
  if (gpus.empty() && !loaded && !is_wsl && !is_wsl_kernel && !find_tegra(evidence)) return requests;
  append(requests,
         pci_second_look(evidence, [](const PciDevice& device) { return is_gpu(device) || is_nvswitch(device); }));
  for (const PciDevice& gpu : gpus)
    if (!gpu.sources.empty() && gpu.sources.front().starts_with("file:"))
      requests.push_back(file(cpu_list_of(gpu.address), 4096));
  append(requests, cuda_library_requests(evidence));
  append(requests, injection_requests());
  append(requests, gpu_code_requests(evidence));
  const PciDevices functions = pci_devices(evidence);
  if (std::any_of(functions.begin(), functions.end(), is_nvswitch)) append(requests, fabric_requests());
  const bool has_driver = std::any_of(
      gpus.begin(), gpus.end(), [](const PciDevice& gpu) { return gpu.driver.has_value() && *gpu.driver == "nvidia"; });
  const bool is_driver_known = !gpus.empty() && gpus.front().driver.has_value();
  if (is_driver_known && !has_driver) {
    append(requests, kernel_module_requests(evidence));
    append(requests, power_requests(gpus));
  }
  if (loaded && is_library_of_other_version(evidence)) append(requests, dkms_requests());
  // Without the module, opening the node would make the kernel load it.
  if (loaded) requests.push_back(opened("/dev/nvidiactl"));
  if (has_failure_signs(evidence, gpus)) append(requests, kernel_log_requests());
  for (const char* path : {"/dev/nvidiactl", "/dev/nvidia*", "/dev/nvidia-uvm"}) requests.push_back(node(path));
  requests.push_back(list("/sys/module/nouveau"));
  // Loading NVML without the driver would create device nodes, and asking a suspended GPU would wake it.
  const auto sleeps = [](const PciDevice& gpu) { return gpu.power_state == "suspended"; };
  const bool asleep = !gpus.empty() && std::all_of(gpus.begin(), gpus.end(), sleeps);
  const bool second_look_done =
      gpus.empty() ||
      evidence.link("/sys/bus/pci/devices/" + gpus[0].address + "/driver").outcome != Outcome::not_recorded;
  const bool is_tegra = evidence.file("/etc/nv_tegra_release").found();
  if ((loaded || is_wsl || is_tegra) && second_look_done) {
    requests.push_back(asleep ? waking(ask("nvml")) : ask("nvml"));
    for (Request& request : cuda_proof_requests(evidence, std::any_of(gpus.begin(), gpus.end(), sleeps)))
      requests.push_back(std::move(request));
    if (evidence.ask("nvml").outcome != Outcome::not_recorded) requests.push_back(listing_request());
  }
  return requests;
}

void read_driver(const Evidence& evidence, const SeenInventories& seen, PlatformFacts& facts) {
  const Answer& proc = evidence.file(proc_driver_version);
  if (const KernelModule module = parse_proc_driver_version(evidence.text(proc_driver_version));
      !module.version.empty()) {
    if (const auto version = Version::parse(module.version))
      facts.set(fact::cuda::driver_version, *version, {key_of(Kind::file, proc_driver_version)});
    facts.set(fact::cuda::module_kind, module.kind, {key_of(Kind::file, proc_driver_version)});
    if (!module.arch.empty())
      facts.set(fact::cuda::module_arch, module.arch, {key_of(Kind::file, proc_driver_version)});
  } else if (const auto other = Version::parse(trimmed(evidence.text(module_version)))) {
    facts.set(fact::cuda::driver_version, *other, {key_of(Kind::file, module_version)});
  } else if (const auto listed = Version::parse(seen.inventory.driver_version)) {
    facts.set(fact::cuda::driver_version, *listed, seen.sources);
  } else if (proc.absent()) {
    facts.set(fact::cuda::driver_version,
              Fact::of_none("the nvidia kernel module is not loaded", {key_of(Kind::file, proc_driver_version)}));
  }
  if (const Version* version = facts.get(fact::cuda::driver_version))
    facts.set(fact::cuda::driver_branch, std::to_string(version->part(0)),
              facts.at(fact::cuda::driver_version).sources);
  if (const auto version = Version::parse(seen.inventory.supported_version))
    facts.set(fact::cuda::supported_version, *version, seen.sources);
  else
    facts.set(fact::cuda::supported_version, facts.at(fact::cuda::driver_version).none
                                                 ? Fact::of_none("no driver is loaded")
                                                 : Fact::unknown("the driver was not asked or did not answer"));
  if (seen.inventory.has_version_error && seen.inventory.supported_version.empty())
    facts.set(fact::cuda::version_error, true, seen.sources);
}

/// The version of a driver that is installed and not loaded: what can be used once it is. Not where the kernel's log
/// says that this one does not take the GPU, and another is to be installed.
void read_coming_version(PlatformFacts& facts) {
  if (!facts.at(fact::cuda::driver_version).none) return;
  const auto* versions = facts.get(fact::cuda::dkms_versions);
  const std::string* on_disk = facts.get(fact::cuda::module_on_disk);
  if (!versions && (!on_disk || *on_disk == "none")) return;
  if (const auto* says = facts.get(fact::cuda::kernel_log_says))
    for (const char* other :
         {"branch_unsupported", "legacy_driver_needed", "open_module_unsupported", "open_module_required"})
      if (std::find(says->begin(), says->end(), other) != says->end()) return;
  if (const Version* library = facts.get(fact::cuda::libcuda_version)) {
    facts.set(fact::cuda::coming_driver_version, *library, facts.at(fact::cuda::libcuda_version).sources);
  } else if (versions && versions->size() == 1) {
    if (const auto version = Version::parse(versions->front()))
      facts.set(fact::cuda::coming_driver_version, *version, facts.at(fact::cuda::dkms_versions).sources);
  }
}

/// The GPUs that the driver lists, each with its function on the bus, then those that only the bus shows.
std::vector<Device> pair_devices(const std::vector<PciDevice>& on_bus, const SeenInventories& seen,
                                 const DeviceTable& table) {
  std::vector<Device> devices;
  for (std::size_t n = 0; n < seen.inventory.gpus.size(); ++n)
    devices.push_back(read_cuda_device(seen.bus_row[n] ? &on_bus[*seen.bus_row[n]] : nullptr, &seen.inventory.gpus[n],
                                       table, seen.sources));
  for (std::size_t n = 0; n < on_bus.size(); ++n)
    if (std::find(seen.bus_row.begin(), seen.bus_row.end(), std::optional(n)) == seen.bus_row.end())
      devices.push_back(read_cuda_device(&on_bus[n], nullptr, table, seen.sources));
  return devices;
}

/// The GPU of a Jetson's chip: NVML lists it from JetPack 6 on, and tells little.
void read_tegra(const Evidence& evidence, const Tegra& tegra, const DeviceTable& table, Platform& platform) {
  const auto known = [&](const std::string& text) {
    return text.empty() ? Fact::unknown("not recorded", tegra.sources) : Fact::of(text, tegra.sources);
  };
  platform.facts.set(fact::cuda::tegra_chip, known(tegra.chip));
  platform.facts.set(fact::cuda::tegra_release, known(tegra.release));
  const Device own = read_tegra_device(evidence, tegra, table);
  if (platform.devices.empty()) {
    platform.devices.push_back(own);
    return;
  }
  for (Device& device : platform.devices) device.facts.add_unknown(own.facts);
}

Facts read(const Evidence& evidence, const DeviceTable& table) {
  Platform platform;
  platform.id = "cuda";
  if (evidence.os == "darwin") {
    platform.state = State::not_applicable;
    platform.because = "macOS has no CUDA";
    Facts facts;
    facts.platforms.push_back(std::move(platform));
    return facts;
  }
  const std::vector<PciDevice> on_bus = gpus_on_bus(evidence);
  const SeenInventories seen = read_inventories(evidence, on_bus);
  read_driver(evidence, seen, platform.facts);
  platform.facts.set_all(seen.inventory.more, seen.sources);
  if (!seen.unplaced.empty()) platform.facts.set(fact::cuda::unplaced_rows, seen.unplaced, seen.sources);
  read_toolkit(evidence, platform.facts);
  platform.devices = pair_devices(on_bus, seen, table);
  if (const auto tegra = find_tegra(evidence); tegra && on_bus.empty()) read_tegra(evidence, *tegra, table, platform);
  for (Device& device : platform.devices) {
    if (const std::string* address = device.facts.get(fact::device::pci_address))
      if (const std::string_view cpus = trimmed(evidence.text(cpu_list_of(*address))); count_of_ranges(cpus))
        device.facts.set(fact::device::local_cpus, std::string(cpus), {key_of(Kind::file, cpu_list_of(*address))});
    read_cuda_memory(evidence, device);
    read_vgpu(device);
  }
  read_kernel_module(evidence, platform.facts);
  if (on_bus.empty()) read_removal(evidence, platform.facts);
  read_injection(evidence, platform.facts);
  read_fabric(evidence, platform.facts);
  read_kernel_log(evidence, platform);
  read_power(evidence, pci_devices(evidence), platform);
  read_cuda_runtime(evidence, platform);
  read_visible_devices(evidence, seen.inventory, platform);
  read_contradictions(evidence, seen, on_bus, platform);
  judge_cuda_layers(evidence, seen.inventory, seen.sources, !on_bus.empty(), platform);
  read_coming_version(platform.facts);
  Facts facts;
  facts.platforms.push_back(std::move(platform));
  return facts;
}

const Requests looks_at = first_look();

}  // namespace

const Probe cuda_probe{"cuda", looks_at, next, read, relate_cuda};

}  // namespace rigfit
