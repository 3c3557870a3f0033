#include "facts/product_names.hpp"

#include <gmock/gmock.h>

namespace rigfit {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

DeviceModel product(std::string id, std::string name, std::string architecture, std::string generation = "") {
  DeviceModel model;
  model.vendor = "10de";
  model.device_first = model.device_last = std::move(id);
  model.name = std::move(name);
  model.architecture = std::move(architecture);
  model.generation = std::move(generation);
  return model;
}

const DeviceTable& table() {
  static const DeviceTable devices(
      {product("0001", "GeForce RTX 3090", "sm_86", "Ampere"),
       product("0002", "GeForce RTX 3080 Ti", "sm_86", "Ampere"),
       product("0003", "GeForce GTX TITAN X", "sm_52", "Maxwell"), product("0004", "TITAN X Pascal", "sm_61", "Pascal"),
       product("0005", "A100 SXM4 80GB", "sm_80", "Ampere"), product("0006", "A100", "sm_80", "Ampere"),
       product("0007", "Quadro RTX 6000/8000", "sm_75", "Turing"),
       product("0008", "RTX 6000 Ada Generation", "sm_89", "Ada Lovelace"),
       product("0009", "GeForce GTX 960M", "sm_50", "Maxwell"), product("000a", "GeForce GTX 960", "sm_52", "Maxwell"),
       product("000b", "GeForce GT 730", "sm_35", "Kepler"), product("000c", "GeForce GT 730", "sm_21", "Fermi"),
       product("000d", "GeForce 780M, 760M or 740M (mobile)", "sm_30", "Kepler"), product("000e", "Riva 128", "", "")});
  return devices;
}

std::vector<std::string> of(std::string_view name) { return architectures_of_product(table(), "10de", name); }

TEST(ProductNames, TheLongestProductCounts) {
  EXPECT_THAT(of("NVIDIA GeForce RTX 3090"), ElementsAre("sm_86"));
  EXPECT_THAT(of("GeForce GTX TITAN X"), ElementsAre("sm_52"));
  EXPECT_THAT(of("NVIDIA TITAN X (Pascal)"), ElementsAre("sm_61"));
  EXPECT_THAT(of("Quadro RTX 6000"), ElementsAre("sm_75"));
  EXPECT_THAT(of("NVIDIA RTX 6000 Ada Generation"), ElementsAre("sm_89"));
}

TEST(ProductNames, BrandsFormsAndSizesDoNotMatter) {
  for (const char* name : {"A100-SXM4-80GB", "NVIDIA A100-PCIE-40GB", "GRID A100-10C", "A100-SXM4-40GB MIG 1g.5gb"})
    EXPECT_THAT(of(name), ElementsAre("sm_80")) << name;
  EXPECT_THAT(of("RTX 3090 Laptop GPU"), ElementsAre("sm_86"));
}

TEST(ProductNames, FormsThatTheTableNamesOtherwise) {
  const DeviceTable devices({product("28a1", "GeForce RTX 4050 Max-Q / Mobile", "sm_89"),
                             product("1f36", "Quadro RTX 3000 Mobile / Max-Q", "sm_75"),
                             product("2838", "RTX 3000 Ada Generation Laptop GPU", "sm_89"),
                             product("1db6", "Tesla V100 PCIe 32GB", "sm_70"), product("2236", "A10", "sm_86"),
                             product("56c0", "Data Center GPU Flex 170", "xe_hpg")});
  const auto found = [&](std::string_view name) { return architectures_of_product(devices, "10de", name); };
  EXPECT_THAT(found("NVIDIA GeForce RTX 4050 Laptop GPU"), ElementsAre("sm_89"));
  EXPECT_THAT(found("Quadro RTX 3000 with Max-Q Design"), ElementsAre("sm_75"));
  EXPECT_THAT(found("NVIDIA RTX 3000 Ada Generation Laptop GPU"), ElementsAre("sm_89"));
  EXPECT_THAT(found("GRID V100D-8C"), ElementsAre("sm_70"));
  EXPECT_THAT(found("NVIDIA A10-24Q"), ElementsAre("sm_86"));
  EXPECT_THAT(found("NVIDIA A100D-8C"), IsEmpty()) << "an A100 is no A10";
  EXPECT_THAT(found("NVIDIA GeForce RTX 4060 Laptop GPU"), IsEmpty());
  EXPECT_THAT(found("Intel(R) Data Center GPU Flex Series 170"), ElementsAre("xe_hpg"));
}

TEST(ProductNames, WordsAreWhole) {
  EXPECT_THAT(of("GeForce GTX 960M"), ElementsAre("sm_50"));
  EXPECT_THAT(of("GeForce GTX 960"), ElementsAre("sm_52"));
  EXPECT_THAT(of("NVIDIA A1000"), IsEmpty());
}

TEST(ProductNames, ACutNameIsAnyThatBeginsSo) {
  EXPECT_THAT(of("NVIDIA GeForce RTX 30..."), ElementsAre("sm_86"));
  EXPECT_THAT(of("NVIDIA GeForce RTX 309..."), ElementsAre("sm_86"));
  EXPECT_THAT(of("NVIDIA A100-SXM..."), ElementsAre("sm_80"));
  EXPECT_THAT(of("GeForce GTX 96..."), ElementsAre("sm_50", "sm_52"));
  EXPECT_THAT(of("NVIDIA TITAN X"), ElementsAre("sm_61")) << "the table's name goes on";
}

TEST(ProductNames, OneNameOfSeveralGpusTellsAll) { EXPECT_THAT(of("GeForce GT 730"), ElementsAre("sm_21", "sm_35")); }

TEST(ProductNames, OneRowMayNameSeveralProducts) {
  EXPECT_THAT(of("Quadro RTX 8000"), ElementsAre("sm_75"));
  for (const char* name : {"780M", "GeForce 760M", "NVIDIA GeForce 740M"}) EXPECT_THAT(of(name), ElementsAre("sm_30"));
}

TEST(ProductNames, WhatIsNoProductTellsNothing) {
  for (const char* name : {"", "...", "NVIDIA Graphics Device", "GeForce", "NVIDIA GeForce RTX 9999", "RTX", "3090",
                           "NVIDIA", "Riva 128", "(((", "or or/,"})
    EXPECT_THAT(of(name), IsEmpty()) << name;
  EXPECT_THAT(architectures_of_product(table(), "1002", "GeForce RTX 3090"), IsEmpty());
}

TEST(ProductNames, AGenerationTellsWhatItHas) {
  EXPECT_THAT(architectures_of_generation(table(), "10de", "Ampere"), ElementsAre("sm_80", "sm_86"));
  EXPECT_THAT(architectures_of_generation(table(), "10de", "Rubens"), IsEmpty());
}

}  // namespace
}  // namespace rigfit
