#include <gmock/gmock.h>

#include "probes/cuda/inventory.hpp"

namespace rigfit {
namespace {

constexpr std::int64_t mib = 1 << 20;

constexpr const char* smi_xml =
    "<?xml version=\"1.0\" ?>\n<nvidia_smi_log>\n<driver_version>580.95.05</driver_version>\n"
    "<cuda_version>13.0</cuda_version>\n<attached_gpus>1</attached_gpus>\n<gpu id=\"00000000:17:00.0\">\n"
    "<product_name>NVIDIA H100</product_name>\n<fb_memory_usage><total>81559 MiB</total></fb_memory_usage>\n"
    "<mig_mode><current_mig>Disabled</current_mig></mig_mode>\n</gpu>\n</nvidia_smi_log>\n";

TEST(NvidiaSmi, Xml) {
  const CudaInventory inventory = parse_nvidia_smi("nvidia-smi -q -x", smi_xml);
  EXPECT_TRUE(inventory.answered);
  EXPECT_EQ(inventory.driver_version, "580.95.05");
  EXPECT_EQ(inventory.supported_version, "13.0");
  ASSERT_EQ(inventory.gpus.size(), 1u);
  EXPECT_EQ(inventory.gpus[0].name, "NVIDIA H100");
  EXPECT_EQ(inventory.gpus[0].pci_address, "0000:17:00.0");
  EXPECT_EQ(inventory.gpus[0].memory_bytes, std::int64_t{81559} << 20);
  EXPECT_EQ(inventory.gpus[0].mig, false);
}

TEST(NvidiaSmi, ListWithMig) {
  const CudaInventory inventory = parse_nvidia_smi(
      "nvidia-smi -L", "GPU 0: NVIDIA H100 (UUID: GPU-x)\n  MIG 3g.40gb     Device  0: (UUID: MIG-y)\n");
  ASSERT_EQ(inventory.gpus.size(), 1u);
  EXPECT_EQ(inventory.gpus[0].name, "NVIDIA H100");
  EXPECT_EQ(inventory.gpus[0].instances.size(), 1u);
}

TEST(NvidiaSmi, CsvByTheFieldsThatWereAskedFor) {
  const CudaInventory inventory =
      parse_nvidia_smi("nvidia-smi --query-gpu=index,name,memory.total,driver_version --format=csv,noheader,nounits",
                       "0, NVIDIA A100-SXM4-40GB, 40960, 535.183.01\n1, [Unknown Error], [N/A], 535.183.01\n");
  ASSERT_EQ(inventory.gpus.size(), 2u);
  EXPECT_EQ(inventory.gpus[0].name, "NVIDIA A100-SXM4-40GB");
  EXPECT_EQ(inventory.gpus[0].memory_bytes, std::int64_t{40960} << 20);
  EXPECT_EQ(inventory.gpus[1].memory_bytes, std::nullopt);
  EXPECT_EQ(inventory.driver_version, "535.183.01");
}

// https://github.com/microsoft/WSL/issues/11589
TEST(NvidiaSmi, AnErrorInThePlaceOfCudasVersionIsOne) {
  for (const char* said : {"ERR!", "N/A ", "12.0"}) {
    const CudaInventory inventory =
        parse_nvidia_smi("nvidia-smi", std::string("| NVIDIA-SMI 545.46                 Driver Version: 546.80       "
                                                   "CUDA Version: ") +
                                           said + "     |\n");
    EXPECT_EQ(inventory.has_version_error, std::string(said) == "ERR!") << said;
    EXPECT_EQ(inventory.driver_version, "546.80");
  }
}

TEST(NvidiaSmi, FailuresAreNamed) {
  for (const auto& [text, failure] : std::initializer_list<std::pair<const char*, const char*>>{
           {"NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.", "driver_not_loaded"},
           {"Failed to initialize NVML: Driver/library version mismatch", "library_mismatch"},
           {"Failed to initialize NVML: Insufficient Permissions", "permission_denied"},
           {"Failed to initialize NVML: Unknown Error", "unknown_error"},
           {"No devices were found", "no_devices"}})
    EXPECT_EQ(parse_nvidia_smi("nvidia-smi", std::string(text) + "\n").failure, failure) << text;
}

TEST(BusId, HasTheDomainAsSysfsWritesIt) {
  EXPECT_EQ(sysfs_address("00000000:0C:00.0"), "0000:0c:00.0");
  EXPECT_EQ(sysfs_address("0000000A:0C:00.0"), "000a:0c:00.0");
  EXPECT_EQ(sysfs_address("00010000:0C:00.0"), "10000:0c:00.0");
  EXPECT_EQ(sysfs_address("0000:0c:00.0"), "0000:0c:00.0");
  EXPECT_EQ(sysfs_address("0:12:0"), "0000:12:00.0");
  EXPECT_EQ(sysfs_address(""), "");
}

TEST(NvidiaSmiQuery, TellsMigDevicesAndSurvivesEmptyValues) {
  const CudaInventory inventory = parse_nvidia_smi(
      "nvidia-smi -q",
      "==============NVSMI LOG==============\n\nAttached GPUs                         : 1\n"
      "GPU 00000000:3B:00.0\n    Product Name                      : NVIDIA A30\n    Serial Number                     "
      ":\n"
      "    MIG Mode\n        Current                       : Enabled\n        Pending                       : Enabled\n"
      "    MIG Device\n        Index                         : 0\n        GPU Instance ID               : 5\n"
      "        Device Attributes\n            Shared\n                Multiprocessor count  : 14\n"
      "        FB Memory Usage\n            Total                     : 5952 MiB\n            Used                     "
      " : 6 MiB\n"
      "        BAR1 Memory Usage\n            Total                     : 8191 MiB\n"
      "    MIG Device\n        Index                         : 1\n        FB Memory Usage\n            Total           "
      "          : 5953 MiB\n"
      "    FB Memory Usage\n        Total                         : 24576 MiB\n    Compute Mode                      : "
      "Default\n");
  ASSERT_EQ(inventory.gpus.size(), 1u);
  const ListedGpu& gpu = inventory.gpus[0];
  EXPECT_EQ(gpu.mig, true);
  EXPECT_EQ(gpu.memory_bytes, 24576 * mib);
  EXPECT_EQ(gpu.compute_mode, "Default");
  ASSERT_EQ(gpu.instances.size(), 2u);
  EXPECT_EQ(gpu.instances[0].memory_bytes, 5952 * mib);
  EXPECT_EQ(gpu.instances[1].memory_bytes, 5953 * mib);
}

TEST(NvidiaSmiQuery, OldReleasesSayMemoryUsageAndMayBeIndented) {
  const CudaInventory inventory = parse_nvidia_smi(
      "nvidia-smi -q",
      "  Driver Version                  : 290.10\n  Attached GPUs                   : 1\n  GPU 0000:02:00.0\n"
      "      Product Name                : Tesla C2075\n      Memory Usage\n          Total                   : 5375 "
      "Mb\n"
      "      PCI\n          Device Id               : 0x109610DE\n");
  ASSERT_EQ(inventory.gpus.size(), 1u);
  EXPECT_EQ(inventory.driver_version, "290.10");
  EXPECT_EQ(inventory.gpus[0].name, "Tesla C2075");
  EXPECT_EQ(inventory.gpus[0].memory_bytes, 5375 * mib);
  EXPECT_EQ(inventory.gpus[0].pci_device, "1096");
}

TEST(NvidiaSmiQuery, Of2010HasTabsAndNoAddressInItsHeads) {
  const CudaInventory inventory = parse_nvidia_smi(
      "nvidia-smi -q",
      "==============NVSMI LOG==============\n\nDriver Version\t\t\t: 260.19.12\n\nGPU 0:\n"
      "\tProduct Name\t\t: GeForce GT 220\n\tPCI Device/Vendor ID\t: a2010de\n\tPCI Location ID\t\t: 0:1:0\n"
      "\tDisplay\t\t\t: Connected\nGPU 1:\n\tProduct Name\t\t: Tesla C2050\n\tPCI Device/Vendor ID\t: 6d110de\n");
  EXPECT_EQ(inventory.driver_version, "260.19.12");
  ASSERT_EQ(inventory.gpus.size(), 2u);
  EXPECT_EQ(inventory.gpus[0].name, "GeForce GT 220");
  EXPECT_EQ(inventory.gpus[0].pci_device, "0a20");
  EXPECT_EQ(inventory.gpus[0].pci_address, "0000:01:00.0");
  EXPECT_EQ(inventory.gpus[1].pci_device, "06d1");
}

TEST(NvidiaSmi, TheWordsOfAFailureAreThoseOfItsLine) {
  const CudaInventory wrapped = parse_nvidia_smi(
      "nvidia-smi", "[wrapper Warn(28:util.c:135)]: NVML error\nFailed to initialize NVML: Unknown Error\n");
  EXPECT_EQ(wrapped.failure, "unknown_error");
  EXPECT_EQ(wrapped.failure_text, "Failed to initialize NVML: Unknown Error");
  EXPECT_EQ(failure_in("NVIDIA-SMI has failed because it couldn't communicate with NVIDIA driver."),
            "driver_not_loaded");
  EXPECT_EQ(failure_in("nvidia-smi: error while loading shared libraries: libnvidia-ml.so.1: cannot open shared object "
                       "file: No such file or directory"),
            "library_missing");
}

TEST(NvidiaSmiTable, AGpuThatIsLostStaysSo) {
  const CudaInventory inventory = parse_nvidia_smi_table(
      "|   0  ERR!                Off  | 00000000:01:00.0 Off |                 ERR! |\n"
      "|ERR!  ERR! ERR!    ERR! / ERR! |    GPU is lost       |    ERR!         ERR! |\n"
      "|                               |                      |                 ERR! |\n");
  ASSERT_EQ(inventory.gpus.size(), 1u);
  EXPECT_EQ(inventory.gpus[0].error, "GPU is lost");
}

TEST(NvidiaSmiCsv, AFieldMayHaveACapital) {
  const CudaInventory inventory = parse_nvidia_smi_csv(
      "name, dramEncryption.mode.current, memory.total [MiB]\nNVIDIA H200, [N/A], 143771 MiB\n", "name,x,memory.total");
  ASSERT_EQ(inventory.gpus.size(), 1u);
  EXPECT_EQ(inventory.gpus[0].name, "NVIDIA H200");
}

TEST(NvidiaSmiTable, OfTheOldestReleases) {
  const CudaInventory inventory =
      parse_nvidia_smi("nvidia-smi",
                       "+------------------------------------------------------+\n"
                       "| NVIDIA-SMI 2.290.10   Driver Version: 290.10         |\n"
                       "|-------------------------------+----------------------+----------------------+\n"
                       "| Nb.  Name                     | Bus Id        Disp.  | Volatile ECC SB / DB |\n"
                       "| Fan   Temp   Power Usage /Cap | Memory Usage         | GPU Util. Compute M. |\n"
                       "|===============================+======================+======================|\n"
                       "| 0.  Tesla C2075               | 0000:02:00.0  On     |         0          0 |\n"
                       "|  30%   58 C  P0   82W / 225W  |   2%  112MB / 5375MB |   11%     Default    |\n"
                       "|-------------------------------+----------------------+----------------------|\n"
                       "| Compute processes:                                               GPU Memory |\n"
                       "|  0.  Not Supported            | 0000:ff:00.0  x      |                      |\n");
  EXPECT_EQ(inventory.driver_version, "290.10");
  ASSERT_EQ(inventory.gpus.size(), 1u);
  EXPECT_EQ(inventory.gpus[0].name, "Tesla C2075");
  EXPECT_EQ(inventory.gpus[0].pci_address, "0000:02:00.0");
  EXPECT_EQ(inventory.gpus[0].memory_bytes, 5375 * mib);
}

TEST(NvidiaSmiTable, GivesEachMigDeviceToItsGpu) {
  const CudaInventory inventory =
      parse_nvidia_smi("nvidia-smi",
                       "| NVIDIA-SMI 570.10    Driver Version: 570.10    CUDA Version: 12.8     |\n"
                       "|   0  NVIDIA A30              On  |   00000000:3B:00.0 Off |                   On |\n"
                       "| N/A   30C    P0     30W /  165W  |      12MiB /  24576MiB |     N/A      Default |\n"
                       "|                                  |                        |              Enabled*|\n"
                       "+----------------------------------+------------------------+----------------------+\n"
                       "|   1  NVIDIA A30              On  |   00000000:5E:00.0 Off |                    0 |\n"
                       "| N/A   30C    P0     30W /  165W  |       0MiB /  24576MiB |      0%      Default |\n"
                       "|                                  |                        |             Disabled |\n"
                       "+----------------------------------+------------------------+----------------------+\n"
                       "| MIG devices:                                                                     |\n"
                       "| GPU  GI  CI  MIG |              Shared Memory-Usage |        Vol| CE ENC  DEC    |\n"
                       "|  0    3   0   0  |               6MiB /  5952MiB    | 14      0 |  1   0    1    |\n"
                       "|                  |                 0MiB /  8191MiB  |           |                |\n"
                       "| Processes:                                                                       |\n");
  ASSERT_EQ(inventory.gpus.size(), 2u);
  EXPECT_EQ(inventory.gpus[0].mig, true);
  EXPECT_EQ(inventory.gpus[1].mig, false);
  ASSERT_EQ(inventory.gpus[0].instances.size(), 1u);
  EXPECT_EQ(inventory.gpus[0].instances[0].memory_bytes, 5952 * mib);
  EXPECT_TRUE(inventory.gpus[1].instances.empty());
}

TEST(NvidiaSmiTable, AGpuThatIsPartOfTheChip) {
  const CudaInventory inventory =
      parse_nvidia_smi("nvidia-smi",
                       "| NVIDIA-SMI 540.4.0                Driver Version: 540.4.0      CUDA Version: 12.6     |\n"
                       "|=========================================+======================+======================|\n"
                       "|   0  Orin (nvgpu)                  N/A  | N/A              N/A |                  N/A |\n"
                       "| N/A   N/A  N/A               N/A /  N/A | Not Supported        |     N/A          N/A |\n"
                       "|                                         |                      |                  N/A |\n"
                       "+-----------------------------------------+----------------------+----------------------+\n");
  ASSERT_EQ(inventory.gpus.size(), 1u);
  EXPECT_EQ(inventory.gpus[0].name, "Orin (nvgpu)");
  EXPECT_EQ(inventory.gpus[0].pci_address, "");
  EXPECT_EQ(inventory.gpus[0].memory_bytes, std::nullopt);
}

TEST(NvidiaSmiList, SerialNumbersWarningsAndLostGpus) {
  const CudaInventory inventory =
      parse_nvidia_smi("nvidia-smi -L",
                       "Warning: persistence mode is disabled\nGPU 0: Tesla M2090 (S/N: 0320000000000)\n"
                       "GPU 1: Unable to determine the device handle for GPU 0000:0C:00.0: GPU is lost.\n");
  ASSERT_EQ(inventory.gpus.size(), 2u);
  EXPECT_EQ(inventory.gpus[0].name, "Tesla M2090");
  EXPECT_EQ(inventory.gpus[1].name, "");
  EXPECT_EQ(inventory.gpus[1].error, "GPU is lost");
  EXPECT_EQ(inventory.gpus[1].pci_address, "0000:0c:00.0");
}

TEST(NvidiaSmi, GpusThatCannotBeReachedAreDevices) {
  for (const char* line : {"Unable to determine the device handle for GPU 0000:18:00.0: Unknown Error",
                           "Unable to determine the device handle for GPU0000:18:00.0: Unknown Error",
                           "Unable to determine the device handle for GPU1: 00000000:18:00.0: Unknown Error",
                           "Unable to determine the device handle for gpu 0000:18:00.0: Unknown Error"}) {
    const std::vector<ListedGpu> gpus = unreachable_gpus(std::string("GPU 0: NVIDIA H100 (UUID: GPU-1)\n") + line);
    ASSERT_EQ(gpus.size(), 1u) << line;
    EXPECT_EQ(gpus[0].pci_address, "0000:18:00.0") << line;
    EXPECT_EQ(gpus[0].error, "Unable to determine the device handle") << line;
  }
  for (const char* line :
       {"Unable to determine the device handle for GPU", "Unable to determine the device handle for GPU:.",
        "Unable to determine the device handle for GPU 0000:18", "GPU is lost",
        "Unable to determine the device handle for GPU zz:yy:00.0: Unknown Error"})
    EXPECT_TRUE(unreachable_gpus(line).empty()) << line;
}

TEST(NvidiaSmiCsv, AnAliasIsHeadedByItsProperName) {
  const CudaInventory inventory =
      parse_nvidia_smi("nvidia-smi --query-gpu=gpu_name,gpu_bus_id,memory.total --format=csv",
                       "name, pci.bus_id, memory.total [MiB]\nNVIDIA L4, 00000000:00:03.0, 23034 MiB\n");
  ASSERT_EQ(inventory.gpus.size(), 1u);
  EXPECT_EQ(inventory.gpus[0].name, "NVIDIA L4");
  EXPECT_EQ(inventory.gpus[0].pci_address, "0000:00:03.0");
}

TEST(NvidiaSmiXml, MayFollowAWarning) {
  const CudaInventory inventory = parse_nvidia_smi(
      "nvidia-smi -q -x",
      "Failed to read a sensor\n<?xml version=\"1.0\" ?>\n<nvidia_smi_log><driver_version>295.20</driver_version>"
      "<attached_gpus>1</attached_gpus><gpu id=\"0000:02:00.0\"><product_name>Tesla C2075</product_name>"
      "<pci><pci_device_id>0x109610DE</pci_device_id></pci><memory_usage><total>5375 MB</total></memory_usage></gpu>"
      "</nvidia_smi_log>\n");
  ASSERT_EQ(inventory.gpus.size(), 1u);
  EXPECT_EQ(inventory.gpus[0].memory_bytes, 5375 * mib);
  EXPECT_EQ(inventory.gpus[0].pci_device, "1096");
}

TEST(NvidiaSmi, FailuresAreKnownWhateverTheirCapitals) {
  EXPECT_EQ(failure_in("nvidia-container-cli: initialization error: nvml error: driver/library version mismatch"),
            "library_mismatch");
  EXPECT_EQ(failure_in("nvml error: driver not loaded: unknown"), "driver_not_loaded");
}

}  // namespace
}  // namespace rigfit
