#include "fact_names/gaudi.hpp"

#include "fact_names/device.hpp"
#include "probes/layers/visible_numbers.hpp"
#include "probes/npu/hl_smi.hpp"
#include "probes/npu/kinds.hpp"
#include "probes/parse/text.hpp"

namespace rigfit {
namespace {

/// HABANA_VISIBLE_MODULES numbers the modules of a server, HABANA_VISIBLE_DEVICES what the container's runtime was to
/// pass on, whose nodes alone are here.
/// https://docs.habana.ai/en/latest/PyTorch/PyTorch_Scaling_Guide/Gaudi_Assignment.html and
/// https://docs.habana.ai/en/latest/Orchestration/Multiple_Tenants_on_HPU/Multiple_Dockers_each_with_Single_Workload.html
void read_visible_modules(const Evidence& evidence, Platform& platform) {
  const ListedNumbers passed_on = listed_numbers(evidence, {"HABANA_VISIBLE_DEVICES"}, Entries::numbers);
  if (!passed_on.numbers.empty())
    for (Device& device : platform.devices)
      if (const std::string* problem = device.facts.get(fact::device::node_problem); problem && *problem == "missing")
        device.facts.set(fact::device::visible, false, {key_of(Kind::env, passed_on.variable)});
  const ListedNumbers modules = listed_numbers(evidence, {"HABANA_VISIBLE_MODULES"}, Entries::numbers);
  const ListedNumbers& said = modules.numbers.empty() ? passed_on : modules;
  if (said.numbers.empty() || platform.devices.empty()) return;
  platform.facts.set(fact::gaudi::visible_devices, said.variable + "=" + said.text, {key_of(Kind::env, said.variable)});
  if (modules.numbers.empty()) return;
  // Which device is module n only its driver knows: as many as are listed, then.
  ListedNumbers as_many = modules;
  as_many.numbers.clear();
  while (as_many.numbers.size() < modules.numbers.size()) as_many.numbers.insert(std::ssize(as_many.numbers));
  leave_visible(as_many, one_each(platform.devices.size()), platform.devices);
}

}  // namespace

// Nodes moved from /dev/hl0 to /dev/accel/accel0 with the kernel's accel subsystem, in 2023.
const AcceleratorKind gaudi_kind{"gaudi",
                                 "Gaudi",
                                 {"habanalabs"},
                                 {{"/dev/accel", "accel", "/sys/class/accel"}, {"/dev", "hl", ""}},
                                 {"1da3"},
                                 [](const PciDevice& pci) { return !pci.pci_class.starts_with("06"); },
                                 {"/usr/lib/habanalabs/libSynapse.so", "/usr/lib64/habanalabs/libSynapse.so"},
                                 "Gaudi's runtime (libSynapse.so)"};

Requests gaudi_next() {
  return {file("/sys/class/accel/accel*/device/status", 64), file("/sys/class/accel/accel*/device/driver_ver", 256),
          env("HABANA_VISIBLE_DEVICES"), env("HABANA_VISIBLE_MODULES")};
}

void add_gaudi_facts(const Evidence& evidence, Platform& platform) {
  std::vector<ToolRun> runs;
  for (const auto& [line, answer] : evidence.commands("hl-smi")) {
    const GaudiListing listing = parse_hl_smi(line, answer->text);
    const std::vector<std::string> source{"command:" + std::string(line)};
    if (!listing.driver_version.empty())
      platform.facts.set_if_unknown(fact::gaudi::driver_version, Fact::of(listing.driver_version, source));
    runs.push_back({source.front(), listing.devices});
  }
  add_listed(runs, "hl-smi", "gaudi", evidence, platform);
  for (Device& device : platform.devices) {
    const std::string* node = device.facts.get(fact::device::node_path);
    if (!node || !node->starts_with("/dev/accel/")) continue;
    const std::string folder = "/sys/class/accel/" + node->substr(11) + "/device/";
    // "Operational", "In reset", "Malfunction", "Needs reset", "In device creation"
    if (const std::string_view status = trimmed(evidence.text(folder + "status")); !status.empty()) {
      device.facts.set(fact::device::status, lower(status), {key_of(Kind::file, folder + "status")});
      if (lower(status) != "operational")
        device.layers.set(Layer::runtime_init, Truth::no, "its driver says: " + std::string(status),
                          {key_of(Kind::file, folder + "status")});
    }
    if (const std::string_view version = trimmed(evidence.text(folder + "driver_ver")); !version.empty())
      platform.facts.set_if_unknown(fact::gaudi::driver_version,
                                    Fact::of(std::string(version), {key_of(Kind::file, folder + "driver_ver")}));
  }
  read_visible_modules(evidence, platform);
}

}  // namespace rigfit
