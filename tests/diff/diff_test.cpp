#include "report/diff/diff.hpp"

#include <algorithm>
#include <ctime>
#include <nlohmann/json.hpp>

#include "what_if/machine.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::json;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Json report_of(const std::string& name) {
  const Analysis analysis = analyzed(name);
  return Json::parse(report_json(analysis));
}

std::vector<std::string> paths(const Differences& found) {
  std::vector<std::string> all;
  for (const Difference& one : found.all) all.push_back(one.path);
  return all;
}

const Difference* at(const Differences& found, const std::string& path) {
  for (const Difference& one : found.all)
    if (one.path == path) return &one;
  return nullptr;
}

TEST(Diff, AReportDoesNotDifferFromItself) {
  for (const char* name : {"cuda/ready-two-gpus", "mixed/nvidia-and-amd", "host/nothing-recorded", "mps/ready"}) {
    const Json report = report_of(name);
    EXPECT_THAT(paths(differences(report, report)), IsEmpty()) << name;
  }
}

TEST(Diff, DevicesAreMatchedByTheirAddressNotByTheirPlace) {
  Json before = report_of("cuda/ready-two-gpus"), after = before;
  auto& devices = after["platforms"]["cuda"]["devices"];
  std::swap(devices[0], devices[1]);
  for (const std::string& path : paths(differences(before, after))) ADD_FAILURE() << path;
}

TEST(Diff, ALostDeviceIsOneDifferenceWithItsName) {
  const Json before = report_of("cuda/ready-two-gpus");
  Json after = before;
  after["platforms"]["cuda"]["devices"].erase(0);
  const Differences found = differences(before, after);
  ASSERT_THAT(paths(found), ElementsAre("cuda.devices.0000:17:00.0"));
  EXPECT_EQ(found.all[0].change, Difference::Change::removed);
  EXPECT_EQ(found.all[0].about, "NVIDIA H100 80GB HBM3");
  const Differences back = differences(after, before);
  ASSERT_EQ(back.all.size(), 1u);
  EXPECT_EQ(back.all[0].change, Difference::Change::added);
}

TEST(Diff, DevicesWithoutAnAddressAreMatchedByUuidThenByPlace) {
  Json before = report_of("cuda/ready-two-gpus");
  auto& devices = before["platforms"]["cuda"]["devices"];
  for (auto& device : devices) device.erase("pci_address");
  Json after = before;
  after["platforms"]["cuda"]["devices"][1]["memory_total_bytes"] = 1;
  EXPECT_THAT(paths(differences(before, after)), ElementsAre("cuda.devices.1.memory_total_bytes"));
  devices[0]["uuid"] = "GPU-a", devices[1]["uuid"] = "GPU-b";
  after = before;
  std::swap(after["platforms"]["cuda"]["devices"][0], after["platforms"]["cuda"]["devices"][1]);
  EXPECT_THAT(paths(differences(before, after)), IsEmpty());
}

TEST(Diff, TellsDriverStateFindingsAndRecommendation) {
  const Differences found = differences(report_of("cuda/ready-two-gpus"), report_of("cuda/blocked-library-mismatch"));
  EXPECT_EQ(at(found, "cuda.state")->before.text, "ready");
  EXPECT_EQ(at(found, "cuda.state")->after.text, "blocked");
  const Differences older = differences(report_of("cuda/ready-two-gpus"), report_of("cuda/ready-driver-too-old"));
  EXPECT_EQ(at(older, "cuda.driver_version")->after.text, "550.144.03");
  EXPECT_THAT(paths(older), Contains("recommendation.build"));
  const Difference* finding = at(found, "findings.cuda.driver.library_mismatch");
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->change, Difference::Change::added);
  EXPECT_EQ(finding->after.text, "error");
  EXPECT_NE(finding->about, "");
}

TEST(Diff, OfTheRecommendedBuildIsWhatIsInstalled) {
  Json before = report_of("cuda/ready-two-gpus"), after = report_of("cuda/blocked-hidden");
  EXPECT_EQ(after["recommendation"]["build"]["id"], before["recommendation"]["build"]["id"]) << "once it is fixed";
  const Differences found = differences(before, after);
  EXPECT_EQ(at(found, "recommendation.build"), nullptr) << "the commands are for the same build";
  EXPECT_NE(at(found, "frameworks.pytorch.build"), nullptr) << "and today another one runs";
  before["recommendation"].erase("build");
  const Differences of_older = differences(before, after);
  EXPECT_NE(at(of_older, "recommendation.build"), nullptr) << "an older report knows what runs today alone";
  EXPECT_EQ(at(of_older, "recommendation.build")->after.text, "2.15 (CPU)");
}

TEST(Diff, WhatIsAnotherAtEveryRunIsLeftOut) {
  Json before = report_of("cuda/ready-two-gpus"), after = before;
  after["facts"]["memory.available_bytes"] = 7;
  after["machine"]["memory"]["available_bytes"] = 7;
  after["platforms"]["cuda"]["devices"][0]["memory_free_bytes"] = 7;
  after["platforms"]["cuda"]["devices"][0]["power_state"] = "suspended";
  after["changing"]["recorded"] = "2026-01-01T00:00:00Z";
  EXPECT_THAT(paths(differences(before, after)), IsEmpty());
  after["facts"]["memory.total_bytes"] = 7;
  EXPECT_THAT(paths(differences(before, after)), ElementsAre("memory.total_bytes"));
}

