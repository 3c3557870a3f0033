#include <gmock/gmock.h>

#include "probes/rocm/gpu.hpp"
#include "probes/rocm/kernel_module.hpp"
#include "probes/rocm/visibility.hpp"

namespace rigfit {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

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

Evidence with(std::initializer_list<std::pair<const char*, const char*>> variables) {
  Evidence evidence;
  for (const char* name : {"ROCR_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "CUDA_VISIBLE_DEVICES"}) {
    Answer answer;
    answer.outcome = Outcome::absent;
    evidence.set(std::string("env:") + name, answer);
  }
  for (const auto& [name, value] : variables) {
    Answer answer;
    answer.outcome = Outcome::found;
    answer.text = value;
    evidence.set(std::string("env:") + name, answer);
  }
  return evidence;
}

std::vector<std::size_t> left(std::initializer_list<std::pair<const char*, const char*>> variables,
                              std::size_t gpus = 4) {
  return read_visibility(with(variables), gpus).left;
}

TEST(Visibility, WithoutVariablesAllAreLeft) {
  EXPECT_THAT(left({}), ElementsAre(0, 1, 2, 3));
  EXPECT_FALSE(read_visibility(with({}), 4).hides_all);
  EXPECT_FALSE(read_visibility(Evidence{}, 4).known) << "an environment that was not recorded says nothing";
}

TEST(Visibility, SetAndEmptyHidesAllForRocrAloneOnly) {
  EXPECT_TRUE(read_visibility(with({{"ROCR_VISIBLE_DEVICES", ""}}), 4).hides_all);
  EXPECT_THAT(left({{"HIP_VISIBLE_DEVICES", ""}}), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(left({{"CUDA_VISIBLE_DEVICES", ""}}), ElementsAre(0, 1, 2, 3));
}

TEST(Visibility, TheSecondFilterCountsWhatTheFirstLeaves) {
  EXPECT_THAT(left({{"ROCR_VISIBLE_DEVICES", "2,1"}, {"HIP_VISIBLE_DEVICES", "1"}}), ElementsAre(1));
  const Visibility both = read_visibility(with({{"ROCR_VISIBLE_DEVICES", "1"}, {"HIP_VISIBLE_DEVICES", "1"}}), 2);
  EXPECT_THAT(both.left, IsEmpty());
  EXPECT_TRUE(both.hides_all && both.is_second_filter);
}

TEST(Visibility, TheFirstBadEntryEndsTheList) {
  EXPECT_THAT(left({{"HIP_VISIBLE_DEVICES", "0,7,1"}}), ElementsAre(0));
  EXPECT_THAT(left({{"HIP_VISIBLE_DEVICES", "0, 1"}}), ElementsAre(0)) << "a space is no digit";
  EXPECT_THAT(left({{"HIP_VISIBLE_DEVICES", "1,00"}}), ElementsAre(1));
  EXPECT_THAT(left({{"ROCR_VISIBLE_DEVICES", "3,3,0"}}), ElementsAre(3)) << "each once";
  EXPECT_TRUE(read_visibility(with({{"HIP_VISIBLE_DEVICES", "-1"}}), std::nullopt).hides_all);
  EXPECT_TRUE(read_visibility(with({{"HIP_VISIBLE_DEVICES", "none"}}), std::nullopt).hides_all);
}

TEST(Visibility, CudaVisibleDevicesCountsOnlyWithoutHip) {
  const Visibility cuda = read_visibility(with({{"CUDA_VISIBLE_DEVICES", "1"}}), 2);
  EXPECT_TRUE(cuda.by_cuda_variable);
  EXPECT_THAT(cuda.left, ElementsAre(1));
  EXPECT_THAT(left({{"CUDA_VISIBLE_DEVICES", "-1"}, {"HIP_VISIBLE_DEVICES", "0"}}), ElementsAre(0));
}

TEST(Visibility, AUniqueIdNamesAGpuThatIsNotKnown) {
  const Visibility seen = read_visibility(with({{"ROCR_VISIBLE_DEVICES", "GPU-8d1457e2c20f59d2"}}), 2);
  EXPECT_FALSE(seen.certain);
  EXPECT_FALSE(seen.hides_all);
}

TEST(AmdgpuModule, WhatModprobeForbids) {
  EXPECT_EQ(modprobe_forbids("# no\nblacklist nouveau\n blacklist amdgpu \n", "amdgpu"), "\"blacklist amdgpu\"");
  EXPECT_EQ(modprobe_forbids("install amdgpu /bin/false\n", "amdgpu"), "\"install amdgpu /bin/false\"");
  for (const char* harmless : {"", "#blacklist amdgpu\n", "blacklist amdgpu_xcp\n", "options amdgpu dc=1\n",
                               "install amdgpu /sbin/modprobe --ignore-install amdgpu\n", "blacklist"})
    EXPECT_EQ(modprobe_forbids(harmless, "amdgpu"), "") << harmless;
}

TEST(AmdgpuModule, WhatTheCommandLineForbids) {
  EXPECT_EQ(command_line_forbids("quiet modprobe.blacklist=nouveau,amdgpu", "amdgpu"),
            "\"modprobe.blacklist=nouveau,amdgpu\"");
  EXPECT_EQ(command_line_forbids("module_blacklist=amdgpu", "amdgpu"), "\"module_blacklist=amdgpu\"");
  for (const char* harmless : {"", "quiet amdgpu.dc=1", "modprobe.blacklist=nouveau", "modprobe.blacklist="})
    EXPECT_EQ(command_line_forbids(harmless, "amdgpu"), "") << harmless;
}

TEST(AmdSmiJson, AListAndAnObject) {
  const std::string gpu = R"({"gpu":0,"asic":{"market_name":"AMD Instinct MI300X","device_id":"0x74a1",
    "num_compute_units":304,"target_graphics_version":"gfx942"},"bus":{"bdf":"0000:05:00.0"},
    "vram":{"size":{"value":196592,"unit":"MB"}},"driver":{"name":"amdgpu","version":"6.16.13"},"partition":"N/A"})";
  for (const std::string& text :
       {"[" + gpu + "]", "{\"gpu_data\":[" + gpu + "]}",
        "WARNING: User is missing the following required groups: render, video.\n[" + gpu + "]"}) {
    const RocmTool tool = parse_amd_smi_json(text);
    ASSERT_EQ(tool.gpus.size(), 1U) << text;
    EXPECT_EQ(tool.gpus[0].gfx, "gfx942");
    EXPECT_EQ(tool.gpus[0].address, "0000:05:00.0");
    EXPECT_EQ(tool.gpus[0].memory_bytes, std::int64_t{196592} << 20);
    EXPECT_EQ(tool.gpus[0].compute_units, 304);
    EXPECT_EQ(tool.driver_version, "6.16.13");
    EXPECT_EQ(tool.gpus[0].compute_partition, "");
  }
}

