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
