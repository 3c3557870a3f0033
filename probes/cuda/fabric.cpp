#include "probes/cuda/fabric.hpp"

#include <algorithm>
#include <array>

#include "fact_names/cuda.hpp"

namespace rigfit {
namespace {

constexpr std::string_view program = "/usr/bin/nv-fabricmanager";
constexpr std::string_view socket = "/run/nvidia-fabricmanager/socket";
constexpr std::string_view unit = "/nvidia-fabricmanager.service";
// systemd's groups in the unified and in the old hierarchy.
constexpr std::array<std::string_view, 2> slices{"/sys/fs/cgroup/system.slice", "/sys/fs/cgroup/systemd/system.slice"};

}  // namespace

bool is_nvswitch(const PciDevice& device) { return device.vendor == "10de" && device.pci_class.starts_with("0680"); }

Requests fabric_requests() {
  Requests requests{node(std::string(program)), node(std::string(socket))};
  for (const std::string_view slice : slices) {
    requests.push_back(node(std::string(slice)));
    requests.push_back(node(std::string(slice) + std::string(unit)));
  }
  return requests;
}

void read_fabric(const Evidence& evidence, PlatformFacts& facts) {
  const PciDevices devices = pci_devices(evidence);
  const auto switches = std::count_if(devices.begin(), devices.end(), is_nvswitch);
  if (switches > 0 || pci_was_listed(evidence) == Truth::yes)
    facts.set(fact::cuda::nvswitches, static_cast<std::int64_t>(switches), pci_sources(evidence));
  if (switches == 0) return;
  if (evidence.node(socket).found())
    return facts.set(fact::cuda::fabric_manager, std::string("running"), {key_of(Kind::node, socket)});
  for (const std::string_view slice : slices) {
    const std::string service = std::string(slice) + std::string(unit);
    if (evidence.node(service).found())
      return facts.set(fact::cuda::fabric_manager, std::string("running"), {key_of(Kind::node, service)});
  }
  // A container sees neither the host's services nor its programs.
  if (!evidence.node("/.dockerenv").absent() || !evidence.node("/run/.containerenv").absent())
    return facts.set(fact::cuda::fabric_manager, Fact::unknown("the host's services are not seen from a container"));
  if (evidence.node(program).absent())
    return facts.set(fact::cuda::fabric_manager, std::string("not_installed"), {key_of(Kind::node, program)});
  // That the service has no group means something only where systemd keeps groups.
  for (const std::string_view slice : slices) {
    const std::string service = std::string(slice) + std::string(unit);
    if (evidence.node(program).found() && evidence.node(slice).found() && evidence.node(service).absent())
      return facts.set(fact::cuda::fabric_manager, std::string("stopped"), {key_of(Kind::node, service)});
  }
  facts.set(fact::cuda::fabric_manager, Fact::unknown("whether its service runs was not recorded"));
}

}  // namespace rigfit
