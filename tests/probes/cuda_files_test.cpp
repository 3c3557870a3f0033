// What files alone tell of NVIDIA's driver and of installed frameworks.
#include <gmock/gmock.h>

#include "probes/cuda/fit.hpp"
#include "probes/cuda/jetson.hpp"
#include "probes/cuda/kernel_log.hpp"
#include "probes/cuda/kernel_module.hpp"
#include "probes/python/frameworks.hpp"

namespace rigfit {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Version version(std::string_view text) { return *Version::parse(text); }

TEST(CudaFit, CompiledCodeRunsOnLaterMinorsOfItsMajor) {
  EXPECT_EQ(code_fit({"8.0", "8.6"}, version("8.9")), CodeFit::binary);
  EXPECT_EQ(code_fit({"9.0"}, version("10.0")), CodeFit::no);
  EXPECT_EQ(code_fit({"10.0"}, version("12.0")), CodeFit::no);
  EXPECT_EQ(code_fit({"12.0"}, version("12.1")), CodeFit::binary);
  EXPECT_EQ(code_fit({"8.6"}, version("8.0")), CodeFit::no);
}

TEST(CudaFit, PtxServesWhatIsNewerAndSuffixesBind) {
  EXPECT_EQ(code_fit({"9.0+PTX"}, version("12.0")), CodeFit::ptx);
  EXPECT_EQ(code_fit({"12.0+PTX"}, version("9.0")), CodeFit::no);
  EXPECT_EQ(code_fit({"9.0a"}, version("9.0")), CodeFit::binary);
  EXPECT_EQ(code_fit({"10.0a"}, version("10.3")), CodeFit::no);
  EXPECT_EQ(code_fit({"10.0f"}, version("10.3")), CodeFit::binary);
  EXPECT_EQ(code_fit({"", "x", "9", "9.0.1"}, version("9.0")), CodeFit::no);
}

TEST(CudaFit, GradesDriverAgainstBuild) {
  EXPECT_EQ(driver_fit(version("12.4"), version("13.0"), false), DriverFit::direct);
  EXPECT_EQ(driver_fit(version("12.8"), version("12.4"), false), DriverFit::minor_version);
  EXPECT_EQ(driver_fit(version("12"), version("12.2"), false), DriverFit::direct);
  EXPECT_EQ(driver_fit(version("13.0"), version("12.8"), false), DriverFit::no);
  EXPECT_EQ(driver_fit(version("13.0"), version("12.8"), true), DriverFit::forward_compat);
  EXPECT_EQ(driver_fit(version("10.2"), version("10.1"), false), DriverFit::no);
}

TEST(Packages, AreReadFromTheNamesOfTheirMetadata) {
  const auto torch = parse_package_folder("torch-2.14.0+cu130.dist-info");
  ASSERT_TRUE(torch);
  EXPECT_EQ(torch->name, "torch");
  EXPECT_EQ(torch->version.text(), "2.14.0+cu130");
  EXPECT_EQ(parse_package_folder("nvidia_cuda_runtime_cu12-12.8.90.dist-info")->name, "nvidia-cuda-runtime-cu12");
  EXPECT_EQ(parse_package_folder("torch-2.1.0-py3.11.egg-info")->version.text(), "2.1.0");
  for (const char* wrong : {"torch", "-1.0.dist-info", "torch-.dist-info", "torch-x.dist-info", ".dist-info", ""})
    EXPECT_FALSE(parse_package_folder(wrong)) << wrong;
}

TEST(Packages, TellTheirCuda) {
  EXPECT_EQ(cuda_in_suffix("2.14.0+cu130"), "13.0");
  EXPECT_EQ(cuda_in_suffix("2.1.0+cu118"), "11.8");
  for (const char* none : {"2.14.0", "2.14.0+cpu", "2.14.0+cu", "2.14.0+cu1", "2.14.0+cu123456"})
    EXPECT_EQ(cuda_in_suffix(none), "") << none;
  EXPECT_EQ(assigned_text("debug = False\ncuda: Optional[str] = '12.8'\n", "cuda"), "12.8");
  EXPECT_EQ(assigned_text("cuda: Optional[str] = None\n", "cuda"), "");
  EXPECT_EQ(assigned_text("cuda_arch = '9'\ncuda = \"13.0\"\n", "cuda"), "13.0");
}

TEST(KernelLog, HasXidsWithAndWithoutTheWordPci) {
  const auto xids = parse_xids(
      "[ 88.1] NVRM: Xid (PCI:0000:2B:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus.\n"
      "NVRM: Xid (0000:03:00): 31, Ch 00000010\nNVRM: Xid (PCI:0000:2b:00\nNVRM: Xid (PCI:x): none\n");
  ASSERT_EQ(xids.size(), 2u);
  EXPECT_EQ(xids[0].pci_address, "0000:2b:00.0");
  EXPECT_EQ(xids[0].number, 79);
  EXPECT_EQ(xids[1].pci_address, "0000:03:00.0");
  EXPECT_THAT(parse_driver_complaints("NVRM: GPU 0000:17:00.0: RmInitAdapter failed! (0x22:0x56:742)\n"),
              ElementsAre("init_failed"));
  EXPECT_THAT(parse_driver_complaints("something else: RmInitAdapter failed\n"), IsEmpty());
}

TEST(KernelModule, IsToldFromItsHelpers) {
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
