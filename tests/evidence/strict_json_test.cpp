#include "evidence/strict_json.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace rigfit {
namespace {

using testing::HasSubstr;

TEST(StrictJson, TakesAllThatIsJson) {
  for (const char* text : {"{}", "[]", " \t\r\n[ ]\n", "0", "-0", "-1.5E+3", "1e-2", "true", "null", R"("")",
                           R"("\u00e9\ud83d\ude00\/")", "\"\xc3\xa9\xf0\x9f\x98\x80\x7f\"",
                           R"({"":0,"a":{"a":[{"a":1},{"a":1}]}})", "[1,[2,[3]]]", "123456789012345678901234567890"})
    EXPECT_TRUE(parse_strict_json(text, 8)) << text << ": " << parse_strict_json(text, 8).error().reason;
  EXPECT_EQ(parse_strict_json(R"({"b":[1,2],"a":"x"})", 8)->at("b").at(1), 2);
}

TEST(StrictJson, ReadsValuesAsTheyAre) {
  for (const char* text : {"0",
                           "-0",
                           "-0.0",
                           "7",
                           "-7",
                           "18446744073709551615",
                           "18446744073709551616",
                           "-9223372036854775808",
                           "-9223372036854775809",
                           "9007199254740993",
                           "9007199254740993.0",
                           "0.1",
                           "-1.5E+3",
                           "5e-324",
                           "2.2250738585072011e-308",
                           "1.7976931348623157e308",
                           "3.141592653589793238462643383279",
                           "123456789.123456789e-30",
                           "1e-5000",
                           R"("\u00e9\ud83d\ude00\/\u0000\n")",
                           R"({"b":[1,{"":null}],"a":{"x":[],"y":{}},"c":-5})"}) {
    const auto read = parse_strict_json(text, 8);
    ASSERT_TRUE(read) << text;
    const auto expected = nlohmann::json::parse(text);
    EXPECT_EQ(*read, expected) << text;
    EXPECT_EQ(read->type(), expected.type()) << text;
    EXPECT_EQ(read->dump(), expected.dump()) << text;
  }
}

TEST(StrictJson, RefusesAllElse) {
  using namespace std::literals;
  for (const std::string_view text : {""sv,
                                      " "sv,
                                      "["sv,
                                      "{"sv,
                                      "{\"a\""sv,
                                      "{\"a\":}"sv,
                                      "{\"a\":1,}"sv,
                                      "[1,]"sv,
                                      "[1 2]"sv,
                                      "{a:1}"sv,
                                      "{'a':1}"sv,
                                      "01"sv,
                                      "+1"sv,
                                      "1."sv,
                                      ".5"sv,
                                      "1e"sv,
                                      "0x1"sv,
                                      "NaN"sv,
                                      "[Infinity]"sv,
                                      "nul"sv,
                                      "True"sv,
                                      "\"a"sv,
                                      "\"\n\""sv,
                                      "\"\t\""sv,
                                      "\"\\x41\""sv,
                                      "\"\\ud800\""sv,
                                      "\"\\u12\""sv,
                                      "[]]"sv,
                                      "{} {}"sv,
                                      "1 1"sv,
                                      "// c\n1"sv,
                                      "[1]/* c */"sv,
                                      "[1]#"sv,
                                      "\"\xff\""sv,
                                      "\"\xc0\xaf\""sv,
                                      "\"\xed\xa0\x80\""sv,
                                      "\xff\xfe[\0]\0"sv,
                                      "1\0"sv,
                                      "\xef\xbb\xbf{}"sv,
                                      "1e999"sv})
    EXPECT_FALSE(parse_strict_json(text, 8)) << text;
}

TEST(StrictJson, SaysWhere) {
  const auto error_of = [](std::string_view text) { return parse_strict_json(text, 4).error(); };
  EXPECT_EQ(error_of("{\n  \"a\": oops}").place, "line 2, column 8");
  EXPECT_EQ(error_of("[1,\n2,\n3").place, "line 3, column 2");
  EXPECT_THAT(error_of("[1,\n2,\n3").reason, HasSubstr("ends too early"));
  const JsonError twice = error_of(R"({"a":{"x":1,"b":[{"k":1},{"k":2,"k":3}]}})");
  EXPECT_EQ(twice.place, "/a/b/k");
  EXPECT_THAT(twice.reason, HasSubstr("twice"));
  EXPECT_THAT(error_of("[\"\xff\"]").reason, HasSubstr("UTF-8"));
  EXPECT_THAT(error_of("[1e999]").reason, HasSubstr("too large"));
  EXPECT_THAT(error_of("[[[[[]]]]]").reason, HasSubstr("deeper than 4"));
}

TEST(StrictJson, DeepNestingCannotExhaustTheStack) {
  for (const char* opening : {"[", "{\"a\":"}) {
    std::string text;
    for (int n = 0; n < 300'000; ++n) text += opening;
    EXPECT_THAT(parse_strict_json(text, 32).error().reason, HasSubstr("deeper")) << opening;
  }
}

TEST(StrictJson, TellsWhereAKeyStands) {
  const std::string text = "{\n  \"a\": [1, {\"b\\\"\\u0063\": \"}, \\\\\"}],\n  \"d\" : {\"e\": -1.5e3, \"f\":[]}}";
  ASSERT_TRUE(parse_strict_json(text, 4));
  EXPECT_EQ(place_of_key(text, "/a"), "line 2, column 3");
  EXPECT_EQ(place_of_key(text, "/a/1/b\"c"), "line 2, column 13");
  EXPECT_EQ(place_of_key(text, "/d"), "line 3, column 3");
  EXPECT_EQ(place_of_key(text, "/d/f"), "line 3, column 23");
  for (const char* none : {"", "/", "/e", "/a/0", "/d/f/0"}) EXPECT_EQ(place_of_key(text, none), "") << none;
  EXPECT_EQ(place_of_key("7", "/a"), "");
}

}  // namespace
}  // namespace rigfit
