#include "probes/cuda/jetson.hpp"

#include <fmt/format.h>

#include <array>

#include "fact_names/device.hpp"
#include "facts/version.hpp"
#include "probes/cuda/devices.hpp"
#include "probes/parse/text.hpp"

namespace rigfit {
namespace {

constexpr std::string_view release_file = "/etc/nv_tegra_release";
// "nvidia,p3737-0000+p3701-0005\0nvidia,tegra234\0": https://docs.kernel.org/devicetree/usage-model.html
constexpr std::string_view tree_file = "/proc/device-tree/compatible";
constexpr std::string_view module = "/sys/module/nvgpu";
constexpr std::string_view memory_file = "/proc/meminfo";
// The first is of JetPack up to 5, the second of JetPack 6; both beside nvmap.
constexpr std::array<std::string_view, 2> gpu_nodes{"/dev/nvhost-gpu", "/dev/nvgpu/igpu0/ctrl"};

std::string chip_in(std::string_view compatible) {
  constexpr std::string_view name = "nvidia,tegra";
  const std::size_t at = compatible.rfind(name);
  if (at == compatible.npos) return "";
  const auto number = leading_number(compatible.substr(at + name.size()));
  return number ? "tegra" + std::to_string(*number) : "";
}

}  // namespace

Requests tegra_first_look() { return {file(std::string(release_file), 4096)}; }

Requests tegra_second_look() {
  Requests requests{file(std::string(tree_file), 4096), list(std::string(module)), node("/dev/nvmap")};
  for (const std::string_view path : gpu_nodes) requests.push_back(node(std::string(path)));
  return requests;
}

std::string parse_tegra_release(std::string_view text) {
  const std::size_t major = text.find("# R"), minor = text.find("REVISION: ");
  if (major == text.npos || minor == text.npos) return "";
  const auto number = leading_number(text.substr(major + 3));
  const std::string_view rest = text.substr(minor + 10);
  const std::string_view revision = trimmed(rest.substr(0, rest.find(',')));
  if (!number || !Version::parse(revision)) return "";
  return std::to_string(*number) + "." + std::string(revision);
}

std::optional<Tegra> find_tegra(const Evidence& evidence) {
  Tegra tegra;
  tegra.release = parse_tegra_release(evidence.text(release_file));
  tegra.chip = chip_in(evidence.text(tree_file));
  if (evidence.file(release_file).found()) tegra.sources.push_back(key_of(Kind::file, release_file));
  if (!tegra.chip.empty()) tegra.sources.push_back(key_of(Kind::file, tree_file));
  if (tegra.sources.empty()) return std::nullopt;
  return tegra;
}

Device read_tegra_device(const Evidence& evidence, const Tegra& tegra, const DeviceTable& table) {
  Device device;
  DeviceFacts& facts = device.facts;
  const std::string id = tegra.chip.starts_with("tegra") ? tegra.chip.substr(5) : "";
  const DeviceModel* model = id.empty() ? nullptr : table.find("10de", id, "tegra");
  facts.set(fact::device::kind, std::string("gpu"), tegra.sources);
  facts.set(fact::device::integrated, true, tegra.sources);
  if (model) {
    facts.set(fact::device::name, model->name, tegra.sources);
    facts.set(fact::device::architecture, model->architecture, tegra.sources);
    facts.set(fact::device::generation, model->generation, tegra.sources);
    if (const auto capability = Version::parse(capability_of(model->architecture)))
      facts.set(fact::device::compute_capability, *capability, tegra.sources);
  } else {
    for (const AnyDeviceFact name : std::initializer_list<AnyDeviceFact>{fact::device::name, fact::device::architecture,
                                                                         fact::device::compute_capability})
      facts.set_none(name, Fact::unknown("which chip this Jetson has was not recorded", tegra.sources));
  }
  // It has no memory of its own.
  for (const std::string_view line : lines_of(evidence.text(memory_file)))
    if (const auto pair = key_value(line); pair && pair->first == "MemTotal")
      if (const auto bytes = size_bytes(pair->second))
        facts.set(fact::device::memory_total_bytes, *bytes, {key_of(Kind::file, memory_file)});
  if (!facts.has(fact::device::memory_total_bytes))
    facts.set(fact::device::memory_total_bytes,
              Fact::unknown("it shares the host's memory, whose size was not recorded"));
  return device;
}

LayerState tegra_driver(const Evidence& evidence) {
  const std::vector<std::string> source{key_of(Kind::list, module)};
  if (evidence.list(module).found()) return {Truth::yes, "the module nvgpu is loaded", source};
  for (const std::string_view path : gpu_nodes)
    if (evidence.node(path).found()) return {Truth::yes, fmt::format("{} is there", path), {key_of(Kind::node, path)}};
  if (evidence.list(module).absent()) return {Truth::no, "the module nvgpu is not loaded", source};
  return {Truth::unknown, "whether the module nvgpu is loaded was not recorded", source};
}

NodeAccess access_to_tegra(const Evidence& evidence) {
  NodeAccess access{NodeProblem::unknown, {Truth::unknown, "its nodes were not recorded", {}}};
  for (const std::string_view path : {gpu_nodes[0], gpu_nodes[1], std::string_view("/dev/nvmap")}) {
    const Answer& answer = evidence.node(path);
    if (answer.absent() || answer.outcome == Outcome::not_recorded) continue;
    NodeAccess one = access_to_node(evidence, std::string(path));
    // nvmap alone is no way to the GPU.
    if (one.problem == NodeProblem::none && path == "/dev/nvmap") continue;
    if (one.problem == NodeProblem::unknown && answer.found()) continue;
    if (one.problem != NodeProblem::none) return one;
    access = std::move(one);
  }
  if (access.problem == NodeProblem::unknown && evidence.node(gpu_nodes[0]).absent() &&
      evidence.node(gpu_nodes[1]).absent())
    return {NodeProblem::missing, {Truth::no, "there is no node of its GPU", {key_of(Kind::node, gpu_nodes[0])}}};
  return access;
}

}  // namespace rigfit
