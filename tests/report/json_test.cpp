#include <gmock/gmock.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "fact_names/device.hpp"
#include "fact_names/memory.hpp"
#include "report/sample.hpp"
#include "text/utf8.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::json;

Json json_of(const Report& report) { return Json::parse(report_json(report)); }

TEST(ReportJson, HoldsTheMinimumThatOthersRelyOn) {
  const Sample sample;
  const Json json = json_of(sample.analysis);
  EXPECT_EQ(json["schema"], "rigfit.report/1");
  EXPECT_EQ(json["tool"]["version"], "0.1.0");
  EXPECT_EQ(json["rules"]["as_of"], "2026-01-02");
  EXPECT_EQ(json["machine"]["os"], "linux");
  EXPECT_EQ(json["machine"]["arch"], "x86_64");
  EXPECT_EQ(json["machine"]["cpu"]["model"], "Some CPU");
  EXPECT_EQ(json["machine"]["cpu"]["features"], Json({"avx2", "fma"}));
  EXPECT_EQ(json["machine"]["memory"]["total_bytes"], std::int64_t{64} << 30);
  EXPECT_EQ(json["machine"]["memory"]["usable_bytes"], std::int64_t{8} << 30);
  EXPECT_TRUE(json["machine"]["container"].is_null());
  EXPECT_TRUE(json["machine"]["wsl"].is_null());
  const Json& cuda = json["platforms"]["cuda"];
  EXPECT_EQ(cuda["state"], "blocked");
  EXPECT_EQ(cuda["layers"]["bus"], "yes");
  EXPECT_EQ(cuda["layers"]["kernel_driver"], "no");
  EXPECT_EQ(cuda["layers"]["kernel_run"], "unknown");
  EXPECT_EQ(cuda["layer_reasons"]["kernel_driver"], "no driver");
  EXPECT_EQ(cuda["devices"][0]["architecture"], "sm_90");
  EXPECT_EQ(cuda["devices"][0]["compute_capability"], "9.0") << "versions are strings";
  EXPECT_EQ(json["findings"][0]["id"], "cuda.driver.not_bound");
  EXPECT_EQ(json["findings"][0]["devices"][0]["index"], 0);
  EXPECT_EQ(json["findings"][0]["remedy"][0]["command"], "sudo apt install nvidia-driver");
  EXPECT_EQ(json["findings"][0]["terms"][0]["sources"][0], "file:/proc/modules");
  EXPECT_EQ(json["frameworks"][0]["id"], "a");
  EXPECT_EQ(json["frameworks"][0]["hardware_support"]["after"], 40);
  EXPECT_EQ(json["frameworks"][0]["factors"]["ease_of_use"]["score"], 90);
  EXPECT_EQ(json["frameworks"][0]["factors"]["ease_of_use"]["evidence"][0], "E-a");
  EXPECT_EQ(json["ranking"][0]["id"], "a");
  EXPECT_EQ(json["ranking"][0]["score"], 71.25);
  EXPECT_EQ(json["ranking"][0]["score_exact"], "285/4");
  EXPECT_EQ(json["ranking"][0]["wins"], 1);
  EXPECT_EQ(json["ranking"][0]["contributions"]["ease_of_use"], 4500);
  EXPECT_EQ(json["recommendation"]["framework"], "a");
  EXPECT_EQ(json["recommendation"]["install"], "pip install alpha");
}

TEST(ReportJson, UnknownIsNullWithItsReasonAndNoneIsNotUnknown) {
  const Sample sample;
  const Json json = json_of(sample.analysis);
  EXPECT_TRUE(json["platforms"]["cuda"]["supported_version"].is_null());
  EXPECT_EQ(json["unknowns"]["cuda.supported_version"], "the driver was not asked");
  EXPECT_TRUE(json["platforms"]["cuda"]["driver_version"].is_null());
  EXPECT_FALSE(json["unknowns"].contains("cuda.driver_version"));
  EXPECT_EQ(json["none"]["cuda.driver_version"], "the module is not loaded");
  EXPECT_TRUE(json["platforms"]["cuda"]["devices"][0]["memory_total_bytes"].is_null());
  EXPECT_TRUE(json["unknowns"].contains("cuda.devices.0.memory_total_bytes"));
  EXPECT_EQ(json["unknowns"]["tpu.state"], "for a reason");
  EXPECT_TRUE(json["unknowns"].contains("os.wsl"));
  EXPECT_TRUE(json["frameworks"][1]["hardware_support"]["after"].is_null()) << "80 to 100 is no number";
  EXPECT_EQ(json["frameworks"][1]["hardware_support"]["after_range"], Json({80, 100}));
  EXPECT_TRUE(json["unknowns"].contains("frameworks.b.hardware_support.after"));
}

TEST(ReportJson, SensitivityIsExact) {
  const Sample sample;
  const Json sensitivity = json_of(sample.analysis)["recommendation"]["sensitivity"];
  const Json& below = sensitivity["factors"]["ease_of_use"]["below"];
  EXPECT_EQ(below["rival"], "b");
  EXPECT_EQ(below["weight"]["exact"], "4/7");
  EXPECT_DOUBLE_EQ(below["weight"]["value"].get<double>(), 4.0 / 7);
  EXPECT_DOUBLE_EQ(below["points"].get<double>(), 40);
  EXPECT_TRUE(sensitivity["factors"]["ease_of_use"]["above"].is_null());
  EXPECT_EQ(sensitivity["nearest_change"]["rival"], "b");
  EXPECT_EQ(sensitivity["nearest_change"]["moved"]["exact"], "3/56");
}

