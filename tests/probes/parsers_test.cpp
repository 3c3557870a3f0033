// What each parser reads out of a small text in its format. Real texts are replayed by tests/replay.
#include <gmock/gmock.h>

#include "probes/cpu/cpu.hpp"
#include "probes/cuda/inventory.hpp"
#include "probes/cuda/proc_driver.hpp"
#include "probes/cuda/toolkit.hpp"
#include "probes/memory/memory.hpp"
#include "probes/mps/system_profiler.hpp"
#include "probes/os/os.hpp"
#include "probes/pci/lspci.hpp"
#include "probes/rocm/gpu.hpp"

namespace rigfit {
namespace {

TEST(Cpuinfo, CountsPackagesCoresAndProcessors) {
  const CpuInfo info = parse_cpuinfo(
      "processor\t: 0\nvendor_id\t: AuthenticAMD\nmodel name\t: A\nphysical id\t: 0\ncore id\t: 0\ncpu cores\t: 1\n"
      "flags\t: sse avx\n\n"
      "processor\t: 1\nvendor_id\t: AuthenticAMD\nmodel name\t: A\nphysical id\t: 1\ncore id\t: 0\ncpu cores\t: 1\n"
      "flags\t: sse avx\n");
  EXPECT_EQ(info.logical, 2);
  EXPECT_EQ(info.sockets, 2);
  EXPECT_EQ(info.physical, 2);
  EXPECT_EQ(info.model, "A");
  EXPECT_THAT(info.features, testing::IsSupersetOf({"avx", "sse"}));
}

TEST(Sysctl, SplitsAtTheFirstColon) {
  const auto pairs = parse_sysctl("hw.memsize: 8589934592\nmachdep.cpu.brand_string: Apple M1: really\n");
  ASSERT_EQ(pairs.size(), 2u);
  EXPECT_EQ(pairs[1].second, "Apple M1: really");
}

TEST(Meminfo, IsInKibibytes) {
  const auto sizes = parse_meminfo("MemTotal:       16 kB\nHugePages_Total:       3\n");
  EXPECT_EQ(sizes.at("MemTotal"), 16384);
}

TEST(OsRelease, KnowsBothQuotesAndEscapes) {
  const auto values =
      parse_os_release("# a comment\nNAME=\"A \\\"B\\\"\"\nVERSION_ID='24.04'\nID=ubuntu\n=x\nbroken\n");
  EXPECT_EQ(values.at("NAME"), "A \"B\"");
  EXPECT_EQ(values.at("VERSION_ID"), "24.04");
  EXPECT_EQ(values.at("ID"), "ubuntu");
  EXPECT_EQ(values.size(), 3u);
}

TEST(ProcDriver, TellsTheOpenModuleFromTheOther) {
  const KernelModule open = parse_proc_driver_version(
      "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.95.05  Release Build  (root@build)\n"
      "GCC version:  gcc version 13.3.0\n");
  EXPECT_EQ(open.version, "580.95.05");
  EXPECT_EQ(open.kind, "open");
  const KernelModule other = parse_proc_driver_version(
      "NVRM version: NVIDIA UNIX x86_64 Kernel Module  375.74  Wed Jun 14 01:39:39 PDT 2017\n");
  EXPECT_EQ(other.version, "375.74");
  EXPECT_EQ(other.kind, "proprietary");
  EXPECT_EQ(parse_proc_driver_version("GCC version: 13.3.0\n").version, "");
}

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

TEST(NvidiaSmi, FailuresAreNamed) {
  for (const auto& [text, failure] : std::initializer_list<std::pair<const char*, const char*>>{
           {"NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.", "driver_not_loaded"},
           {"Failed to initialize NVML: Driver/library version mismatch", "library_mismatch"},
           {"Failed to initialize NVML: Insufficient Permissions", "permission_denied"},
           {"Failed to initialize NVML: Unknown Error", "unknown_error"},
           {"No devices were found", "no_devices"}})
    EXPECT_EQ(parse_nvidia_smi("nvidia-smi", std::string(text) + "\n").failure, failure) << text;
}

TEST(Toolkit, VersionFiles) {
  EXPECT_EQ(parse_toolkit_version("{\"cuda\": {\"name\": \"CUDA SDK\", \"version\": \"12.4.1\"}}"), "12.4.1");
  EXPECT_EQ(parse_toolkit_version("CUDA Version 10.1.243\n"), "10.1.243");
  EXPECT_EQ(parse_toolkit_version("nothing"), "");
  EXPECT_EQ(parse_nvcc("Cuda compilation tools, release 13.0, V13.0.88\n"), "13.0.88");
}

TEST(Toolkit, DefinesOfHeaders) {
  EXPECT_EQ(parse_defines("#define CUDNN_MAJOR 9\n#define CUDNN_MINOR 10\n#define CUDNN_PATCHLEVEL 2\n", "CUDNN",
                          "PATCHLEVEL"),
            "9.10.2");
  EXPECT_EQ(parse_defines("#define CUDNN_MAJOR 9\n", "CUDNN", "PATCHLEVEL"), "");
}

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

TEST(Gfx, IsDecimalFieldsWithAHexadecimalStepping) {
  EXPECT_EQ(gfx_of(90402), "gfx942");
  EXPECT_EQ(gfx_of(90010), "gfx90a");
  EXPECT_EQ(gfx_of(110501), "gfx1151");
  EXPECT_EQ(gfx_of(0), "");
  EXPECT_EQ(gfx_of(-1), "");
}

TEST(RocmSmi, Json) {
  const RocmTool tool = parse_rocm_smi_json(
      "WARNING: something\n{\"card0\": {\"Card series\": \"Instinct MI210\", \"PCI Bus\": \"0000:1E:00.0\", "
      "\"VRAM Total Memory (B)\": \"68702699520\"}, \"system\": {\"Driver version\": \"6.2.4\"}}");
  ASSERT_EQ(tool.gpus.size(), 1u);
  EXPECT_EQ(tool.gpus[0].memory_bytes, 68702699520);
  EXPECT_EQ(tool.gpus[0].address, "0000:1e:00.0");
  EXPECT_EQ(tool.driver_version, "6.2.4");
}

TEST(SystemProfiler, JsonAndTextSayTheSame) {
  const MacProfile json = parse_system_profiler_json(
      "{\"SPDisplaysDataType\": [{\"sppci_model\": \"Apple M1\", \"sppci_cores\": \"8\", "
      "\"spdisplays_mtlgpufamilysupport\": \"spdisplays_metal3\"}]}");
  const MacProfile text = parse_system_profiler_text(
      "Graphics/Displays:\n\n    Apple M1:\n\n      Chipset Model: Apple M1\n      Type: GPU\n      Bus: Built-In\n"
      "      Total Number of Cores: 8\n      Metal Support: Metal 3\n");
  ASSERT_EQ(json.gpus.size(), 1u);
  ASSERT_EQ(text.gpus.size(), 1u);
  for (const MacGpu* gpu : {&json.gpus[0], &text.gpus[0]}) {
    EXPECT_EQ(gpu->name, "Apple M1");
    EXPECT_EQ(gpu->cores, 8);
  }
}

}  // namespace
}  // namespace rigfit
