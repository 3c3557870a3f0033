// Which rules count as undecided.
#include "judge/diagnose/diagnose.hpp"

#include <gmock/gmock.h>

#include "fact_names/device.hpp"

namespace rigfit {
namespace {

using Op = Condition::Op;

Condition is(std::string fact, Value wanted) {
  Condition condition;
  condition.op = Op::is;
  condition.fact = std::move(fact);
  condition.wanted = {std::move(wanted)};
  return condition;
}

Condition both(Condition a, Condition b) {
  Condition condition;
  condition.op = Op::all;
  condition.parts = {std::move(a), std::move(b)};
  return condition;
}

struct World {
  RuleBook rules;
  Facts facts;

  World() {
    Platform platform;
    platform.id = "cuda";
    platform.state = State::ready;
    platform.devices.emplace_back();
    platform.devices[0].layers.set(Layer::runtime_init, Truth::unknown, "not tried: it would make a context");
    platform.devices[0].layers[Layer::runtime_init].was_tried = false;
    facts.platforms.push_back(std::move(platform));
  }

  void rule(Condition when, std::optional<Condition> device = std::nullopt) {
    FindingRule one;
    one.id = "cuda.rule." + std::to_string(rules.findings.size());
    one.severity = "error";
    one.platform = "cuda";
    one.when = std::move(when);
    one.device = std::move(device);
    rules.findings.push_back(std::move(one));
  }

  std::size_t undecided() const {
    EXPECT_TRUE(diagnose(rules, facts, Wanting::findings).undecided.empty());
    return diagnose(rules, facts).undecided.size();
  }
};

TEST(Undecided, AFactThatNobodyAskedForIsNoGap) {
  World world;
  world.rule(is("cuda.proof", std::string("wrong")));
  world.rule({}, is("device.proof", std::string("wrong")));
  world.rule({}, is("device.layer.runtime_init", std::string("no")));
  world.rule({}, both(is("device.proof", std::string("wrong")), is("device.layer.runtime_init", std::string("no"))));
  EXPECT_EQ(world.undecided(), 0u);
  EXPECT_TRUE(diagnose(world.rules, world.facts).findings.empty());
}

TEST(Undecided, WhatWasDeniedOrNotRecordedStays) {
  World world;
  world.rule(is("cuda.driver", std::string("old")));
  world.facts.platforms[0].facts.set_by_name("driver", Fact::unknown("/proc/driver was denied", {"file:/proc/driver"}));
  EXPECT_EQ(world.undecided(), 1u);
  world.facts.platforms[0].facts.set_by_name("driver", Fact::unknown("it was not recorded"));
  EXPECT_EQ(world.undecided(), 1u) << "a reason is enough, whether or not an answer is behind it";
  world.rule({}, is("device.error", std::string("lost")));
  EXPECT_EQ(world.undecided(), 1u) << "nobody asked for the second";
  world.facts.platforms[0].devices[0].facts.set(fact::device::error,
                                                Fact::unknown("NVML did not answer", {"ask:nvml"}));
  EXPECT_EQ(world.undecided(), 2u);
}

TEST(Undecided, OneDeniedFactAmongThoseNeverAskedForIsEnough) {
  World world;
  world.rule(both(is("cuda.driver", std::string("old")), is("cuda.proof", std::string("wrong"))));
  EXPECT_EQ(world.undecided(), 0u);
  world.facts.platforms[0].facts.set_by_name("driver", Fact::unknown("it was denied", {"file:/x"}));
  EXPECT_EQ(world.undecided(), 1u);
}

TEST(Undecided, WhatIsDecidedIsNeverThere) {
  World world;
  world.rule(both(is("cuda.driver", std::string("old")), is("cuda.other", std::string("x"))));
  world.facts.platforms[0].facts.set_by_name("driver", Fact::unknown("it was denied", {"file:/x"}));
  world.facts.platforms[0].facts.set_by_name("other", Fact::of(std::string("y"), {}));
  EXPECT_EQ(world.undecided(), 0u);
}

}  // namespace
}  // namespace rigfit
