#include "rules/condition.hpp"

#include <gmock/gmock.h>

#include "fact_names/device.hpp"

namespace rigfit {
namespace {

using Op = Condition::Op;

Condition about(Op op, std::string fact, std::vector<Value> wanted) {
  Condition condition;
  condition.op = op;
  condition.fact = std::move(fact);
  condition.wanted = std::move(wanted);
  return condition;
}
Condition is(std::string fact, Value wanted) { return about(Op::is, std::move(fact), {std::move(wanted)}); }
Condition of(Op op, std::vector<Condition> parts, std::string devices_of = "") {
  Condition condition;
  condition.op = op;
  condition.parts = std::move(parts);
  condition.devices_of = std::move(devices_of);
  return condition;
}

/// yes, no, maybe: one fact of each kind, and a platform with three devices.
Facts some_facts() {
  Facts facts;
  facts.host.set_by_name("yes", Fact::of(true, {"file:/yes"}));
  facts.host.set_by_name("no", Fact::of(false, {"file:/no"}));
  facts.host.set_by_name("maybe", Fact::unknown("it was denied", {"file:/maybe"}));
  facts.host.set_by_name("absent", Fact::of_none("there is none"));
  facts.host.set_by_name("os.word", Fact::of(std::string("amd"), {}));
  facts.host.set_by_name("os.count", Fact::of(std::int64_t{9}, {}));
  facts.host.set_by_name("os.maybe", Fact::unknown("it was denied"));
  facts.host.set_by_name("word", Fact::of(std::string("amd"), {}));
  facts.host.set_by_name("words", Fact::of(std::vector<std::string>{"avx", "avx2"}, {}));
  facts.host.set_by_name("count", Fact::of(std::int64_t{9}, {}));
  facts.host.set_by_name("version", Fact::of(*Version::parse("3.9")));
  Platform platform;
  platform.id = "cuda";
  platform.state = State::blocked;
  platform.layers.set(Layer::bus, Truth::yes, "it is there");
  for (const char* capability : {"7.5", "9.0", ""}) {
    Device device;
    device.facts.set(fact::device::compute_capability,
                     *capability ? Fact::of(*Version::parse(capability)) : Fact::unknown("not reported"));
    platform.devices.push_back(device);
  }
  facts.platforms.push_back(platform);
  return facts;
}

Truth truth(const Condition& condition) { return evaluate(condition, some_facts()).truth; }

TEST(Condition, AlwaysHolds) { EXPECT_EQ(truth({}), Truth::yes); }

TEST(Condition, ComparesOneFact) {
  EXPECT_EQ(truth(is("word", std::string("amd"))), Truth::yes);
  EXPECT_EQ(truth(is("word", std::string("intel"))), Truth::no);
  EXPECT_EQ(truth(is("words", std::string("avx2"))), Truth::yes) << "a list is each word that it contains";
  EXPECT_EQ(truth(is("words", std::string("avx51"))), Truth::no);
  EXPECT_EQ(truth(about(Op::is_one_of, "word", {std::string("intel"), std::string("amd")})), Truth::yes);
  EXPECT_EQ(truth(about(Op::at_least, "count", {std::int64_t{9}})), Truth::yes);
  EXPECT_EQ(truth(about(Op::at_least, "count", {std::int64_t{10}})), Truth::no);
  EXPECT_EQ(truth(about(Op::below, "count", {std::int64_t{10}})), Truth::yes);
  EXPECT_EQ(truth(about(Op::below, "count", {std::int64_t{9}})), Truth::no);
}

TEST(Condition, ComparesVersionsAsVersions) {
  EXPECT_EQ(truth(about(Op::below, "version", {std::string("3.10")})), Truth::yes) << "3.9 is older than 3.10";
  EXPECT_EQ(truth(about(Op::at_least, "version", {std::string("3.10")})), Truth::no);
  EXPECT_EQ(truth(is("version", std::string("3.9.0"))), Truth::yes);
}

TEST(Condition, UnknownIsNeitherYesNorNo) {
  for (const Op op : {Op::is, Op::is_one_of}) EXPECT_EQ(truth(about(op, "maybe", {std::string("x")})), Truth::unknown);
  for (const Op op : {Op::at_least, Op::below}) EXPECT_EQ(truth(about(op, "maybe", {std::int64_t{1}})), Truth::unknown);
  EXPECT_EQ(truth(is("never.heard.of", true)), Truth::unknown);
  EXPECT_EQ(truth(of(Op::negate, {is("maybe", true)})), Truth::unknown);
}

TEST(Condition, NoneIsNoForEveryComparison) {
  EXPECT_EQ(truth(is("absent", std::string("x"))), Truth::no);
  EXPECT_EQ(truth(about(Op::at_least, "absent", {std::int64_t{0}})), Truth::no);
  EXPECT_EQ(truth(about(Op::below, "absent", {std::int64_t{99}})), Truth::no);
}

TEST(Condition, KnownAsksOnlyWhetherThereIsAValue) {
  EXPECT_EQ(truth(about(Op::known, "word", {true})), Truth::yes);
  EXPECT_EQ(truth(of(Op::negate, {about(Op::known, "word", {true})})), Truth::no);
  EXPECT_EQ(truth(about(Op::known, "maybe", {true})), Truth::no);
}

TEST(Condition, KnownUnknownAndNoneAreTheThreeCases) {
  const auto cases = [](const char* fact) {
    std::vector<Truth> truths;
    for (const Op op : {Op::known, Op::unknown, Op::none}) truths.push_back(truth(about(op, fact, {true})));
    return truths;
  };
  EXPECT_THAT(cases("word"), testing::ElementsAre(Truth::yes, Truth::no, Truth::no));
  EXPECT_THAT(cases("absent"), testing::ElementsAre(Truth::no, Truth::no, Truth::yes));
  EXPECT_THAT(cases("maybe"), testing::ElementsAre(Truth::no, Truth::yes, Truth::unknown))
      << "what nobody looked at may be none";
}

TEST(Condition, WhatIsNoneIsUnequalToEverything) {
  EXPECT_EQ(truth(of(Op::negate, {is("absent", std::string("x"))})), Truth::yes);
  EXPECT_EQ(truth(of(Op::negate, {is("maybe", std::string("x"))})), Truth::unknown);
  EXPECT_EQ(truth(about(Op::above, "absent", {std::int64_t{0}})), Truth::no);
  EXPECT_EQ(truth(about(Op::at_most, "absent", {std::int64_t{0}})), Truth::no);
}

TEST(Condition, AboveAndAtMostExcludeAndIncludeTheLimit) {
  EXPECT_EQ(truth(about(Op::above, "count", {std::int64_t{9}})), Truth::no);
  EXPECT_EQ(truth(about(Op::above, "count", {std::int64_t{8}})), Truth::yes);
  EXPECT_EQ(truth(about(Op::at_most, "count", {std::int64_t{9}})), Truth::yes);
  EXPECT_EQ(truth(about(Op::at_most, "version", {std::string("3.8")})), Truth::no);
}

TEST(Condition, CountsTheDevicesThatSurelyAndPerhapsFulfillIt) {
  const auto count = [](Op compared, std::int64_t n, const char* capability = "8.0") {
    Condition condition =
        of(Op::count, {about(Op::at_least, "device.compute_capability", {std::string(capability)})}, "cuda");
    condition.compared = compared;
    condition.wanted = {n};
    return truth(condition);
  };
  // Of 7.5, 9.0 and one that is not known, one or two have at least 8.0.
  EXPECT_EQ(count(Op::at_least, 1), Truth::yes);
  EXPECT_EQ(count(Op::at_least, 2), Truth::unknown);
  EXPECT_EQ(count(Op::at_least, 3), Truth::no);
  EXPECT_EQ(count(Op::below, 2), Truth::unknown);
  EXPECT_EQ(count(Op::at_most, 2), Truth::yes);
  EXPECT_EQ(count(Op::above, 0), Truth::yes);
  EXPECT_EQ(count(Op::is, 0), Truth::no);
  EXPECT_EQ(count(Op::is, 2), Truth::unknown);
  EXPECT_EQ(count(Op::is, 2, "7.0"), Truth::unknown) << "two or three";
  Condition elsewhere = of(Op::count, {is("yes", true)}, "rocm");
  elsewhere.compared = Op::is;
  elsewhere.wanted = {std::int64_t{0}};
  EXPECT_EQ(truth(elsewhere), Truth::unknown) << "that platform was not looked at";
}

TEST(Condition, AllAndAnyFollowKleenesTables) {
  const std::vector<std::pair<std::string, Truth>> values{
      {"yes", Truth::yes}, {"no", Truth::no}, {"maybe", Truth::unknown}};
  for (const auto& [a, truth_a] : values)
    for (const auto& [b, truth_b] : values) {
      const std::vector<Condition> both{is(a, true), is(b, true)};
      const bool any_no = truth_a == Truth::no || truth_b == Truth::no;
      const bool any_yes = truth_a == Truth::yes || truth_b == Truth::yes;
      const bool any_unknown = truth_a == Truth::unknown || truth_b == Truth::unknown;
      EXPECT_EQ(truth(of(Op::all, both)), any_no ? Truth::no : any_unknown ? Truth::unknown : Truth::yes) << a << b;
      EXPECT_EQ(truth(of(Op::any, both)), any_yes ? Truth::yes : any_unknown ? Truth::unknown : Truth::no) << a << b;
      // De Morgan: not (a and b) is (not a) or (not b).
      EXPECT_EQ(truth(of(Op::negate, {of(Op::all, both)})),
                truth(of(Op::any, {of(Op::negate, {both[0]}), of(Op::negate, {both[1]})})));
    }
}

TEST(Condition, SomeAndEveryGoOverDevices) {
  const auto at_least = [](const char* wanted) {
    return about(Op::at_least, "device.compute_capability", {std::string(wanted)});
  };
  EXPECT_EQ(truth(of(Op::some, {at_least("9.0")}, "cuda")), Truth::yes);
  EXPECT_EQ(truth(of(Op::some, {at_least("10.0")}, "cuda")), Truth::unknown) << "the third may have it";
  EXPECT_EQ(truth(of(Op::every, {at_least("7.0")}, "cuda")), Truth::unknown) << "the third may not";
  EXPECT_EQ(truth(of(Op::every, {at_least("8.0")}, "cuda")), Truth::no);
  EXPECT_EQ(truth(of(Op::some, {at_least("1.0")}, "rocm")), Truth::unknown) << "that platform was not looked at";
}

TEST(Condition, NamesTheTermsThatDecided) {
  const Verdict verdict = evaluate(of(Op::all, {is("yes", true), is("no", true), is("maybe", true)}), some_facts());
  ASSERT_EQ(verdict.truth, Truth::no);
  ASSERT_EQ(verdict.terms.size(), 1u);
  EXPECT_EQ(verdict.terms[0].fact, "no");
  EXPECT_THAT(verdict.terms[0].sources, testing::ElementsAre("file:/no"));
  const Verdict open = evaluate(of(Op::all, {is("yes", true), is("maybe", true)}), some_facts());
  ASSERT_EQ(open.terms.size(), 1u);
  EXPECT_EQ(open.terms[0].because, "it was denied");
}

TEST(LookUp, KnowsPlatformsLayersAndDevices) {
  const Facts facts = some_facts();
  const auto text = [&](std::string_view name, const Device* device = nullptr) {
    const Fact fact = look_up(name, facts, device);
    return fact.value ? to_text(*fact.value) : fact.none ? "none" : "unknown";
  };
  EXPECT_EQ(text("cuda.state"), "blocked");
  EXPECT_EQ(text("cuda.layer.bus"), "yes");
  EXPECT_EQ(text("cuda.layer.device_node"), "unknown");
  EXPECT_EQ(text("cuda.device_count"), "3");
  EXPECT_EQ(text("count"), "9");
  EXPECT_EQ(text("device.compute_capability", &facts.platforms[0].devices[1]), "9.0");
  EXPECT_EQ(text("device.compute_capability"), "unknown");
}

TEST(FillIn, PutsValuesInAndLeavesTheRest) {
  const Facts facts = some_facts();
  EXPECT_EQ(fill_in("{os.word} has {os.count}, and {os.maybe}", facts), "amd has 9, and unknown");
  EXPECT_EQ(fill_in("it is {cuda.state}", facts), "it is blocked");
  EXPECT_EQ(fill_in("{device.compute_capability}", facts, &facts.platforms[0].devices[1]), "9.0");
  EXPECT_EQ(fill_in("no braces, {unclosed", facts), "no braces, {unclosed");
  EXPECT_EQ(fill_in("{os.word}{os.word}", facts), "amdamd");
}

TEST(FillIn, LeavesTheBracesOfShellsAndFormatsAlone) {
  const Facts facts = some_facts();
  for (const char* text : {"docker ps --format '{{.Names}}'", "docker inspect -f '{{json .State.Status}}' x",
                           "ls /dev/nvidia{0,1}", "seq {1..4}", "echo ${HOME} ${os.word}", "awk '{print $1}'",
                           "find . -exec ls {} +", "{}", "{.x}", "{x.}", "{a..b}", "{", "}", "{os.word", "x{y}z"})
    EXPECT_EQ(fill_in(text, facts), text);
  EXPECT_EQ(fill_in("docker exec {{.x}} {os.word} '{print $1}'", facts), "docker exec {{.x}} amd '{print $1}'");
  EXPECT_EQ(fill_in("{{os.word}}", facts), "{amd}");
}

}  // namespace
}  // namespace rigfit
