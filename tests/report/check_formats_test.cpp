#include "report/check/check_formats.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "sample.hpp"

namespace rigfit {
namespace {

using testing::HasSubstr;
using testing::Not;

Term term(std::string fact, std::string seen, Truth truth, std::vector<std::string> sources = {}) {
  Term one;
  one.fact = std::move(fact);
  one.seen = std::move(seen);
  one.truth = truth;
  one.sources = std::move(sources);
  return one;
}

/// One of each answer, with text that tries to break out of its field.
CheckResult answers() {
  CheckResult result;
  result.lines = {{"cuda.devices>=1",
                   "",
                   true,
                   Truth::yes,
                   {term("cuda.devices", "2", Truth::yes, {"list:/sys/bus/pci/devices"})},
                   "2"},
                  {"cuda.driver>=600",
                   "for \"new\" <images>, 50% of jobs",
                   true,
                   Truth::no,
                   {term("cuda.driver_version", "580.65.06", Truth::no)},
                   std::string("580.65.06 # ]]> ::error::") + hostile},
                  {"cuda.proven", "", true, Truth::unknown, {}, "unknown (no kernel was run)\n::error::forged"},
                  {"rocm.arch=gfx942", "", false, Truth::yes, {}, "no"}};
  return result;
}

std::string written(std::string_view format, bool is_terse = false) {
  const Sample sample;
  const CheckResult result = answers();
  for (const CheckFormat& one : check_formats())
    if (one.name == format) return one.write({sample.analysis, result, "our nodes", is_terse}, {});
  ADD_FAILURE() << format;
  return "";
}

TEST(CheckFormats, NeverWriteWhatATerminalActsUpon) {
  for (const CheckFormat& format : check_formats())
    for (const char c : written(format.name))
      ASSERT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20) << format.name;
}

TEST(CheckFormats, TextAnswersEachLine) {
  const std::string text = written("text");
  for (const char* part : {"our nodes", "yes", "no", "unknown", "does not apply", "cuda.driver>=600", "580.65.06",
                           "list:/sys/bus/pci/devices", "1 of 4 is not met, 1 could not be determined."})
    EXPECT_THAT(text, HasSubstr(part));
  const std::string terse = written("text", true);
  EXPECT_EQ(std::count(terse.begin(), terse.end(), '\n'), 2);
  EXPECT_THAT(terse, AllOf(HasSubstr("cuda.driver>=600: no: 580.65.06"), HasSubstr("cuda.proven: unknown"),
                           Not(HasSubstr("cuda.devices")), Not(HasSubstr("rocm.arch"))));
}

TEST(CheckFormats, JsonIsWhole) {
  const auto json = nlohmann::json::parse(written("json"));
  EXPECT_EQ(json["schema"], "rigfit.check/1");
  EXPECT_EQ(json["met"], "no");
  EXPECT_EQ(json["counts"]["yes"], 2);
  EXPECT_EQ(json["requirements"].size(), 4u);
  EXPECT_EQ(json["requirements"][0]["values"][0]["evidence"][0], "list:/sys/bus/pci/devices");
  EXPECT_EQ(json["requirements"][3]["applies"], false);
}

TEST(CheckFormats, JunitEscapesAndCounts) {
  const std::string xml = written("junit");
  EXPECT_THAT(xml, HasSubstr("tests=\"4\" failures=\"1\" errors=\"1\" skipped=\"1\""));
  EXPECT_THAT(xml, HasSubstr("name=\"cuda.driver&gt;=600\"><failure message=\"no: 580.65.06 # ]]&gt; "));
  EXPECT_THAT(xml, HasSubstr("&quot;new&quot; &lt;images&gt;"));
  EXPECT_THAT(xml, HasSubstr("<error message=\"unknown: unknown (no kernel was run)"));
  EXPECT_THAT(xml, HasSubstr("<skipped message="));
}

TEST(CheckFormats, TapIsNotOkWhereItIsUnknown) {
  const std::string tap = written("tap");
  EXPECT_THAT(tap, HasSubstr("TAP version 14\n1..4\nok 1 - cuda.devices>=1\n"));
  EXPECT_THAT(tap, HasSubstr("\nnot ok 2 - cuda.driver>=600\n"));
  EXPECT_THAT(tap, HasSubstr("\nnot ok 3 - cuda.proven\n"));
  EXPECT_THAT(tap, HasSubstr("\nok 4 - rocm.arch=gfx942 # SKIP"));
  EXPECT_THAT(tap, HasSubstr("message: \"no: 580.65.06 # ]]> "));
}

TEST(CheckFormats, GithubHasOneCommandALine) {
  const std::string text = written("github");
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 4);
  EXPECT_THAT(text, HasSubstr("::error title=rigfit%3A cuda.driver>=600::no: 580.65.06"));
  EXPECT_THAT(text, HasSubstr("50%25 of jobs"));
  EXPECT_THAT(text, HasSubstr("::warning title=rigfit%3A cuda.proven::unknown"));
  EXPECT_THAT(text, Not(HasSubstr("\n::error::forged")));
}

}  // namespace
}  // namespace rigfit
