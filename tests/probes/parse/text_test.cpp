#include "probes/parse/text.hpp"

#include <gmock/gmock.h>

#include "probes/mps/software.hpp"

namespace rigfit {
namespace {

TEST(Sizes, AreNumbersOnly) {
  for (const char* text : {"nan MiB", "inf GiB", "-1 kB", "MiB", ""}) EXPECT_EQ(size_bytes(text), std::nullopt) << text;
}

TEST(SaysNothing, KnowsTheWordsOfManyTools) {
  for (const char* text : {"Not Found", "Insufficient Permissions", "Requested functionality has been deprecated"})
    EXPECT_TRUE(says_nothing(text)) << text;
  EXPECT_FALSE(says_nothing("Not Active"));
}

TEST(Decimal, DigitsWithOnePoint) {
  EXPECT_DOUBLE_EQ(decimal("1.7").value(), 1.7);
  EXPECT_DOUBLE_EQ(decimal("0.0").value(), 0);
  EXPECT_DOUBLE_EQ(decimal("2").value(), 2);
  EXPECT_DOUBLE_EQ(decimal(".5").value(), 0.5);
  for (const char* text : {"", ".", "1.7.1", "-1", "1e3", "nan", "1,7", "9999999999999999999999"})
    EXPECT_FALSE(decimal(text)) << text;
}

}  // namespace
}  // namespace rigfit
