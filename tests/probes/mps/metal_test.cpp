#include "probes/mps/metal.hpp"

#include <gmock/gmock.h>

namespace rigfit {
namespace {

constexpr std::int64_t gib = std::int64_t{1} << 30;

TEST(WorkingSet, MetalFirstThenTheUserThenAnEstimate) {
  EXPECT_EQ(working_set(7 * gib, 1000, 16 * gib)->from, "Metal");
  EXPECT_EQ(working_set(std::nullopt, 14000, 16 * gib)->bytes, std::int64_t{14000} << 20);
  EXPECT_EQ(working_set(std::nullopt, 20000, 16 * gib)->bytes, 16 * gib) << "no more than there is";
  EXPECT_EQ(working_set(std::nullopt, 0, 24 * gib)->bytes, 16 * gib);
  EXPECT_EQ(working_set(std::nullopt, std::nullopt, 64 * gib)->bytes, 48 * gib);
  EXPECT_EQ(working_set(std::nullopt, std::int64_t{1} << 60, 64 * gib)->bytes, 48 * gib) << "no such limit";
  EXPECT_FALSE(working_set(std::nullopt, 14000, std::nullopt));
  EXPECT_FALSE(working_set(std::nullopt, std::nullopt, 0));
}

TEST(Metal, WhatIsNoDocumentReportedNothing) {
  EXPECT_FALSE(parse_metal("").answered);
  EXPECT_FALSE(parse_metal("{\"devices\": 3}").answered);
  EXPECT_TRUE(parse_metal("{\"devices\": []}").answered);
  const MetalDevices odd = parse_metal(
      "{\"devices\": [3, {\"name\": 7, \"families\": [1, \"apple\", \"applex\"], \"recommended_working_set_bytes\": "
      "-1}]}");
  ASSERT_EQ(odd.devices.size(), 1u);
  EXPECT_EQ(odd.devices[0].working_set_bytes, std::nullopt);
  EXPECT_EQ(apple_family(odd.devices[0].families), "");
}

TEST(Metal, TheNewestFamilyCounts) {
  EXPECT_EQ(apple_family({"apple10", "apple7", "apple9", "mac2"}), "Apple 10");
  EXPECT_EQ(apple_family({"mac2", "metal3"}), "");
}

TEST(Ioreg, CoresAndModel) {
  const IoregGpu gpu = parse_ioreg(
      "+-o AGXAcceleratorG15X  <class AGXAcceleratorG15X>\n    {\n      \"gpu-core-count\" = 18\n"
      "      \"model\" = \"Apple M3 Pro\"\n    }\n");
  EXPECT_EQ(gpu.cores, 18);
  EXPECT_EQ(gpu.model, "Apple M3 Pro");
  EXPECT_EQ(parse_ioreg("\"gpu-core-count\" = many\n\"model\" = \"\n").cores, std::nullopt);
}

}  // namespace
}  // namespace rigfit
