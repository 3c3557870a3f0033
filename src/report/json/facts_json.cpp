#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "fact_names/cloud.hpp"
#include "fact_names/container.hpp"
#include "fact_names/cpu.hpp"
#include "fact_names/cuda.hpp"
#include "fact_names/device.hpp"
#include "fact_names/host.hpp"
#include "fact_names/memory.hpp"
#include "fact_names/os.hpp"
#include "fact_names/python.hpp"
#include "fact_names/scheduler.hpp"
#include "fact_names/vm.hpp"
#include "report/changing_facts.hpp"
#include "report/json/report_members.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::ordered_json;

Json value_json(const Fact& fact) {
  if (!fact.value) return nullptr;
  return std::visit(
      [](const auto& value) -> Json {
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, Version>)
          return value.text();
        else
          return value;
      },
      *fact.value);
}

Json layers_json(const Layers& layers) {
  Json object = Json::object();
  for (std::size_t n = 0; n < layer_count; ++n) {
    const Layer layer = static_cast<Layer>(n);
    object[std::string(name_of(layer))] = name_of(layers[layer].holds);
  }
  return object;
}

Json layer_reasons_json(const Layers& layers) {
  Json object = Json::object();
  for (std::size_t n = 0; n < layer_count; ++n) {
    const Layer layer = static_cast<Layer>(n);
    if (!layers[layer].because.empty()) object[std::string(name_of(layer))] = layers[layer].because;
  }
  return object;
}

void add_changing(Json& object, const std::string& prefix, const FactTable& facts) {
  for (const auto& [name, fact] : facts)
    if (is_changing_fact(name)) object[prefix + name] = value_json(fact);
}

/// Facts beside the members that are always there; those win should a name ever be the same.
template <class Scope>
void add_facts(Json& object, const FactsOf<Scope>& facts, std::initializer_list<AnyFactName<Scope>> always) {
  for (const AnyFactName<Scope> name : always) object[std::string(name.text())] = value_json(facts.at(name));
  for (const auto& [name, fact] : facts)
    if (!object.contains(name) && !is_changing_fact(name)) object[name] = value_json(fact);
}

/// How far a platform or a device got.
template <class Subject>
Json state_json(const Subject& subject) {
  return {{"state", name_of(subject.state)}, {"because", subject.because}, {"layers", layers_json(subject.layers)}};
}

Json device_json(const Device& device) {
  Json object = state_json(device);
  object["layer_reasons"] = layer_reasons_json(device.layers);
  add_facts(
      object, device.facts,
      {fact::device::name, fact::device::architecture, fact::device::memory_total_bytes, fact::device::pci_address});
  return object;
}

/// One table's facts sorted into the flat objects, under `prefix`.
struct FlatFacts {
  Json unknowns = Json::object(), none = Json::object(), sources = Json::object();

  void add(const std::string& prefix, const FactTable& facts) {
    for (const auto& [name, fact] : facts) add(prefix + name, fact);
  }

  void add(const std::string& name, const Fact& fact) {
    if (fact.is_unknown()) unknowns[name] = fact.because.empty() ? "not known" : fact.because;
    if (fact.none) none[name] = fact.because;
    if (!fact.sources.empty()) sources[name] = fact.sources;
  }
};

}  // namespace

Json machine_json(const HostFacts& host) {
  const auto value = [&](AnyHostFact name) { return value_json(host.at(name)); };
  Json machine;
  machine["os"] = value(fact::os::family);
  machine["arch"] = value(fact::host::arch);
  machine["os_id"] = value(fact::os::id);
  machine["os_version"] = value(fact::os::version_id);
  machine["os_name"] = value(fact::os::pretty_name);
  machine["kernel"] = value(fact::os::kernel);
  machine["cpu"]["model"] = value(fact::cpu::model);
  machine["cpu"]["vendor"] = value(fact::cpu::vendor);
  machine["cpu"]["features"] = value(fact::cpu::features);
  machine["cpu"]["logical_cpus"] = value(fact::cpu::logical_cpus);
  machine["cpu"]["physical_cores"] = value(fact::cpu::physical_cores);
  machine["cpu"]["sockets"] = value(fact::cpu::sockets);
  machine["memory"]["total_bytes"] = value(fact::memory::total_bytes);
  machine["memory"]["usable_bytes"] = value(fact::memory::usable_bytes);
  machine["memory"]["limited_by"] = value(fact::memory::limited_by);
  machine["container"] = value(fact::container::runtime);
  machine["wsl"] = value(fact::os::wsl);
  machine["vm"] = value(fact::vm::kind);
  machine["cloud"] = value(fact::cloud::provider);
  machine["scheduler"] = value(fact::scheduler::kind);
  machine["python"] = value(fact::python::version);
  return machine;
}

