#include <nlohmann/json.hpp>

#include "analysis/version.hpp"
#include "export/machine_values.hpp"
#include "fact_names/cuda.hpp"
#include "fact_names/device.hpp"
#include "fact_names/host.hpp"
#include "fact_names/memory.hpp"
#include "fact_names/os.hpp"
#include "fact_names/python.hpp"
#include "rules/short_forms.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::ordered_json;

// A local fact of Ansible: one JSON object, which becomes ansible_local.rigfit. Keys are names that Jinja can write
// behind a dot. https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_vars_facts.html#facts-d-or-local-facts

/// Texts from a machine as the object may hold them, and what may not be in it.
class Values {
 public:
  /// null where it is not known, or cannot be written.
  Json of(const Fact& fact, const std::string& what) {
    if (!fact.value) return nullptr;
    if (const auto* number = std::get_if<std::int64_t>(&*fact.value)) return *number;
    if (const auto* flag = std::get_if<bool>(&*fact.value)) return *flag;
    return text(to_text(*fact.value), what);
  }
  Json text(const std::string& text, const std::string& what) {
    if (is_plain(text)) return text;
    left_out.push_back({what, "its value has control characters or is not UTF-8"});
    return nullptr;
  }

  std::vector<LeftOut> left_out;
};

Json device_json(const PlatformValues& platform, const Device& device, Values& values) {
  const std::string label = device_label(platform, device);
  const auto of = [&](AnyDeviceFact name) {
    return values.of(device.facts.at(name), label + ": " + std::string(name.text()));
  };
  return {{"state", name_of(device.state)},
          {"name", of(fact::device::name)},
          {"architecture", of(fact::device::architecture)},
          {"memory_total_bytes", of(fact::device::memory_total_bytes)},
          {"pci_address", of(fact::device::pci_address)},
          {"numa_node", of(fact::device::numa_node)}};
}

Json platform_json(const PlatformValues& platform, const HostFacts& host, Values& values) {
  const std::string& id = platform.platform->id;
  Json json;
  json["state"] = name_of(platform.platform->state);
  json["usable_devices"] = values.of(host.at_by_name(id + std::string(short_form::devices)), id + ".devices");
  json["driver_version"] =
      platform.driver_version ? values.text(*platform.driver_version, id + ".driver_version") : Json();
  if (id == "cuda")
    json["supported_version"] = values.of(platform.platform->facts.at(fact::cuda::supported_version), id);
  json["devices"] = Json::array();
  for (const Device* device : platform.devices) json["devices"].push_back(device_json(platform, *device, values));
  return json;
}

Json framework_json(const std::optional<FrameworkValues>& framework) {
  if (!framework) return nullptr;
  const Build* build = framework->build;
  return {{"id", framework->id},
          {"version", build ? Json(build->version) : Json()},
          {"platform", build ? Json(build->platform) : Json()},
          {"build", build ? Json(build->id) : Json()},
          {"install", framework->install.empty() ? Json() : Json(framework->install)}};
}

}  // namespace

Exported export_ansible(const Analysis& analysis, const ExportWishes&) {
  const MachineValues machine(analysis);
  const HostFacts& host = machine.facts.host;
  Values values;
  const auto of = [&](AnyHostFact name) { return values.of(host.at(name), std::string(name.text())); };
  Json json;
  json["version"] = tool_version();
  json["rules_as_of"] = analysis.rules->as_of;
  json["os"] = of(fact::os::family);
  json["arch"] = of(fact::host::arch);
  json["memory_usable_bytes"] = of(fact::memory::usable_bytes);
  json["python"] = of(fact::python::version);
  json["recommended"] = framework_json(machine.framework);
  json["platforms"] = Json::object();
  for (const PlatformValues& platform : machine.platforms)
    json["platforms"][platform.platform->id] = platform_json(platform, host, values);
  json["errors"] = machine.errors;
  json["warnings"] = machine.warnings;
  json["findings"] = Json::array();
  for (const Finding& finding : analysis.diagnosis.findings)
    json["findings"].push_back({{"id", finding.id}, {"severity", finding.severity}, {"platform", finding.platform}});
  return {json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n", std::move(values.left_out)};
}

}  // namespace rigfit
