#include "probes/rocm/rocm.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "probes/pci/pci.hpp"
#include "probes/rocm/gpu.hpp"
#include "probes/text/text.hpp"

namespace rigfit {
namespace {

const std::string version_globs[] = {"/opt/rocm/.info/version", "/opt/rocm-*/.info/version"};

bool is_gpu(const PciDevice& device) {
  return device.vendor == "1002" && (device.pci_class.starts_with("03") || device.pci_class.starts_with("12"));
}

std::vector<PciDevice> gpus_on_bus(const Evidence& evidence) {
  std::vector<PciDevice> gpus = pci_devices(evidence);
  std::erase_if(gpus, [](const PciDevice& device) { return !is_gpu(device); });
  return gpus;
}

Requests first_look() {
  Requests requests = pci_first_look();
  requests.push_back(node("/dev/kfd"));
  requests.push_back(list("/opt"));
  for (const char* variable : {"ROCR_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "HSA_OVERRIDE_GFX_VERSION"})
    requests.push_back(env(variable));
  return requests;
}

Requests next(const Evidence& evidence, const DeviceTable&) {
  const bool has_kfd = evidence.node("/dev/kfd").found();
  bool has_rocm = false;
  for (const std::string& name : evidence.list("/opt").names) has_rocm = has_rocm || name.starts_with("rocm");
  Requests requests;
  if (has_rocm)
    for (const std::string& glob : version_globs) requests.push_back(file(glob, 256));
  if (gpus_on_bus(evidence).empty() && !has_kfd) return requests;
  for (Request& request : pci_second_look(evidence, is_gpu)) requests.push_back(std::move(request));
  requests.push_back(file("/sys/module/amdgpu/version", 256));
  requests.push_back(list("/sys/module/amdgpu"));
  requests.push_back(file("/sys/class/kfd/kfd/topology/nodes/*/properties", 16384));
  requests.push_back(file("/sys/class/kfd/kfd/topology/nodes/*/mem_banks/*/properties", 4096));
  requests.push_back(node("/dev/dri/renderD*"));
  for (const PciDevice& gpu : gpus_on_bus(evidence)) {
    const std::string folder = "/sys/bus/pci/devices/" + gpu.address + "/";
    for (const char* name : {"mem_info_vram_total", "mem_info_vis_vram_total", "mem_info_gtt_total",
                             "current_compute_partition", "current_memory_partition", "product_name"})
      requests.push_back(file(folder + name, 256));
    requests.push_back(list(folder + "drm"));
  }
  return requests;
}

LayerState state(Truth holds, std::string because, std::vector<std::string> sources = {}) {
  return {holds, std::move(because), std::move(sources)};
}

LayerState judge_node(const Evidence& evidence, const std::string& path) {
  const Answer& answer = evidence.node(path);
  const std::vector<std::string> source{key_of(Kind::node, path)};
  if (answer.outcome == Outcome::absent) return state(Truth::no, path + " is not there", source);
  if (answer.outcome == Outcome::denied) return state(Truth::no, path + " may not be looked at", source);
  if (!answer.found() || !answer.node || !answer.node->readable || !answer.node->writable)
    return state(Truth::unknown, "whether " + path + " may be opened was not recorded", source);
  if (*answer.node->readable && *answer.node->writable) return state(Truth::yes, path + " may be opened", source);
  return state(
      Truth::no,
      fmt::format("{} may not be opened by this user (mode {}, group {})", path, answer.node->mode, answer.node->group),
      source);
}

struct Listed {
  RocmTool all;
  std::vector<std::string> sources;
};

void complete(AmdGpu& gpu, const AmdGpu& other) {
  for (std::string AmdGpu::*text : {&AmdGpu::address, &AmdGpu::name, &AmdGpu::gfx, &AmdGpu::device_id, &AmdGpu::driver,
                                    &AmdGpu::compute_partition, &AmdGpu::memory_partition})
    if ((gpu.*text).empty()) gpu.*text = other.*text;
  for (std::optional<std::int64_t> AmdGpu::*number :
       {&AmdGpu::compute_units, &AmdGpu::memory_bytes, &AmdGpu::visible_bytes, &AmdGpu::gtt_bytes,
        &AmdGpu::render_minor, &AmdGpu::node})
    if (!(gpu.*number)) gpu.*number = other.*number;
}

/// Two lists of one machine's GPUs: by address where both tell it, else one by one when they are equally long.
void merge(std::vector<AmdGpu>& all, const std::vector<AmdGpu>& more) {
  if (all.empty()) {
    all = more;
    return;
  }
  for (std::size_t n = 0; n < more.size(); ++n) {
    auto same = std::find_if(all.begin(), all.end(),
                             [&](const AmdGpu& gpu) { return !gpu.address.empty() && gpu.address == more[n].address; });
    if (same == all.end() && more[n].address.empty() && all.size() == more.size())
      same = all.begin() + static_cast<std::ptrdiff_t>(n);
    if (same != all.end())
      complete(*same, more[n]);
    else if (!more[n].address.empty())
      all.push_back(more[n]);
  }
}

Listed read_tools(const Evidence& evidence) {
  Listed listed;
  const auto take = [&](const RocmTool& tool, std::string_view line) {
    merge(listed.all.gpus, tool.gpus);
    if (listed.all.driver_version.empty()) listed.all.driver_version = tool.driver_version;
    if (listed.all.runtime_version.empty()) listed.all.runtime_version = tool.runtime_version;
    if (listed.all.failure.empty()) listed.all.failure = tool.failure, listed.all.message = tool.message;
    if (tool.module_loaded) listed.all.module_loaded = tool.module_loaded;
    listed.sources.push_back("command:" + std::string(line));
  };
  for (const auto& [line, answer] : evidence.commands("rocminfo")) take(parse_rocminfo(answer->text), line);
  for (const auto& [line, answer] : evidence.commands("rocm-smi"))
    take(contains(line, "--json") ? parse_rocm_smi_json(answer->text) : parse_rocm_smi_text(answer->text), line);
  for (const auto& [line, answer] : evidence.commands("amd-smi"))
    if (!contains(line, "--json")) take(parse_amd_smi_text(answer->text), line);
  return listed;
}

/// A card of /sys/class/drm without its bus: some recordings hold no more.
std::vector<AmdGpu> read_drm(const Evidence& evidence) {
  std::vector<AmdGpu> gpus;
  for (const std::string& path : evidence.expand("/sys/class/drm/card*/device/vendor")) {
    if (trimmed(evidence.text(path)) != "0x1002") continue;
    const std::string folder = path.substr(0, path.rfind('/') + 1);
    AmdGpu gpu;
    const std::string_view id = trimmed(evidence.text(folder + "device"));
    gpu.device_id = id.starts_with("0x") ? id.substr(2) : id;
    gpu.memory_bytes = whole_number(trimmed(evidence.text(folder + "mem_info_vram_total")));
    gpu.visible_bytes = whole_number(trimmed(evidence.text(folder + "mem_info_vis_vram_total")));
    gpu.gtt_bytes = whole_number(trimmed(evidence.text(folder + "mem_info_gtt_total")));
    for (const std::string_view line : lines_of(evidence.text(folder + "uevent")))
      if (line.starts_with("PCI_SLOT_NAME=")) gpu.address = lower(line.substr(14));
    gpus.push_back(std::move(gpu));
  }
  return gpus;
}

void add_from_sysfs(const Evidence& evidence, AmdGpu& gpu) {
  const std::string folder = "/sys/bus/pci/devices/" + gpu.address + "/";
  const auto number = [&](const char* name) { return whole_number(trimmed(evidence.text(folder + name))); };
  if (!gpu.memory_bytes) gpu.memory_bytes = number("mem_info_vram_total");
  if (!gpu.visible_bytes) gpu.visible_bytes = number("mem_info_vis_vram_total");
  if (!gpu.gtt_bytes) gpu.gtt_bytes = number("mem_info_gtt_total");
  if (gpu.compute_partition.empty())
    gpu.compute_partition = trimmed(evidence.text(folder + "current_compute_partition"));
  if (gpu.memory_partition.empty()) gpu.memory_partition = trimmed(evidence.text(folder + "current_memory_partition"));
  if (gpu.name.empty()) gpu.name = trimmed(evidence.text(folder + "product_name"));
  for (const std::string& name : evidence.list(folder + "drm").names)
    if (name.starts_with("renderD") && !gpu.render_minor) gpu.render_minor = whole_number(name.substr(7));
}

Device make_device(const AmdGpu& gpu, const PciDevice* pci, const DeviceTable& table,
                   const std::vector<std::string>& sources) {
  Device device;
  FactTable& facts = device.facts;
  const std::string id = !gpu.device_id.empty() ? gpu.device_id : pci ? pci->device : "";
  const DeviceModel* model = id.empty() ? nullptr : table.find("1002", id);
  std::string name = gpu.name;
  if (name.empty() && model) name = model->name;
  if (name.empty() && pci) name = pci->name;
  facts.set("name",
            name.empty() ? Fact::unknown("its id is not in the device table", sources) : Fact::of(name, sources));
  const std::string gfx = !gpu.gfx.empty() ? gpu.gfx : model ? model->architecture : "";
  facts.set("architecture",
            gfx.empty() ? Fact::unknown("neither KFD nor the device table tells", sources) : Fact::of(gfx, sources));
  if (model && !model->generation.empty()) facts.set("generation", model->generation, sources);
  if (model && model->integrated) facts.set("integrated", *model->integrated, sources);
  facts.set("kind", std::string("gpu"), sources);
  facts.set("pci_vendor", std::string("1002"), sources);
  if (!id.empty()) facts.set("pci_device", id, sources);
  const std::string address = !gpu.address.empty() ? gpu.address : pci ? pci->address : "";
  if (!address.empty()) facts.set("pci_address", address, sources);
  if (pci && pci->driver)
    facts.set("kernel_driver", pci->driver->empty() ? Fact::of_none("no driver is bound", pci->sources)
                                                    : Fact::of(*pci->driver, pci->sources));
  if (pci && pci->numa_node) facts.set("numa_node", std::int64_t{*pci->numa_node}, pci->sources);
  if (pci && !pci->power_state.empty()) facts.set("power_state", pci->power_state, pci->sources);
  facts.set("memory_total_bytes",
            gpu.memory_bytes ? Fact::of(*gpu.memory_bytes, sources) : Fact::unknown("no source tells it", sources));
  for (const auto& [key, number] : {std::pair{"compute_units", gpu.compute_units},
                                    {"render_minor", gpu.render_minor},
                                    {"gtt_bytes", gpu.gtt_bytes},
                                    {"visible_vram_bytes", gpu.visible_bytes},
                                    {"node", gpu.node}})
    if (number) facts.set(key, *number, sources);
  if (!gpu.compute_partition.empty()) facts.set("compute_partition", gpu.compute_partition, sources);
  if (!gpu.memory_partition.empty()) facts.set("memory_partition", gpu.memory_partition, sources);
  return device;
}

void judge(const Evidence& evidence, const Listed& listed, bool has_kfd_gpu, Platform& platform) {
  const LayerState kfd = judge_node(evidence, "/dev/kfd");
  LayerState library = state(Truth::yes, "the wheels bundle it");
  const bool* hides = platform.facts.get<bool>("hides_all");
  for (Device& device : platform.devices) {
    const std::vector<std::string>& sources = device.facts.at("name").sources;
    device.layers[Layer::bus] = state(Truth::yes, "an AMD GPU is there", sources);
    const Fact& driver = device.facts.at("kernel_driver");
    if ((driver.value && to_text(*driver.value) == "amdgpu") || (driver.is_unknown() && has_kfd_gpu))
      device.layers[Layer::kernel_driver] = state(Truth::yes, "amdgpu drives it", sources);
    else if (driver.value)
      device.layers[Layer::kernel_driver] =
          state(Truth::no, to_text(driver) + " is bound instead of amdgpu", driver.sources);
    else if (driver.none)
      device.layers[Layer::kernel_driver] = state(Truth::no, "no driver is bound", driver.sources);
    else if (listed.all.module_loaded)
      device.layers[Layer::kernel_driver] =
          state(truth_of(*listed.all.module_loaded),
                listed.all.module_loaded == true ? "the module is loaded" : listed.all.message, listed.sources);
    else if (evidence.list("/sys/module/amdgpu").absent())
      device.layers[Layer::kernel_driver] =
          state(Truth::no, "the amdgpu module is not loaded", {"list:/sys/module/amdgpu"});
    else
      device.layers[Layer::kernel_driver] = state(Truth::unknown, "which driver is bound was not recorded", sources);
    LayerState nodes = kfd;
    if (const auto* minor = device.facts.get<std::int64_t>("render_minor"); minor && kfd.holds == Truth::yes)
      nodes = judge_node(evidence, fmt::format("/dev/dri/renderD{}", *minor));
    else if (!minor && kfd.holds == Truth::yes)
      for (const std::string& path : evidence.expand("/dev/dri/renderD*"))
        if (judge_node(evidence, path).holds != Truth::yes)
          nodes = state(Truth::unknown, "which render node is its own was not told, and not all may be opened",
                        {key_of(Kind::node, path)});
    if (nodes.holds == Truth::unknown && (listed.all.failure == "permission_denied" ||
                                          listed.all.failure == "kfd_missing" || listed.all.failure == "open_failed"))
      nodes = state(Truth::no, listed.all.message, listed.sources);
    else if (nodes.holds == Truth::unknown && !listed.all.runtime_version.empty())
      nodes = state(Truth::yes, "the HSA runtime opened it", listed.sources);
    device.layers[Layer::device_node] = nodes;
    device.layers[Layer::user_library] = library;
    device.layers[Layer::runtime_init] =
        hides && *hides ? state(Truth::no, "an environment variable hides every GPU",
                                {"env:ROCR_VISIBLE_DEVICES", "env:HIP_VISIBLE_DEVICES"})
                        : state(Truth::unknown, "not tried: the default run creates no context on a GPU");
    device.layers[Layer::kernel_run] = state(Truth::unknown, "not tried");
    device.state = state_of(device.layers);
    for (std::size_t n = 0; n < layer_count; ++n)
      if (const LayerState& one = device.layers[static_cast<Layer>(n)];
          one.holds == Truth::no && device.because.empty())
        device.because = one.because;
  }
  const auto rank = [](State s) {
    return s == State::ready ? 3 : s == State::unknown ? 2 : s == State::blocked ? 1 : 0;
  };
  const auto best = std::max_element(platform.devices.begin(), platform.devices.end(),
                                     [&](const Device& a, const Device& b) { return rank(a.state) < rank(b.state); });
  if (best != platform.devices.end()) {
    platform.layers = best->layers;
    platform.state = best->state;
    platform.because = best->because;
    if (best->state == State::ready)
      platform.because = fmt::format("{} device{}, all passive evidence agrees", platform.devices.size(),
                                     platform.devices.size() == 1 ? "" : "s");
    for (std::size_t n = 0; n < layer_count && platform.because.empty(); ++n)
      if (const LayerState& one = best->layers[static_cast<Layer>(n)]; one.holds == Truth::unknown)
        platform.because = one.because;
    return;
  }
  const Truth was_listed = pci_was_listed(evidence);
  LayerState bus =
      was_listed == Truth::yes && listed.all.failure.empty()
          ? state(Truth::no, "no AMD GPU on the PCI bus", pci_sources(evidence))
          : state(Truth::unknown,
                  was_listed == Truth::no ? "this system shows no PCI bus" : "the PCI bus was not recorded",
                  pci_sources(evidence));
  // A tool that found the module loaded and no way in speaks of hardware that is there.
  if (listed.all.module_loaded == true && !listed.all.failure.empty())
    bus = state(Truth::yes, "the kernel module is loaded", listed.sources);
  platform.layers[Layer::bus] = bus;
  platform.layers[Layer::kernel_driver] =
      listed.all.module_loaded ? state(truth_of(*listed.all.module_loaded), listed.all.message, listed.sources)
                               : state(Truth::unknown, "not recorded");
  platform.layers[Layer::device_node] = !listed.all.failure.empty() && listed.all.failure != "module_not_loaded"
                                            ? state(Truth::no, listed.all.message, listed.sources)
                                            : kfd;
  platform.layers[Layer::user_library] = state(Truth::unknown, "no GPU to use it with");
  platform.state = bus.holds == Truth::no    ? State::absent
                   : bus.holds == Truth::yes ? state_of(platform.layers)
                                             : State::unknown;
  platform.because = platform.state == State::blocked ? listed.all.message : bus.because;
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
  std::vector<std::string> versions, version_sources;
  for (const std::string& glob : version_globs)
    for (const std::string& path : evidence.expand(glob))
      if (const auto version = Version::parse(trimmed(evidence.text(path)))) {
        if (std::find(versions.begin(), versions.end(), version->text()) == versions.end())
          versions.push_back(version->text());
        version_sources.push_back(key_of(Kind::file, path));
      }
  std::sort(versions.begin(), versions.end(),
            [](const std::string& a, const std::string& b) { return *Version::parse(b) < *Version::parse(a); });
  if (!versions.empty())
    platform.facts.set("version", *Version::parse(versions.front()), version_sources),
        platform.facts.set("versions", versions, version_sources);
  else if (evidence.list("/opt").found() || evidence.list("/opt").absent())
    platform.facts.set("version", Fact::of_none("no ROCm below /opt", {"list:/opt"}));

  const Listed listed = read_tools(evidence);
  const KfdTopology topology = read_kfd(evidence);
  if (topology.found) platform.facts.set("cpu_nodes", topology.cpu_nodes, {"list:/sys/class/kfd/kfd/topology/nodes"});
  const std::string module = std::string(trimmed(evidence.text("/sys/module/amdgpu/version")));
  if (const auto version = Version::parse(module.empty() ? listed.all.driver_version : module))
    platform.facts.set("driver_version", *version,
                       module.empty() ? listed.sources : std::vector<std::string>{"file:/sys/module/amdgpu/version"});
  if (!listed.all.runtime_version.empty())
    if (const auto version = Version::parse(listed.all.runtime_version))
      platform.facts.set("runtime_version", *version, listed.sources);
  if (!listed.all.failure.empty())
    platform.facts.set("tool_failure", listed.all.failure, listed.sources),
        platform.facts.set("tool_message", listed.all.message, listed.sources);
  const Answer& kfd = evidence.node("/dev/kfd");
  if (kfd.found() && kfd.node && kfd.node->readable)
    platform.facts.set("kfd_node",
                       std::string(*kfd.node->readable && kfd.node->writable.value_or(false) ? "yes" : "denied"),
                       {"node:/dev/kfd"});
  else if (kfd.absent())
    platform.facts.set("kfd_node", std::string("absent"), {"node:/dev/kfd"});
  bool any_env = false, hides = false;
  for (const char* variable : {"ROCR_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES"}) {
    const Answer& answer = evidence.env(variable);
    any_env = any_env || answer.found() || answer.absent();
    if (!answer.found()) continue;
    platform.facts.set("visible_devices", answer.text, {key_of(Kind::env, variable)});
    const std::string_view first = split(trimmed(answer.text), ',').front();
    hides = hides || first.empty() || first == "-1";
  }
  if (any_env) platform.facts.set("hides_all", hides, {"env:ROCR_VISIBLE_DEVICES", "env:HIP_VISIBLE_DEVICES"});
  if (const Answer& override = evidence.env("HSA_OVERRIDE_GFX_VERSION"); override.found())
    platform.facts.set("gfx_override", override.text, {"env:HSA_OVERRIDE_GFX_VERSION"});

  std::vector<AmdGpu> gpus = topology.gpus;
  merge(gpus, listed.all.gpus);
  const std::vector<PciDevice> on_bus = gpus_on_bus(evidence);
  std::vector<std::string> sources = listed.sources;
  if (topology.found) sources.push_back("list:/sys/class/kfd/kfd/topology/nodes");
  if (gpus.empty() && on_bus.empty()) gpus = read_drm(evidence), sources.push_back("list:/sys/class/drm");
  std::vector<bool> used(on_bus.size());
  for (AmdGpu& gpu : gpus) {
    auto pci = std::find_if(on_bus.begin(), on_bus.end(),
                            [&](const PciDevice& device) { return device.address == gpu.address; });
    if (pci == on_bus.end() && gpu.address.empty() && gpus.size() == on_bus.size())
      pci = on_bus.begin() + (&gpu - gpus.data());
    // Partitions of one GPU may show as functions that the bus does not list.
    if (pci == on_bus.end() && !gpu.address.empty())
      pci = std::find_if(on_bus.begin(), on_bus.end(), [&](const PciDevice& device) {
        return device.address.substr(0, 10) == gpu.address.substr(0, 10);
      });
    if (pci != on_bus.end()) used[static_cast<std::size_t>(pci - on_bus.begin())] = true;
    if (pci != on_bus.end() && gpu.address.empty()) gpu.address = pci->address;
    add_from_sysfs(evidence, gpu);
    platform.devices.push_back(make_device(gpu, pci == on_bus.end() ? nullptr : &*pci, table, sources));
  }
  for (std::size_t n = 0; n < on_bus.size(); ++n) {
    if (used[n]) continue;
    AmdGpu gpu;
    gpu.address = on_bus[n].address;
    add_from_sysfs(evidence, gpu);
    platform.devices.push_back(make_device(gpu, &on_bus[n], table, on_bus[n].sources));
  }
  judge(evidence, listed, !topology.gpus.empty(), platform);
  facts.platforms.push_back(std::move(platform));
  return facts;
}

const Requests looks_at = first_look();

}  // namespace

const Probe rocm_probe{"rocm", looks_at, next, read};

}  // namespace rigfit
