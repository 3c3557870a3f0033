// Whatever is blocked has a finding that says why, whether or not a rule knows the cause.
#include "judge/diagnose/unexplained.hpp"

#include <random>

#include "fact_names/device.hpp"
#include "judge/machine.hpp"

namespace rigfit {
namespace {

constexpr const char* accelerators[] = {"cuda", "rocm", "mps", "tpu", "xpu", "gaudi", "neuron", "ascend", "npu"};

bool says_why(const Diagnosis& diagnosis, const std::string& platform, std::optional<std::size_t> device) {
  return std::any_of(diagnosis.findings.begin(), diagnosis.findings.end(), [&](const Finding& finding) {
    const auto& devices = finding.devices;
    return finding.explains_block && finding.platform == platform &&
           (!device || devices.empty() || std::count(devices.begin(), devices.end(), *device) > 0);
  });
}

/// What is blocked and has no finding that says why; empty where all is well.
std::string unexplained_in(const Facts& facts, const Diagnosis& diagnosis) {
  for (const Platform& platform : facts.platforms) {
    if (platform.state == State::blocked && !says_why(diagnosis, platform.id, std::nullopt)) return platform.id;
    for (std::size_t n = 0; n < platform.devices.size(); ++n)
      if (platform.devices[n].state == State::blocked && !says_why(diagnosis, platform.id, n))
        return platform.id + " device " + std::to_string(n);
  }
  return "";
}

struct Chance {
  std::mt19937 random;
  explicit Chance(unsigned seed) : random(seed) {}
  unsigned below(unsigned end) { return std::uniform_int_distribution<unsigned>(0, end - 1)(random); }

  State state() { return static_cast<State>(below(6)); }
  Layers layers() {
    Layers layers;
    for (std::size_t n = 0; n < layer_count; ++n)
      layers.set(static_cast<Layer>(n), static_cast<Truth>(below(3)), below(2) ? "as it was seen" : "", {"file:/x"});
    return layers;
  }
  Device device() {
    Device device;
    device.state = state();
    device.layers = layers();
    if (below(2)) device.because = "as it is";
    if (below(2)) device.facts.set(fact::device::name, std::string("a device"), {});
    return device;
  }
  Facts facts() {
    Facts facts;
    for (const char* id : accelerators) {
      Platform platform;
      platform.id = id;
      platform.state = state();
      platform.layers = layers();
      for (unsigned n = below(4); n > 0; --n) platform.devices.push_back(device());
      facts.platforms.push_back(std::move(platform));
    }
    return facts;
  }
};

TEST(Blocked, AlwaysHasAFindingThatSaysWhy) {
  std::size_t blocked = 0;
  for (unsigned seed = 0; seed < 2000; ++seed) {
    const Facts facts = Chance(seed).facts();
    const Diagnosis diagnosis = diagnose(shipped(), facts);
    for (const Platform& platform : facts.platforms) blocked += platform.state == State::blocked;
    ASSERT_EQ(unexplained_in(facts, diagnosis), "") << "seed " << seed;
  }
  EXPECT_GT(blocked, 1000u);
}

// With no rule that knows anything, each platform has the one that is left.
TEST(Blocked, HasTheGenericFindingForEachPlatform) {
  RuleBook rules;
  for (const FindingRule& rule : shipped().findings)
    if (rule.otherwise_unexplained) rules.findings.push_back(rule);
  for (const char* id : accelerators) {
    Facts facts;
    Platform platform;
    platform.id = id;
    platform.state = State::blocked;
    platform.layers.set(Layer::bus, Truth::yes, "it is there");
    platform.layers.set(Layer::user_library, Truth::no, "no library was found", {"link:/lib/x.so"});
    facts.platforms.push_back(platform);
    const auto findings = diagnose(rules, facts).findings;
    ASSERT_EQ(findings.size(), 1u) << id;
    EXPECT_EQ(findings[0].id, std::string(id) + ".blocked.unexplained");
    EXPECT_EQ(findings[0].severity, "error");
    EXPECT_THAT(findings[0].cause, testing::HasSubstr("user library: no library was found"));
    ASSERT_FALSE(findings[0].terms.empty()) << id;
    EXPECT_THAT(findings[0].terms[0].sources, testing::ElementsAre("link:/lib/x.so"));
    EXPECT_FALSE(findings[0].remedy.empty()) << id;
  }
}

TEST(Blocked, DevicesThatFailAlikeShareAFinding) {
  Facts facts;
  Platform platform;
  platform.id = "cuda";
  platform.state = State::ready;
  for (const char* why : {"it is lost", "it is busy", "it is lost"}) {
    Device device;
    device.state = State::blocked;
    device.layers.set(Layer::runtime_init, Truth::no, why);
    platform.devices.push_back(device);
  }
  platform.devices.emplace_back().state = State::ready;
  facts.platforms.push_back(platform);
  std::vector<Finding> findings;
  find_unexplained(shipped(), facts, findings);
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_THAT(findings[0].devices, testing::ElementsAre(0, 2));
  EXPECT_THAT(findings[1].devices, testing::ElementsAre(1));
}

// A finding about an installed package is an error, and no reason why the device does not start.
TEST(Blocked, IsNotExplainedByAnInstalledPackage) {
  std::vector<std::string> others;
  for (const FindingRule& rule : shipped().findings)
    if (rule.severity == "error" && !rule.explains_block) others.push_back(rule.id);
  EXPECT_THAT(others, testing::UnorderedElementsAre("cuda.torch.no_code", "cuda.torch.older_than_gpu",
                                                    "cuda.torch.driver_too_old", "cuda.jax.no_code",
                                                    "cuda.jax.driver_too_old", "cuda.tensorflow.no_code",
                                                    "cuda.tensorflow.driver_too_old", "tpu.library.mismatch"));
}

}  // namespace
}  // namespace rigfit
