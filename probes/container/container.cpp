#include "probes/container/container.hpp"

#include <array>

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

Facts read(const Evidence& evidence, const DeviceTable&) {
  Facts facts;
  const auto found = [&](std::string runtime, std::string key) {
    if (!runtime.empty() && !facts.host.has("container.runtime"))
      facts.host.set("container.runtime", std::move(runtime), {std::move(key)});
  };
  for (const char* variable : {"APPTAINER_CONTAINER", "SINGULARITY_CONTAINER"})
    if (evidence.env(variable).found()) found("apptainer", key_of(Kind::env, variable));
  if (evidence.node("/.singularity.d").found()) found("apptainer", "node:/.singularity.d");
  if (evidence.node("/run/.containerenv").found()) found("podman", "node:/run/.containerenv");
  if (evidence.node("/.dockerenv").found()) found("docker", "node:/.dockerenv");
  for (const char* path : {"/run/host/container-manager", "/run/systemd/container"})
    found(std::string(trimmed(evidence.text(path))), key_of(Kind::file, path));
  if (const Answer& variable = evidence.env("container"); variable.found())
    found(std::string(trimmed(variable.text)), "env:container");
  for (const char* path : {"/proc/1/environ", "/proc/self/environ"})
    found(container_variable(evidence.text(path)), key_of(Kind::file, path));
  for (const char* path : {"/proc/self/cgroup", "/proc/1/cgroup"})
    found(runtime_in(evidence.text(path)), key_of(Kind::file, path));
  for (const char* path : {"/proc/self/mountinfo", "/proc/1/mountinfo"}) {
    // Only the mounts at the top and of /etc/hostname tell about us: a host sees its containers' mounts too.
    for (const std::string_view line : lines_of(evidence.text(path))) {
      const auto words = words_of(line);
      if (words.size() > 4 && words[4] == "/" && contains(line, " - overlay "))
        found(contains(line, "/docker/overlay2/")                ? "docker"
              : contains(line, "/containers/storage/overlay")    ? "podman"
              : contains(line, "/io.containerd.snapshotter.v1.") ? "containerd"
                                                                 : "",
              key_of(Kind::file, path));
      if (words.size() > 4 &&
          (words[4] == "/etc/hostname" || words[4] == "/etc/hosts" || words[4] == "/etc/resolv.conf"))
        found(contains(line, "/docker/containers/")  ? "docker"
              : contains(line, "overlay-containers") ? "podman"
              : contains(line, "/kubelet/pods/")     ? "kubernetes"
                                                     : "",
              key_of(Kind::file, path));
    }
  }
  if (evidence.env("KUBERNETES_SERVICE_HOST").found()) found("kubernetes", "env:KUBERNETES_SERVICE_HOST");
  const bool looked = evidence.node("/.dockerenv").absent() && evidence.node("/run/.containerenv").absent();
  if (!facts.host.has("container.runtime"))
    facts.host.set("container.runtime",
                   looked ? Fact::of_none("no sign of a container") : Fact::unknown("its signs were not recorded"));
  if (const Answer& service = evidence.env("KUBERNETES_SERVICE_HOST"); service.found() || service.absent())
    facts.host.set("container.kubernetes", service.found(), {"env:KUBERNETES_SERVICE_HOST"});
  // "0::/" alone is the unified hierarchy; numbered lines with controllers are the old one.
  for (const char* path : {"/proc/self/cgroup", "/proc/1/cgroup"})
    if (const std::string_view text = evidence.text(path); !text.empty() && !facts.host.has("cgroup.version")) {
      bool v1 = false, v2 = false;
      for (const std::string_view line : lines_of(text)) {
        const auto parts = split(line, ':');
        if (parts.size() >= 3) (parts[0] == "0" && parts[1].empty() ? v2 : v1) = true;
      }
      if (v1 || v2)
        facts.host.set("cgroup.version",
                       std::string(v1 && v2 ? "hybrid"
                                   : v1     ? "v1"
                                            : "v2"),
                       {key_of(Kind::file, path)});
    }
  if (!facts.host.has("cgroup.version"))
    if (const std::string_view mounts = evidence.text("/proc/self/mountinfo"); !mounts.empty()) {
      const bool v1 = contains(mounts, " - cgroup "), v2 = contains(mounts, " - cgroup2 ");
      if (v1 || v2)
        facts.host.set("cgroup.version",
                       std::string(v1 && v2 ? "hybrid"
                                   : v1     ? "v1"
                                            : "v2"),
                       {"file:/proc/self/mountinfo"});
    }
  return facts;
}

}  // namespace

const Probe container_probe{"container", looks_at, nullptr, read};

}  // namespace rigfit
