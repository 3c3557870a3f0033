#include "fact_names/neuron.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "fact_names/device.hpp"
#include "probes/layers/visible_numbers.hpp"
#include "probes/npu/kinds.hpp"
#include "probes/npu/neuron_ls.hpp"
#include "probes/parse/text.hpp"

namespace rigfit {
namespace {

constexpr std::string_view devices_folder = "/sys/devices/virtual/neuron_device";

/// How many of a device's cores make one that programs number: from Trainium 2 on two, unless the environment says one.
/// https://awsdocs-neuron.readthedocs-hosted.com/en/latest/general/arch/neuron-features/logical-neuroncore-config.html
std::int64_t cores_in_one(const Evidence& evidence, const Device& device) {
  const auto said = whole_number(trimmed(evidence.env("NEURON_LOGICAL_NC_CONFIG").text));
  if (said && *said >= 1 && *said <= 64) return *said;
  const std::string* architecture = device.facts.get(fact::device::architecture);
  return architecture && (*architecture == "trn2" || *architecture == "trn3") ? 2 : 1;
}

/// The devices of whose cores a process may use none. NEURON_RT_NUM_CORES takes any that are free, so that only how
/// many devices that needs can be told; NEURON_RT_VISIBLE_CORES counts before it.
/// https://awsdocs-neuron.readthedocs-hosted.com/en/latest/neuron-runtime/guides/configuration-guide.html
void read_visible_cores(const Evidence& evidence, Platform& platform) {
  ListedNumbers listed = listed_numbers(evidence, {"NEURON_RT_VISIBLE_CORES"}, Entries::ranges);
  if (!listed.is_set()) {
    const auto wanted = whole_number(trimmed(evidence.env("NEURON_RT_NUM_CORES").text));
    if (!wanted || *wanted < 1 || *wanted > 4096) return;
    listed.variable = "NEURON_RT_NUM_CORES";
    for (std::int64_t core = 0; core < *wanted; ++core) listed.numbers.insert(core);
  }
  std::vector<OwnNumbers> own;
  std::int64_t next = 0;
  for (const Device& device : platform.devices) {
    const std::int64_t* cores = device.facts.get(fact::device::cores);
    if (!cores || *cores < 1 || *cores > 4096) return;
    own.push_back({next, std::max<std::int64_t>(*cores / cores_in_one(evidence, device), 1)});
    next += own.back().count;
  }
  if (listed.numbers.empty() || *listed.numbers.begin() >= next) return;  // the runtime refuses it, some way or other
  platform.facts.set(fact::neuron::visible_count, leave_visible(listed, own, platform.devices),
                     {key_of(Kind::env, listed.variable)});
}

}  // namespace

// Amazon's network and disk controllers bear the same vendor id.
const AcceleratorKind neuron_kind{"neuron",
                                  "Inferentia or Trainium",
                                  {"neuron"},
                                  {{"/dev", "neuron", ""}},
                                  {"1d0f"},
                                  [](const PciDevice& pci) {
                                    return !pci.pci_class.starts_with("01") && !pci.pci_class.starts_with("02") &&
                                           !pci.pci_class.starts_with("03") && !pci.pci_class.starts_with("06") &&
                                           !pci.pci_class.starts_with("07");
                                  },
                                  {"/opt/aws/neuron/lib/libnrt.so.1", "/opt/aws/neuron/lib/libnrt.so"},
                                  "the Neuron runtime (libnrt.so.1)"};

Requests neuron_next() {
  const std::string every = fmt::format("{}/neuron*/", devices_folder);
  return {file(every + "core_count", 64), file(every + "info/architecture/instance_type", 64),
          env("NEURON_RT_VISIBLE_CORES"), env("NEURON_RT_NUM_CORES"), env("NEURON_LOGICAL_NC_CONFIG")};
}

void add_neuron_facts(const Evidence& evidence, Platform& platform) {
  std::vector<ToolRun> runs;
  for (const char* program : {"neuron-ls", "neuron-monitor"})
    for (const auto& [line, answer] : evidence.commands(program)) {
      const NeuronListing listing = parse_neuron_ls(answer->text);
      const std::vector<std::string> source{"command:" + std::string(line)};
      if (!listing.instance_type.empty())
        platform.facts.set(fact::neuron::instance_type, listing.instance_type, source);
      runs.push_back({source.front(), listing.devices});
    }
  add_listed(runs, "neuron-ls", "neuron", evidence, platform);
  if (platform.devices.empty()) return;
  if (const Answer& cores = evidence.env("NEURON_RT_VISIBLE_CORES"); cores.found() || cores.absent())
    platform.facts.set(fact::neuron::visible_cores, cores.found()
                                                        ? Fact::of(cores.text, {"env:NEURON_RT_VISIBLE_CORES"})
                                                        : Fact::of_none("not set", {"env:NEURON_RT_VISIBLE_CORES"}));
  // The devices of one instance are of one kind.
  for (const std::string& folder : evidence.expand(fmt::format("{}/neuron*", devices_folder))) {
    const std::string count_path = folder + "/core_count", type_path = folder + "/info/architecture/instance_type";
    if (const auto count = whole_number(trimmed(evidence.text(count_path))))
      for (Device& device : platform.devices)
        device.facts.set_if_unknown(fact::device::cores, Fact::of(*count, {key_of(Kind::file, count_path)}));
    if (const std::string_view type = trimmed(evidence.text(type_path)); !type.empty())
      platform.facts.set_if_unknown(fact::neuron::instance_type,
                                    Fact::of(std::string(type), {key_of(Kind::file, type_path)}));
  }
  read_visible_cores(evidence, platform);
}

}  // namespace rigfit
