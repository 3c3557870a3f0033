#include "probes/rocm/gfx.hpp"

#include <gmock/gmock.h>

namespace rigfit {
namespace {

TEST(Gfx, IsDecimalFieldsWithAHexadecimalStepping) {
  EXPECT_EQ(gfx_of(90402), "gfx942");
  EXPECT_EQ(gfx_of(90010), "gfx90a");
  EXPECT_EQ(gfx_of(110501), "gfx1151");
  EXPECT_EQ(gfx_of(0), "");
  EXPECT_EQ(gfx_of(-1), "");
}

TEST(GfxTarget, IsDecimalThenHexadecimal) {
  EXPECT_EQ(gfx_of(90010), "gfx90a");
  EXPECT_EQ(gfx_of(90012), "gfx90c");
  EXPECT_EQ(gfx_of(90402), "gfx942");
  EXPECT_EQ(gfx_of(100306), "gfx1036");
  EXPECT_EQ(gfx_of(110501), "gfx1151");
  EXPECT_EQ(gfx_of(120500), "gfx1250");
  for (const std::int64_t nonsense :
       {std::int64_t{0}, std::int64_t{-90402}, std::int64_t{99999999}, std::int64_t{91600}})
    EXPECT_EQ(gfx_of(nonsense), "") << nonsense;
}

TEST(GfxTarget, OfAnOverride) {
  EXPECT_EQ(gfx_of_override("10.3.0"), "gfx1030");
  EXPECT_EQ(gfx_of_override("9.0.10"), "gfx90a");
  for (const char* refused : {"", "10.3", "gfx1030", "10.3.0.1", "-1.0.0", "10.3.x", "999.0.0"})
    EXPECT_EQ(gfx_of_override(refused), "") << refused;
}

TEST(GfxTarget, AsToolsMisspellIt) {
  EXPECT_EQ(gfx_of_tool("gfx9010"), "gfx90a");
  EXPECT_EQ(gfx_of_tool("gfx9006"), "gfx906");
  EXPECT_EQ(gfx_of_tool("gfx11000"), "gfx1100");
  EXPECT_EQ(gfx_of_tool("gfx12001"), "gfx1201");
  for (const char* right : {"gfx942", "gfx90a", "gfx1030", "gfx1151", "gfx1100"}) EXPECT_EQ(gfx_of_tool(right), right);
  EXPECT_EQ(gfx_of_tool("N/A"), "");
}

}  // namespace
}  // namespace rigfit
