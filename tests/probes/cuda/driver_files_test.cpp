#include <gmock/gmock.h>

#include "probes/cuda/jetson.hpp"
#include "probes/cuda/kernel_module.hpp"
#include "probes/cuda/proc_driver.hpp"
#include "probes/cuda/toolkit.hpp"
#include "probes/cuda/vgpu.hpp"

namespace rigfit {
namespace {

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

TEST(Vgpu, ProfilesAreReportedByTheirNames) {
  const auto profile = [](std::string_view name) {
    const VgpuProfile reported = parse_vgpu_name(name);
    return reported.profile + "/" + reported.series;
  };
  EXPECT_EQ(profile("GRID A100-40C"), "40C/C");
  EXPECT_EQ(profile("GRID T4-2B4"), "2B4/B");
  EXPECT_EQ(profile("NVIDIA A40-48Q"), "48Q/Q");
  EXPECT_EQ(profile("GRID A100-1-5CME"), "1-5CME/C");
  EXPECT_EQ(profile("NVIDIA RTX Pro 6000 Blackwell DC-2-48Q"), "2-48Q/Q");
  EXPECT_EQ(profile("GRID M60-1A"), "1A/A");
  for (const char* physical : {"GRID K520", "NVIDIA H100 80GB HBM3", "NVIDIA A100-SXM4-40GB", "Tesla V100-SXM2-16GB",
                               "", "GRID A100-C", "NVIDIA GeForce GTX 1660", "-", "Quadro K2000-"})
    EXPECT_EQ(profile(physical), "/") << physical;
}

TEST(KernelModule, IsReportedFromItsHelpers) {
  for (const char* name : {"nvidia.ko", "nvidia.ko.zst", "nvidia-current.ko.xz", "nvidia-tesla-535.ko"})
    EXPECT_TRUE(is_nvidia_module(name)) << name;
  for (const char* name : {"nvidia-uvm.ko", "nvidia-current-drm.ko", "nvidia-tesla-535-uvm.ko", "nvidia", "nvidia.ko2",
                           "nvidia_drm.ko", "nvidiafb.ko", "i2c-nvidia-gpu.ko"})
    EXPECT_FALSE(is_nvidia_module(name)) << name;
}

TEST(KernelModule, IsForbiddenInEveryUsualWay) {
  EXPECT_TRUE(forbids_nvidia("# comment\nblacklist nvidia\n"));
  EXPECT_TRUE(forbids_nvidia("install nvidia /bin/false"));
  EXPECT_TRUE(forbids_nvidia("alias nvidia off"));
  EXPECT_FALSE(forbids_nvidia("blacklist nvidiafb\nblacklist nouveau\noptions nvidia NVreg_X=1\n# blacklist nvidia"));
}

TEST(Jetson, ReleaseOfTheFile) {
  EXPECT_EQ(parse_tegra_release("# R36 (release), REVISION: 4.3, GCID: 1, BOARD: generic"), "36.4.3");
  for (const char* wrong :
       {"", "# R36 (release)", "REVISION: 4.3", "# Rx (release), REVISION: 4.3,", "# R36, REVISION: x"})
    EXPECT_EQ(parse_tegra_release(wrong), "") << wrong;
}

}  // namespace
}  // namespace rigfit
