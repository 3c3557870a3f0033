#include "probes/cpu/cpu.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "fact_names/cpu.hpp"
#include "probes/cpu/numa_cores.hpp"
#include "probes/cpu/usable_cpus.hpp"
#include "probes/parse/text.hpp"

namespace rigfit {
namespace {

const std::vector<std::string> sysctl_names{"machdep.cpu.brand_string",
                                            "machdep.cpu.vendor",
                                            "machdep.cpu.features",
                                            "machdep.cpu.leaf7_features",
                                            "hw.logicalcpu",
                                            "hw.physicalcpu",
                                            "hw.packages",
                                            "hw.memsize",
                                            "hw.model",
                                            "sysctl.proc_translated",
                                            "kern.hv_vmm_present",
                                            "kern.osproductversion",
                                            "hw.perflevel0.physicalcpu",
                                            "hw.perflevel1.physicalcpu",
                                            "hw.optional.arm64",
                                            "hw.optional.neon",
                                            "hw.optional.arm.FEAT_BF16",
                                            "hw.optional.arm.FEAT_I8MM",
                                            "hw.optional.arm.FEAT_DotProd",
                                            "hw.optional.arm.FEAT_SME"};

const Requests looks_at{file("/proc/cpuinfo", 4u << 20), file("/sys/devices/system/cpu/online", 4096),
                        file("/sys/devices/system/cpu/present", 4096), allowed_cpus_request()};

// CPUs of one package name the same siblings; some systems number no packages. Since Linux 2.6:
// https://docs.kernel.org/admin-guide/cputopology.html
constexpr std::string_view siblings = "/sys/devices/system/cpu/cpu*/topology/core_siblings";

constexpr std::string_view cpu_folder = "/sys/devices/system/cpu", online_file = "/sys/devices/system/cpu/online";

Requests next(const Evidence& evidence, const DeviceTable&) {
  if (evidence.os == "darwin") return {command("sysctl", sysctl_names)};
  Requests requests = usable_cpus_requests(evidence);
  if (evidence.file("/proc/cpuinfo").absent() && evidence.file(std::string(online_file)).absent())
    requests.push_back(list(std::string(cpu_folder)));
  // On x86 /proc/cpuinfo tells the packages; elsewhere only the topology does.
  if (!contains(evidence.text("/proc/cpuinfo"), "physical id")) {
    requests.push_back(file(std::string(package_files), 16));
    requests.push_back(file(std::string(siblings), 4096));
  }
  return requests;
}

/// One name for one ability, whoever spells it.
void add_features(const std::vector<std::string>& spelt, const std::string& isa, std::vector<std::string>& features) {
  constexpr std::pair<std::string_view, std::string_view> other_names[] = {
      {"asimd", "neon"}, {"asimddp", "dotprod"}, {"avx1.0", "avx"}, {"sse4.1", "sse4_1"}, {"sse4.2", "sse4_2"}};
  for (const std::string& name : spelt) {
    const auto other = std::find_if(std::begin(other_names), std::end(other_names),
                                    [&](const auto& one) { return one.first == name; });
    features.emplace_back(other == std::end(other_names) ? std::string_view(name) : other->second);
  }
  for (const char* extension : {"v"})
    if (isa.starts_with("rv64") && isa.substr(4, isa.find('_') - 4).find(extension) != std::string::npos)
      features.push_back("rvv");
  if (!std::is_sorted(features.begin(), features.end())) std::sort(features.begin(), features.end());
  features.erase(std::unique(features.begin(), features.end()), features.end());
}

void set_number(HostFacts& facts, HostFact<std::int64_t> name, std::optional<std::int64_t> number,
                const std::vector<std::string>& sources) {
  if (number)
    facts.set(name, *number, sources);
  else
    facts.set_if_unknown(name, Fact::unknown("not reported", sources));
}

/// Where there is a device that lies near some of them: elsewhere the nodes are not looked at.
void set_numa_cores(const Evidence& evidence, const CpuInfo& info, bool is_whole, HostFacts& facts) {
  const auto nodes = numa_nodes(evidence);
  if (nodes.empty()) return;
  const std::vector<std::string> source{"file:/sys/devices/system/node/node*/cpulist", "file:/proc/cpuinfo"};
  const auto cores =
      is_whole ? numa_cores(info.cpus.empty() ? cpus_of_topology(evidence) : info.cpus, nodes) : FactList{};
  facts.set(fact::cpu::numa_cores,
            cores.empty() ? Fact::unknown("which CPUs are one core is not told", source) : Fact::of(cores, source));
}

/// How many CPUs sysfs has a folder of, where no file tells which are online.
std::optional<std::int64_t> cpus_in_folder(const Evidence& evidence) {
  const std::vector<std::string>& names = evidence.list(std::string(cpu_folder)).names;
  const auto count = std::count_if(names.begin(), names.end(), [](std::string_view name) {
    return name.starts_with("cpu") && whole_number(name.substr(3)).value_or(-1) >= 0;
  });
  return count > 0 ? std::optional<std::int64_t>(count) : std::nullopt;
}

void read_linux(const Evidence& evidence, HostFacts& facts, std::vector<std::string>& features) {
  const std::vector<std::string> source{"file:/proc/cpuinfo"};
  const std::string online_key = "file:/sys/devices/system/cpu/online";
  const auto online = count_of_ranges(trimmed(evidence.text("/sys/devices/system/cpu/online")));
  if (const auto text = trimmed(evidence.text("/sys/devices/system/cpu/online")); !text.empty())
    facts.set(fact::cpu::online, std::string(text), {online_key});
  const std::string present_key = "file:/sys/devices/system/cpu/present";
  if (const auto present = count_of_ranges(trimmed(evidence.text("/sys/devices/system/cpu/present"))))
    facts.set(fact::cpu::present, *present, {present_key});
  const Answer& answer = evidence.file("/proc/cpuinfo");
  if (!answer.found()) {
    const auto listed = cpus_in_folder(evidence);
    set_number(facts, fact::cpu::logical_cpus, online ? online : listed,
               {online ? online_key : key_of(Kind::list, cpu_folder)});
    return;
  }
  const CpuInfo info = parse_cpuinfo(answer.text);
  if (!info.model.empty()) facts.set(fact::cpu::model, info.model, source);
  if (!info.vendor.empty()) facts.set(fact::cpu::vendor, info.vendor, source);
  if (!info.implementer.empty()) facts.set(fact::cpu::arm_implementer, info.implementer, source);
  if (!info.parts.empty()) facts.set(fact::cpu::arm_parts, info.parts, source);
  if (!info.architecture_line.empty()) facts.set(fact::cpu::isa, info.architecture_line, source);
  facts.set(fact::cpu::hypervisor, info.hypervisor, source);
  // A file cut at its cap, or by who recorded it, lists too few.
  if (answer.truncated && online)
    set_number(facts, fact::cpu::logical_cpus, online, {online_key});
  else
    set_number(facts, fact::cpu::logical_cpus, info.logical ? info.logical : online, source);
  if (!info.sockets) {
    std::set<std::string, std::less<>> ids;
    for (const std::string& path : evidence.expand(package_files))
      if (const auto id = whole_number(trimmed(evidence.text(path))); id && *id >= 0) ids.insert(std::to_string(*id));
    for (const std::string& path : ids.empty() ? evidence.expand(siblings) : std::vector<std::string>{})
      if (const std::string_view mask = trimmed(evidence.text(path)); !mask.empty()) ids.emplace(mask);
    if (!ids.empty())
      set_number(facts, fact::cpu::sockets, static_cast<std::int64_t>(ids.size()), {"list:/sys/devices/system/cpu"});
  }
  if (!facts.has(fact::cpu::sockets))
    set_number(facts, fact::cpu::sockets, answer.truncated ? std::nullopt : info.sockets, source);
  set_number(facts, fact::cpu::physical_cores, answer.truncated ? std::nullopt : info.physical, source);
  set_numa_cores(evidence, info, !answer.truncated, facts);
  add_features(info.features, info.architecture_line, features);
}

void read_darwin(const Evidence& evidence, HostFacts& facts, std::vector<std::string>& features) {
  std::map<std::string_view, std::string_view> values;
  std::vector<std::string> sources;
  for (const auto& [line, answer] : evidence.commands("sysctl")) {
    sources.push_back("command:" + std::string(line));
    for (const auto& [key, value] : parse_sysctl(answer->text)) values.emplace(key, value);
  }
  const auto at = [&](std::string_view key) { return values.count(key) ? values.at(key) : std::string_view{}; };
  const auto number = [&](std::string_view key) { return whole_number(at(key)); };
  if (!at("machdep.cpu.brand_string").empty())
    facts.set(fact::cpu::model, std::string(at("machdep.cpu.brand_string")), sources);
  if (!at("machdep.cpu.vendor").empty()) facts.set(fact::cpu::vendor, std::string(at("machdep.cpu.vendor")), sources);
  for (const char* key : {"hw.logicalcpu", "hw.ncpu", "machdep.cpu.thread_count"})
    if (number(key) && !facts.has(fact::cpu::logical_cpus))
      set_number(facts, fact::cpu::logical_cpus, number(key), sources);
  for (const char* key : {"hw.physicalcpu", "machdep.cpu.core_count"})
    if (number(key) && !facts.has(fact::cpu::physical_cores))
      set_number(facts, fact::cpu::physical_cores, number(key), sources);
  if (number("hw.packages")) set_number(facts, fact::cpu::sockets, number("hw.packages"), sources);
  if (number("hw.perflevel0.physicalcpu"))
    facts.set(fact::cpu::performance_cores, *number("hw.perflevel0.physicalcpu"), sources);
  if (number("hw.perflevel1.physicalcpu"))
    facts.set(fact::cpu::efficiency_cores, *number("hw.perflevel1.physicalcpu"), sources);
  std::vector<std::string> spelt;
  for (const char* key : {"machdep.cpu.features", "machdep.cpu.leaf7_features"})
    for (const std::string_view word : words_of(at(key))) spelt.push_back(lower(word));
  for (const auto& [key, name] : std::map<std::string_view, std::string>{{"hw.optional.arm.FEAT_BF16", "bf16"},
                                                                         {"hw.optional.arm.FEAT_I8MM", "i8mm"},
                                                                         {"hw.optional.arm.FEAT_DotProd", "dotprod"},
                                                                         {"hw.optional.arm.FEAT_SME", "sme"},
                                                                         {"hw.optional.neon", "neon"},
                                                                         {"hw.optional.avx2_0", "avx2"},
                                                                         {"hw.optional.avx1_0", "avx"},
                                                                         {"hw.optional.avx512f", "avx512f"},
                                                                         {"hw.optional.fma", "fma"}})
    if (number(key) == 1) spelt.push_back(name);
  if (evidence.arch == "arm64" || number("hw.optional.arm64") == 1) spelt.push_back("neon");
  add_features(spelt, "", features);
}

Facts read(const Evidence& evidence, const DeviceTable&) {
  Facts facts;
  std::vector<std::string> features;
  if (evidence.os == "darwin")
    read_darwin(evidence, facts.host, features);
  else
    read_linux(evidence, facts.host, features);
  if (evidence.os != "darwin") set_usable_cpus(evidence, facts.host);
  const std::vector<std::string> source{evidence.os == "darwin" ? "command:sysctl" : "file:/proc/cpuinfo"};
  if (!features.empty())
    facts.host.set(fact::cpu::features, features, source);
  else
    facts.host.set(fact::cpu::features, Fact::unknown("no list of instructions was read", source));
  for (const AnyHostFact name : std::initializer_list<AnyHostFact>{
           fact::cpu::model, fact::cpu::vendor, fact::cpu::logical_cpus, fact::cpu::physical_cores, fact::cpu::sockets})
    facts.host.set_none_if_unknown(name, Fact::unknown("not reported", source));

  Platform platform;
  platform.id = "cpu";
  platform.state = State::ready;
  platform.because = "there is always a CPU";
  for (const Layer layer : {Layer::bus, Layer::kernel_driver, Layer::device_node, Layer::user_library,
                            Layer::runtime_init, Layer::kernel_run})
    platform.layers.set(layer, Truth::yes, "this program runs on it");
  facts.platforms.push_back(std::move(platform));
  return facts;
}

}  // namespace

const Probe cpu_probe{"cpu", looks_at, next, read};

}  // namespace rigfit
