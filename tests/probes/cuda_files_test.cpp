// What files alone tell of NVIDIA's driver and of installed frameworks.
#include <gmock/gmock.h>

#include "probes/cuda/compatibility.hpp"
#include "probes/cuda/failure_signs.hpp"
#include "probes/cuda/jetson.hpp"
#include "probes/cuda/kernel_log.hpp"
#include "probes/cuda/kernel_module.hpp"
#include "probes/cuda/vgpu.hpp"
#include "probes/python/frameworks.hpp"
#include "probes/python/gpu_code.hpp"

namespace rigfit {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Version version(std::string_view text) { return *Version::parse(text); }

TEST(CudaFit, GradesDriverAgainstBuild) {
  EXPECT_EQ(driver_fit(version("12.4"), version("13.0"), false), DriverFit::direct);
  EXPECT_EQ(driver_fit(version("12.8"), version("12.4"), false), DriverFit::minor_version);
  EXPECT_EQ(driver_fit(version("12"), version("12.2"), false), DriverFit::direct);
  EXPECT_EQ(driver_fit(version("13.0"), version("12.8"), false), DriverFit::no);
  EXPECT_EQ(driver_fit(version("13.0"), version("12.8"), true), DriverFit::forward_compat);
  EXPECT_EQ(driver_fit(version("10.2"), version("10.1"), false), DriverFit::no);
}

TEST(GpuCode, IsWhatMostFatBinariesHave) {
  const auto code = parse_gpu_code(
      R"({"file": "libtorch_cuda.so", "fatbins": 10, "whole": false, "sets": [
          {"fatbins": 4, "targets": ["8.0", "9.0", "12.0+PTX"]}, {"fatbins": 3, "targets": ["8.0", "12.0"]},
          {"fatbins": 2, "targets": ["9.0a"]}, {"fatbins": 1, "targets": ["8.0", "9.0", "PTX 12.0"]}]})");
  ASSERT_TRUE(code);
  EXPECT_EQ(code->file, "libtorch_cuda.so");
  EXPECT_EQ(code->fatbins, 10);
  EXPECT_FALSE(code->whole);
  EXPECT_THAT(code->targets, ElementsAre("8.0", "9.0", "12.0+PTX"));
  const auto ptx = parse_gpu_code(R"({"fatbins": 2, "sets": [{"fatbins": 2, "targets": ["8.0", "PTX 9.0"]}]})");
  ASSERT_TRUE(ptx);
  EXPECT_THAT(ptx->targets, ElementsAre("8.0", "PTX 9.0"));
}

TEST(GpuCode, IsUnknownWhereNothingTellsOfIt) {
  for (const char* text :
       {"", "[]", "{", R"({"fatbins": 0, "whole": true, "sets": []})", R"({"fatbins": 9, "sets": {"targets": 3}})",
        R"({"fatbins": -1, "sets": [{"fatbins": 1, "targets": ["8.0"]}]})",
        R"({"fatbins": 1e300, "sets": [{"fatbins": 1, "targets": ["8.0"]}]})",
        R"({"fatbins": 3, "sets": [{"fatbins": 1, "targets": ["8.0", 7]}, 5, {"fatbins": "x", "targets": "8.0"}]})"})
    EXPECT_FALSE(parse_gpu_code(text)) << text;
}