Json platforms_json(const Facts& facts) {
  Json platforms = Json::object();
  for (const Platform& platform : facts.platforms) {
    Json object = state_json(platform);
    object["layer_reasons"] = layer_reasons_json(platform.layers);
    object["device_count"] = platform.devices.size();
    object["devices"] = Json::array();
    for (const Device& device : platform.devices) object["devices"].push_back(device_json(device));
    if (platform.id == "cuda")
      add_facts(object, platform.facts,
                {fact::cuda::driver_version, fact::cuda::supported_version, fact::cuda::toolkit_version});
    else
      add_facts(object, platform.facts, {});
    platforms[platform.id] = std::move(object);
  }
  return platforms;
}

Json platform_states_json(const Facts& facts) {
  Json platforms = Json::object();
  for (const Platform& platform : facts.platforms) {
    Json object = state_json(platform);
    object["devices"] = Json::array();
    for (const Device& device : platform.devices) {
      Json one = state_json(device);
      for (const AnyDeviceFact name :
           std::initializer_list<AnyDeviceFact>{fact::device::name, fact::device::architecture,
                                                fact::device::memory_total_bytes, fact::device::pci_address})
        one[std::string(name.text())] = value_json(device.facts.at(name));
      object["devices"].push_back(std::move(one));
    }
    platforms[platform.id] = std::move(object);
  }
  return platforms;
}

Json changing_facts_json(const Facts& facts) {
  Json values = Json::object();
  add_changing(values, "", facts.host);
  for (const Platform& platform : facts.platforms)
    for (std::size_t n = 0; n < platform.devices.size(); ++n)
      add_changing(values, fmt::format("{}.devices.{}.", platform.id, n), platform.devices[n].facts);
  return values;
}

void keep_changing_facts(Json& report, const Facts& facts) {
  add_changing(report["facts"], "", facts.host);
  report["machine"]["memory"]["available_bytes"] = value_json(facts.host.at(fact::memory::available_bytes));
  for (const Platform& platform : facts.platforms)
    for (std::size_t n = 0; n < platform.devices.size(); ++n)
      add_changing(report["platforms"][platform.id]["devices"][n], "", platform.devices[n].facts);
}

void add_facts_json(Json& report, const Facts& facts) {
  FlatFacts flat;
  flat.add("", facts.host);
  for (const Platform& platform : facts.platforms) {
    if (platform.state == State::unknown)
      flat.unknowns[platform.id + ".state"] = platform.because.empty() ? "not known" : platform.because;
    flat.add(platform.id + ".", platform.facts);
    for (std::size_t n = 0; n < platform.devices.size(); ++n) {
      const std::string prefix = fmt::format("{}.devices.{}.", platform.id, n);
      const Device& device = platform.devices[n];
      if (device.state == State::unknown)
        flat.unknowns[prefix + "state"] = device.because.empty() ? "not known" : device.because;
      flat.add(prefix, device.facts);
      for (const AnyDeviceFact name : std::initializer_list<AnyDeviceFact>{
               fact::device::name, fact::device::architecture, fact::device::memory_total_bytes})
        if (!device.facts.has(name)) flat.add(prefix + std::string(name.text()), device.facts.at(name));
    }
  }
  Json& values = report["facts"] = Json::object();
  for (const auto& [name, fact] : facts.host)
    if (!is_changing_fact(name)) values[name] = value_json(fact);
  // What "machine" promises and no probe read is unknown too.
  for (const AnyHostFact name : std::initializer_list<AnyHostFact>{
           fact::os::family, fact::host::arch, fact::cpu::model, fact::cpu::features, fact::memory::total_bytes,
           fact::memory::usable_bytes, fact::container::runtime, fact::os::wsl})
    if (!facts.host.has(name)) flat.add(std::string(name.text()), facts.host.at(name));
  report["unknowns"] = std::move(flat.unknowns);
  report["none"] = std::move(flat.none);
  report["sources"] = std::move(flat.sources);
}

}  // namespace rigfit
