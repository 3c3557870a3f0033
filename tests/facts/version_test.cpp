#include "facts/version.hpp"

#include <gmock/gmock.h>

namespace rigfit {
namespace {

Version v(std::string_view text) {
  const auto version = Version::parse(text);
  EXPECT_TRUE(version) << text;
  return version.value_or(Version{});
}

TEST(Version, ComparesNumbersAsNumbers) {
  EXPECT_LT(v("9.0"), v("10.0"));
  EXPECT_LT(v("580.65.06"), v("580.82.07"));
  EXPECT_LT(v("12.9"), v("12.10"));
  EXPECT_EQ(v("580"), v("580.0"));
  EXPECT_EQ(v("v1.2"), v("1.2.0"));
  EXPECT_EQ(v("580.05"), v("580.5"));
}

TEST(Version, SuffixesBreakTies) {
  EXPECT_LT(v("2.9.0rc1"), v("2.9.0"));
  EXPECT_LT(v("2.9.0.dev20260101"), v("2.9.0"));
  EXPECT_LT(v("2.9.0a0"), v("2.9.0rc1"));
  EXPECT_LT(v("2.9.0"), v("2.9.0+cu130"));
  EXPECT_LT(v("2.9.0+cu130"), v("2.9.1"));
  EXPECT_GT(v("6.8.0-45-generic"), v("6.8.0"));
}

TEST(Version, KeepsItsText) {
  EXPECT_EQ(v("580.82.07").text(), "580.82.07");
  EXPECT_EQ(v("6.1.0-18-amd64").part(0), 6u);
  EXPECT_EQ(v("6.1").part(7), 0u);
}

TEST(Version, WhatIsNoVersion) {
  for (const char* text : {"", "v", "N/A", "[N/A]", "ERR!", ".5", "-1", "unknown"})
    EXPECT_FALSE(Version::parse(text)) << text;
  EXPECT_FALSE(Version::parse(std::string(129, '1')));
}

TEST(Version, HugeNumbersSaturate) {
  EXPECT_EQ(v("99999999999999999999999").part(0), UINT64_MAX);
  EXPECT_LT(v("1"), v("99999999999999999999999"));
}

TEST(Version, OrderIsTotal) {
  const std::vector<std::string> ordered{"1.0a1", "1.0rc1", "1.0", "1.0+a", "1.0+b", "1.0.1", "1.1", "2"};
  for (std::size_t i = 0; i < ordered.size(); ++i)
    for (std::size_t j = 0; j < ordered.size(); ++j)
      EXPECT_EQ(v(ordered[i]) <=> v(ordered[j]), i <=> j) << ordered[i] << " " << ordered[j];
}

}  // namespace
}  // namespace rigfit
