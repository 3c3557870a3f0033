#include "probes/tpu/tpu.hpp"

#include <algorithm>

#include "fact_names/device.hpp"
#include "fact_names/tpu.hpp"
#include "probes/layers/best_device.hpp"
#include "probes/parse/text.hpp"
#include "probes/pci/pci.hpp"
#include "probes/python/packages.hpp"
#include "probes/tpu/chips.hpp"
#include "probes/tpu/edge.hpp"
#include "probes/tpu/holders.hpp"
#include "probes/tpu/instance.hpp"
#include "probes/tpu/libtpu.hpp"
#include "probes/tpu/proof.hpp"
#include "probes/tpu/tpu_info.hpp"

namespace rigfit {
namespace {

// "5.15.167.4-microsoft-standard-WSL2"
constexpr std::string_view release_file = "/proc/sys/kernel/osrelease";

// The order of evidence:
// 1. the bus: functions of Google's that are neither disk nor network card; USB for the Edge TPU;
// 2. their driver, VFIO group and node, and whether this user may open it;
// 3. libtpu on disk, never loaded; its lock, and who holds a node open;
// 4. what the environment and, when allowed, the metadata server say of the slice.
Requests first_look() {
  Requests requests = pci_first_look();
  requests.push_back(usb_first_look());
  requests.push_back(file(std::string(release_file), 512));
  for (const char* variable : {"TPU_ACCELERATOR_TYPE", "TPU_CHIPS_PER_HOST_BOUNDS", "TPU_WORKER_ID", "PJRT_DEVICE"})
    requests.push_back(env(variable));
  return requests;
}

constexpr std::string_view hugepages = "/sys/kernel/mm/transparent_hugepage/enabled";

void append(Requests& all, Requests more) { std::move(more.begin(), more.end(), std::back_inserter(all)); }

Requests next(const Evidence& evidence, const DeviceTable& table) {
  if (evidence.os == "darwin") return {};
  Requests requests =
      pci_second_look(evidence, [](const PciDevice& pci) { return may_be_cloud_tpu(pci) || pci.vendor == "1ac1"; });
  const PciDevices all = pci_devices(evidence);
  const bool is_there = std::any_of(all.begin(), all.end(), may_be_cloud_tpu);
  if (is_there || environment_expects_tpu(evidence)) {
    append(requests, chip_requests(evidence));
    append(requests, libtpu_requests(evidence));
    append(requests, environment_requests());
  }
  if (is_there) {
    append(requests, holder_requests());
    requests.push_back(file(std::string(hugepages), 128));
  }
  if (is_there) append(requests, tpu_proof_requests(evidence, table));
  append(requests, edge_requests(evidence, table));
  append(requests, metadata_requests(evidence));
  return requests;
}

/// State and reason of each device; the platform is as well as the best of them.
void judge(Platform& platform, std::int64_t chips) {
  for (Device& device : platform.devices) {
    conclude(device);
    if (device.state == State::ready) device.because = "all that was read agrees";
  }
  stand_as_best_device(platform);
  if (platform.state != State::ready) return;
  const std::string count = chips > 0 ? std::to_string(chips) + (chips == 1 ? " chip" : " chips")
                                      : std::to_string(platform.devices.size()) + " Edge TPU";
  platform.because = count + ", all that was read agrees";
}

void take_absence(const Evidence& evidence, Platform& platform) {
  if (contains(lower(evidence.text(release_file)), "microsoft")) {
    platform.state = State::not_applicable;
    platform.because = "WSL passes no TPU on: a Cloud TPU is a Linux machine of Google's";
    return;
  }
  Truth listed = pci_was_listed(evidence);
  for (const PciDevice& pci : pci_devices(evidence))
    if (may_be_cloud_tpu(pci) && pci.device.empty()) listed = Truth::unknown;  // its id could not be read
  if (listed == Truth::yes && may_be_edge_tpu(evidence)) listed = Truth::unknown;
  platform.state = listed == Truth::yes ? State::absent : State::unknown;
  platform.because = listed == Truth::yes  ? "no TPU on the PCI bus"
                     : listed == Truth::no ? "this system shows no PCI bus"
                                           : "the PCI bus was not recorded, or not all of it";
  platform.layers.set(Layer::bus, listed == Truth::yes ? Truth::no : Truth::unknown, platform.because,
                      pci_sources(evidence));
}

// "always [madvise] never": the one in brackets is in force.
void read_hugepages(const Evidence& evidence, PlatformFacts& facts) {
  const std::string_view text = evidence.text(hugepages);
  const std::size_t from = text.find('['), to = text.find(']');
  if (from == text.npos || to == text.npos || to < from) return;
  facts.set(fact::tpu::hugepages, std::string(text.substr(from + 1, to - from - 1)), {key_of(Kind::file, hugepages)});
}

/// Versions that only matter beside a TPU, where the packages were listed.
void read_frameworks(const Evidence& evidence, PlatformFacts& facts) {
  for (const InstalledPackage& package : installed_packages(evidence)) {
    const std::vector<std::string> source{key_of(Kind::list, package.folder)};
    const auto version = Version::parse(package.version);
    if (!version) continue;
    if (package.name == "tensorflow_tpu")
      facts.set_if_unknown(fact::tpu::tensorflow_tpu_version, Fact::of(*version, source));
    if (package.name == "jax") facts.set_if_unknown(fact::tpu::jax_version, Fact::of(*version, source));
  }
}

Facts read(const Evidence& evidence, const DeviceTable& table) {
  Platform platform;
  platform.id = "tpu";
  if (evidence.os == "darwin") {
    platform.state = State::not_applicable;
    platform.because = "not on macOS";
    Facts facts;
    facts.platforms.push_back(std::move(platform));
    return facts;
  }
  platform.devices = cloud_tpus(evidence, table);
  const std::int64_t chips = chip_count(platform.devices);
  PlatformFacts& reported = platform.facts;
  if (chips > 0) {
    const LayerState library = read_libtpu(evidence, reported);
    for (Device& device : platform.devices) device.layers[Layer::user_library] = library;
    read_visible_chips(evidence, platform);
    read_holders(evidence, platform.devices, reported);
    read_hugepages(evidence, reported);
    read_frameworks(evidence, reported);
  }
  std::vector<Device> edges = edge_tpus(evidence, table);
  const bool edge_only = !edges.empty() && platform.devices.empty();
  std::move(edges.begin(), edges.end(), std::back_inserter(platform.devices));
  for (Device& device : platform.devices) {
    device.layers[Layer::runtime_init] = LayerState::untried("not tried: it takes the chip for itself");
    device.layers[Layer::kernel_run] = LayerState::untried("not tried");
  }
  read_tpu_proof(evidence, platform);
  if (platform.devices.empty())
    take_absence(evidence, platform);
  else
    judge(platform, chips);
  for (const auto& [line, answer] : evidence.commands("tpu-info"))
    if (platform.devices.empty()) read_tpu_info(answer->text, {"command:" + std::string(line)}, platform);
  read_instance(evidence, reported);
  reported.set(fact::tpu::edge_only, edge_only, {});
  if (chips > 0) {
    const std::vector<std::string>& source = platform.layers[Layer::bus].sources;
    if (!reported.has(fact::tpu::chips)) reported.set(fact::tpu::chips, chips, source);
    // The bus knows the generation better than a variable does.
    if (const auto generation = platform.devices.front().facts.copy(fact::device::generation); generation.known())
      reported.set(fact::tpu::generation, generation);
    else if (!reported.has(fact::tpu::generation))
      reported.set(fact::tpu::generation, generation);
    const std::size_t functions = static_cast<std::size_t>(
        std::count_if(platform.devices.begin(), platform.devices.end(), [](const Device& device) {
          const std::string* kind = device.facts.get(fact::device::kind);
          return kind && *kind == "tpu";
        }));
    if (functions != static_cast<std::size_t>(chips))
      reported.set(fact::tpu::functions, static_cast<std::int64_t>(functions), source);
  }
  Facts facts;
  facts.platforms.push_back(std::move(platform));
  return facts;
}

const Requests looks_at = first_look();

}  // namespace

const Probe tpu_probe{"tpu", looks_at, next, read};

}  // namespace rigfit
