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
  EXPECT_EQ(file->demands[0], "python=3.12");
  EXPECT_TRUE(parse_priorities("{}", "p.json", rules()));
}

TEST(PrioritiesFile, ErrorsNameLineColumnAndKey) {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"{\n  \"points\": {\n    \"ease_of_us\": 3\n  }\n}",
       "p.json: line 3, column 5: points/ease_of_us: there is no factor \"ease_of_us\"; did you mean \"ease_of_use\"?"},
      {"{\n \"pionts\": {}}",
       "p.json: line 2, column 2: pionts: is not a member of a priorities file; did you mean \"points\"?"},
      {"{\"points\": {\"ease_of_use\": -1}}",
       "p.json: line 1, column 13: points/ease_of_use: is not a whole number from 0 to 1000000"},
      {"{\"points\": {\"ease_of_use\": 1.5}}", "line 1, column 13: points/ease_of_use: is not a whole number"},
      {"{\"points\": {\"ease_of_use\": 1000001}}", "line 1, column 13: points/ease_of_use: is not a whole number"},
      {"{\"points\": {\"ease_of_use\": 4294967297}}", "line 1, column 13: points/ease_of_use: is not a whole number"},
      {"{\"points\": {\"ease_of_use\": \"9\"}}", "line 1, column 13: points/ease_of_use: is not a whole number"},
      {"{\"points\": {\"ease_of_use\": {}}}", "line 1, column 13: points/ease_of_use: is not a whole number"},
      {"{\"points\": {\"ease_of_use\": 1, \"ease_of_use\": 2}}", "p.json: /points/ease_of_use: the key appears twice"},
      {"{\"points\": {}, \"points\": {}}", "p.json: /points: the key appears twice"},
      {"{\"points\": 3}", "p.json: line 1, column 2: points: is not an object"},
      {"{\"points\": null}", "p.json: line 1, column 2: points: is not an object"},
      {"{\"about\": 3}", "p.json: line 1, column 2: about: is not a text"},
      {"{\"profile\": \"reserch\"}",
       "p.json: line 1, column 2: profile: there is no profile \"reserch\"; did you mean \"research\"?"},
      {"{\"profile\": true}", "p.json: line 1, column 2: profile: is not the name of a profile"},
      {"{\"profile\": \"\"}", "p.json: line 1, column 2: profile: is not the name of a profile"},
      {"{\"require\": [\"platform=gpu\"]}",
       "line 1, column 2: require: the demand \"platform=gpu\": column 10: \"gpu\" is no value here"},
      {"{\"require\": [3]}", "p.json: line 1, column 2: require: 3 is not a demand"},
      {"{\"require\": \"offline\"}", "p.json: line 1, column 2: require: is not a list"},
      {"[]", "p.json: line 1, column 1: is not an object"},
      {"7", "p.json: line 1, column 1: is not an object"},
      {"", "p.json: line 1, column 1: not JSON"},
      {"{\"points\": {\n\"ease_of_use\": }}", "p.json: line 2, column 16: not JSON"},
      {"{} x", "p.json: line 1, column 4: not JSON"},
  };
  for (const auto& [text, error] : rows) EXPECT_THAT(error_of(text), HasSubstr(error)) << text;
}

TEST(PrioritiesFile, CutAnywhereItIsAnErrorAndNoCrash) {
  const std::string whole =
      R"({"about": "a \"quoted\" \\ name", "points": {"ease_of_use": 40}, "require": ["offline"]})";
  ASSERT_TRUE(parse_priorities(whole, "p.json", rules()));
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_THAT(error_of(whole.substr(0, size)), HasSubstr("p.json: line 1, column ")) << size;
  EXPECT_THAT(error_of(std::string(100000, '[')), HasSubstr("p.json"));
  EXPECT_THAT(error_of("{\"points\": {\"\\\"\": 1}}"), HasSubstr("there is no factor"));
  EXPECT_THAT(error_of("\xff\xfe{}"), HasSubstr("p.json: line 1, column "));
  EXPECT_THAT(error_of(std::string("{}\0{", 4)), HasSubstr("p.json"));
}

}  // namespace
}  // namespace rigfit
