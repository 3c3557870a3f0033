// What a product's name tells of the code it runs, for the names that drivers and tools print.
#include "facts/product_names.hpp"

#include <gmock/gmock.h>

#include "rules/book.hpp"

namespace rigfit {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const DeviceTable& devices() {
  static const DeviceTable table = [] {
    auto book = load_rules(embedded_rules(), false);
    return book ? std::move(book->devices) : DeviceTable{};
  }();
  return table;
}

struct Named {
  const char* name;
  const char* architecture;
};

void expect(std::string_view vendor, std::initializer_list<Named> names) {
  for (const auto& [name, architecture] : names)
    EXPECT_THAT(architectures_of_product(devices(), vendor, name), ElementsAre(architecture)) << name;
}

// https://developer.nvidia.com/cuda-gpus and https://developer.nvidia.com/cuda-legacy-gpus (2026), as nvidia-smi prints
// the names.
TEST(ProductNames, HaveTheCapabilityThatNvidiaStates) {
  expect("10de", {{"Tesla K80", "sm_37"},
                  {"Tesla M60", "sm_52"},
                  {"Tesla M40 24GB", "sm_52"},
                  {"NVIDIA GeForce GTX 980 Ti", "sm_52"},
                  {"Tesla P100-PCIE-16GB", "sm_60"},
                  {"Tesla P40", "sm_61"},
                  {"NVIDIA GeForce GTX 1080 Ti", "sm_61"},
                  {"NVIDIA GeForce GTX 1060 6GB", "sm_61"},
                  {"Quadro P2000", "sm_61"},
                  {"NVIDIA TITAN Xp", "sm_61"},
                  {"Tesla V100-SXM2-32GB", "sm_70"},
                  {"NVIDIA TITAN V", "sm_70"},
                  {"Tesla T4", "sm_75"},
                  {"NVIDIA GeForce GTX 1660 Ti", "sm_75"},
                  {"NVIDIA GeForce RTX 2080 SUPER", "sm_75"},
                  {"Quadro RTX 6000", "sm_75"},
                  {"NVIDIA TITAN RTX", "sm_75"},
                  {"NVIDIA A100-SXM4-80GB", "sm_80"},
                  {"NVIDIA A100-PCIE-40GB", "sm_80"},
                  {"NVIDIA A30", "sm_80"},
                  {"NVIDIA A10", "sm_86"},
                  {"NVIDIA A10G", "sm_86"},
                  {"NVIDIA A40", "sm_86"},
                  {"NVIDIA RTX A6000", "sm_86"},
                  {"NVIDIA RTX A4000", "sm_86"},
                  {"NVIDIA GeForce RTX 3060", "sm_86"},
                  {"NVIDIA GeForce RTX 3090", "sm_86"},
                  {"NVIDIA GeForce RTX 3080 Laptop GPU", "sm_86"},
                  {"NVIDIA L4", "sm_89"},
                  {"NVIDIA L40S", "sm_89"},
                  {"NVIDIA RTX 6000 Ada Generation", "sm_89"},
                  {"NVIDIA RTX 2000 Ada Generation", "sm_89"},
                  {"NVIDIA GeForce RTX 4090", "sm_89"},
                  {"NVIDIA GeForce RTX 4060 Ti", "sm_89"},
                  {"NVIDIA H100 80GB HBM3", "sm_90"},
                  {"NVIDIA H200", "sm_90"},
                  {"NVIDIA GH200 480GB", "sm_90"},
                  {"NVIDIA B200", "sm_100"},
                  {"NVIDIA B300 SXM6 AC", "sm_103"},
                  {"NVIDIA RTX PRO 6000 Blackwell Workstation Edition", "sm_120"},
                  {"NVIDIA GeForce RTX 5090", "sm_120"},
                  {"NVIDIA GeForce RTX 5070 Ti Laptop GPU", "sm_120"},
                  {"NVIDIA GB10", "sm_121"}});
}

TEST(ProductNames, AreKnownWhenCutOrDecorated) {
  expect("10de", {{"NVIDIA GeForce RTX 309...", "sm_86"},
                  {"NVIDIA GeForce RTX 40...", "sm_89"},
                  {"GeForce RTX 208...", "sm_75"},
                  {"NVIDIA A100-SXM...", "sm_80"},
                  {"Tesla V100-SXM2...", "sm_70"},
                  {"NVIDIA RTX A60...", "sm_86"},
                  {"RTX 3060 Laptop GPU", "sm_86"},
                  {"A100-SXM4-80GB", "sm_80"},
                  {"GRID A100-10C", "sm_80"},
                  {"A100-SXM4-40GB MIG 1g.5gb", "sm_80"},
                  {"H100 80GB HBM3", "sm_90"},
                  {"GRID T4-4Q", "sm_75"},
                  {"NVIDIA A40-48Q", "sm_86"},
                  {"GA102 [GeForce RTX 3090]", "sm_86"},
                  {"NVIDIA TITAN X (Pascal)", "sm_61"},
                  {"NVIDIA TITAN X", "sm_61"},
                  {"GeForce GTX TITAN X", "sm_52"}});
}

TEST(ProductNames, ThatFitSeveralTellAllOfThem) {
  EXPECT_THAT(architectures_of_product(devices(), "10de", "NVIDIA GeForce GT 730"), testing::SizeIs(testing::Gt(1)));
  EXPECT_THAT(architectures_of_product(devices(), "10de", "NVIDIA TITAN..."), testing::SizeIs(testing::Gt(1)));
}

TEST(ProductNames, ThatAreNoProductTellNothing) {
  for (const char* name : {"", "...", "NVIDIA Graphics Device", "GeForce", "NVIDIA GeForce RTX 9999", "RTX", "Tesla",
                           "NVIDIA A10000", "3060", "NVIDIA"})
    EXPECT_THAT(architectures_of_product(devices(), "10de", name), IsEmpty()) << name;
  EXPECT_THAT(architectures_of_product(devices(), "1002", "AMD Radeon Graphics"), IsEmpty());
  EXPECT_THAT(architectures_of_product(devices(), "8086", "NVIDIA GeForce RTX 3090"), IsEmpty());
}

TEST(ProductNames, OfAmdTellTheTarget) {
  expect("1002", {{"AMD Radeon RX 7900 XTX", "gfx1100"},
                  {"Radeon RX 7900 XT", "gfx1100"},
                  {"AMD Radeon PRO W7900", "gfx1100"},
                  {"AMD Radeon Pro W7500", "gfx1102"},
                  {"AMD Radeon RX 6800 XT", "gfx1030"},
                  {"AMD Radeon RX 6700 XT", "gfx1031"},
                  {"AMD Radeon RX 9070 XT", "gfx1201"},
                  {"AMD Radeon 780M Graphics", "gfx1103"},
                  {"AMD Radeon 8060S", "gfx1151"},
                  {"AMD Instinct MI300X", "gfx942"},
                  {"AMD Instinct MI300X OAM", "gfx942"},
                  {"AMD Instinct MI250X / MI250", "gfx90a"},
                  {"AMD Instinct MI210", "gfx90a"},
                  {"AMD Instinct MI355X", "gfx950"}});
}

TEST(ProductNames, OfIntelTellTheFamily) {
  expect("8086", {{"Intel(R) Arc(TM) A770 Graphics", "xe_hpg"},
                  {"Intel(R) Arc(TM) B580 Graphics", "xe2"},
                  {"Intel(R) Data Center GPU Max 1550", "xe_hpc"}});
}

TEST(ProductNames, AGenerationTellsWhatItHas) {
  EXPECT_THAT(architectures_of_generation(devices(), "10de", "Ampere"), ElementsAre("sm_80", "sm_86"));
  EXPECT_THAT(architectures_of_generation(devices(), "10de", "Hopper"), ElementsAre("sm_90"));
  EXPECT_THAT(architectures_of_generation(devices(), "10de", "Rubens"), IsEmpty());
}

}  // namespace
}  // namespace rigfit
