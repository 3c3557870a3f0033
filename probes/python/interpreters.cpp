#include "probes/python/interpreters.hpp"

#include <algorithm>
#include <array>

#include "fact_names/python.hpp"
#include "facts/version.hpp"
#include "probes/parse/text.hpp"
#include "probes/python/environments.hpp"
#include "probes/python/package_listing.hpp"

namespace rigfit {
namespace {

constexpr std::array<std::string_view, 3> defaults{"/usr/local/bin/python3", "/usr/bin/python3",
                                                   "/opt/homebrew/bin/python3"};

}  // namespace

std::string python_version_in(std::string_view name) {
  name = name.substr(name.rfind('/') == name.npos ? 0 : name.rfind('/') + 1);
  if (!name.starts_with("python3.")) return "";
  const auto minor = whole_number(name.substr(8));
  return minor && *minor < 100 ? "3." + std::to_string(*minor) : "";
}

Requests interpreter_requests() {
  Requests requests;
  for (const std::string_view path : defaults) requests.push_back(link(std::string(path)));
  return requests;
}

void read_interpreters(const Evidence& evidence, HostFacts& facts) {
  std::vector<std::string> versions, sources;
  bool looked = false;
  const auto add = [&](const std::string& version, std::string key) {
    if (version.empty() || std::find(versions.begin(), versions.end(), version) != versions.end()) return;
    versions.push_back(version);
    sources.push_back(std::move(key));
  };
  if (const RecordedPython recorded = recorded_python(evidence); !recorded.version.empty()) {
    facts.set(fact::python::version, *Version::parse(recorded.version), {recorded.key});
    add(recorded.version, recorded.key);
  }
  for (const PythonEnvironment& environment : python_environments(evidence)) {
    if (!environment.is_interpreter) continue;
    const Answer& answer = evidence.list(environment.library);
    looked = looked || answer.found() || answer.absent();
    for (const std::string& name : answer.names)
      if (std::string version = python_version_in(name); !version.empty())
        add(version, key_of(Kind::list, environment.library));
  }
  for (const std::string_view path : defaults) {
    const Answer& answer = evidence.link(path);
    const std::string version = python_version_in(answer.text);
    if (!answer.found() || version.empty()) continue;
    facts.set_if_unknown(fact::python::version, Fact::of(*Version::parse(version), {key_of(Kind::link, path)}));
    add(version, key_of(Kind::link, path));
  }
  std::sort(versions.begin(), versions.end(),
            [](const std::string& a, const std::string& b) { return *Version::parse(a) < *Version::parse(b); });
  if (!versions.empty()) {
    facts.set(fact::python::versions, versions, sources);
    facts.set_if_unknown(fact::python::version, Fact::of(*Version::parse(versions.back()), sources));
    return;
  }
  for (const AnyHostFact name : std::initializer_list<AnyHostFact>{fact::python::versions, fact::python::version})
    facts.set_none(name,
                   looked ? Fact::of_none("none in the usual places") : Fact::unknown("its places were not recorded"));
}

}  // namespace rigfit
