#include "judge/recommend/target_os.hpp"

#include <algorithm>

#include "fact_names/os.hpp"

namespace rigfit {
namespace {

constexpr std::string_view of_the_system[] = {"os.", "python.",    "framework.", "container.",
                                              "vm.", "scheduler.", "env.",       "memory.limited_by"};

bool is_of_the_system(std::string_view fact) {
  return std::any_of(std::begin(of_the_system), std::end(of_the_system),
                     [&](std::string_view prefix) { return fact.starts_with(prefix); });
}

void forget(Layers& layers, const std::string& because) {
  for (std::size_t n = 0; n < layer_count; ++n)
    if (const Layer layer = static_cast<Layer>(n); layer != Layer::bus) layers.set(layer, Truth::unknown, because);
}

}  // namespace

Facts retargeted(Facts facts, const std::string& os) {
  const std::string* family = facts.host.get(fact::os::family);
  if (family && *family == os) return facts;
  const std::string because = "it was asked how this hardware would do under another system";
  HostFacts host;
  for (const auto& [name, fact] : facts.host)
    host.set_by_name(name, is_of_the_system(name) ? Fact::unknown(because) : fact);
  host.set(fact::os::family, Fact::of(os));
  if (os != "linux") host.set(fact::os::wsl, Fact::of_none("not Linux"));
  facts.host = std::move(host);
  for (Platform& platform : facts.platforms) {
    if (platform.id == "cpu") continue;
    // Apple's GPUs are the only ones with MPS, and nothing else drives them.
    if (platform.id == "mps" && os != "darwin") {
      platform.state = State::not_applicable;
      platform.because = "MPS is a part of macOS";
      platform.devices.clear();
      continue;
    }
    if (platform.id == "mps" && platform.state == State::not_applicable) {
      platform.state = State::absent;
      platform.because = "this is not a Mac";
    }
    if (platform.state == State::absent || platform.state == State::not_applicable) continue;
    platform.state = State::unknown;
    platform.because = because;
    forget(platform.layers, because);
    PlatformFacts nothing;
    for (const auto& [name, fact] : platform.facts) nothing.set_by_name(name, Fact::unknown(because));
    platform.facts = std::move(nothing);
    for (Device& device : platform.devices) {
      device.state = State::unknown;
      device.because = because;
      forget(device.layers, because);
    }
  }
  return facts;
}

}  // namespace rigfit
