#include "cli/options/priorities_file.hpp"

#include <gmock/gmock.h>

#include "cli/input.hpp"

namespace rigfit {
namespace {

using testing::HasSubstr;
using testing::Pair;
using testing::UnorderedElementsAre;

const RuleBook& rules() {
  static const SharedRules book = load_rule_book("").value();
  return *book;
}

std::string error_of(const std::string& text) {
  const auto file = parse_priorities(text, "p.json", rules());
  return file ? "(no error)" : file.error();
}

TEST(PrioritiesFile, HoldsPointsProfileAndDemands) {
  const auto file = parse_priorities(R"({
  "about": "our cluster",
  "profile": "research",
  "points": {"hardware_support": 40, "fit": 0},
  "require": ["python=3.12", "offline"]
})",
                                     "p.json", rules());
  ASSERT_TRUE(file) << file.error();
  EXPECT_EQ(file->profile, "research");
  EXPECT_THAT(file->points, UnorderedElementsAre(Pair("hardware_support", 40), Pair("fit", 0)));
  ASSERT_EQ(file->demands.size(), 2u);
  EXPECT_EQ(file->demands[0].text, "python=3.12");
  EXPECT_TRUE(parse_priorities("{}", "p.json", rules()));
}

TEST(PrioritiesFile, ErrorsNameLineColumnAndKey) {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"{\n  \"points\": {\n    \"ease_of_us\": 3\n  }\n}",
       "p.json:3:5: points/ease_of_us: is no factor; did you mean \"ease_of_use\"?"},
      {"{\n \"pionts\": {}}", "p.json:2:2: pionts: is no member of a priorities file; did you mean \"points\"?"},
      {"{\"points\": {\"ease_of_use\": -1}}", "p.json:1:13: points/ease_of_use: is not a whole number"},
      {"{\"points\": {\"ease_of_use\": 1.5}}", "p.json:1:13: points/ease_of_use: is not a whole number"},
      {"{\"points\": {\"ease_of_use\": 1000001}}", "p.json:1:13: points/ease_of_use: is not a whole number"},
      {"{\"points\": {\"ease_of_use\": \"9\"}}", "p.json:1:13: points/ease_of_use: is not to be a string"},
      {"{\"points\": {\"ease_of_use\": {}}}", "p.json:1:13: points/ease_of_use: is not to be an object"},
      {"{\"points\": {\"ease_of_use\": 1, \"ease_of_use\": 2}}", "p.json:1:31: points/ease_of_use: is there twice"},
      {"{\"points\": {}, \"points\": {}}", "p.json:1:16: points: is there twice"},
      {"{\"points\": 3}", "p.json:1:2: points: is not to be a number"},
      {"{\"points\": null}", "p.json:1:2: points: is not to be null"},
      {"{\"profile\": \"reserch\"}",
       "p.json:1:2: profile: there is no profile \"reserch\"; did you mean \"research\"?"},
      {"{\"profile\": true}", "p.json:1:2: profile: is not to be true or false"},
      {"{\"require\": [\"platform=gpu\"]}", "p.json:1:2: require: platform=gpu: \"gpu\" is none of the platforms"},
      {"{\"require\": [3]}", "p.json:1:2: require: is not to be a number"},
      {"{\"require\": \"offline\"}", "p.json:1:2: require: is not to be a string"},
      {"[]", "p.json:1:1: is not an object"},
      {"7", "p.json:1:1: is not an object"},
      {"", "p.json:1:1: is not JSON here"},
      {"{\"points\": {\n\"ease_of_use\": }}", "p.json:2:16: is not JSON here, after \"ease_of_use\""},
      {"{} x", "p.json:1:4: is not JSON here"},
  };
  for (const auto& [text, error] : rows) EXPECT_THAT(error_of(text), HasSubstr(error)) << text;
}

TEST(PrioritiesFile, CutAnywhereItIsAnErrorAndNoCrash) {
  const std::string whole =
      R"({"about": "a \"quoted\" \\ name", "points": {"ease_of_use": 40}, "require": ["offline"]})";
  ASSERT_TRUE(parse_priorities(whole, "p.json", rules()));
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_THAT(error_of(whole.substr(0, size)), HasSubstr("p.json:1:")) << size;
  EXPECT_THAT(error_of(std::string(100000, '[')), HasSubstr("p.json"));
  EXPECT_THAT(error_of("{\"points\": {\"\\\"\": 1}}"), HasSubstr("is no factor"));
  EXPECT_THAT(error_of("\xff\xfe{}"), HasSubstr("p.json:1:"));
  EXPECT_THAT(error_of(std::string("{}\0{", 4)), HasSubstr("p.json"));
}

}  // namespace
}  // namespace rigfit
