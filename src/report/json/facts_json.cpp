#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "report/json/json_parts.hpp"

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

/// Facts beside the members that are always there; those win should a name ever be the same.
void add_facts(Json& object, const FactTable& facts, std::initializer_list<const char*> always) {
  for (const char* name : always) object[name] = value_json(facts.at(name));
  for (const auto& [name, fact] : facts)
    if (!object.contains(name)) object[name] = value_json(fact);
}

Json device_json(const Device& device) {
  Json object;
  object["state"] = name_of(device.state);
  object["because"] = device.because;
  object["layers"] = layers_json(device.layers);
  object["layer_reasons"] = layer_reasons_json(device.layers);
  add_facts(object, device.facts, {"name", "architecture", "memory_total_bytes", "pci_address"});
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

Json machine_json(const FactTable& host) {
  const auto value = [&](const char* name) { return value_json(host.at(name)); };
  Json machine;
  machine["os"] = value("os.family");
  machine["arch"] = value("host.arch");
  machine["os_id"] = value("os.id");
  machine["os_version"] = value("os.version_id");
  machine["os_name"] = value("os.pretty_name");
  machine["kernel"] = value("os.kernel");
  machine["cpu"]["model"] = value("cpu.model");
  machine["cpu"]["vendor"] = value("cpu.vendor");
  machine["cpu"]["features"] = value("cpu.features");
  machine["cpu"]["logical_cpus"] = value("cpu.logical_cpus");
  machine["cpu"]["physical_cores"] = value("cpu.physical_cores");
  machine["cpu"]["sockets"] = value("cpu.sockets");
  machine["memory"]["total_bytes"] = value("memory.total_bytes");
  machine["memory"]["available_bytes"] = value("memory.available_bytes");
  machine["memory"]["usable_bytes"] = value("memory.usable_bytes");
  machine["memory"]["limited_by"] = value("memory.limited_by");
  machine["container"] = value("container.runtime");
  machine["wsl"] = value("os.wsl");
  machine["vm"] = value("vm.kind");
  machine["cloud"] = value("cloud.provider");
  machine["scheduler"] = value("scheduler.kind");
  machine["python"] = value("python.version");
  return machine;
}

Json platforms_json(const Facts& facts) {
  Json platforms = Json::object();
  for (const Platform& platform : facts.platforms) {
    Json object;
    object["state"] = name_of(platform.state);
    object["because"] = platform.because;
    object["layers"] = layers_json(platform.layers);
    object["layer_reasons"] = layer_reasons_json(platform.layers);
    object["device_count"] = platform.devices.size();
    object["devices"] = Json::array();
    for (const Device& device : platform.devices) object["devices"].push_back(device_json(device));
    if (platform.id == "cuda")
      add_facts(object, platform.facts, {"driver_version", "supported_version", "toolkit_version"});
    else
      add_facts(object, platform.facts, {});
    platforms[platform.id] = std::move(object);
  }
  return platforms;
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
      for (const char* name : {"name", "architecture", "memory_total_bytes"})
        if (!device.facts.has(name)) flat.add(prefix + name, device.facts.at(name));
    }
  }
  Json& values = report["facts"] = Json::object();
  for (const auto& [name, fact] : facts.host) values[name] = value_json(fact);
  // What "machine" promises and no probe read is unknown too.
  for (const char* name : {"os.family", "host.arch", "cpu.model", "cpu.features", "memory.total_bytes",
                           "memory.usable_bytes", "container.runtime", "os.wsl"})
    if (!facts.host.has(name)) flat.add(name, facts.host.at(name));
  report["unknowns"] = std::move(flat.unknowns);
  report["none"] = std::move(flat.none);
  report["sources"] = std::move(flat.sources);
}

}  // namespace rigfit
