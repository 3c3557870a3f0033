#include "probes/container/cdi.hpp"

#include "fact_names/container.hpp"
#include "fact_names/cuda.hpp"
#include "probes/parse/text.hpp"
#include "text/made_of.hpp"

namespace rigfit {
namespace {

constexpr std::string_view folders[] = {"/etc/cdi", "/var/run/cdi"}, endings[] = {".yaml", ".json"};
constexpr std::string_view libcuda = "libcuda.so.";

/// Paths, serial numbers and UUIDs of a specification never become evidence.
std::vector<std::string> kept_lines() {
  std::vector<std::string> lines{"kind: ",           "\"kind\":",         "name: all", "\"name\": \"all\"",
                                 "\"name\":\"all\"", std::string(libcuda)};
  for (char digit = '0'; digit <= '9'; ++digit)
    for (const char* before : {"name: \"", "name: '", "\"name\": \"", "\"name\":\""})
      lines.push_back(std::string(before) + digit);
  return lines;
}

Requests specifications() {
  Requests requests;
  for (const std::string_view folder : folders)
    for (const std::string_view ending : endings)
      requests.push_back(log_keeping(file(std::string(folder) + "/*" + std::string(ending)), kept_lines(), ','));
  return requests;
}

const Requests cdi_looks_at = specifications();

/// The value of "key: value", with or without quotes, of a line of YAML or a piece of JSON.
std::string_view value_of(std::string_view line, std::string_view key) {
  const auto pair = key_value(line);
  if (!pair) return {};
  const auto bare = [](std::string_view text) {
    while (!text.empty() && contains(",\"'}]", {&text.back(), 1})) text.remove_suffix(1);
    while (!text.empty() && contains("\"'- ", {text.data(), 1})) text.remove_prefix(1);  // "- name: all"
    return text;
  };
  return bare(pair->first) == key ? bare(pair->second) : std::string_view{};
}

Facts read_cdi(const Evidence& evidence, const DeviceTable&) {
  Facts facts;
  std::vector<std::string> devices, sources;
  bool is_every_folder_known = true, is_every_name_known = true;
  for (const std::string_view folder : folders) {
    const Answer& listed = evidence.list(folder);
    is_every_folder_known = is_every_folder_known && (listed.found() || listed.absent());
    for (const std::string& name : listed.names) {
      const std::string path = std::string(folder) + "/" + name;
      if (!path.ends_with(endings[0]) && !path.ends_with(endings[1])) continue;
      const CdiSpecification specification = parse_cdi(evidence.text(path));
      // One that may not be read, or names devices by their UUIDs, names some all the same.
      is_every_name_known = is_every_name_known && !specification.kind.empty() && !specification.names.empty();
      if (specification.kind.empty()) continue;
      sources.push_back(key_of(Kind::file, path));
      for (const std::string& device : specification.names) devices.push_back(specification.kind + "=" + device);
      if (!specification.driver || facts.host.has(fact::container::cdi_driver_version)) continue;
      facts.host.set(fact::container::cdi_driver_version, *specification.driver, {sources.back()});
      facts.host.set(fact::container::cdi_file, path, {sources.back()});
    }
  }
  if (!devices.empty())
    facts.host.set(fact::container::cdi_devices, std::move(devices), std::move(sources));
  else if (!is_every_name_known)
    facts.host.set(fact::container::cdi_devices,
                   Fact::unknown("the names of the devices were not read in /etc/cdi or /var/run/cdi"));
  else if (is_every_folder_known)
    facts.host.set(fact::container::cdi_devices, Fact::of_none("no CDI specification is in /etc/cdi or /var/run/cdi"));
  return facts;
}

void relate_cdi(Facts& facts) {
  const Platform* cuda = facts.platform("cuda");
  const auto* written_for = facts.host.get(fact::container::cdi_driver_version);
  const auto* loaded = cuda ? cuda->facts.get(fact::cuda::driver_version) : nullptr;
  if (!written_for || !loaded) return;
  std::vector<std::string> sources = facts.host.at(fact::container::cdi_driver_version).sources;
  for (const std::string& source : cuda->facts.at(fact::cuda::driver_version).sources) sources.push_back(source);
  facts.host.set(fact::container::cdi_is_stale, *written_for != *loaded, std::move(sources));
}

}  // namespace

CdiSpecification parse_cdi(std::string_view text) {
  CdiSpecification result;
  for (const std::string_view line : lines_of(text)) {
    if (const std::size_t at = line.find(libcuda); at != line.npos) {
      const std::string_view version = line.substr(at + libcuda.size());
      const auto parsed = Version::parse(version.substr(0, version.find_first_not_of("0123456789.")));
      if (parsed && parsed->size() > 1 && !result.driver) result.driver = parsed;  // libcuda.so.1 is its other name
    } else if (const std::string_view kind = value_of(line, "kind"); !kind.empty()) {
      if (result.kind.empty() && contains(kind, "/") && is_made_of(kind, "/_-.")) result.kind = kind;
    } else if (const std::string_view name = value_of(line, "name"); !name.empty()) {
      if (is_made_of(name, "_-.:")) result.names.emplace_back(name);
    }
  }
  return result;
}

const Probe cdi_probe{"cdi", cdi_looks_at, nullptr, read_cdi, relate_cdi};

}  // namespace rigfit