TEST(Diff, NoneUnknownAndAValueAreThreeThings) {
  const Json before =
      Json::parse(R"({"facts":{"a":null,"b":null,"c":null,"d":1},"none":{"a":""},"unknowns":{"b":""},"platforms":{}})");
  Json after = before;
  after["none"].erase("a");
  after["facts"]["b"] = 2;
  after["facts"].erase("c");
  const Differences found = differences(before, after);
  EXPECT_THAT(paths(found), ElementsAre("a", "b")) << "a fact that nobody states is as unknown as one that is";
  EXPECT_EQ(at(found, "a")->before.known, "none");
  EXPECT_EQ(at(found, "a")->after.known, "unknown");
  EXPECT_EQ(at(found, "b")->after.json, "2");
}

TEST(Diff, PatternsHideAndAreCounted) {
  const Json before = report_of("cuda/ready-two-gpus"), after = report_of("cuda/ready-driver-too-old");
  const Differences all = differences(before, after),
                    some = differences(before, after, {"cuda.devices.*", "findings.*"});
  EXPECT_GT(some.ignored, 0u);
  EXPECT_EQ(some.all.size() + some.ignored, all.all.size());
  for (const std::string& path : paths(some)) EXPECT_THAT(path, Not(HasSubstr("cuda.devices.")));
  EXPECT_THAT(paths(differences(before, after, {"*"})), IsEmpty());
  EXPECT_EQ(differences(before, after, {"cuda"}).ignored, 0u) << "all of a path has to match";
}

TEST(Diff, PartsThatOnlyOneHoldsAreNotCompared) {
  const Analysis analysis = analyzed("cuda/ready-two-gpus");
  const Json whole = Json::parse(report_json(analysis));
  const Json facts = Json::parse(report_json({analysis, {.part = Scope::Part::machine}}));
  const Json findings = Json::parse(report_json({analysis, {.part = Scope::Part::findings}}));
  EXPECT_THAT(differences(whole, facts).omitted, ElementsAre("recommendation", "findings"));
  EXPECT_THAT(paths(differences(whole, facts)), IsEmpty());
  EXPECT_THAT(differences(whole, findings).omitted, ElementsAre("facts", "recommendation"));
  EXPECT_THAT(paths(differences(whole, findings)), IsEmpty());
}

TEST(Diff, ReportsOfStrangersDoNoHarm) {
  const Json report = report_of("cuda/ready-two-gpus");
  for (const char* text :
       {"null", "[]", "{}", R"({"platforms":[1,2]})", R"({"platforms":{"cuda":7,"x":{"devices":{"a":1}}}})",
        R"({"findings":[null,7,{"id":3},{"id":"a","devices":[9,-1,"x"]}]})", R"({"facts":{"a":{"b":[{}]}}})",
        R"({"recommendation":{"framework":"pytorch"},"frameworks":{"a":1},"ranking":"x"})"}) {
    const Json strange = Json::parse(text);
    for (const auto& [a, b] : {std::pair{report, strange}, {strange, report}, {strange, strange}}) {
      const DiffReport diff{"a", "b", differences(a, b)};
      EXPECT_FALSE(diff_text(diff, {}).empty());
      EXPECT_FALSE(Json::parse(diff_json(diff, {})).empty());
    }
  }
  Json evil = report;
  evil["platforms"]["cuda"]["devices"][0]["name"] = "evil\x1b[2J\xff\u202e";
  const std::string text = diff_text({"a", "b", differences(report, evil)}, {});
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("\xff")));
}

TEST(Diff, TimeGrowsAsTheListsOfAStrangerDo) {
  Json before = report_of("cuda/ready-two-gpus");
  for (Json* list :
       {&before["platforms"]["cuda"]["devices"], &before["findings"], &before["frameworks"], &before["ranking"]})
    *list = Json::array();
  constexpr int count = 20'000;  // compared with each other, a minute
  for (int n = 0; n < count; ++n) {
    Json one{{"name", "H100"}};
    if (n % 2 == 0) one["uuid"] = "GPU-" + std::to_string(n);
    before["platforms"]["cuda"]["devices"].push_back(one);
    for (const char* list : {"findings", "frameworks", "ranking"})
      before[list].push_back({{"id", "x" + std::to_string(n)}, {"rank", n}});
  }
  Json after = before;
  auto& devices = after["platforms"]["cuda"]["devices"];
  std::reverse(devices.begin(), devices.end());
  const std::clock_t begin = std::clock();
  EXPECT_THAT(paths(differences(before, after)), IsEmpty());
  EXPECT_LT(static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC, 10) << "even where a sanitizer slows it down";
}

TEST(DiffText, TheMostImportantFitsOneScreen) {
  const Differences found = differences(report_of("cuda/ready-two-gpus"), report_of("rocm/blocked-render-denied"));
  ASSERT_GT(found.all.size(), 30u);
  TextStyle style;
  style.width = 80;
  const std::string text = diff_text({"monday.json", "friday.json", found}, style);
  EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 24) << text;
  EXPECT_THAT(text, HasSubstr("more: -v"));
  style.verbose = true;
  for (const Difference& one : found.all)
    EXPECT_THAT(diff_text({"monday.json", "friday.json", found}, style), HasSubstr(one.path));
}

}  // namespace
}  // namespace rigfit
