#include "probes/python/python.hpp"

#include <algorithm>
#include <array>

#include "probes/text/text.hpp"

namespace rigfit {
namespace {

const Requests looks_at{list("/usr/lib"),       link("/usr/bin/python3"),          link("/usr/local/bin/python3"),
                        list("/usr/local/lib"), link("/opt/homebrew/bin/python3"), list("/opt/conda/lib")};

constexpr std::array<std::string_view, 3> libraries{"/usr/lib", "/usr/local/lib", "/opt/conda/lib"};

/// "python3.11" → "3.11"
std::string version_in(std::string_view name) {
  name = name.substr(name.rfind('/') == name.npos ? 0 : name.rfind('/') + 1);
  if (!name.starts_with("python3.")) return "";
  const auto minor = whole_number(name.substr(8));
  return minor && *minor < 100 ? "3." + std::to_string(*minor) : "";
}

std::vector<std::string> package_folders(const Evidence& evidence) {
  std::vector<std::string> folders;
  for (const std::string_view library : libraries)
    for (const std::string& name : evidence.list(library).names) {
      if (version_in(name).empty() && !(library == "/usr/lib" && name == "python3")) continue;
      for (const char* packages : {"/site-packages", "/dist-packages"})
        folders.push_back(std::string(library) + "/" + name + packages);
    }
  return folders;
}

Requests next(const Evidence& evidence, const DeviceTable&) {
  Requests requests;
  for (const std::string& folder : package_folders(evidence)) {
    requests.push_back(list(folder));
    for (const std::string& name : evidence.list(folder).names)
      if (name.starts_with("torch-") && name.ends_with(".dist-info"))
        requests.push_back(file(folder + "/torch/version.py", 4096));
  }
  return requests;
}

struct Package {
  std::string_view prefix, framework;
};
// Distribution names as pip spells their folders.
constexpr std::array<Package, 8> packages{{{"torch-", "torch"},
                                           {"tensorflow-", "tensorflow"},
                                           {"tensorflow_cpu-", "tensorflow"},
                                           {"tensorflow_rocm-", "tensorflow"},
                                           {"jax-", "jax"},
                                           {"jaxlib-", "jaxlib"},
                                           {"mlx-", "mlx"},
                                           {"torch_xla-", "torch_xla"}}};

// cuda: Optional[str] = '12.8'
std::string assigned(std::string_view text, std::string_view name) {
  for (const std::string_view line : lines_of(text))
    if (line.starts_with(name))
      if (const auto pair = key_value(line, '='); pair && pair->second.size() > 2 && pair->second.front() == '\'')
        return std::string(pair->second.substr(1, pair->second.rfind('\'') - 1));
  return "";
}

Facts read(const Evidence& evidence, const DeviceTable&) {
  Facts facts;
  std::vector<std::string> versions, sources;
  bool looked = false;
  for (const std::string_view library : libraries) {
    const Answer& answer = evidence.list(library);
    looked = looked || answer.found() || answer.absent();
    for (const std::string& name : answer.names)
      if (const std::string version = version_in(name);
          !version.empty() && std::find(versions.begin(), versions.end(), version) == versions.end()) {
        versions.push_back(version);
        sources.push_back(key_of(Kind::list, library));
      }
  }
  for (const char* path : {"/usr/local/bin/python3", "/usr/bin/python3", "/opt/homebrew/bin/python3"}) {
    const Answer& answer = evidence.link(path);
    if (const std::string version = version_in(answer.text); answer.found() && !version.empty()) {
      facts.host.set_if_unknown("python.version", Fact::of(*Version::parse(version), {key_of(Kind::link, path)}));
      if (std::find(versions.begin(), versions.end(), version) == versions.end())
        versions.push_back(version), sources.push_back(key_of(Kind::link, path));
    }
  }
  std::sort(versions.begin(), versions.end(),
            [](const std::string& a, const std::string& b) { return *Version::parse(a) < *Version::parse(b); });
  if (!versions.empty()) {
    facts.host.set("python.versions", versions, sources);
    facts.host.set_if_unknown("python.version", Fact::of(*Version::parse(versions.back()), sources));
  } else {
    facts.host.set("python.versions",
                   looked ? Fact::of_none("none in the usual places") : Fact::unknown("its places were not recorded"));
    facts.host.set("python.version",
                   looked ? Fact::of_none("none in the usual places") : Fact::unknown("its places were not recorded"));
  }
  for (const std::string& folder : package_folders(evidence))
    for (const std::string& name : evidence.list(folder).names) {
      if (!name.ends_with(".dist-info")) continue;
      for (const auto& [prefix, framework] : packages) {
        if (!name.starts_with(prefix)) continue;
        const std::string base = "framework." + std::string(framework);
        const std::vector<std::string> source{key_of(Kind::list, folder)};
        if (const auto version = Version::parse(name.substr(prefix.size(), name.size() - prefix.size() - 10)))
          facts.host.set_if_unknown(base + ".version", Fact::of(*version, source));
        if (framework != "torch") continue;
        const std::string path = folder + "/torch/version.py";
        if (!evidence.file(path).found()) continue;
        const std::string_view text = evidence.text(path);
        if (contains(text, "cuda"))
          facts.host.set_if_unknown(
              base + ".cpu_only",
              Fact::of(assigned(text, "cuda").empty() && assigned(text, "hip").empty() && assigned(text, "xpu").empty(),
                       {key_of(Kind::file, path)}));
        for (const char* runtime : {"cuda", "hip"}) {
          const std::string value = assigned(evidence.text(path), runtime);
          facts.host.set_if_unknown(
              base + "." + runtime,
              value.empty() ? Fact::of_none("this build has no " + std::string(runtime), {key_of(Kind::file, path)})
                            : Fact::of(value, {key_of(Kind::file, path)}));
        }
      }
    }
  return facts;
}

}  // namespace

const Probe python_probe{"python", looks_at, next, read};

}  // namespace rigfit
