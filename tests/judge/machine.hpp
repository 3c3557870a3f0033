#pragma once

#include <gmock/gmock.h>

#include "fact_names/cpu.hpp"
#include "fact_names/cuda.hpp"
#include "fact_names/device.hpp"
#include "fact_names/host.hpp"
#include "fact_names/os.hpp"
#include "fact_names/python.hpp"
#include "judge/diagnose/diagnose.hpp"
#include "judge/recommend/recommend.hpp"

namespace rigfit {

inline const RuleBook& shipped() {
  static const RuleBook book = [] {
    auto loaded = load_rules(embedded_rules(), false);
    return loaded ? std::move(*loaded) : RuleBook{};
  }();
  return book;
}

/// Facts as the probes would state them, put together by hand.
struct Machine {
  Facts facts;

  Machine(const char* os, const char* arch) {
    facts.host.set(fact::os::family, std::string(os), {});
    facts.host.set(fact::host::arch, std::string(arch), {});
    facts.host.set(fact::os::libc, std::string("glibc"), {});
    facts.host.set(fact::os::glibc_version, *Version::parse("2.36"), {});
    facts.host.set(fact::os::wsl, Fact::of_none("not WSL"));
    facts.host.set(fact::python::version, *Version::parse("3.12"), {});
    facts.host.set(fact::cpu::features, std::vector<std::string>{"avx", "avx2"}, {});
    if (std::string_view(os) == "darwin") facts.host.set(fact::os::macos_version, *Version::parse("15.3"), {});
    for (const char* id : {"cuda", "rocm", "mps", "tpu", "xpu", "cpu"}) {
      Platform platform;
      platform.id = id;
      platform.state = State::absent;
      facts.platforms.push_back(platform);
    }
    facts.platform("cpu")->state = State::ready;
  }

  Machine& device(const char* platform_id, State state, std::map<std::string, std::string> words = {}) {
    Platform& platform = *facts.platform(platform_id);
    platform.state = state;
    Device device;
    device.state = state;
    device.facts.set(fact::device::name, std::string("a device"), {});
    device.facts.set(fact::device::kind, std::string("gpu"), {});
    for (const auto& [name, value] : words)
      if (name == "compute_capability")
        device.facts.set(fact::device::compute_capability, *Version::parse(value), {});
      else
        device.facts.set_by_name(name, Fact::of(value));
    platform.devices.push_back(device);
    return *this;
  }

  Machine& driver(const char* version) {
    facts.platform("cuda")->facts.set(fact::cuda::driver_version, *Version::parse(version), {});
    return *this;
  }

  Support support(const char* framework) const {
    const Diagnosis diagnosis = diagnose(shipped(), facts);
    return assess_support(shipped(), facts, diagnosis, {shipped().framework(framework)}).at(0);
  }

  Recommendation recommended(const Wishes& wishes = {}) const {
    auto result = recommend(shipped(), facts, diagnose(shipped(), facts), wishes);
    EXPECT_TRUE(result) << result.error();
    return std::move(*result);
  }

  std::string first() const {
    const Ranking ranking = recommended().ranking;
    return ranking.places.empty() ? "" : ranking.table.options[ranking.places[0].option];
  }
};

inline Machine linux_x86() { return {"linux", "x86_64"}; }
inline Machine h100() {
  Machine machine = linux_x86();
  machine.device("cuda", State::ready, {{"compute_capability", "9.0"}, {"architecture", "sm_90"}}).driver("590.44.01");
  return machine;
}

}  // namespace rigfit
