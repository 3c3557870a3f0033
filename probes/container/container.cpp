#include "probes/container/container.hpp"

#include <array>

#include "fact_names/cgroup.hpp"
#include "fact_names/container.hpp"
#include "probes/parse/text.hpp"

namespace rigfit {
namespace {

const Requests looks_at{node("/.dockerenv"),
                        node("/run/.containerenv"),
                        file("/run/systemd/container", 64),
                        file("/run/host/container-manager", 64),
                        node("/.singularity.d"),
                        env("container"),
                        env("APPTAINER_CONTAINER"),
                        env("SINGULARITY_CONTAINER"),
                        env("KUBERNETES_SERVICE_HOST"),
                        file("/proc/self/cgroup", 65536),
                        file("/proc/self/mountinfo", 1u << 20)};

/// The variable `container` of the first process, where it was recorded.
std::string container_variable(std::string_view environ_text) {
  std::string text(environ_text);
  for (char& c : text)
    if (c == '\0') c = '\n';
  for (const std::string_view line : lines_of(text))
    if (line.starts_with("container=")) return std::string(trimmed(line.substr(10)));
  return "";
}

std::string runtime_in(std::string_view text) {
  static const std::array<std::array<std::string_view, 2>, 11> signs{{{"/docker/", "docker"},
                                                                      {"/docker-", "docker"},
                                                                      {"/libpod-", "podman"},
                                                                      {"/libpod_parent/", "podman"},
                                                                      {"/libpod/", "podman"},
                                                                      {"/lxc/", "lxc"},
                                                                      {"/lxc.payload", "lxc"},
                                                                      {"/crio-", "cri-o"},
                                                                      {"/cri-containerd-", "containerd"},
                                                                      {"/kubepods", "containerd"},
                                                                      {"/ecs/", "docker"}}};
  for (const auto& [words, name] : signs)
    if (contains(text, words)) return std::string(name);
  return "";
}

/// Keeps the first runtime that a sign names.
class RuntimeSigns {
 public:
  explicit RuntimeSigns(HostFacts& facts) : facts_(facts) {}
  void add(std::string runtime, std::string key) {
    if (!runtime.empty() && !facts_.has(fact::container::runtime))
      facts_.set(fact::container::runtime, std::move(runtime), {std::move(key)});
  }

 private:
  HostFacts& facts_;
};

/// What runtimes leave in a container: variables, marker files, their name.
void read_markers(const Evidence& evidence, RuntimeSigns& signs) {
  for (const char* variable : {"APPTAINER_CONTAINER", "SINGULARITY_CONTAINER"})
    if (evidence.env(variable).found()) signs.add("apptainer", key_of(Kind::env, variable));
  if (evidence.node("/.singularity.d").found()) signs.add("apptainer", "node:/.singularity.d");
  if (evidence.node("/run/.containerenv").found()) signs.add("podman", "node:/run/.containerenv");
  if (evidence.node("/.dockerenv").found()) signs.add("docker", "node:/.dockerenv");
  for (const char* path : {"/run/host/container-manager", "/run/systemd/container"})
    signs.add(std::string(trimmed(evidence.text(path))), key_of(Kind::file, path));
  if (const Answer& variable = evidence.env("container"); variable.found())
    signs.add(std::string(trimmed(variable.text)), "env:container");
  signs.add(container_variable(evidence.text("/proc/1/environ")), "file:/proc/1/environ");
  for (const char* path : {"/proc/self/cgroup", "/proc/1/cgroup"})
    signs.add(runtime_in(evidence.text(path)), key_of(Kind::file, path));
}

/// The runtime that a line of mountinfo names. Only the mounts at the top and of /etc/hostname tell about us: a host
/// sees its containers' mounts too.
std::string runtime_of_mount(std::string_view line) {
  const auto words = words_of(line);
  if (words.size() <= 4) return "";
  const std::string_view at = words[4];
  if (at == "/" && contains(line, " - overlay "))
    return contains(line, "/docker/overlay2/")                ? "docker"
           : contains(line, "/containers/storage/overlay")    ? "podman"
           : contains(line, "/io.containerd.snapshotter.v1.") ? "containerd"
                                                              : "";
  if (at == "/etc/hostname" || at == "/etc/hosts" || at == "/etc/resolv.conf")
    return contains(line, "/docker/containers/")  ? "docker"
           : contains(line, "overlay-containers") ? "podman"
           : contains(line, "/kubelet/pods/")     ? "kubernetes"
                                                  : "";
  return "";
}

void read_runtime(const Evidence& evidence, HostFacts& facts) {
  RuntimeSigns signs(facts);
  read_markers(evidence, signs);
  for (const std::string_view line : lines_of(evidence.text("/proc/self/mountinfo")))
    signs.add(runtime_of_mount(line), "file:/proc/self/mountinfo");
  if (evidence.env("KUBERNETES_SERVICE_HOST").found()) signs.add("kubernetes", "env:KUBERNETES_SERVICE_HOST");
  const bool looked = evidence.node("/.dockerenv").absent() && evidence.node("/run/.containerenv").absent();
  if (!facts.has(fact::container::runtime))
    facts.set(fact::container::runtime,
              looked ? Fact::of_none("no sign of a container") : Fact::unknown("its signs were not recorded"));
}

void set_cgroup_version(bool has_v1, bool has_v2, std::string key, HostFacts& facts) {
  if (facts.has(fact::cgroup::version) || (!has_v1 && !has_v2)) return;
  facts.set(fact::cgroup::version, std::string(has_v1 && has_v2 ? "hybrid" : has_v1 ? "v1" : "v2"), {std::move(key)});
}

void read_cgroup_version(const Evidence& evidence, HostFacts& facts) {
  // "0::/" alone is the unified hierarchy; numbered lines with controllers are the old one.
  for (const char* path : {"/proc/self/cgroup", "/proc/1/cgroup"}) {
    bool has_v1 = false, has_v2 = false;
    for (const std::string_view line : lines_of(evidence.text(path))) {
      const auto parts = split(line, ':');
      if (parts.size() >= 3) (parts[0] == "0" && parts[1].empty() ? has_v2 : has_v1) = true;
    }
    set_cgroup_version(has_v1, has_v2, key_of(Kind::file, path), facts);
  }
  const std::string_view mounts = evidence.text("/proc/self/mountinfo");
  set_cgroup_version(contains(mounts, " - cgroup "), contains(mounts, " - cgroup2 "), "file:/proc/self/mountinfo",
                     facts);
}

Facts read(const Evidence& evidence, const DeviceTable&) {
  Facts facts;
  read_runtime(evidence, facts.host);
  if (const Answer& service = evidence.env("KUBERNETES_SERVICE_HOST"); service.found() || service.absent())
    facts.host.set(fact::container::kubernetes, service.found(), {"env:KUBERNETES_SERVICE_HOST"});
  read_cgroup_version(evidence, facts.host);
  return facts;
}

}  // namespace

const Probe container_probe{"container", looks_at, nullptr, read};

}  // namespace rigfit
