#include "ask/nvml/nvml.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>

#include "ask/asking.hpp"
#include "fact_names/cuda.hpp"
#include "fact_names/device.hpp"
#include "probes/cuda/inventory.hpp"

namespace rigfit {
namespace {

using testing::HasSubstr;

Answer ask_nvml_of(const std::string& library, const std::string& script = "", double seconds = 20) {
  return ask_fake(ask("nvml"), library, script, seconds);
}
nlohmann::json reported(const std::string& script, const std::string& library = "behaved") {
  return document(ask_nvml_of(library, script));
}

TEST(AskNvml, Inventory) {
  const auto answer = reported("domain=wide");
  EXPECT_EQ(answer["driver_version"], "580.82.07");
  EXPECT_EQ(answer["nvml_version"], "13.580.82.07");
  EXPECT_EQ(answer["cuda_version"], "13.0");
  EXPECT_EQ(answer["device_count"], 2);
  const auto& device = answer["devices"][0];
  EXPECT_EQ(device["name"], "NVIDIA H100");
  EXPECT_EQ(device["pci_address"], "0000:0a:00.0");
  EXPECT_EQ(device["compute_capability"], "9.0");
  EXPECT_EQ(device["memory_total_bytes"], 85899345920ULL);
  EXPECT_EQ(device["memory_reserved_bytes"], 600000000);
  EXPECT_EQ(device["persistence_mode"], true);
  EXPECT_EQ(device["power_limit_milliwatt"], 650000);
  EXPECT_EQ(device["compute_mode"], "default");
  EXPECT_EQ(device["compute_processes"], 0);
  EXPECT_EQ(device["pcie"]["generation"], 1);
  EXPECT_EQ(device["pcie"]["generation_most"], 5);
  EXPECT_EQ(device["virtualization"], "pass_through");
  EXPECT_EQ(answer["devices"][1]["pci_address"], "00010000:0b:00.0") << "a domain beyond 16 bits is kept";
  for (const char* none : {"mig", "nvlink", "fabric", "vgpu_license", "errors"})
    EXPECT_FALSE(device.contains(none)) << none << ": not supported is no error and no value";
}

TEST(AskNvml, EveryErrorOfInitKeepsItsCode) {
  for (const int code : {4, 9, 10, 12, 17, 18, 20, 27, 999}) {
    const auto answer = reported("status.nvmlInit_v2=" + std::to_string(code));
    EXPECT_EQ(answer["error"]["code"], code);
    EXPECT_EQ(answer["error"]["call"], "nvmlInit_v2");
    EXPECT_FALSE(answer.contains("devices"));
    const CudaInventory inventory = parse_nvml(answer.dump());
    EXPECT_EQ(*inventory.more.get(fact::cuda::management_code), code);
    EXPECT_FALSE(inventory.answered);
    EXPECT_NE(inventory.failure, "");
  }
  EXPECT_EQ(reported("status.nvmlInit_v2=18")["error"]["text"], "Driver/library version mismatch");
}

TEST(AskNvml, ManyDevices) {
  const auto answer = reported("devices=64");
  EXPECT_EQ(answer["devices"].size(), 64u);
  const auto countless = reported("devices=1000000");
  EXPECT_EQ(countless["device_count"], 1000000);
  EXPECT_EQ(countless["devices"].size(), 1024u) << "nobody has more, and a broken library may claim to";
  EXPECT_EQ(answer["devices"][63]["pci_address"], "0000:49:00.0");
  EXPECT_TRUE(reported("devices=0")["devices"].empty());
}

TEST(AskNvml, ALostDeviceLeavesTheOthersReported) {
  const auto answer = reported("devices=8 status.nvmlDeviceGetHandleByIndex_v2.3=15");
  EXPECT_EQ(answer["devices"][3]["errors"]["handle"], "GPU is lost");
  EXPECT_EQ(answer["devices"][3]["error_codes"]["handle"], 15);
  const CudaInventory inventory = parse_nvml(answer.dump());
  ASSERT_EQ(inventory.gpus.size(), 8u);
  EXPECT_TRUE(inventory.answered);
  for (std::size_t n = 0; n < 8; ++n) {
    EXPECT_EQ(inventory.gpus[n].error, n == 3 ? "GPU is lost" : "");
    EXPECT_EQ(inventory.gpus[n].name.empty(), n == 3);
  }
  EXPECT_EQ(*inventory.gpus[3].more.get(fact::device::error_code), 15);
}

TEST(AskNvml, ADeviceThatIsLostWhileItIsAsked) {
  const CudaInventory inventory =
      parse_nvml(reported("status.nvmlDeviceGetMemoryInfo.0=15 status.nvmlDeviceGetNvLinkState.1=16").dump());
  EXPECT_EQ(inventory.gpus[0].error, "GPU is lost");
  EXPECT_EQ(inventory.gpus[0].name, "NVIDIA H100");
  EXPECT_EQ(inventory.gpus[1].error, "GPU requires reset");
}

TEST(AskNvml, OneValueThatCannotBeReportedIsNoFaultOfTheDevice) {
  const auto answer = reported("status.nvmlDeviceGetGpuFabricInfoV.0=999");
  EXPECT_EQ(answer["devices"][0]["error_codes"]["fabric"], 999);
  EXPECT_EQ(parse_nvml(answer.dump()).gpus[0].error, "");
}

// A library of another release knows other versions of the structures, or lacks the function.
TEST(AskNvml, SizesThatAreRefusedCostNothingThatAnOlderFormTells) {
  const auto older = reported("sizes=refused fabric=2")["devices"][0];
  EXPECT_EQ(older["memory_total_bytes"], 85899345920ULL) << "by the first form";
  EXPECT_FALSE(older.contains("memory_reserved_bytes"));
  EXPECT_FALSE(older.contains("fabric"));
  EXPECT_EQ(older["name"], "NVIDIA H100");
  EXPECT_EQ(parse_nvml(reported("sizes=refused fabric=2").dump()).gpus[0].error, "");

  const auto second = reported("sizes=second fabric=3")["devices"][0];
  EXPECT_EQ(second["fabric"]["state"], "completed");
  EXPECT_FALSE(second["fabric"].contains("health"));

  const auto oldest = reported("fabric=1", "old")["devices"][0];
  EXPECT_EQ(oldest["fabric"]["state"], "not_started");
  EXPECT_EQ(oldest["memory_total_bytes"], 85899345920ULL);
  for (const char* none : {"compute_processes", "vgpu_license", "memory_reserved_bytes", "errors"})
    EXPECT_FALSE(oldest.contains(none)) << none;
}

TEST(AskNvml, LinksAndFabric) {
  const auto device = reported("links=18 nvlink_down=2 fabric=3 fabric_status=999 fabric_health=2")["devices"][0];
  EXPECT_EQ(device["nvlink"], (nlohmann::json{{"links", 18}, {"active", 16}}));
  EXPECT_EQ(device["fabric"]["state"], "completed");
  EXPECT_EQ(device["fabric"]["status"], 999);
  EXPECT_EQ(device["fabric"]["health"], "unhealthy");
  const CudaInventory inventory = parse_nvml(reported("links=18 fabric=2").dump());
  EXPECT_EQ(*inventory.gpus[0].more.get(fact::device::nvlinks_active), 18);
  EXPECT_EQ(*inventory.gpus[0].more.get(fact::device::fabric_state), "in_progress");
  EXPECT_FALSE(inventory.gpus[0].more.has(fact::device::fabric_status)) << "it has not ended";
}

TEST(AskNvml, WhoComputesAndWhatMemoryWaitsFor) {
  const ListedGpu taken = parse_nvml(reported("mode=3 processes=2 row_pending").dump()).gpus[0];
  EXPECT_EQ(taken.compute_mode, "exclusive_process");
  EXPECT_TRUE(*taken.more.get(fact::device::exclusive_in_use));
  EXPECT_TRUE(*taken.more.get(fact::device::row_remap_pending));
  EXPECT_EQ(*taken.more.get(fact::device::remapped_rows), 2);
  EXPECT_EQ(*taken.more.get(fact::device::power_limit_watts), 650);
  EXPECT_FALSE(*parse_nvml(reported("mode=3").dump()).gpus[0].more.get(fact::device::exclusive_in_use));
  EXPECT_FALSE(*parse_nvml(reported("processes=2").dump()).gpus[0].more.get(fact::device::exclusive_in_use));
}

TEST(AskNvml, MigAndVirtualGpus) {
  const ListedGpu split = parse_nvml(reported("mig=3").dump()).gpus[0];
  EXPECT_TRUE(*split.mig);
  ASSERT_EQ(split.instances.size(), 3u);
  EXPECT_EQ(split.instances[2].profile, "NVIDIA H100 MIG 1g.10gb");
  EXPECT_EQ(split.instances[2].memory_bytes, 10468982784);
  EXPECT_TRUE(parse_nvml(reported("mig=0").dump()).gpus[0].instances.empty());
  const ListedGpu virtual_one = parse_nvml(reported("vgpu=unlicensed").dump()).gpus[0];
  EXPECT_EQ(*virtual_one.more.get(fact::device::virtualization), "vgpu");
  EXPECT_EQ(*virtual_one.more.get(fact::device::vgpu_product), "NVIDIA Virtual Compute Server");
  EXPECT_EQ(*virtual_one.more.get(fact::device::license_status), "unlicensed");
  EXPECT_EQ(*parse_nvml(reported("vgpu=licensed").dump()).gpus[0].more.get(fact::device::license_status), "licensed");
}

TEST(AskNvml, NamesThatAreNoUtf8StillGiveADocument) {
  EXPECT_THAT(reported("name=binary")["devices"][0]["name"], HasSubstr("caf"));
}

TEST(AskNvml, WhatTheLibraryPrintsIsNotTheAnswer) {
  const Answer answer = ask_nvml_of("behaved", "print=nvmlInit_v2");
  EXPECT_EQ(document(answer)["device_count"], 2);
  EXPECT_EQ(answer.err, "(1 other line of stderr not kept)\n");
}

TEST(AskNvml, EveryFailureIsAnAnswerOfItsOwn) {
  for (const char* where : {"nvmlInit_v2", "nvmlDeviceGetName.1", "nvmlShutdown"}) {
    const Answer crashed = ask_nvml_of("behaved", "crash=" + std::string(where));
    EXPECT_EQ(crashed.outcome, Outcome::crashed) << where;
    EXPECT_EQ(crashed.signal, SIGSEGV);
  }
  EXPECT_EQ(ask_nvml_of("behaved", "abort=nvmlInit_v2").signal, SIGABRT);
  EXPECT_EQ(ask_nvml_of("behaved", "hang=nvmlInit_v2", 0.3).outcome, Outcome::timed_out);
  const Answer deaf = ask_nvml_of("behaved", "deaf=nvmlInit_v2", 0.3);
  EXPECT_EQ(deaf.outcome, Outcome::timed_out);
  EXPECT_LT(*deaf.seconds, 10) << "0.3 s, 1.5 s to end it, and what a busy machine adds";
  const Answer silent = ask_nvml_of("behaved", "leave=nvmlInit_v2");
  EXPECT_EQ(silent.outcome, Outcome::failed);
  EXPECT_THAT(silent.why, HasSubstr("JSON"));
  const Answer symbolless = ask_nvml_of("symbolless");
  EXPECT_EQ(symbolless.outcome, Outcome::failed);
  EXPECT_THAT(symbolless.why, HasSubstr("nvmlDeviceGetCount_v2"));
  const Answer broken = ask_nvml_of("broken");
  EXPECT_EQ(broken.outcome, Outcome::failed);
  EXPECT_THAT(broken.why, HasSubstr("libnvidia-ml.so.1"));
}

TEST(AskNvml, AMissingLibraryIsAbsent) {
  const Answer missing = ask_nvml_of("nowhere");
  if (missing.found()) GTEST_SKIP() << "this machine has the library";
  EXPECT_TRUE(missing.absent()) << missing.why;
}

TEST(AskNvml, OnlyTheDevicesThatAreNamedAreTouched) {
  const Answer answer =
      ask_fake(ask("nvml", {"0000:0b:00.0", "0000:7f:00.0"}), "behaved", "crash=nvmlDeviceGetHandleByIndex_v2");
  const auto devices = document(answer)["devices"];
  ASSERT_EQ(devices.size(), 2u);
  EXPECT_EQ(devices[0]["index"], 1);
  EXPECT_EQ(devices[0]["name"], "NVIDIA L4");
  EXPECT_EQ(devices[1]["error_codes"]["handle"], 6);
}

TEST(AskNvml, SleepingGpusAreReportedApartByTheirFiles) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::path(testing::TempDir()) / "rigfit-sleeping-gpus";
  fs::remove_all(folder);
  const auto write = [&](const std::string& address, const char* vendor, const char* pci_class, const char* state) {
    fs::create_directories(folder / address / "power");
    std::ofstream(folder / address / "vendor") << vendor << '\n';
    std::ofstream(folder / address / "class") << pci_class << '\n';
    std::ofstream(folder / address / "power" / "runtime_status") << state << '\n';
  };
  write("0000:41:00.0", "0x10de", "0x030200", "active");
  write("0000:01:00.0", "0x10de", "0x030000", "suspended");
  write("0000:01:00.1", "0x10de", "0x040300", "suspended");  // its sound
  write("0000:02:00.0", "0x1002", "0x030000", "suspended");
  const NvidiaGpus gpus = nvidia_gpus(folder.string());
  EXPECT_EQ(gpus.awake, Words{"0000:41:00.0"});
  EXPECT_EQ(gpus.asleep, Words{"0000:01:00.0"});
  EXPECT_TRUE(nvidia_gpus((folder / "nowhere").string()).awake.empty());
  fs::remove_all(folder);
}

}  // namespace
}  // namespace rigfit
