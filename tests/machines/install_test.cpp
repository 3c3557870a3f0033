// The JSON of a report names the build that its commands install.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <regex>

#include "machines/recordings.hpp"
#include "report/report.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::json;

std::string text_at(const Json& object, const char* key) {
  return object[key].is_string() ? object[key].get<std::string>() : "";
}

/// The command says the version and the runtime that the build has: "torch<2.16" for 2.15, ".../whl/cu126" for CUDA
/// 12.6. Whether there was anything to compare.
bool expect_command_of(const Json& build, const std::string& command) {
  bool is_compared = false;
  std::smatch found;
  static const std::regex bound(R"re(\b(torch|jax|tensorflow|mlx)(\[[a-z0-9_,-]+\])?<([0-9.]+))re");
  if (std::regex_search(command, found, bound)) {
    const auto version = Version::parse(text_at(build, "version")), below = Version::parse(found[3].str());
    EXPECT_TRUE(version && below && *version < *below) << build["version"] << " by " << command;
    is_compared = true;
  }
  static const std::regex index(R"re( --index-url \S+/whl/(cpu|cu\d+|rocm[0-9.]+))re");
  if (std::regex_search(command, found, index)) {
    std::string runtime = text_at(build, "runtime");
    std::string wanted = text_at(build, "platform") + runtime;  // "rocm7.2", "cpu"
    if (build["platform"] == "cuda") {
      std::erase(runtime, '.');
      wanted = "cu" + runtime;
    }
    EXPECT_EQ(found[1].str(), wanted) << build["id"] << " by " << command;
    is_compared = true;
  }
  return is_compared;
}

/// Whether this build's needs are met today, and nothing else has to be fixed before it runs.
bool is_chosen_today(const Json& framework, const Json& build) {
  const Json& support = framework["hardware_support"];
  const bool gains_by_a_fix = support["today_range"][1] < support["after_range"][0];
  for (const Json& resolution : support["resolutions"])
    if (resolution["build"].is_object() && resolution["build"]["id"] == build["id"])
      return !gains_by_a_fix || resolution["platform"] == support["best_platform"];
  return false;
}

void expect_install_of(const Json& framework, const Json& recommendation) {
  const Json& build = recommendation["build"];
  EXPECT_EQ(build, framework["build_to_install"]);
  if (build.is_null()) {
    EXPECT_TRUE(recommendation["install"].is_null() && recommendation["install_when"].is_null());
    return;
  }
  EXPECT_EQ(recommendation["install"], build["python_here"] == "no" ? build["uv"] : build["pip"]);
  EXPECT_EQ(recommendation["install_uv"], build["uv"]);
  EXPECT_EQ(recommendation["check"], build["check"]);
  EXPECT_EQ(recommendation["install_when"] != "after_fix", is_chosen_today(framework, build));
  // Then `install` of the framework is for the same build.
  if (recommendation["install_when"] == "today" && framework["build"].is_object() &&
      framework["build"]["id"] == build["id"])
    EXPECT_EQ(framework["install"], build["pip"]);
}

/// Of the frameworks or of the runtimes. How many commands were compared with their builds.
std::size_t expect_agreement_of(const Json& list) {
  std::size_t compared = 0;
  const Json& recommendation = list["recommendation"];
  for (const Json& framework : list["frameworks"]) {
    if (framework["id"] == recommendation["framework"]) expect_install_of(framework, recommendation);
    for (const char* key : {"build", "build_to_install"})
      if (const Json& build = framework[key]; build.is_object())
        for (const char* tool : {"pip", "uv"})
          if (expect_command_of(build, text_at(build, tool))) ++compared;
  }
  return compared;
}

TEST(Install, IsOfTheBuildThatTheReportNames) {
  std::size_t compared = 0, after_fix = 0, count = 0;
  for (const Recording& recording : recordings()) {
    SCOPED_TRACE(recording.name);
    Purpose purpose;
    if (++count % 8 == 0) purpose.wishes.profile = "edge";  // which ranks runtimes, too
    const auto analysis = analyze(shared_rules(), recording.evidence, purpose);
    ASSERT_TRUE(analysis) << analysis.error();
    const Json report = Json::parse(report_json(*analysis, true));
    compared += expect_agreement_of(report);
    if (report["runtime"].is_object()) compared += expect_agreement_of(report["runtime"]);
    if (report["recommendation"]["install_when"] == "after_fix") ++after_fix;
  }
  EXPECT_GT(compared, 500u);
  EXPECT_GT(after_fix, 30u);
}

}  // namespace
}  // namespace rigfit
