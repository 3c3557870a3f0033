#include "probes/mps/mach_o.hpp"

#include <gmock/gmock.h>

namespace rigfit {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;
using testing::IsEmpty;

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

}  // namespace
}  // namespace rigfit
