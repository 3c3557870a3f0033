#include "cli/pipeline.hpp"

#include <gmock/gmock.h>

#include <set>

#include "cli/input.hpp"

namespace rigfit {
namespace {

using testing::HasSubstr;

TEST(Pipeline, EveryPlatformIsThereInOrderWhateverIsKnown) {
  const Facts facts = read_facts(Evidence{}, probes_for(""), DeviceTable{});
  std::vector<std::string> ids;
  for (const Platform& platform : facts.platforms) ids.push_back(platform.id);
  EXPECT_THAT(ids, testing::ElementsAreArray(std::begin(platform_order), std::end(platform_order)));
}

TEST(Pipeline, NothingRecordedMeansNothingKnown) {
  const Facts facts = read_facts(Evidence{}, probes_for(""), DeviceTable{});
  for (const Platform& platform : facts.platforms)
    if (platform.id != "cpu") {
      EXPECT_EQ(platform.state, State::unknown) << platform.id;
      EXPECT_NE(platform.because, "") << platform.id << ": an unknown carries its reason";
    }
  EXPECT_FALSE(is_determined(facts));
}

TEST(Pipeline, ProbesHaveIdsOfTheirOwn) {
  std::set<std::string_view> ids;
  for (const Probe* probe : all_probes()) {
    EXPECT_TRUE(ids.insert(probe->id).second) << probe->id;
    EXPECT_NE(probe->read, nullptr) << probe->id;
  }
}

TEST(Pipeline, OnlyOnePlatformAsksForNoOther) {
  const auto asks_for = [](std::string_view only, std::string_view word) {
    for (const Request& request : first_requests(probes_for(only)))
      if (request.target.find(word) != std::string::npos) return true;
    return false;
  };
  EXPECT_TRUE(asks_for("cuda", "nvidia"));
  EXPECT_FALSE(asks_for("rocm", "nvidia"));
  EXPECT_TRUE(asks_for("", "nvidia"));
  const Facts facts = read_facts(Evidence{}, probes_for("rocm"), DeviceTable{}, "rocm");
  EXPECT_THAT(facts.platform("cuda")->because, HasSubstr("not looked at"));
}

TEST(Pipeline, NothingThatIsAlwaysReadStartsAProgram) {
  for (const Request& request : first_requests(probes_for("")))
    EXPECT_TRUE(request.kind != Kind::command && request.kind != Kind::ask) << key_of(request);
}

TEST(Pipeline, MisspeltNamesOfTheRules) {
  const auto rules = load_rule_book("");
  ASSERT_TRUE(rules) << rules.error();
  Wishes wishes;
  EXPECT_EQ(misspelt(wishes, *rules), "");
  wishes.candidates = {"pytorch", "tensorfow"};
  EXPECT_THAT(misspelt(wishes, *rules), HasSubstr("did you mean \"tensorflow\"?"));
  wishes.profile = "reserch";
  EXPECT_THAT(misspelt(wishes, *rules), HasSubstr("did you mean \"research\"?"));
  wishes.points = {{"easy_of_use", 1}};
  EXPECT_THAT(misspelt(wishes, *rules), HasSubstr("did you mean \"ease_of_use\"?"));
  wishes.points = {{"colour", 1}};
  EXPECT_THAT(misspelt(wishes, *rules), HasSubstr("ease_of_use")) << "all of them when none is near";
}

}  // namespace
}  // namespace rigfit
