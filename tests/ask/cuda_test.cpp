#include "fact_names/cuda.hpp"

#include <csignal>

#include "ask/asking.hpp"
#include "fact_names/device.hpp"
#include "probes/cuda/libcuda.hpp"

namespace rigfit {
namespace {

using testing::HasSubstr, testing::Not;

Answer ask_cuda_of(const std::string& library, const std::string& script = "", double seconds = 20) {
  return ask_fake(ask("cuda"), library, script, seconds);
}
nlohmann::json reported(const std::string& script, const std::string& library = "behaved") {
  return document(ask_cuda_of(library, script));
}

Answer prove(const std::string& script, const std::string& library = "behaved", const std::string& device = "0",
             double seconds = 30, int mib = 1) {
  return ask_fake(ask("prove-cuda", {device}), library, script, seconds, {"RIGFIT_PROVE_MIB=" + std::to_string(mib)});
}
/// Of a run that has to give back all that it took.
nlohmann::json proof(const std::string& script, const std::string& library = "behaved") {
  const Answer answer = prove(script, library);
  EXPECT_THAT(answer.err, Not(HasSubstr("left behind")));
  EXPECT_THAT(answer.err, Not(HasSubstr("progress:"))) << "is of no interest once it has arrived";
  return document(answer);
}

TEST(AskCuda, WhatItShows) {
  const auto answer = reported("");
  EXPECT_EQ(answer["library"], "libcuda.so.1");
  EXPECT_EQ(answer["file"], "libcuda.so.1") << "no folder of a user's";
  EXPECT_EQ(answer["is_compat"], false);
  EXPECT_EQ(answer["cuda_version"], "13.0");
  EXPECT_EQ(answer["init"]["code"], 0);
  EXPECT_EQ(answer["device_count"], 2);
  const auto& device = answer["devices"][0];
  EXPECT_EQ(device["name"], "NVIDIA H100");
  EXPECT_EQ(device["pci_address"], "0000:0a:00.0");
  EXPECT_EQ(device["compute_capability"], "9.0");
  EXPECT_EQ(device["memory_total_bytes"], 4294967296);
  EXPECT_EQ(device["integrated"], false);
  EXPECT_EQ(device["ecc"], true);
  EXPECT_EQ(device["unified_addressing"], true);
  EXPECT_EQ(device["l2_cache_bytes"], 50 << 20);
  EXPECT_FALSE(device.contains("managed_memory")) << "the library does not know that attribute";
  EXPECT_FALSE(device.contains("errors"));
}

TEST(AskCuda, EveryCodeOfInitKeepsItsNumberAndName) {
  for (const auto& [code, name] : {std::pair{2, "CUDA_ERROR_OUT_OF_MEMORY"},
                                   {34, "CUDA_ERROR_STUB_LIBRARY"},
                                   {46, "CUDA_ERROR_DEVICE_UNAVAILABLE"},
                                   {100, "CUDA_ERROR_NO_DEVICE"},
                                   {101, "CUDA_ERROR_INVALID_DEVICE"},
                                   {304, "CUDA_ERROR_OPERATING_SYSTEM"},
                                   {802, "CUDA_ERROR_SYSTEM_NOT_READY"},
                                   {803, "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH"},
                                   {804, "CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE"},
                                   {805, "CUDA_ERROR_MPS_CONNECTION_FAILED"},
                                   {999, "CUDA_ERROR_UNKNOWN"},
                                   {4711, "CUDA error 4711"}}) {
    const auto answer = reported("status.cuInit=" + std::to_string(code));
    EXPECT_EQ(answer["init"]["code"], code);
    EXPECT_EQ(answer["init"]["name"], name);
    EXPECT_EQ(answer["error"]["call"], "cuInit");
    const CudaInventory inventory = parse_libcuda(answer.dump());
    EXPECT_EQ(*inventory.more.get(fact::cuda::init_code), code);
    EXPECT_EQ(*inventory.more.get(fact::cuda::init_error), name);
    EXPECT_TRUE(inventory.gpus.empty());
  }
  EXPECT_EQ(reported("status.cuInit=802")["init"]["text"], "system not yet initialized");
  EXPECT_EQ(reported("status.cuInit=803", "nameless")["init"]["name"], "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH");
}

TEST(AskCuda, ADeviceThatFailsLeavesTheOthersReported) {
  const auto answer = reported("gpus=8 status.cuDeviceGet.3=101");
  const CudaInventory inventory = parse_libcuda(answer.dump());
  ASSERT_EQ(inventory.gpus.size(), 8u);
  EXPECT_THAT(inventory.gpus[3].error, HasSubstr("CUDA_ERROR_INVALID_DEVICE (101)"));
  EXPECT_EQ(inventory.gpus[7].name, "NVIDIA L4");
  EXPECT_EQ(*inventory.gpus[7].more.get(fact::device::cuda_index), 7);
  EXPECT_EQ(reported("gpus=64")["devices"].size(), 64u);
  EXPECT_EQ(reported("gpus=0")["device_count"], 0);
  EXPECT_EQ(reported("status.cuDeviceGetCount=999")["error"]["call"], "cuDeviceGetCount");
}

TEST(AskCuda, EveryFailureIsAnAnswerOfItsOwn) {
  EXPECT_EQ(ask_cuda_of("behaved", "crash=cuInit").signal, SIGSEGV);
  const Answer hung = ask_cuda_of("behaved", "hang=cuInit", 0.3);
  EXPECT_EQ(hung.outcome, Outcome::timed_out);
  EXPECT_THAT(hung.err, HasSubstr("progress: initialising CUDA"));
  EXPECT_EQ(ask_cuda_of("behaved", "deaf=cuInit", 0.3).outcome, Outcome::timed_out);
  EXPECT_EQ(ask_cuda_of("behaved", "leave=cuInit").outcome, Outcome::failed);
  EXPECT_EQ(document(ask_cuda_of("behaved", "print=cuInit"))["device_count"], 2);
  const Answer broken = ask_cuda_of("broken");
  EXPECT_EQ(broken.outcome, Outcome::failed);
  EXPECT_THAT(broken.why, HasSubstr("libcuda.so.1"));
}

TEST(ProveCuda, AKernelThatIsRight) {
  const auto answer = proof("");
  EXPECT_EQ(answer["passed"], true);
  EXPECT_EQ(answer["ptx"], "3.2 sm_30");
  EXPECT_EQ(answer["elements"], (512 << 10) / 4 - 1);
  EXPECT_EQ(answer["memory_bytes"], 1 << 20);
  EXPECT_GT(answer["bandwidth"]["bytes_per_second"], 0);
  EXPECT_EQ(answer["bandwidth"]["from_cache"], true) << "512 KiB beside a cache of 50 MiB";
  for (const char* step : {"init", "context", "copy", "compile", "kernel", "bandwidth"})
    EXPECT_TRUE(answer["steps"].contains(step)) << step;
  EXPECT_FALSE(answer.contains("error"));
  EXPECT_EQ(proof("cache=65536")["bandwidth"]["from_cache"], false);
  EXPECT_FALSE(proof("cache=0")["bandwidth"].contains("from_cache"));
  EXPECT_EQ(document(prove("", "behaved", "1"))["name"], "NVIDIA L4");
}

TEST(ProveCuda, TheDefaultTakesNoMoreThan64MiB) {
  // The fake interprets the kernel, which takes a busy machine longer than any GPU.
  const Answer answer = ask_fake(ask("prove-cuda", {"0"}), "behaved", "", 100, {"RIGFIT_PROVE_SECONDS=90"});
  const auto reported = document(answer);
  EXPECT_EQ(reported["passed"], true) << answer.text;
  EXPECT_EQ(reported["memory_bytes"], 64 << 20);
  EXPECT_EQ(reported["elements"], 1 << 20);
  EXPECT_THAT(answer.err, Not(HasSubstr("left behind")));
}

TEST(ProveCuda, WrongResultsAreNoProof) {
  auto answer = proof("wrong=kernel");
  EXPECT_EQ(answer["passed"], false);
  EXPECT_EQ(answer["wrong"]["what"], "kernel");
  EXPECT_EQ(answer["wrong"]["index"], 17);
  EXPECT_EQ(answer["wrong"]["count"], 1);
  EXPECT_NE(answer["wrong"]["expected"], answer["wrong"]["got"]);
  answer = proof("wrong=nothing");
  EXPECT_EQ(answer["passed"], false) << "a kernel that does nothing";
  EXPECT_EQ(answer["wrong"]["got"], 0xa5a5a5a5);
  answer = proof("wrong=beyond");
  EXPECT_EQ(answer["passed"], false) << "a kernel that writes behind its end";
  EXPECT_EQ(answer["wrong"]["index"], answer["elements"]);
  answer = proof("wrong=copy");
  EXPECT_EQ(answer["passed"], false);
  EXPECT_EQ(answer["wrong"]["what"], "copy");
}

TEST(ProveCuda, EveryStepThatFailsIsNamedAndGivesBackWhatWasTaken) {
  for (const auto& [call, code] : {std::pair{"cuInit", 999},
                                   {"cuDeviceGet", 101},
                                   {"cuDevicePrimaryCtxRetain", 46},
                                   {"cuCtxSetCurrent", 201},
                                   {"cuMemAlloc_v2", 2},
                                   {"cuMemcpyHtoD_v2", 700},
                                   {"cuMemsetD32_v2", 719},
                                   {"cuModuleGetFunction", 500},
                                   {"cuLaunchKernel", 719},
                                   {"cuCtxSynchronize", 214},
                                   {"cuMemcpyDtoH_v2", 999},
                                   {"cuEventCreate", 2},
                                   {"cuMemcpyDtoD_v2", 700},
                                   {"cuEventSynchronize", 719}}) {
    const auto answer = proof("status." + std::string(call) + "=" + std::to_string(code));
    EXPECT_EQ(answer["passed"], false) << call;
    EXPECT_EQ(answer["error"]["code"], code) << call;
    if (std::string(call) != "cuMemcpyDtoD_v2") EXPECT_EQ(answer["error"]["call"], call);
  }
}

TEST(ProveCuda, ADriverThatWantsANewerTarget) {
  const auto answer = proof("least_sm=50");
  EXPECT_EQ(answer["passed"], true);
  EXPECT_EQ(answer["ptx"], "6.3 sm_75");
}

TEST(ProveCuda, WithoutACompilerMemoryIsTriedAllTheSame) {
  for (const int code : {200, 209, 218, 221, 222, 223}) {
    const auto answer = proof("status.cuModuleLoadDataEx=" + std::to_string(code));
    EXPECT_EQ(answer["passed"], false);
    EXPECT_EQ(answer["memory_works"], true);
    EXPECT_EQ(answer["error"]["code"], code);
    EXPECT_GT(answer["bandwidth"]["bytes_per_second"], 0);
  }
  EXPECT_EQ(proof("least_sm=100")["log"], "ptxas fatal: target is too old");
  EXPECT_FALSE(proof("status.cuModuleLoadDataEx=999").contains("memory_works"));
  EXPECT_FALSE(proof("least_sm=100 wrong=copy").contains("memory_works"));
}

TEST(ProveCuda, LittleMemory) {
  const auto answer = proof("free=262144");
  EXPECT_EQ(answer["passed"], true);
  EXPECT_EQ(answer["memory_bytes"], 65536) << "a quarter of what is free";
  EXPECT_EQ(proof("free=0")["error"]["code"], 2);
}

TEST(ProveCuda, WithoutAClockThereIsNoBandwidthAndStillAProof) {
  for (const auto& answer : {proof("clock=still"), proof("", "nameless")}) {
    EXPECT_EQ(answer["passed"], true);
    EXPECT_FALSE(answer.contains("bandwidth"));
  }
}

TEST(ProveCuda, CrashesAndHangsStayWithTheirDevice) {
  EXPECT_EQ(prove("crash=cuLaunchKernel.1").outcome, Outcome::found);
  const Answer crashed = prove("crash=cuLaunchKernel.1", "behaved", "1");
  EXPECT_EQ(crashed.signal, SIGSEGV);
  EXPECT_THAT(crashed.err, HasSubstr("progress: NVIDIA L4: kernel"));
  EXPECT_EQ(prove("hang=cuCtxSynchronize", "behaved", "0", 0.5).outcome, Outcome::timed_out);
  EXPECT_EQ(prove("deaf=cuCtxSynchronize", "behaved", "0", 0.5).outcome, Outcome::timed_out);
  const Answer launchless = prove("", "launchless");
  EXPECT_EQ(launchless.outcome, Outcome::failed);
  EXPECT_THAT(launchless.why, HasSubstr("cuLaunchKernel"));
  for (const char* device : {"x", "-1", "1x", ""})
    EXPECT_EQ(prove("", "behaved", device).outcome, Outcome::failed) << device;
  EXPECT_EQ(document(prove("", "behaved", "7"))["error"]["code"], 101);
}

}  // namespace
}  // namespace rigfit
