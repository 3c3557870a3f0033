// The same things as tools and kernels of other releases, vendors and settings spell them.
#include <gmock/gmock.h>

#include "probes/container/container.hpp"
#include "probes/cpu/cpu.hpp"
#include "probes/cuda/inventory.hpp"
#include "probes/cuda/proc_driver.hpp"
#include "probes/cuda/toolkit.hpp"
#include "probes/mps/mps.hpp"
#include "probes/mps/system_profiler.hpp"
#include "probes/npu/hl_smi.hpp"
#include "probes/npu/neuron_ls.hpp"
#include "probes/npu/npu.hpp"
#include "probes/npu/npu_smi.hpp"
#include "probes/os/os.hpp"
#include "probes/parse/text.hpp"
#include "probes/pci/lspci.hpp"
#include "probes/rocm/gpu.hpp"
#include "probes/tpu/tpu_info.hpp"
#include "probes/xpu/xpu.hpp"

namespace rigfit {
namespace {

Evidence recorded(std::string os, std::string key, std::string text) {
  Evidence evidence;
  evidence.os = std::move(os);
  Answer answer;
  answer.outcome = Outcome::found;
  answer.text = std::move(text);
  evidence.set(std::move(key), std::move(answer));
  return evidence;
}

TEST(Sizes, AreNumbersOnly) {
  for (const char* text : {"nan MiB", "inf GiB", "-1 kB", "MiB", ""}) EXPECT_EQ(size_bytes(text), std::nullopt) << text;
}

TEST(SaysNothing, KnowsTheWordsOfManyTools) {
  for (const char* text : {"Not Found", "Insufficient Permissions", "Requested functionality has been deprecated"})
    EXPECT_TRUE(says_nothing(text)) << text;
  EXPECT_FALSE(says_nothing("Not Active"));
}

TEST(Cpuinfo, CoresThatShareNoFeatureHaveNone) {
  const CpuInfo info = parse_cpuinfo(
      "processor : 0\nFeatures : fp\n\nprocessor : 1\nFeatures : sve\n\n"
      "processor : 2\nFeatures : fp sve\n");
  EXPECT_EQ(info.logical, 3);
  EXPECT_THAT(info.features, testing::IsEmpty());
}

TEST(Cpuinfo, LoongArchNamesPackagesAndCores) {
  const CpuInfo info = parse_cpuinfo(
      "system type\t\t: generic-loongson-machine\nprocessor\t\t: 0\npackage\t\t\t: 0\ncore\t\t\t: 0\n"
      "Model Name\t\t: Loongson-3C6000\nFeatures\t\t: cpucfg lam lsx lasx\n\nprocessor\t\t: 1\npackage\t\t\t: 1\n"
      "core\t\t\t: 0\nModel Name\t\t: Loongson-3C6000\nFeatures\t\t: cpucfg lam lsx lasx\n");
  EXPECT_EQ(info.sockets, 2);
  EXPECT_EQ(info.logical, 2);
  EXPECT_EQ(info.model, "Loongson-3C6000");
}

TEST(Cpuinfo, CountsTheActiveOnesWhereBothAreStated) {
  EXPECT_EQ(parse_cpuinfo("cpu : Alpha\ncpus active : 3\ncpus detected : 4\n").logical, 3);
  EXPECT_EQ(parse_cpuinfo("cpu : Alpha\ncpus detected : 4\n").logical, 4);
}

TEST(Cpu, TellsHowManyAreThereBesideThoseOnline) {
  Evidence evidence = recorded("linux", "file:/proc/cpuinfo", "processor : 0\n\nprocessor : 2\n");
  evidence.set("file:/sys/devices/system/cpu/present", recorded("", "x", "0-3\n").at("x"));
  const Facts facts = cpu_probe.read(evidence, {});
  EXPECT_EQ(to_text(facts.host.at("cpu.present")), "4");
  EXPECT_EQ(to_text(facts.host.at("cpu.logical_cpus")), "2");
}

TEST(OsRelease, IsReadAsAShellWould) {
  const auto values = parse_os_release(
      "ID='a''b'\nVERSION_ID=\"1\"'.2'\nPRETTY_NAME=Two\\ Words\\ "
      "\\$5\nNAME=\"it's\"\nVARIANT='a\\b'\nBROKEN=\"open\n");
  EXPECT_EQ(values.at("ID"), "ab");
  EXPECT_EQ(values.at("VERSION_ID"), "1.2");
  EXPECT_EQ(values.at("PRETTY_NAME"), "Two Words $5");
  EXPECT_EQ(values.at("NAME"), "it's");
  EXPECT_EQ(values.at("VARIANT"), "a\\b");
  EXPECT_EQ(values.at("BROKEN"), "open");
}

TEST(Os, AnUnfilledTemplateIsNoVersion) {
  for (const char* value : {"@VERSION@", "${RELEASE}", "TEMPLATE_VERSION_ID"}) {
    const Facts facts =
        os_probe.read(recorded("linux", "file:/etc/os-release", std::string("ID=x\nVERSION_ID=") + value + "\n"), {});
    EXPECT_FALSE(facts.host.at("os.version_id").value) << value;
  }
}

TEST(Os, AWslKernelOfOnesOwnIsStillOne) {
  const Facts facts =
      os_probe.read(recorded("linux", "file:/proc/version", "Linux version 6.6.1-own-WSL2+ (me@pc)\n"), {});
  EXPECT_EQ(to_text(facts.host.at("os.wsl")), "2");
}

TEST(Container, KnowsTheGroupsOfSeveralRuntimes) {
  for (const auto& [line, runtime] : std::initializer_list<std::pair<const char*, const char*>>{
           {"0::/lxc.payload.web/init.scope\n", "lxc"},
           {"0::/kubepods.slice/pod1.slice/crio-0f.scope\n", "cri-o"},
           {"0::/libpod_parent/libpod-0f\n", "podman"},
           {"4:memory:/ecs/task/0f\n", "docker"}})
    EXPECT_EQ(
        to_text(container_probe.read(recorded("linux", "file:/proc/1/cgroup", line), {}).host.at("container.runtime")),
        runtime);
}

TEST(ProcDriver, NamesTheArchitectureWhicheverItIs) {
  EXPECT_EQ(
      parse_proc_driver_version("NVRM version: NVIDIA UNIX x86 Kernel Module  304.131  Sun Nov  8 21:43:33 PST 2015\n")
          .arch,
      "x86");
  EXPECT_EQ(parse_proc_driver_version(
                "NVRM version: NVIDIA UNIX ppc64le Kernel Module  450.80.02  Wed Sep 23 01:00:00 UTC 2020\n")
                .arch,
            "ppc64le");
  const KernelModule open =
      parse_proc_driver_version("NVRM version: NVIDIA UNIX Open Kernel Module for riscv64  590.44.01  Release Build\n");
  EXPECT_EQ(open.arch, "riscv64");
  EXPECT_EQ(open.version, "590.44.01");
  EXPECT_EQ(open.kind, "open");
}

TEST(Toolkit, TheFirstCompilersNumberedThemselvesOtherwise) {
  EXPECT_EQ(parse_nvcc("Cuda compilation tools, release 3.2, V0.2.1221\n"), "3.2");
  EXPECT_EQ(parse_nvcc("Cuda compilation tools, release 11.8, V11.8.89\nBuild cuda_11.8.r11.8/compiler\n"), "11.8.89");
  EXPECT_EQ(parse_nvcc("Cuda compilation tools, release 9.1\n"), "9.1");
}

TEST(BusId, HasTheDomainAsSysfsWritesIt) {
  EXPECT_EQ(sysfs_address("00000000:0C:00.0"), "0000:0c:00.0");
  EXPECT_EQ(sysfs_address("0000000A:0C:00.0"), "000a:0c:00.0");
  EXPECT_EQ(sysfs_address("00010000:0C:00.0"), "10000:0c:00.0");
  EXPECT_EQ(sysfs_address("0000:0c:00.0"), "0000:0c:00.0");
  EXPECT_EQ(sysfs_address("0:12:0"), "0000:12:00.0");
  EXPECT_EQ(sysfs_address(""), "");
}

constexpr std::int64_t mib = 1 << 20;

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

TEST(DeviceQuery, TellsAllOfADevice) {
  const CudaInventory inventory = parse_device_query(
      "Detected 1 CUDA Capable device(s)\n\nDevice 0: \"NVIDIA L4\"\n"
      "  CUDA Driver Version / Runtime Version          12.8 / 12.4\n  CUDA Capability Major/Minor version number:    "
      "8.9\n"
      "  Total amount of global memory:                 22591 MBytes (23688839168 bytes)\n"
      "  Device PCI Domain ID / Bus ID / location ID:   0 / 202 / 0\n");
  EXPECT_EQ(inventory.supported_version, "12.8");
  ASSERT_EQ(inventory.gpus.size(), 1u);
  EXPECT_EQ(inventory.gpus[0].compute_capability, "8.9");
  EXPECT_EQ(inventory.gpus[0].memory_bytes, 23688839168);
  EXPECT_EQ(inventory.gpus[0].pci_address, "0000:ca:00.0");
  EXPECT_EQ(parse_device_query("CUDA Device Query (Driver API)\nDevice 0: \"A\"\n  CUDA Driver Version:   12.8\n")
                .supported_version,
            "12.8");
}

TEST(DeviceQuery, TellsInstancesAndFailures) {
  const CudaInventory inventory = parse_device_query(
      "Device 0: \"NVIDIA H100 80GB HBM3 MIG 1g.10gb\"\n"
      "  Total amount of global memory:                 9856 MBytes (10334765056 bytes)\n"
      "  Device has ECC support:                        Enabled\n  Integrated GPU sharing Host Memory:            "
      "No\n");
  ASSERT_EQ(inventory.gpus.size(), 1u);
  EXPECT_EQ(inventory.gpus[0].name, "NVIDIA H100 80GB HBM3");
  EXPECT_EQ(inventory.gpus[0].mig, true);
  EXPECT_EQ(inventory.gpus[0].ecc, true);
  ASSERT_EQ(inventory.gpus[0].instances.size(), 1u);
  EXPECT_EQ(inventory.gpus[0].instances[0].profile, "1g.10gb");
  EXPECT_EQ(inventory.gpus[0].instances[0].memory_bytes, 10334765056);
  const CudaInventory failed = parse_device_query(
      " CUDA Device Query (Runtime API) version (CUDART static linking)\n\ncudaGetDeviceCount returned 100\n"
      "-> no CUDA-capable device is detected\nResult = FAIL\n");
  EXPECT_FALSE(failed.answered);
  EXPECT_EQ(failed.failure, "init_failed");
  EXPECT_EQ(failed.failure_text, "cudaGetDeviceCount returned 100: no CUDA-capable device is detected");
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

TEST(SystemProfiler, TellsCoresInTheHardwareSectionToo) {
  const MacProfile profile = parse_system_profiler_text(
      "Hardware:\n\n    Hardware Overview:\n\n      Chip: Apple M4 Pro\n      Total Number of Cores: 12 (8 performance "
      "and 4 efficiency)\n");
  EXPECT_EQ(profile.processors, "12 (8 performance and 4 efficiency)");
  EXPECT_FALSE(profile.lists_gpus);
}

TEST(Mps, AReportWithoutItsGraphicsDoesNotMeanThereAreNone) {
  const Evidence evidence = recorded("darwin", "command:system_profiler",
                                     "Hardware:\n\n    Hardware Overview:\n\n      Processor Name: Intel Core i5\n");
  const Facts facts = mps_probe.read(evidence, {});
  EXPECT_NE(facts.platforms.at(0).state, State::absent);
}

TEST(NeuronLs, ColumnsByTheirNames) {
  const NeuronListing old = parse_neuron_ls(
      "+--------------+---------+--------+-----------+-----------+------+------+\n"
      "|   PCI BDF    | LOGICAL | NEURON |  MEMORY   |  MEMORY   | EAST | WEST |\n"
      "|              |   ID    | CORES  | CHANNEL 0 | CHANNEL 1 |      |      |\n"
      "+--------------+---------+--------+-----------+-----------+------+------+\n"
      "| 0000:00:1c.0 |       0 |      4 | 4096 MB   | 4096 MB   |    1 |    0 |\n"
      "| 0000:00:1d.0 |       1 |      4 | 4096 MB   | 4096 MB   |    0 |    1 |\n");
  ASSERT_EQ(old.devices.size(), 2u);
  EXPECT_EQ(old.devices[1].address, "0000:00:1d.0");
  EXPECT_EQ(old.devices[1].cores, 4);
  EXPECT_EQ(old.devices[1].memory_bytes, 8192 * mib);
  const NeuronListing wide = parse_neuron_ls(
      "instance-type: trn1.2xlarge\n+--------+--------+---------+--------+-----------+---------+-----+---------+\n"
      "| NEURON | NEURON | LOGICAL | NEURON | CONNECTED |   PCI   | PID | COMMAND |\n"
      "| DEVICE | CORES  |   NC    | MEMORY |  DEVICES  |   BDF   |     |         |\n"
      "+--------+--------+---------+--------+-----------+---------+-----+---------+\n"
      "| 0      | 2      | 1       | 32 GB  | 1         | 00:1e.0 | 17  | a 1 | 2 |\n"
      "|        |        |         |        |           |         | 18  | b       |\n"
      "+--------+--------+---------+--------+-----------+---------+-----+---------+\n");
  EXPECT_EQ(wide.instance_type, "trn1.2xlarge");
  ASSERT_EQ(wide.devices.size(), 1u);
  EXPECT_EQ(wide.devices[0].address, "0000:00:1e.0");
  EXPECT_EQ(wide.devices[0].cores, 2);
  EXPECT_EQ(wide.devices[0].memory_bytes, 32768 * mib);
}

TEST(NeuronLs, Json) {
  const NeuronListing listing = parse_neuron_ls(
      "[{\"neuron_device\": 0, \"bdf\": \"00:1e.0\", \"connected_to\": null, \"nc_count\": 2, "
      "\"memory_size\": 34359738368, \"instance_type\": \"inf2.xlarge\"}, 7, {\"bdf\": 1}]");
  EXPECT_EQ(listing.instance_type, "inf2.xlarge");
  ASSERT_EQ(listing.devices.size(), 1u);
  EXPECT_EQ(listing.devices[0].cores, 2);
  EXPECT_EQ(listing.devices[0].memory_bytes, 32768 * mib);
  EXPECT_TRUE(parse_neuron_ls("[{").devices.empty());
}

TEST(HlSmi, TableAndCsv) {
  const GaudiListing table =
      parse_hl_smi("hl-smi",
                   "| HL-SMI Version:                              hl-1.18.0-fw-53.1.1.1          |\n"
                   "| Driver Version:                                     1.18.0-ee698fb          |\n"
                   "| AIP  Name        Persistence-M| Bus-Id        Disp.A | Volatile Uncor-Events|\n"
                   "|   0  HL-325L             N/A  | 0000:4D:00.0     N/A |                   0  |\n"
                   "| N/A   31C   P0  220W /  900W  |   672MiB / 131072MiB |     0%            0% |\n");
  EXPECT_EQ(table.driver_version, "1.18.0-ee698fb");
  ASSERT_EQ(table.devices.size(), 1u);
  EXPECT_EQ(table.devices[0].name, "HL-325L");
  EXPECT_EQ(table.devices[0].address, "0000:4d:00.0");
  EXPECT_EQ(table.devices[0].memory_bytes, 131072 * mib);
  const GaudiListing csv = parse_hl_smi("hl-smi -Q index,name,memory.total --format=csv",
                                        "index, name, memory.total [MiB]\n0, HL-325L, 131072 MiB\n");
  ASSERT_EQ(csv.devices.size(), 1u);
  EXPECT_EQ(csv.devices[0].memory_bytes, 131072 * mib);
  const GaudiListing bare = parse_hl_smi("hl-smi -Q name,bus_id,memory.total --format=csv,noheader,nounits",
                                         "HL-325L, 0000:4D:00.0, 131072\n");
  ASSERT_EQ(bare.devices.size(), 1u);
  EXPECT_EQ(bare.devices[0].address, "0000:4d:00.0");
  EXPECT_EQ(bare.devices[0].memory_bytes, 131072 * mib);
}

// From public issues; the second form has two chips a card.
TEST(NpuSmi, CardsAndChips) {
  const AscendListing listing = parse_npu_smi(
      "| npu-smi 24.1.0                   Version: 24.1.0                                               |\n"
      "| NPU   Name                | Health        | Power(W)    Temp(C)           Hugepages-Usage(page)|\n"
      "| Chip                      | Bus-Id        | AICore(%)   Memory-Usage(MB)  HBM-Usage(MB)        |\n"
      "| 0     910B1               | OK            | 89.1        32                0    / 0             |\n"
      "| 0                         | 0000:C1:00.0  | 0           0    / 0          3437 / 65536         |\n"
      "| 1     910B1               | OK            | 90.0        33                0    / 0             |\n"
      "| 0                         | 0000:01:00.0  | 0           0    / 0          59356/ 65536         |\n"
      "| NPU     Chip              | Process id    | Process name       | Process memory(MB)    |\n"
      "| 0       0                 | 1712733       | python             | 48954                 |\n");
  EXPECT_EQ(listing.driver_version, "24.1.0");
  ASSERT_EQ(listing.devices.size(), 2u);
  EXPECT_EQ(listing.devices[0].name, "Ascend 910B1");
  EXPECT_EQ(listing.devices[0].address, "0000:c1:00.0");
  EXPECT_EQ(listing.devices[1].memory_bytes, 65536 * mib);
  EXPECT_EQ(listing.devices[1].free_bytes, (65536 - 59356) * mib);
  const AscendListing inference = parse_npu_smi(
      "| 4     310P3               | OK            | NA          47                0     / 0            |\n"
      "| 0     0                   | 0000:81:00.0  | 0           1703 / 21527                           |\n"
      "| 1     1                   | 0000:82:00.0  | 0           nonsense / 21527  99999 / 21527        |\n");
  ASSERT_EQ(inference.devices.size(), 2u);
  EXPECT_EQ(inference.devices[0].memory_bytes, 21527 * mib);
  EXPECT_EQ(inference.devices[1].memory_bytes, std::nullopt) << "more used than there is";
  EXPECT_TRUE(parse_npu_smi("| 0 | 0000:81:00.0 | / | ").devices.size() < 2);
}

TEST(Npu, MemoryIsUsableAsFarAsAToolTellsIt) {
  const auto usable = [](std::string line, std::string text, std::size_t platform) {
    const Facts facts = npu_probe.read(recorded("linux", "command:" + std::move(line), std::move(text)), {});
    return facts.platforms.at(platform).devices.at(0).facts;
  };
  const FactTable ascend =
      usable("npu-smi info",
             "| 0     910B1               | OK            | 89.1        32                0    / 0             |\n"
             "| 0                         | 0000:C1:00.0  | 0           0    / 0          3437 / 65536         |\n",
             2);
  EXPECT_EQ(*ascend.get<std::int64_t>("memory_usable_bytes"), 65536 * mib);
  EXPECT_EQ(*ascend.get<std::string>("memory_usable_because"), "all of its own memory that npu-smi tells of");
  const FactTable neuron = usable("neuron-ls -j", "[{\"neuron_device\": 0, \"memory_size\": 34359738368}]", 1);
  EXPECT_EQ(*neuron.get<std::int64_t>("memory_usable_bytes"), 32768 * mib);
  const FactTable untold = usable("neuron-ls -j", "[{\"neuron_device\": 0}]", 1);
  EXPECT_TRUE(untold.at("memory_usable_bytes").is_unknown());
  const FactTable gaudi = usable("hl-smi -Q name,bus_id,memory.total,memory.free --format=csv,noheader,nounits",
                                 "HL-325L, 0000:4D:00.0, 131072, 130400\n", 0);
  EXPECT_EQ(*gaudi.get<std::int64_t>("memory_usable_bytes"), 131072 * mib);
  EXPECT_EQ(*gaudi.get<std::int64_t>("memory_free_bytes"), 130400 * mib);
}

std::vector<Device> xpus(std::string line, std::string text) {
  return xpu_probe.read(recorded("linux", "command:" + std::move(line), std::move(text)), {}).platforms.at(0).devices;
}

TEST(Xpu, DiscoveryInEachForm) {
  const std::string csv =
      "Device ID,Device Name,PCI BDF Address,PCI Device ID,Memory Physical Size,Number of EUs\n"
      "0,\"Intel(R) Arc(TM), Graphics\",\"0000:4D:00.0\",\"0x56a0\",\"16288.00 MiB\",\"512\"\n";
  const std::string json =
      "{\"device_id\": 0, \"device_name\": \"Intel(R) Arc(TM), Graphics\", \"driver_version\": \"\", "
      "\"memory_physical_size_byte\": \"17079205888\", \"number_of_eus\": \"512\", "
      "\"pci_bdf_address\": \"0000:4d:00.0\", \"pci_device_id\": \"0x56a0\"}";
  for (const auto& devices : {xpus("xpu-smi discovery --dump -1", csv), xpus("xpu-smi discovery -d 0 -j", json)}) {
    ASSERT_EQ(devices.size(), 1u);
    EXPECT_EQ(to_text(devices[0].facts.at("name")), "Intel(R) Arc(TM), Graphics");
    EXPECT_EQ(to_text(devices[0].facts.at("pci_address")), "0000:4d:00.0");
    EXPECT_EQ(to_text(devices[0].facts.at("pci_device")), "56a0");
    EXPECT_EQ(to_text(devices[0].facts.at("memory_total_bytes")), "17079205888");
    EXPECT_EQ(to_text(devices[0].facts.at("execution_units")), "512");
  }
}

TEST(Xpu, AnOpenClCpuIsNoGpu) {
  const std::string one =
      "{\"CL_DEVICE_NAME\": \"12th Gen Intel(R) Core(TM) i5\", \"CL_DEVICE_TYPE\": {\"raw\": 2, \"type\": "
      "[\"CL_DEVICE_TYPE_CPU\"]}}";
  EXPECT_TRUE(xpus("clinfo --json", "{\"devices\": [{\"online\": [" + one + "]}]}").empty());
}

TEST(Xpu, ListsTheDisplayBesideTheAccelerator) {
  DeviceModel arc;
  arc.vendor = "8086", arc.device_first = arc.device_last = "56a0", arc.platform = "xpu", arc.name = "Arc";
  const DeviceTable table({arc});
  const Facts facts = xpu_probe.read(recorded("linux", "command:lspci -nmm",
                                              "00:02.0 \"0300\" \"8086\" \"0162\" -r09 \"1458\" \"d000\"\n03:00.0 "
                                              "\"0300\" \"8086\" \"56a0\" -r08 \"1849\" \"6003\"\n"),
                                     table);
  ASSERT_EQ(facts.platforms.at(0).devices.size(), 2u);
  EXPECT_EQ(to_text(facts.platforms.at(0).devices[1].facts.at("pci_device")), "0162");
  EXPECT_EQ(to_text(facts.platforms.at(0).devices[1].facts.at("kind")), "display");
}

TEST(TpuInfo, TablesDrawnWithBoxes) {
  const TpuListing listing = parse_tpu_info(
      "TPU Chips\n┏━━━━━━━━━━━━━┳━━━━━━━━━━━━━┳━━━━━━━━━┳━━━━━━┓\n┃ Device      ┃ Type        ┃ Cores   ┃ PID  ┃\n"
      "┡━━━━━━━━━━━━━╇━━━━━━━━━━━━━╇━━━━━━━━━╇━━━━━━┩\n│ /dev/accel0 │ TPU v2 chip │ 2       │ 1017 │\n"
      "│ /dev/accel1 │ TPU v2 chip │ 2       │ 1017 │\n└─────────────┴─────────────┴─────────┴──────┘\n"
      "┃ Device ┃ Memory usage         ┃ Duty cycle ┃\n│ 0      │ 1.00 GiB / 8.00 GiB  │      0.00% │\n"
      "│ 1      │ 1.00 GiB / 8.00 GiB  │      0.00% │\n│ 4      │ 1.00 GiB / 8.00 GiB  │      0.00% │\n"
      "│ 5      │ 1.00 GiB / 8.00 GiB  │      0.00% │\n");
  EXPECT_THAT(listing.nodes, testing::ElementsAre("/dev/accel0", "/dev/accel1"));
  EXPECT_EQ(listing.generation, "v2");
  EXPECT_EQ(listing.accelerator_type, "");
  EXPECT_EQ(listing.memory_bytes_per_chip, std::int64_t{16} << 30);
}

TEST(TpuInfo, VersionsAlone) {
  EXPECT_EQ(
      parse_tpu_info("- tpu-info version: 0.9.1\n- libtpu version: 0.0.21\n- accelerator type: v5e\n").libtpu_version,
      "0.0.21");
  EXPECT_EQ(parse_tpu_info("- libtpu version: N/A (incompatible environment)\n").libtpu_version, "");
}

TEST(Container, TheRootMountNamesItsRuntime) {
  for (const auto& [storage, runtime] : std::initializer_list<std::pair<const char*, const char*>>{
           {"/var/lib/docker/overlay2/l/ABC", "docker"},
           {"/home/me/.local/share/containers/storage/overlay/l/ABC", "podman"},
           {"/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/7/fs", "containerd"}}) {
    const std::string line =
        std::string("473 387 0:143 / / rw,relatime - overlay overlay rw,lowerdir=") + storage + "\n";
    EXPECT_EQ(to_text(container_probe.read(recorded("linux", "file:/proc/self/mountinfo", line), {})
                          .host.at("container.runtime")),
              runtime);
  }
}

TEST(Mps, CoresInFourFieldsAndAnX86ProcessOnAppleSilicon) {
  const Facts facts = mps_probe.read(
      recorded("darwin", "command:system_profiler SPHardwareDataType -json",
               "{\"SPHardwareDataType\": [{\"chip_type\": \"Apple M5 Max\", \"machine_model\": \"Mac17,7\", "
               "\"number_processors\": \"proc 18:6:0:12\"}]}"),
      {});
  EXPECT_EQ(to_text(facts.host.at("cpu.performance_cores")), "6");
  EXPECT_EQ(to_text(facts.host.at("cpu.efficiency_cores")), "12");
  const Facts translated =
      mps_probe.read(recorded("darwin", "command:sysctl -a",
                              "hw.cputype: 7\nhw.optional.arm64: 1\nmachdep.cpu.brand_string: Apple M2\n"),
                     {});
  EXPECT_EQ(to_text(translated.platforms.at(0).facts.at("rosetta")), "yes");
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

TEST(RocmSmi, TheDevicesNameWhereTheSeriesIsNotTold) {
  const RocmTool tool =
      parse_rocm_smi_json("{\"card0\": {\"Device Name\": \"Strix Halo\", \"Device ID\": \"0x1586\"}}");
  ASSERT_EQ(tool.gpus.size(), 1u);
  EXPECT_EQ(tool.gpus[0].name, "Strix Halo");
}

}  // namespace
}  // namespace rigfit
