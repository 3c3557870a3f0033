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

TEST(RocmSmi, IdsInThePlaceOfNames) {
  const RocmTool old = parse_rocm_smi_text(
      "GPU[0]\t\t: Card series: \t\t0x738c\nGPU[0]\t\t: Card model: \t\t0xc34\n"
      "GPU[1]\t\t: Card series: \t\tRembrandt [Radeon 680M]\nGPU[1]\t\t: Card model: \t\t0x1001\n");
  ASSERT_EQ(old.gpus.size(), 2u);
  EXPECT_EQ(old.gpus[0].name, "");
  EXPECT_EQ(old.gpus[0].device_id, "738c");
  EXPECT_EQ(old.gpus[1].name, "Rembrandt [Radeon 680M]");
  EXPECT_EQ(old.gpus[1].device_id, "") << "that is the subsystem's";
  EXPECT_EQ(old.gpus[1].model_id, "1001");
}

TEST(RocmSmi, TheConciseTableHasTheSubsystemsId) {
  const RocmTool tool = parse_rocm_smi_text(
      "Device  [Model : Revision]    Temp    Power  Partitions      SCLK    MCLK     Fan  Perf  PwrCap  VRAM%  GPU%\n"
      "        Name (20 chars)       (Edge)  (Avg)  (Mem, Compute)\n"
      "0       [0x0c34 : 0x02]       34.0°C  43.0W  N/A, N/A        800Mhz  1600Mhz  0%   auto  300.0W    0%   0%\n"
      "        Instinct MI210\n"
      "1       [0x5200 : 0xc8]       46.0°C  72.0W  N/A, N/A        21Mhz  1249Mhz  0%   auto  291.0W    4%   1%\n"
      "        0x744c\n"
      "==================================\n");
  ASSERT_EQ(tool.gpus.size(), 2u);
  EXPECT_EQ(tool.gpus[0].name, "Instinct MI210");
  EXPECT_EQ(tool.gpus[0].device_id, "");
  EXPECT_EQ(tool.gpus[0].model_id, "0c34");
  EXPECT_EQ(tool.gpus[1].name, "");
  EXPECT_EQ(tool.gpus[1].device_id, "744c");
}

TEST(RocmSmi, Csv) {
  const RocmTool tool = parse_rocm_smi_csv(
      "device,VRAM Total Memory (B),Card Series,Card Model,Card Vendor,GFX Version\n"
      "card0,206141652992,AMD Instinct MI300X,0x74a1,\"Advanced Micro Devices, Inc. [AMD/ATI]\",gfx942\n"
      "card1,N/A,N/A,0x744c,\"Advanced Micro Devices, Inc. [AMD/ATI]\",gfx1100\n\n");
  ASSERT_EQ(tool.gpus.size(), 2u);
  EXPECT_EQ(tool.gpus[0].name, "AMD Instinct MI300X");
  EXPECT_EQ(tool.gpus[0].model_id, "74a1");
  EXPECT_EQ(tool.gpus[0].memory_bytes, 206141652992);
  EXPECT_EQ(tool.gpus[0].gfx, "gfx942");
  EXPECT_EQ(tool.gpus[1].index, 1);
  EXPECT_EQ(tool.gpus[1].name, "");
  EXPECT_EQ(tool.gpus[1].memory_bytes, std::nullopt);
}

TEST(AmdSmi, Csv) {
  const RocmTool listed = parse_amd_smi_csv(
      "gpu,gpu_bdf,gpu_uuid,vf,vf_bdf,vf_uuid\n0,0000:0C:00.0,67ff74a1,0,0000:0c:02.0,670074a1\n"
      "0,0000:0C:00.0,67ff74a1,1,0000:0c:02.1,670074a2\n1,0000:xx:00.0,N/A,0,N/A,N/A\n");
  ASSERT_EQ(listed.gpus.size(), 2u);
  EXPECT_EQ(listed.gpus[0].address, "0000:0c:00.0");
  EXPECT_EQ(listed.gpus[1].address, "");
  const RocmTool known = parse_amd_smi_csv(
      "gpu,market_name,device_id,num_compute_units,target_graphics_version,size,driver_version\n"
      "0,AMD Instinct MI210,0x740f,104,gfx90a,65520 MB,6.12.12\n"
      "1,AMD Instinct MI210,0x740f,104,gfx90a,\"{'value': 65520, 'unit': 'MB'}\",6.12.12\n");
  ASSERT_EQ(known.gpus.size(), 2u);
  EXPECT_EQ(known.gpus[0].name, "AMD Instinct MI210");
  EXPECT_EQ(known.gpus[0].compute_units, 104);
  EXPECT_EQ(known.gpus[0].memory_bytes, 65520 * mib);
  EXPECT_EQ(known.gpus[1].memory_bytes, 65520 * mib);
  EXPECT_EQ(known.driver_version, "6.12.12");
  EXPECT_EQ(parse_amd_smi_csv("gpu,total_vram,used_vram\n0,32768,1024\n").gpus.at(0).memory_bytes, 32768 * mib);
}

TEST(AmdSmi, TextOfTheFirstReleases) {
  const RocmTool tool = parse_amd_smi_text(
      "GPU: 0\n    ASIC:\n        MARKET_NAME: AMD Instinct MI210\n        DEVICE_ID: 0x740f\n    BUS:\n"
      "        BDF: 0000:19:00.0\n    DRIVER:\n        DRIVER_NAME: amdgpu\n        DRIVER_VERSION: 5.18.13\n"
      "    VRAM:\n        VRAM_TYPE: HBM2E\n        VRAM_SIZE_MB: 65520\n");
  ASSERT_EQ(tool.gpus.size(), 1u);
  EXPECT_EQ(tool.gpus[0].memory_bytes, 65520 * mib);
  EXPECT_EQ(tool.driver_version, "5.18.13");
}

TEST(AmdSmi, TableWhoseHeadHasARowForEachVersion) {
  const RocmTool tool = parse_amd_smi_text(
      "| AMD-SMI            27.0.0                                                    |\n"
      "| amdgpu Version:    6.19.4                                                    |\n"
      "| ROCm Version:      7.14.0                                                    |\n"
      "| BDF                        GPU-Name | Mem-Uti   Temp   UEC       Power-Usage |\n"
      "| 0001:01:00.0    AMD Instinct MI300A | 0 %      29 °C   0                42 W |\n"
      "|   1       1       1        SPX/NPS1 | 2 %        N/A            25/385728 MB |\n");
  EXPECT_EQ(tool.driver_version, "6.19.4");
  ASSERT_EQ(tool.gpus.size(), 1u);
  EXPECT_EQ(tool.gpus[0].memory_bytes, 385728 * mib);
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
  const std::string failed =
      "hsa api call failure at: /src/rocminfo/rocminfo.cc:1282\nCall returned HSA_STATUS_ERROR_OUT_OF_RESOURCES: The "
      "runtime failed.\n";
  EXPECT_EQ(parse_rocminfo("ROCk module is loaded\n" + failed).failure, "runtime_failed");
  EXPECT_EQ(parse_rocminfo(failed).message, "HSA_STATUS_ERROR_OUT_OF_RESOURCES: The runtime failed.");
  const RocmTool outsider = parse_rocminfo("somebody is not member of \"render\" group, the default.\n" + failed);
  EXPECT_EQ(outsider.failure, "permission_denied");
  EXPECT_EQ(outsider.message, "the user is not member of \"render\" group, the default.") << "names nobody";
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
