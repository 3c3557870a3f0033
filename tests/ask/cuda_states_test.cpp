// From the requests of the probe through the worker and a fake driver to what is reported.
#include "ask/asking.hpp"
#include "evidence/machine_file.hpp"
#include "fact_names/cuda.hpp"
#include "fact_names/device.hpp"
#include "probes/cuda/cuda.hpp"
#include "report/report.hpp"

namespace rigfit {
namespace {

using testing::HasSubstr, testing::IsEmpty, testing::Not;

Answer found(std::string text) {
  Answer answer;
  answer.outcome = Outcome::found;
  answer.text = std::move(text);
  return answer;
}

/// A machine with two GPUs, as far as files tell.
Evidence rig(const std::string& power = "active") {
  Evidence evidence;
  evidence.os = "linux";
  evidence.set("file:/proc/driver/nvidia/version",
               found("NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.82.07  Release Build  (r@b)\n"));
  Answer bus = found("");
  bus.names = {"0000:0a:00.0", "0000:0b:00.0"};
  evidence.set("list:/sys/bus/pci/devices", bus);
  for (const std::string& address : bus.names) {
    const std::string folder = "/sys/bus/pci/devices/" + address;
    evidence.set("file:" + folder + "/vendor", found("0x10de\n"));
    evidence.set("file:" + folder + "/class", found("0x030200\n"));
    evidence.set("file:" + folder + "/device", found("0x2330\n"));
    evidence.set("file:" + folder + "/power/runtime_status", found(power + "\n"));
    evidence.set("link:" + folder + "/driver", found("../../../../bus/pci/drivers/nvidia"));
  }
  Answer node = found("");
  node.node = Node{};
  node.node->kind = "char";
  node.node->mode = "0666";
  node.node->readable = node.node->writable = true;
  node.node->opens = "ok";
  for (const char* path : {"/dev/nvidiactl", "/dev/nvidia0", "/dev/nvidia1", "/dev/nvidia-uvm"})
    evidence.set("node:" + std::string(path), node);
  evidence.set("link:/usr/lib64/libcuda.so.1", found("libcuda.so.580.82.07"));
  Answer absent;
  absent.outcome = Outcome::absent;
  for (const char* key : {"env:CUDA_VISIBLE_DEVICES", "node:/dev/dxg", "file:/etc/nv_tegra_release"})
    evidence.set(key, absent);
  return evidence;
}

/// Answers whatever the probe wants to ask, with the user's consent to prove, until it asks nothing new.
Evidence proven(Evidence evidence, const std::string& script, double seconds = 20) {
  for (bool is_new = true; is_new;) {
    is_new = false;
    for (const Request& request : cuda_probe.next(evidence, {}))
      if (const std::string key = key_of(request); request.kind == Kind::ask && !evidence.answers.count(key)) {
        evidence.set(key, ask_fake(request, "behaved", script, seconds, {"RIGFIT_PROVE_MIB=1", "RIGFIT_WAKE=1"}));
        is_new = true;
      }
  }
  return evidence;
}

Platform cuda_of(const Evidence& evidence) { return cuda_probe.read(evidence, {}).platforms.at(0); }
Platform reported(const std::string& script) { return cuda_of(proven(rig(), script)); }

std::string text_of(const Fact& fact) { return fact.value ? to_text(*fact.value) : ""; }

Facts facts_of(Platform platform) {
  Facts facts;
  facts.platforms.push_back(std::move(platform));
  return facts;
}
ProofCount count(const Platform& platform) { return count_proofs(facts_of(platform), {"cuda"}); }

TEST(CudaStates, ADeviceWhoseKernelRanIsProven) {
  const Evidence evidence = proven(rig(), "");
  const Platform platform = cuda_of(evidence);
  EXPECT_EQ(platform.state, State::proven);
  EXPECT_EQ(platform.because, "a kernel ran and was right on 2 of 2 devices");
  ASSERT_EQ(platform.devices.size(), 2u) << "NVML and CUDA speak of the same devices";
  for (const Device& device : platform.devices) {
    EXPECT_EQ(device.state, State::proven);
    EXPECT_EQ(device.layers[Layer::runtime_init].holds, Truth::yes);
    EXPECT_EQ(device.layers[Layer::kernel_run].holds, Truth::yes);
    EXPECT_EQ(text_of(device.facts.at(fact::device::proof)), "passed");
    EXPECT_TRUE(device.facts.get(fact::device::copy_bandwidth_bytes_per_second));
    EXPECT_TRUE(*device.facts.get(fact::device::cuda_visible));
  }
  EXPECT_EQ(*platform.facts.get(fact::cuda::init_code), 0);
  EXPECT_EQ(*platform.facts.get(fact::cuda::runtime_device_count), 2);
  EXPECT_EQ(count(platform).passed, 2u);

  const Analysis analysis{SharedRules(RuleBook{}), evidence, facts_of(platform)};
  const std::string text = prove_text(analysis, {}, {"cuda"});
  EXPECT_THAT(text, HasSubstr("131071 numbers, each right"));
  EXPECT_THAT(text, HasSubstr("--prove-memory 1024")) << "so little memory says nothing about the memory";

  // The same is reported by the recording.
  const auto again = parse_machine_file(write_machine_file(evidence), "recording");
  ASSERT_TRUE(again) << again.error();
  EXPECT_EQ(cuda_of(*again).state, State::proven);
}

TEST(CudaStates, OneDeviceThatFailsLeavesTheOtherProven) {
  for (const auto& [script, word, part] :
       {std::tuple{"crash=cuLaunchKernel.1", "crashed", "while NVIDIA L4: kernel"},
        {"status.cuDevicePrimaryCtxRetain.1=46", "failed", "CUDA_ERROR_DEVICE_UNAVAILABLE (46)"},
        {"status.cuMemAlloc_v2.1=2", "out_of_memory", "CUDA_ERROR_OUT_OF_MEMORY (2), out of memory"},
        {"status.cuModuleLoadDataEx.1=221", "failed", "only the kernel could not be compiled"},
        {"status.cuCtxSynchronize.1=719", "failed", "CUDA_ERROR_LAUNCH_FAILED (719)"}}) {
    const Platform platform = reported(script);
    EXPECT_EQ(platform.devices[0].state, State::proven) << script;
    EXPECT_EQ(platform.devices[1].state, State::blocked) << script;
    EXPECT_EQ(text_of(platform.devices[1].facts.at(fact::device::proof)), word);
    EXPECT_THAT(platform.devices[1].because, HasSubstr(part));
    EXPECT_EQ(count(platform).failed, 1u);
    EXPECT_EQ(platform.because, "a kernel ran and was right on 1 of 2 devices");
  }
}

TEST(CudaStates, AKernelThatHangs) {
  const Platform platform = cuda_of(proven(rig(), "hang=cuCtxSynchronize.0", 3));
  EXPECT_EQ(text_of(platform.devices[0].facts.at(fact::device::proof)), "timed_out");
  EXPECT_EQ(platform.devices[0].state, State::blocked);
  EXPECT_EQ(platform.devices[1].state, State::proven);
}

TEST(CudaStates, WrongResultsBlock) {
  const Platform platform = reported("wrong=kernel");
  EXPECT_EQ(platform.state, State::blocked);
  EXPECT_EQ(text_of(platform.devices[0].facts.at(fact::device::proof)), "wrong_result");
  EXPECT_THAT(platform.because, HasSubstr("the kernel ran and was wrong: 1 of the numbers wrong, the first at 17"));
  EXPECT_EQ(count(platform).failed, 2u);
}

TEST(CudaStates, WhenCuInitFailsNothingIsReadyWhateverNvmlSays) {
  for (const int code : {34, 100, 802, 803, 804, 999}) {
    const Platform platform = reported("status.cuInit=" + std::to_string(code));
    EXPECT_EQ(platform.state, State::blocked) << code;
    EXPECT_THAT(platform.because, HasSubstr("cuInit: CUDA_ERROR_"));
    EXPECT_THAT(platform.because, HasSubstr("(" + std::to_string(code) + ")"));
    EXPECT_EQ(platform.devices.size(), 2u) << "NVML still tells them";
    EXPECT_FALSE(platform.devices[0].facts.has(fact::device::proof));
  }
  const Platform crashed = reported("crash=cuInit");
  EXPECT_EQ(crashed.state, State::blocked);
  EXPECT_EQ(text_of(crashed.facts.at(fact::cuda::init_outcome)), "crashed");
  EXPECT_THAT(crashed.because, HasSubstr("while initialising CUDA"));
}

TEST(CudaStates, CudaMayWorkWhereNvmlDoesNot) {
  for (const char* script : {"crash=nvmlInit_v2", "status.nvmlInit_v2=999"}) {
    const Platform platform = reported(script);
    EXPECT_EQ(platform.state, State::proven) << script << ": " << platform.because;
    ASSERT_EQ(platform.devices.size(), 2u) << script;
    EXPECT_EQ(text_of(platform.devices[0].facts.at(fact::device::name)), "NVIDIA H100");
  }
  EXPECT_EQ(text_of(reported("status.nvmlInit_v2=999").facts.at(fact::cuda::management_failure)), "unknown_error")
      << "that it does is a finding all the same";
}

TEST(CudaStates, WhatTheUserHidesIsNoFailure) {
  Evidence evidence = rig();
  evidence.set("env:CUDA_VISIBLE_DEVICES", found("0"));
  const Platform hidden = cuda_of(proven(evidence, "gpus=1"));
  EXPECT_EQ(hidden.devices[0].state, State::proven);
  EXPECT_EQ(hidden.devices[1].state, State::ready);
  EXPECT_EQ(count(hidden).passed, 1u);
  EXPECT_EQ(count(hidden).failed + count(hidden).untried, 0u);
  const Platform lost = reported("gpus=1");
  EXPECT_EQ(lost.devices[1].state, State::blocked) << "nobody hid it";
}

TEST(CudaStates, AGpuThatIsPartOfTheChip) {
  Evidence evidence = rig();
  std::erase_if(evidence.answers, [](const auto& one) { return one.first.find("/sys/bus/pci/") != one.first.npos; });
  evidence.set("list:/sys/bus/pci/devices", found(""));
  evidence.set("file:/etc/nv_tegra_release", found("# R36 (release), REVISION: 4.3\n"));
  const Platform platform = cuda_of(proven(evidence, "gpus=1 bus=none crash=nvmlInit_v2"));
  ASSERT_EQ(platform.devices.size(), 1u);
  EXPECT_EQ(platform.devices[0].state, State::proven);
}

TEST(CudaStates, NothingIsAskedThatWakesOrProvesWithoutSayingSo) {
  for (const Request& request : cuda_probe.next(rig("suspended"), {}))
    if (request.kind == Kind::ask) EXPECT_TRUE(request.wakes) << key_of(request);
  for (const Request& request : cuda_probe.next(rig(), {}))
    if (request.kind == Kind::ask) EXPECT_EQ(request.proves, request.target == "nvml" ? "" : "cuda");
  Evidence without_driver = rig();
  without_driver.answers.erase("file:/proc/driver/nvidia/version");
  for (const Request& request : cuda_probe.next(without_driver, {})) {
    EXPECT_NE(request.kind, Kind::ask) << "as root it would create nodes";
    EXPECT_FALSE(request.opens) << "it would load the module";
  }
}

TEST(CudaStates, HowOpeningTheControlNodeEnds) {
  for (const auto& [how, state, part] : {std::tuple{"EPERM", State::blocked, "device filter"},
                                         {"EIO", State::blocked, "cannot be opened (EIO)"},
                                         {"ENXIO", State::blocked, "cannot be opened (ENXIO)"},
                                         {"ok", State::ready, ""}}) {
    Evidence evidence = rig();
    Answer control = evidence.node("/dev/nvidiactl");
    control.node->opens = how;
    evidence.set("node:/dev/nvidiactl", control);
    const Platform platform = cuda_of(evidence);
    EXPECT_EQ(text_of(platform.facts.at(fact::cuda::control_open)), how);
    EXPECT_EQ(platform.state, state) << how << ": " << platform.because;
    EXPECT_THAT(platform.because, HasSubstr(part));
  }
}

}  // namespace
}  // namespace rigfit
