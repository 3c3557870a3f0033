#include <gmock/gmock.h>

#include "probes/mps/mach_o.hpp"
#include "probes/mps/metal.hpp"
#include "probes/mps/software.hpp"

namespace rigfit {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::string_literals;

constexpr std::int64_t gib = std::int64_t{1} << 30;

std::string big(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift & 0xff);
  return bytes;
}

TEST(MachO, ThinFiles) {
  EXPECT_THAT(parse_mach_o("\xcf\xfa\xed\xfe\x0c\x00\x00\x01\x00\x00\x00\x00\x02\x00\x00\x00"s), ElementsAre("arm64"));
  EXPECT_THAT(parse_mach_o("\xcf\xfa\xed\xfe\x0c\x00\x00\x01\x02\x00\x00\x80\x02\x00\x00\x00"s), ElementsAre("arm64e"));
  EXPECT_THAT(parse_mach_o("\xcf\xfa\xed\xfe\x07\x00\x00\x01\x03\x00\x00\x00\x02\x00\x00\x00"s), ElementsAre("x86_64"));
  EXPECT_THAT(parse_mach_o("\xce\xfa\xed\xfe\x07\x00\x00\x00\x03\x00\x00\x00"s), ElementsAre("i386"));
  EXPECT_THAT(parse_mach_o(big(0xfeedface) + big(18) + big(0)), ElementsAre("ppc"));
}

TEST(MachO, UniversalFiles) {
  const std::string two = big(0xcafebabe) + big(2) + big(0x01000007) + big(3) + big(16384) + big(100) + big(14) +
                          big(0x0100000c) + big(0) + big(32768) + big(100) + big(14);
  EXPECT_THAT(parse_mach_o(two), ElementsAre("x86_64", "arm64"));
  EXPECT_THAT(parse_mach_o(two.substr(0, 30)), ElementsAre("x86_64")) << "a table that is cut tells what it has";
  const std::string wide = big(0xcafebabf) + big(1) + big(0x0100000c) + big(2) + std::string(24, '\0');
  EXPECT_THAT(parse_mach_o(wide), ElementsAre("arm64e"));
}

TEST(MachO, EverythingElseIsNone) {
  EXPECT_THAT(parse_mach_o(""), IsEmpty());
  EXPECT_THAT(parse_mach_o("#!/bin/sh\nexec python3.12\n"), IsEmpty());
  EXPECT_THAT(parse_mach_o("\x7f"
                           "ELF\x02\x01\x01\x00\x00\x00\x00\x00"s),
              IsEmpty());
  EXPECT_THAT(parse_mach_o(big(0xcafebabe) + big(0x00000034) + std::string(64, '\x01')), IsEmpty()) << "a Java class";
  for (std::size_t size = 0; size < 12; ++size)
    EXPECT_THAT(parse_mach_o((big(0xcafebabe) + big(2) + big(7)).substr(0, size)), IsEmpty());
}

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

TEST(Metal, WhatIsNoDocumentToldNothing) {
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
