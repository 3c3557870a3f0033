#include "analysis/analysis.hpp"

#include <gmock/gmock.h>

#include <memory>

#include "analysis/built_in.hpp"
#include "fact_names/cpu.hpp"
#include "fact_names/os.hpp"
#include "facts/platforms.hpp"
#include "judge/recommend/check_wishes.hpp"
#include "report/report.hpp"

namespace rigfit {
namespace {

using testing::HasSubstr;

Evidence linux_machine() {
  Evidence evidence;
  evidence.os = "linux";
  evidence.arch = "x86_64";
  return evidence;
}

Wishes with_profile(const std::string& profile) {
  Wishes wishes;
  wishes.profile = profile;
  return wishes;
}
Wishes with_points(const std::string& factor) {
  Wishes wishes;
  wishes.points[factor] = 1;
  return wishes;
}
Wishes with_candidates(std::vector<std::string> candidates, const std::string& ratings = "") {
  Wishes wishes;
  wishes.candidates = std::move(candidates);
  wishes.ratings = ratings;
  return wishes;
}

TEST(Analysis, EveryPlatformIsThereInOrderWhateverIsKnown) {
  const Facts facts = facts_of({}, *built_in());
  std::vector<std::string_view> ids, expected;
  for (const Platform& platform : facts.platforms) ids.push_back(platform.id);
  for (const PlatformInfo& info : platforms()) expected.push_back(info.id);
  EXPECT_EQ(ids, expected);
}

TEST(Analysis, NothingRecordedMeansNothingKnown) {
  const Facts facts = facts_of({}, *built_in());
  for (const Platform& platform : facts.platforms)
    if (platform.id != "cpu") {
      EXPECT_EQ(platform.state, State::unknown) << platform.id;
      EXPECT_NE(platform.because, "") << platform.id << ": an unknown carries its reason";
    }
  EXPECT_FALSE(is_determined(facts));
}

TEST(Analysis, OfOnePlatformLeavesTheOthersUnknownAndRecommendsNothing) {
  const auto analysis = analyze(built_in(), linux_machine(), {.only = "rocm"});
  ASSERT_TRUE(analysis) << analysis.error();
  EXPECT_THAT(analysis->facts.platform("cuda")->because, HasSubstr("not looked at"));
  EXPECT_FALSE(analysis->recommendation);
}

TEST(Analysis, RecommendsOnlyWhereItIsAsked) {
  EXPECT_TRUE(analyze(built_in(), linux_machine())->recommendation);
  EXPECT_FALSE(analyze(built_in(), linux_machine(), {.is_recommending = false})->recommendation);
}

TEST(Analysis, OwnsWhatItRefersTo) {
  // Rules and evidence are gone before it is read; a sanitizer build would see it.
  std::optional<Analysis> kept;
  {
    const SharedRules rules(unpack_rules(embedded_rule_book()));
    auto evidence = std::make_unique<Evidence>(linux_machine());
    auto analysis = analyze(rules, *evidence, {.wishes = with_profile("edge")});
    ASSERT_TRUE(analysis) << analysis.error();
    kept = std::move(*analysis);
  }
  const Analysis copy = *kept;
  const std::string text = recommend_text(*kept, {}), json = report_json(*kept);
  kept.reset();
  EXPECT_EQ(recommend_text(copy, {}), text);
  EXPECT_EQ(report_json(copy), json);
  EXPECT_EQ(copy.profile, "edge");
  EXPECT_TRUE(copy.runtime) << "the profile has a second list";
}

TEST(Analysis, UnderAnotherSystemKeepsTheHardwareAlone) {
  Evidence evidence = linux_machine();
  Answer cpuinfo;
  cpuinfo.outcome = Outcome::found;
  cpuinfo.text = "processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: Some CPU\n";
  evidence.set("file:/proc/cpuinfo", cpuinfo);
  const auto analysis = analyze(built_in(), evidence, {.target_os = "windows"});
  ASSERT_TRUE(analysis) << analysis.error();
  EXPECT_EQ(to_text(analysis->facts.host.at(fact::os::family)), "windows");
  EXPECT_EQ(to_text(analysis->facts.host.at(fact::cpu::model)), "Some CPU");
  EXPECT_EQ(analysis->target_os, "windows");
}

TEST(Analysis, RefusesNamesThatTheRulesDoNotKnowInOneWording) {
  const auto error_of = [](const Wishes& wishes) {
    const auto analysis = analyze(built_in(), linux_machine(), {.wishes = wishes});
    const std::string error = analysis ? "(no error)" : analysis.error();
    EXPECT_EQ(unknown_name(wishes, *built_in()), error) << "the same is said before a machine is looked at";
    return error;
  };
  EXPECT_EQ(error_of(with_candidates({"pytorch", "tensorfow"})),
            "there is no framework \"tensorfow\"; did you mean \"tensorflow\"?");
  EXPECT_EQ(error_of(with_profile("reserch")), "there is no profile \"reserch\"; did you mean \"research\"?");
  EXPECT_EQ(error_of(with_points("easy_of_use")), "there is no factor \"easy_of_use\"; did you mean \"ease_of_use\"?");
  EXPECT_THAT(error_of(with_points("colour")), HasSubstr("ease_of_use")) << "all of them when none is near";
  EXPECT_EQ(error_of(with_candidates({}, "sead")), "there is no set of ratings \"sead\"; did you mean \"seed\"?");
  EXPECT_EQ(error_of(with_candidates({"onnxruntime"}, "seed")), "the ratings \"seed\" know nothing of onnxruntime");
}

TEST(Analysis, ChoosesOneFrameworkForSeveralMachines) {
  std::vector<NamedAnalysis> machines;
  for (const char* name : {"one", "two"}) {
    auto analysis = analyze(built_in(), linux_machine());
    ASSERT_TRUE(analysis) << analysis.error();
    machines.push_back({name, std::move(*analysis)});
  }
  const CommonChoice choice = choose_for_all(machines);
  ASSERT_TRUE(choice.found);
  EXPECT_EQ(choice.best_of.size(), 2u);
  EXPECT_THAT(common_text(machines, choice, {}), HasSubstr("One framework for 2 machines"));
}

}  // namespace
}  // namespace rigfit