TEST(AmdSmiJson, WhatIsNoInventory) {
  for (const char* text : {"", "[", "{}", "[{}]", "[{\"gpu\":0,\"asic\":\"N/A\",\"vram\":{\"size\":\"N/A\"}}]", "null",
                           "{\"gpu_data\":{}}", "words\nmore words"})
    for (const AmdGpu& gpu : parse_amd_smi_json(text).gpus) EXPECT_FALSE(gpu.memory_bytes) << text;
  EXPECT_EQ(parse_amd_smi_json("Drivers not loaded (amdgpu, amd_hsmp drivers not found in modules)\n").module_loaded,
            false);
}

TEST(RocmTools, ComplaintsAreTold) {
  EXPECT_EQ(parse_rocminfo("\x1b[31mROCk module is NOT loaded, possibly no GPU devices\x1b[0m\n").failure,
            "module_not_loaded");
  EXPECT_EQ(parse_rocminfo("ROCk module version 6.16.13 is loaded\n").module_loaded, true);
  EXPECT_EQ(parse_rocm_smi_text("Driver not initialized (amdgpu not found in modules)\n").failure, "module_not_loaded");
  EXPECT_TRUE(parse_rocminfo("WSL environment detected.\n").wsl);
  EXPECT_EQ(parse_rocminfo("\x1b[").failure, "") << "an escape that is cut off";
}

}  // namespace
}  // namespace rigfit