// Only where a program finds it first, and only a build for CUDA.
TEST(GpuCode, IsLookedForInBuildsForCuda) {
  Evidence evidence;
  const auto found = [](std::vector<std::string> names, std::string text = "") {
    Answer answer;
    answer.outcome = Outcome::found;
    answer.names = std::move(names);
    answer.text = std::move(text);
    return answer;
  };
  evidence.set("list:~/.local/lib", found({"python3.12"}));
  evidence.set("list:/usr/local/lib", found({"python3.12"}));
  const std::string mine = "~/.local/lib/python3.12/site-packages", all = "/usr/local/lib/python3.12/site-packages";
  evidence.set("list:" + mine, found({"torch-2.14.0.dist-info"}));
  evidence.set("list:" + all, found({"torch-2.12.0.dist-info", "jax-0.12.0.dist-info", "jaxlib-0.12.0.dist-info"}));
  EXPECT_THAT(gpu_code_requests(evidence), IsEmpty()) << "whether torch was built for CUDA is not known yet";
  evidence.set("file:" + mine + "/torch/version.py", found({}, "cuda: Optional[str] = None\n"));
  EXPECT_THAT(gpu_code_requests(evidence), IsEmpty()) << "a build for CPUs, and JAX without its plug-in";
  evidence.set("file:" + mine + "/torch/version.py", found({}, "cuda: Optional[str] = '13.0'\n"));
  ASSERT_EQ(gpu_code_requests(evidence).size(), 1u);
  EXPECT_EQ(key_of(gpu_code_requests(evidence).front()),
            "ask:gpu-code " + mine + "/torch/lib/libtorch_cuda.so " + mine + "/torch/lib/libtorch_cuda_cu.so");
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

// The driver breaks its messages into lines.
TEST(KernelLog, ComplaintsOfSeveralLines) {
  EXPECT_THAT(parse_driver_complaints("[    8.2] NVRM: The NVIDIA GPU 0000:3c:00.0 (PCI ID: 10de:2d04)\n"
                                      "               NVRM: installed in this system is not supported by the\n"
                                      "               NVRM: NVIDIA 550.163.01 driver release.\n"),
              ElementsAre("branch_unsupported"));
  EXPECT_THAT(parse_driver_complaints("NVRM: The NVIDIA GPU 0000:06:00.0 (PCI ID: 10de:1b06)\n"
                                      "NVRM: installed in this system is not supported by open\n"
                                      "NVRM: nvidia.ko because it does not include the required GPU\n"
                                      "NVRM: System Processor (GSP).\n"),
              ElementsAre("open_module_unsupported"));
  EXPECT_THAT(parse_driver_complaints("NVRM: The NVIDIA vGPU 0000:00:05.0 (PCI ID: 10de:2bb5)\n"
                                      "NVRM: installed in this system is not supported by open\nNVRM: nvidia.ko.\n"),
              ElementsAre("vgpu_unsupported"));
  EXPECT_THAT(parse_driver_complaints("NVRM: API mismatch: the client has the version 535.5, but\n"),
              ElementsAre("version_mismatch"));
  EXPECT_THAT(parse_driver_complaints("nvidia: module verification failed: signature missing\n"),
              ElementsAre("module_unsigned"));
  for (const char* other : {"", "NVRM:", "NVRM: loading NVIDIA UNIX driver release", "zfs: module verification failed"})
    EXPECT_THAT(parse_driver_complaints(other), IsEmpty()) << other;
}

Answer answered(Outcome outcome, std::string text = "", std::string err = "") {
  Answer answer;
  answer.outcome = outcome;
  answer.text = std::move(text);
  answer.err = std::move(err);
  return answer;
}

// A log that may not be read is not a log without complaints.
TEST(KernelLog, IsUnknownWhereItMayNotBeRead) {
  const auto says = [](std::vector<std::pair<std::string, Answer>> answers) {
    Evidence evidence;
    for (auto& [key, answer] : answers) evidence.set(key, std::move(answer));
    Platform platform;
    read_kernel_log(evidence, platform);
    return platform.facts.at("kernel_log_says");
  };
  const Fact denied =
      says({{"file:/dev/kmsg", answered(Outcome::denied)}, {"command:dmesg", answered(Outcome::denied)}});
  EXPECT_TRUE(denied.is_unknown());
  EXPECT_THAT(denied.because, testing::HasSubstr("may not be read"));
  EXPECT_TRUE(says({{"command:dmesg", answered(Outcome::found, "", "dmesg: Operation not permitted")}}).is_unknown());
  EXPECT_TRUE(says({{"file:/dev/kmsg", answered(Outcome::absent)}}).is_unknown());
  EXPECT_TRUE(says({{"file:/dev/kmsg", answered(Outcome::found)}}).none);
  const Fact journal =
      says({{"file:/dev/kmsg", answered(Outcome::denied)},
            {"command:journalctl -k", answered(Outcome::found, "NVRM: Xid (PCI:0000:01:00): 31, x\n")}});
  ASSERT_TRUE(journal.value);
  EXPECT_EQ(to_text(*journal.value), "xid_31");
}

PciDevice gpu(std::string driver) {
  PciDevice device;
  device.address = "0000:01:00.0";
  device.driver = std::move(driver);
  return device;
}

TEST(Trouble, IsAReasonToReadTheLog) {
  const auto with_nvml = [](const std::string& text) {
    Evidence evidence;
    evidence.set("ask:nvml", answered(Outcome::found, text));
    return evidence;
  };
  const std::string good = R"({"device_count": 1, "devices": [{"index": 0, "name": "NVIDIA L4"}]})";
  EXPECT_FALSE(has_failure_signs({}, {}));
  EXPECT_FALSE(has_failure_signs({}, {gpu("nvidia")}));
  EXPECT_FALSE(has_failure_signs({}, {gpu("nouveau")})) << "another driver explains itself";
  EXPECT_FALSE(has_failure_signs(with_nvml(good), {gpu("nvidia")}));
  EXPECT_TRUE(has_failure_signs({}, {gpu("")}));
  EXPECT_TRUE(has_failure_signs(with_nvml(good), {gpu("nvidia"), gpu("nvidia")})) << "one is missing";
  EXPECT_TRUE(has_failure_signs(with_nvml(R"({"error": {"code": 999, "text": "Unknown Error"}})"), {gpu("nvidia")}));
  EXPECT_TRUE(has_failure_signs(
      with_nvml(
          R"({"device_count": 1, "devices": [{"errors": {"handle": "GPU is lost"}, "error_codes": {"handle": 15}}]})"),
      {gpu("nvidia")}));
  EXPECT_TRUE(has_failure_signs(with_nvml(R"({"device_count": 1, "devices": [{"remapped_rows": {"pending": true}}]})"),
                                {gpu("nvidia")}));
  Evidence evidence = with_nvml(good);
  evidence.set("ask:prove-cuda 0", answered(Outcome::found, R"({"index":0,"passed":true})"));
  EXPECT_FALSE(has_failure_signs(evidence, {gpu("nvidia")}));
  evidence.set("ask:prove-cuda 0", answered(Outcome::found, "{ \"index\": 0,\n  \"passed\": false }"));
  EXPECT_TRUE(has_failure_signs(evidence, {gpu("nvidia")})) << "however the document is laid out";
  evidence.set("ask:prove-cuda 0", answered(Outcome::crashed));
  EXPECT_TRUE(has_failure_signs(evidence, {gpu("nvidia")}));
}

TEST(Vgpu, ProfilesAreToldByTheirNames) {
  const auto profile = [](std::string_view name) {
    const VgpuProfile told = parse_vgpu_name(name);
    return told.profile + "/" + told.series;
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
