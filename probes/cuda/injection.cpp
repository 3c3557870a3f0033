#include "probes/cuda/injection.hpp"

#include <algorithm>

#include "fact_names/cuda.hpp"
#include "probes/parse/text.hpp"

namespace rigfit {
namespace {

constexpr std::string_view params = "/proc/driver/nvidia/params";
constexpr std::string_view mounts = "/proc/self/mountinfo";

}  // namespace

Requests injection_requests() { return {file(std::string(params), 8192), env("NVIDIA_DRIVER_CAPABILITIES")}; }

void read_injection(const Evidence& evidence, PlatformFacts& facts) {
  for (const auto& [variable, fact] : {std::pair{"NVIDIA_VISIBLE_DEVICES", fact::cuda::visible_to_container},
                                       {"NVIDIA_DRIVER_CAPABILITIES", fact::cuda::driver_capabilities}}) {
    const Answer& answer = evidence.env(variable);
    const std::vector<std::string> source{key_of(Kind::env, variable)};
    if (answer.found())
      facts.set(fact, std::string(trimmed(answer.text)), source);
    else if (answer.absent())
      facts.set(fact, Fact::of_none(std::string(variable) + " is not set", source));
  }
  if (const std::string* capabilities = facts.get(fact::cuda::driver_capabilities)) {
    const auto words = split(*capabilities, ',');
    facts.set(fact::cuda::gives_compute,
              std::any_of(words.begin(), words.end(), [](auto word) { return word == "compute" || word == "all"; }),
              {"env:NVIDIA_DRIVER_CAPABILITIES"});
  }
  // The runtime mounts a copy that forbids user space to make nodes: "ModifyDeviceFiles: 0".
  for (const std::string_view line : lines_of(evidence.text(params)))
    if (const auto pair = key_value(line); pair && pair->first == "ModifyDeviceFiles" && pair->second == "0")
      facts.set(fact::cuda::injected, true, {key_of(Kind::file, params)});
  // "612 597 0:24 /usr/bin/nvidia-smi /usr/bin/nvidia-smi ro,…": the fifth word is where it is mounted.
  const Answer& mountinfo = evidence.file(mounts);
  for (const std::string_view line : lines_of(mountinfo.text)) {
    const auto words = words_of(line);
    if (words.size() < 5) continue;
    const std::string_view target = words[4], name = target.substr(target.rfind('/') + 1);
    if (name.starts_with("libcuda.so.") || name.starts_with("libnvidia-ml.so.") || name == "nvidia-smi" ||
        target.starts_with("/dev/nvidia"))
      facts.set(fact::cuda::injected, true, {key_of(Kind::file, mounts)});
  }
  if (!facts.has(fact::cuda::injected) && mountinfo.found() && !mountinfo.truncated && !mountinfo.text.empty())
    facts.set(fact::cuda::injected, false, {key_of(Kind::file, mounts)});
}

}  // namespace rigfit
