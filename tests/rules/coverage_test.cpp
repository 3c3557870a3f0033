// Which devices the tables know: how many ids of each vendor there are, and which of them lack an architecture.
#include <gmock/gmock.h>

#include <map>
#include <set>
#include <string>

#include "rules/book.hpp"

namespace rigfit {
namespace {

const DeviceTable& devices() {
  static const DeviceTable table = [] {
    auto book = load_rules(embedded_rules(), false);
    return book ? std::move(book->devices) : DeviceTable{};
  }();
  return table;
}

std::string architecture_of(std::string_view vendor, std::string_view id) {
  const DeviceModel* model = devices().find(vendor, id);
  return model ? model->architecture : "not in the table";
}

// Run with --gtest_output=json to have the numbers.
TEST(Coverage, LeavesNoGpuWithoutArchitectureButThoseNobodyDocumented) {
  std::map<std::string, int> known, without;
  std::set<std::string> chips_without;
  for (const DeviceModel& row : devices().rows()) {
    if (row.bus != "pci" || row.kind != "gpu" || row.platform.empty() || row.device_first != row.device_last) continue;
    ++known[row.vendor];
    if (!row.architecture.empty()) continue;
    ++without[row.vendor];
    chips_without.insert(row.chip.empty() ? row.name : row.chip);
  }
  for (const auto& [vendor, count] : known) {
    RecordProperty("known_" + vendor, count);
    RecordProperty("without_architecture_" + vendor, without[vendor]);
  }
  EXPECT_GE(known["10de"], 1250);
  EXPECT_GE(known["1002"], 700);
  EXPECT_GE(known["8086"], 90);
  EXPECT_THAT(chips_without, testing::ElementsAre("GB120", "GR102")) << "no capability of these is published yet";
  EXPECT_EQ(without["1002"], 0);
  EXPECT_EQ(without["8086"], 0);
}

TEST(Coverage, HasWhatWasMissing) {
  for (const auto& [id, architecture] : std::map<std::string, std::string>{{"174d", "sm_50"},
                                                                           {"174e", "sm_50"},
                                                                           {"179c", "sm_50"},
                                                                           {"13b1", "sm_50"},
                                                                           {"1617", "sm_52"},
                                                                           {"1618", "sm_52"},
                                                                           {"1619", "sm_52"},
                                                                           {"2204", "sm_86"},
                                                                           {"0640", "sm_11"},
                                                                           {"06c0", "sm_20"},
                                                                           {"3000", "sm_107"},
                                                                           {"1180", "sm_30"}})
    EXPECT_EQ(architecture_of("10de", id), architecture) << id;
  for (const auto& [id, architecture] : std::map<std::string, std::string>{{"7410", "gfx90a"},
                                                                           {"686c", "gfx900"},
                                                                           {"6867", "gfx900"},
                                                                           {"6869", "gfx900"},
                                                                           {"1902", "gfx1153"},
                                                                           {"6798", "gfx600"},
                                                                           {"67b0", "gfx701"},
                                                                           {"6938", "gfx802"},
                                                                           {"683f", "gfx601"},
                                                                           {"98e4", "gfx810"},
                                                                           {"74a8", "gfx942"},
                                                                           {"75b0", "gfx950"},
                                                                           {"75b3", "gfx950"},
                                                                           {"4e48", "pre-TeraScale"}})
    EXPECT_EQ(architecture_of("1002", id), architecture) << id;
  for (const auto& [id, architecture] : std::map<std::string, std::string>{
           {"56a3", "xe_hpg"}, {"56a4", "xe_hpg"}, {"e209", "xe2"}, {"fd80", "xe3"}, {"fd81", "xe3"}})
    EXPECT_EQ(architecture_of("8086", id), architecture) << id;
}

TEST(Coverage, FindsTheCodeNameThatLspciPrints) {
  const auto chip = [](const char* vendor, const char* text) {
    const DeviceModel* model = devices().find_chip(vendor, text);
    return model ? model->chip + " " + model->architecture : "none";
  };
  EXPECT_EQ(chip("10de", "NVIDIA Corporation GH100 [H100 SXM5 80GB]"), "GH100 sm_90");
  EXPECT_EQ(chip("10de", "NVIDIA Corporation GA102GL [RTX A5000]"), "GA102 sm_86");
  EXPECT_EQ(chip("10de", "nVidia Corporation GV100GL [Tesla V100 SXM2 16GB]"), "GV100 sm_70");
  EXPECT_EQ(chip("10de", "NVIDIA Corporation Device 2fff"), "none");
  EXPECT_EQ(chip("1002", "Advanced Micro Devices, Inc. [AMD/ATI] Navi 31 [Radeon RX 7900 XT/7900 XTX]"),
            "Navi 31 gfx1100");
  EXPECT_EQ(chip("1002", "ATI Technologies Inc Tahiti XT [Radeon HD 7970]"), "Tahiti gfx600");
  EXPECT_EQ(chip("1002", "Advanced Micro Devices, Inc. [AMD/ATI] Strix Halo [Radeon 8060S]"), "Strix Halo gfx1151");
  EXPECT_EQ(chip("1002", "Advanced Micro Devices, Inc. [AMD/ATI] Navi 310"), "none") << "a longer number is another";
}

TEST(Coverage, FindsTheArchitectureByTheNameOfTheProduct) {
  const auto product = [](const char* text) {
    const DeviceModel* model = devices().find_product("10de", text);
    return model ? model->architecture : "none";
  };
  EXPECT_EQ(product("NVIDIA GeForce RTX 3090"), "sm_86");
  EXPECT_EQ(product("GeForce RTX 3080 Ti"), "sm_86");
  EXPECT_EQ(product("NVIDIA A100-SXM4-80GB"), "sm_80");
  EXPECT_EQ(product("Tesla V100-SXM2-16GB"), "sm_70");
  EXPECT_EQ(product("NVIDIA GeForce RTX 4090"), "sm_89");
  EXPECT_EQ(product("GeForce GT 730"), "none") << "sold with Fermi and with Kepler chips";
  EXPECT_EQ(product("NVIDIA Something New"), "none");
}

TEST(Coverage, PrefersTheNameThatPeopleKnow) {
  const DeviceModel* range = devices().find("10de", "2201");
  ASSERT_TRUE(range);
  EXPECT_EQ(name_of_device(range, "NVIDIA Corporation GA102 [GeForce RTX 3090]"), "GeForce RTX 3090");
  EXPECT_EQ(name_of_device(devices().find("10de", "2204"), ""), "GeForce RTX 3090");
  EXPECT_EQ(name_of_device(nullptr, "ATI Technologies Inc Device 9999"), "ATI Technologies Inc Device 9999");
  EXPECT_EQ(product_in("Advanced Micro Devices, Inc. [AMD/ATI] Navi 31"), "");
}

}  // namespace
}  // namespace rigfit