TEST(ReportJson, HoldsEverySource) {
  const Sample sample;
  const Json json = json_of(sample.analysis);
  EXPECT_EQ(json["sources"]["cpu.model"][0], "file:/proc/cpuinfo");
  EXPECT_EQ(json["citations"].size(), 2u);
  EXPECT_EQ(json["citations"][0]["source"]["url"], "https://example.org/a");
  EXPECT_EQ(json["statistics"].size(), 1u);
  EXPECT_EQ(json["runs"][0]["outcome"], "timed_out");
  EXPECT_EQ(json["undecided"].size(), 2u);
}

TEST(ReportJson, ACommandHasItsPart) {
  const Sample sample;
  const Json facts = json_of({sample.analysis, {.part = Scope::Part::machine}});
  EXPECT_EQ(facts["part"], "facts");
  EXPECT_TRUE(facts.contains("facts") && facts.contains("platforms") && facts.contains("runs"));
  for (const char* other : {"findings", "frameworks", "ranking", "recommendation", "citations"})
    EXPECT_FALSE(facts.contains(other)) << other;
  const Json findings = json_of({sample.analysis, {.part = Scope::Part::findings}});
  EXPECT_EQ(findings["part"], "findings");
  EXPECT_EQ(findings["findings"][0]["id"], "cuda.driver.not_bound");
  EXPECT_EQ(findings["platforms"]["cuda"]["state"], "blocked");
  EXPECT_FALSE(findings.contains("facts"));
  EXPECT_EQ(json_of(sample.analysis)["part"], "all");
}

TEST(ReportJson, WhatChangesAtEveryRunStandsApart) {
  Sample sample;
  sample.analysis.evidence.recorded = "2026-01-02T00:00:00Z";
  const std::string before = json_of(sample.analysis).dump();
  sample.analysis.facts.host.set(fact::memory::available_bytes, std::int64_t{1} << 30, {});
  sample.analysis.facts.platform("cuda")->devices[0].facts.set(fact::device::memory_free_bytes, 5, {});
  sample.analysis.evidence.recorded = "2026-01-03T00:00:00Z";
  sample.analysis.evidence.answers["command:nvidia-smi -q -x"].seconds = 3.0;
  Json after = json_of(sample.analysis);
  EXPECT_EQ(after["changing"]["facts"]["cuda.devices.0.memory_free_bytes"], 5);
  EXPECT_EQ(after["changing"]["facts"]["memory.available_bytes"], std::int64_t{1} << 30);
  EXPECT_EQ(after["changing"]["rules_age_days"], 1);
  EXPECT_EQ(after["changing"]["seconds"]["command:nvidia-smi -q -x"], 3.0);
  Json first = Json::parse(before);
  for (Json* json : {&first, &after}) {
    json->erase("changing");
    (*json)["rules"].erase("is_old");  // which changes once in half a year
  }
  EXPECT_EQ(first, after);
}

TEST(ReportJson, WhatARecordingHoldsDoesNotChange) {
  Sample sample;
  sample.analysis.evidence.recorded = "";
  sample.analysis.facts.host.set(fact::memory::available_bytes, std::int64_t{1} << 30, {});
  sample.analysis.facts.platform("cuda")->devices[0].facts.set(fact::device::memory_free_bytes, 5, {});
  const Json json = json_of(sample.analysis);
  EXPECT_EQ(json["facts"]["memory.available_bytes"], std::int64_t{1} << 30);
  EXPECT_EQ(json["machine"]["memory"]["available_bytes"], std::int64_t{1} << 30);
  EXPECT_EQ(json["platforms"]["cuda"]["devices"][0]["memory_free_bytes"], 5);
}

TEST(ReportJson, FitsOnALine) {
  const Sample sample;
  const std::string text = report_json(sample.analysis, true);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  EXPECT_EQ(Json::parse(text), json_of(sample.analysis));
}

TEST(ReportJson, IsCleanAndDeterministic) {
  const Sample sample;
  const std::string text = report_json(sample.analysis);
  EXPECT_EQ(text, report_json(sample.analysis));
  EXPECT_TRUE(is_utf8(text));
  EXPECT_TRUE(text.ends_with("}\n"));
  EXPECT_EQ(text.find('\x1b'), text.npos);
  EXPECT_EQ(text.find('\x07'), text.npos);
  EXPECT_EQ(json_of(sample.analysis)["facts"]["os.pretty_name"], "evil\x1b[2J\x07\xef\xbf\xbd");
}

TEST(ReportJson, NumbersThatAreNoneBecomeNull) {
  Sample sample;
  // Without points for anything else, no number of points brings about the weight at which they tie.
  sample.analysis.recommendation->ranking =
      rank_options({{"a", "b"}, {"ease_of_use", "hardware_support"}, {{50, 70}, {50, 50}}, {1, 1}});
  EXPECT_NO_THROW(json_of(sample.analysis));
}

TEST(ReportJson, APartOfTheMachineGetsNoRecommendation) {
  Sample sample;
  sample.analysis.recommendation.reset();
  const Json json = json_of(sample.analysis);
  EXPECT_TRUE(json["recommendation"]["framework"].is_null());
  EXPECT_TRUE(json["unknowns"].contains("recommendation.framework"));
  EXPECT_TRUE(json["frameworks"].empty());
}

}  // namespace
}  // namespace rigfit
