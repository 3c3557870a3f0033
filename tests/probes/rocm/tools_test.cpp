#include "probes/rocm/tools.hpp"

#include <gmock/gmock.h>

namespace rigfit {
namespace {

constexpr std::int64_t mib = 1 << 20;

TEST(RocmSmi, Json) {
  const RocmTool tool = parse_rocm_smi_json(
      "WARNING: something\n{\"card0\": {\"Card series\": \"Instinct MI210\", \"PCI Bus\": \"0000:1E:00.0\", "
      "\"VRAM Total Memory (B)\": \"68702699520\"}, \"system\": {\"Driver version\": \"6.2.4\"}}");
  ASSERT_EQ(tool.gpus.size(), 1u);
  EXPECT_EQ(tool.gpus[0].memory_bytes, 68702699520);
  EXPECT_EQ(tool.gpus[0].address, "0000:1e:00.0");
  EXPECT_EQ(tool.driver_version, "6.2.4");
}

TEST(RocmSmi, ConciseInfoWithNodesAndIds) {
  const RocmTool tool = parse_rocm_smi_text(
      "Device  Node  IDs              Temp        Power     Partitions          SCLK    MCLK    Fan  Perf  PwrCap  "
      "VRAM%  GPU%\n"
      "              (DID,     GUID)  (Junction)  (Socket)  (Mem, Compute, ID)\n"
      "=======================================================================\n"
      "0       2     0x74a5,   1017   43.0°C      155.0W    NPS4, CPX, 0        94Mhz   900Mhz  0%   auto  650.0W  0%  "
      "   0%\n"
      "1       3     0x7551,   35461  41.0°C      44.0W     N/A, N/A, 0         94Mhz   900Mhz  0%   auto  210.0W  8%  "
      "   9%\n");
  ASSERT_EQ(tool.gpus.size(), 2u);
  EXPECT_EQ(tool.gpus[0].device_id, "74a5");
  EXPECT_EQ(tool.gpus[0].memory_partition, "NPS4");
  EXPECT_EQ(tool.gpus[0].compute_partition, "CPX");
  EXPECT_EQ(tool.gpus[1].device_id, "7551");
  EXPECT_EQ(tool.gpus[1].compute_partition, "");
}

TEST(RocmSmi, MemoryAsText) {
  const RocmTool tool = parse_rocm_smi_text(
      "GPU[0]\t\t: VRAM Total Memory (B): 68702699520\nGPU[0]\t\t: VRAM Total Used Memory (B): 10850304\n"
      "GPU[0]\t\t: VIS_VRAM Total Memory (B): 68702699521\nGPU[0]\t\t: GTT Total Memory (B): 7\n");
  ASSERT_EQ(tool.gpus.size(), 1u);
  EXPECT_EQ(tool.gpus[0].memory_bytes, 68702699520);
  EXPECT_EQ(tool.gpus[0].visible_bytes, 68702699521);
  EXPECT_EQ(tool.gpus[0].gtt_bytes, 7);
}

TEST(AmdSmi, TableOfRocm7) {
  const RocmTool tool = parse_amd_smi_text(
      "+------------------------------------------------------------------------------+\n"
      "| AMD-SMI 26.2.0+021c61fc      amdgpu version: 6.16.6   ROCm version: 7.1.1    |\n"
      "| Platform: Linux Guest                                                        |\n"
      "|-------------------------------------+----------------------------------------|\n"
      "| BDF                        GPU-Name | Mem-Uti   Temp   UEC       Power-Usage |\n"
      "| GPU  HIP-ID  OAM-ID  Partition-Mode | GFX-Uti    Fan               Mem-Usage |\n"
      "|=====================================+========================================|\n"
      "| 0000:F5:00.0    AMD Instinct MI325X | 0 %      37 °C   0          141/1000 W |\n"
      "|   0       0       2        DPX/NPS2 | 0 %        N/A           285/262128 MB |\n"
      "|-------------------------------------+----------------------------------------|\n"
      "| 0000:c6:00.0                 0x1586 | N/A        N/A   0             N/A/0 W |\n"
      "|   1       1     N/A             N/A | N/A        N/A            1013/8192 MB |\n"
      "+-------------------------------------+----------------------------------------+\n"
      "| Processes:                                                                   |\n"
      "|  GPU        PID  Process Name          GTT_MEM  VRAM_MEM  MEM_USAGE     CU % |\n");
  EXPECT_EQ(tool.driver_version, "6.16.6");
  ASSERT_EQ(tool.gpus.size(), 2u);
  EXPECT_EQ(tool.gpus[0].name, "AMD Instinct MI325X");
  EXPECT_EQ(tool.gpus[0].address, "0000:f5:00.0");
  EXPECT_EQ(tool.gpus[0].compute_partition, "DPX");
  EXPECT_EQ(tool.gpus[0].memory_partition, "NPS2");
  EXPECT_EQ(tool.gpus[0].memory_bytes, 262128 * mib);
  EXPECT_EQ(tool.gpus[1].name, "");
  EXPECT_EQ(tool.gpus[1].device_id, "1586");
  EXPECT_EQ(tool.gpus[1].memory_bytes, 8192 * mib);
}

TEST(RocmSmi, TheDevicesNameWhereTheSeriesIsNotReported) {
  const RocmTool tool =
      parse_rocm_smi_json("{\"card0\": {\"Device Name\": \"Strix Halo\", \"Device ID\": \"0x1586\"}}");
  ASSERT_EQ(tool.gpus.size(), 1u);
  EXPECT_EQ(tool.gpus[0].name, "Strix Halo");
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

TEST(RocmTools, ComplaintsAreReported) {
  EXPECT_EQ(parse_rocminfo("\x1b[31mROCk module is NOT loaded, possibly no GPU devices\x1b[0m\n").failure,
            "module_not_loaded");
  EXPECT_EQ(parse_rocminfo("ROCk module version 6.16.13 is loaded\n").module_loaded, true);
  EXPECT_EQ(parse_rocm_smi_text("Driver not initialized (amdgpu not found in modules)\n").failure, "module_not_loaded");
  EXPECT_TRUE(parse_rocminfo("WSL environment detected.\n").wsl);
  EXPECT_EQ(parse_rocminfo("\x1b[").failure, "") << "an escape that is cut off";
}

TEST(HipInfo, ListsWhatHipSees) {
  const RocmTool tool = parse_hip_info(
      "device#                           0\nName:                             AMD Radeon RX 7900 XTX\n"
      "pciBusID:                         3\npciDeviceID:                      0\npciDomainID:                      0\n"
      "totalGlobalMem:                   23.98 GB\ngcnArchName:                      gfx1100\n"
      "device#                           1\nName:                             AMD Radeon(TM) Graphics\n"
      "pciBusID:                         12\ngcnArchName:                      gfx90a:sramecc+:xnack-\n");
  ASSERT_EQ(tool.gpus.size(), 2u);
  EXPECT_TRUE(tool.hip_lists);
  EXPECT_EQ(tool.gpus[0].name, "AMD Radeon RX 7900 XTX");
  EXPECT_EQ(tool.gpus[0].gfx, "gfx1100");
  EXPECT_EQ(tool.gpus[0].address, "0000:03:00.0");
  EXPECT_NEAR(static_cast<double>(tool.gpus[0].memory_bytes.value_or(0)), 23.98 * (1 << 30), 1e6);
  EXPECT_EQ(tool.gpus[1].address, "0000:0c:00.0");
  EXPECT_EQ(tool.gpus[1].gfx, "gfx90a");
}

TEST(HipInfo, SaysThatThereIsNone) {
  const RocmTool tool =
      parse_hip_info("checkHipErrors() HIP API error = 0100 \"no ROCm-capable device is detected\"\n");
  EXPECT_TRUE(tool.gpus.empty());
  EXPECT_FALSE(tool.hip_lists);
  EXPECT_EQ(tool.failure, "hip_no_device");
}

}  // namespace
}  // namespace rigfit
