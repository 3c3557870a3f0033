#include "probes/pci/lspci.hpp"

#include <gmock/gmock.h>

namespace rigfit {
namespace {

TEST(Lspci, NumericForm) {
  const auto devices = parse_lspci(
      "17:00.0 3D controller [0302]: NVIDIA Corporation GH100 [H100] [10de:2330] (rev a1)\n"
      "\tKernel driver in use: nvidia\n");
  ASSERT_EQ(devices.size(), 1u);
  EXPECT_EQ(devices[0].vendor, "10de");
  EXPECT_EQ(devices[0].device, "2330");
  EXPECT_EQ(devices[0].pci_class.substr(0, 4), "0302");
  EXPECT_EQ(devices[0].driver, "nvidia");
}

TEST(Lspci, OldAndIndentedListings) {
  const auto devices = parse_lspci(
      "  01:00.0 Class 0300: 10de:1c81 (rev a1)\n  \tKernel modules: nouveau\n  02:00.0 Class 0200: 8086:10d3\n");
  ASSERT_EQ(devices.size(), 2u);
  EXPECT_EQ(devices[0].pci_class, "0300");
  EXPECT_EQ(devices[0].device, "1c81");
  EXPECT_EQ(devices[0].driver, "");
}

TEST(Lspci, BlocksWithDriversTellWhichHaveNone) {
  const auto devices = parse_lspci(
      "Slot:\t03:00.0\nClass:\tVGA compatible controller\nVendor:\tNVIDIA "
      "Corporation\nDevice:\tGP107\nModule:\tnouveau\n\n"
      "Slot:\t04:00.0\nClass:\tEthernet controller\nVendor:\tIntel Corporation\nDevice:\t82574L\nDriver:\te1000e\n");
  ASSERT_EQ(devices.size(), 2u);
  EXPECT_EQ(devices[0].pci_class, "0300");
  EXPECT_EQ(devices[0].driver, "");
  EXPECT_EQ(devices[1].driver, "e1000e");
}

TEST(Lspci, ColumnsTellRevisionAndSubsystem) {
  const auto devices = parse_lspci(
      "01:00.0 \"3D controller\" \"NVIDIA Corporation\" \"GH100 [H100]\" -rff -p00 \"NVIDIA Corporation\" \"Device "
      "1626\"\n"
      "02:00.0 \"0300\" \"1002\" \"744c\" -rC8 \"1eae\" \"7901\"\n");
  ASSERT_EQ(devices.size(), 2u);
  EXPECT_EQ(devices[0].revision, "ff");
  EXPECT_EQ(devices[0].name, "NVIDIA Corporation GH100 [H100]");
  EXPECT_EQ(devices[1].revision, "c8");
  EXPECT_EQ(devices[1].subvendor, "1eae");
  EXPECT_EQ(devices[1].subdevice, "7901");
}

TEST(Lspci, SubsystemsInEachForm) {
  for (const auto& [line, vendor] : {std::pair{"Google, Inc. Device [1ae0:004F]", "1ae0"},
                                     {"1ae0:004f", "1ae0"},
                                     {"Google, Inc. Device 004f", ""}}) {
    const auto devices = parse_lspci(
        "00:04.0 Processing accelerators: Google, Inc. Device 0027\n\tSubsystem: " + std::string(line) + "\n");
    ASSERT_EQ(devices.size(), 1u);
    EXPECT_EQ(devices[0].device, "0027") << line;
    EXPECT_EQ(devices[0].subvendor, vendor) << line;
    EXPECT_EQ(devices[0].subdevice, "004f") << line;
  }
}

// As "lspci -k | grep -A2 -E 'VGA|3D'" leaves it: of the first function the line with its driver is missing.
TEST(Lspci, WhatGrepLeftDoesNotTellThatNoDriverIsBound) {
  const std::string listing =
      "00:02.0 VGA compatible controller: Intel Corporation HD Graphics 530 (rev 06)\n\tDeviceName: Onboard IGD\n"
      "\tSubsystem: Dell HD Graphics 530\n--\n01:00.0 3D controller: NVIDIA Corporation GM107M (rev a2)\n"
      "\tSubsystem: Dell GM107M\n\tKernel driver in use: nvidia\n";
  const auto devices = parse_lspci(listing);
  ASSERT_EQ(devices.size(), 2u);
  EXPECT_EQ(devices[0].driver, std::nullopt);
  EXPECT_EQ(devices[1].driver, "nvidia");
  EXPECT_FALSE(lspci_is_whole(listing));
}

TEST(Lspci, NumbersWhereNamesAreUnknownToOldListsToo) {
  const auto devices = parse_lspci(
      "\xef\xbb\xbf"
      "01:00.0 VGA compatible controller: nVidia Corporation Unknown device 0611 (rev a2)\n");
  ASSERT_EQ(devices.size(), 1u);
  EXPECT_EQ(devices[0].vendor, "10de");
  EXPECT_EQ(devices[0].device, "0611");
}

TEST(Lspci, AmdMakesProcessorsAndGpus) {
  const auto devices = parse_lspci(
      "c5:00.0 Display controller: Advanced Micro Devices, Inc. [AMD/ATI] Strix Halo (rev c1)\n"
      "c6:00.1 Signal processing controller: Advanced Micro Devices, Inc. [AMD] Device 17f0 (rev 11)\n"
      "01:00.0 VGA compatible controller: Advanced Micro Devices [AMD] nee ATI Cayman PRO [Radeon HD 6950]\n");
  ASSERT_EQ(devices.size(), 3u);
  EXPECT_EQ(devices[0].vendor, "1002");
  EXPECT_EQ(devices[1].vendor, "1022");
  EXPECT_EQ(devices[1].pci_class, "1180");
  EXPECT_EQ(devices[2].vendor, "1002");
}

TEST(Lspci, AListingThatWasCutIsNotWhole) {
  const std::string blocks =
      "Slot:\t0000:03:00.0\nClass:\t0200\nVendor:\t8086\nDevice:\t10d3\n\nSlot:\t0000:04:00.0\nClass:\t0300\nVendor:"
      "\t10de\nDevice:\t1c81\n";
  EXPECT_TRUE(lspci_is_whole(blocks));
  EXPECT_FALSE(lspci_is_whole(blocks.substr(0, blocks.find("Vendor:\t10de"))));
  const std::string lines =
      "03:00.0 Ethernet controller [0200]: Intel Corporation 82574L [8086:10d3]\n04:00.0 VGA compatible controller "
      "[0300]: NVIDIA Corporation GP107 [10de:1c81]\n";
  EXPECT_TRUE(lspci_is_whole(lines));
  EXPECT_FALSE(lspci_is_whole(lines.substr(0, lines.size() - 8)));
  EXPECT_TRUE(lspci_is_whole("03:00.0 Ethernet controller: Intel Corporation 82574L\n"));
}

}  // namespace
}  // namespace rigfit
