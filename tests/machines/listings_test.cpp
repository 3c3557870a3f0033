// Several listings of one machine: any of them, and any subset, show its devices or fewer of them, never more.
#include <gmock/gmock.h>

#include <set>

#include "fact_names/cuda.hpp"
#include "fact_names/device.hpp"
#include "machines/recordings.hpp"

namespace rigfit {
namespace {

/// Answers that list devices beside what files show.
bool is_listing(std::string_view key) {
  for (const char* prefix :
       {"ask:nvml", "ask:level-zero", "command:nvidia-smi", "command:deviceQuery", "command:rocminfo",
        "command:rocm-smi", "command:amd-smi", "command:clinfo", "command:xpu-smi", "command:xpumcli", "command:hl-smi",
        "command:neuron-ls", "command:npu-smi"})
    if (key.starts_with(prefix)) return true;
  return false;
}

std::vector<std::string> listings_of(const Evidence& evidence) {
  std::vector<std::string> keys;
  for (const auto& [key, answer] : evidence.answers)
    if (is_listing(key)) keys.push_back(key);
  return keys;
}

std::set<std::string> addresses_of(const Platform& platform) {
  std::set<std::string> addresses;
  for (const Device& device : platform.devices)
    if (const std::string* address = device.facts.get(fact::device::pci_address)) addresses.insert(*address);
  return addresses;
}

/// Every subset of the first listings, and all but one of the others.
void expect_no_more_devices(const std::string& name, const Evidence& whole) {
  constexpr std::size_t most = 6;
  const std::vector<std::string> keys = listings_of(whole);
  const std::size_t varied = std::min(keys.size(), most);
  const Facts all = facts_of(whole);
  for (std::size_t subset = 0; subset < (std::size_t{1} << varied); ++subset) {
    Evidence some = whole;
    std::string without;
    for (std::size_t n = 0; n < varied; ++n)
      if (!(subset >> n & 1)) some.answers.erase(keys[n]), without += " " + keys[n];
    const Facts facts = facts_of(some);
    ASSERT_EQ(facts.platforms.size(), all.platforms.size());
    for (std::size_t p = 0; p < facts.platforms.size(); ++p) {
      ASSERT_LE(facts.platforms[p].devices.size(), all.platforms[p].devices.size())
          << name << ": " << facts.platforms[p].id << " without" << without;
      const std::set<std::string> known = addresses_of(all.platforms[p]);
      for (const std::string& address : addresses_of(facts.platforms[p]))
        EXPECT_TRUE(known.count(address)) << name << ": " << address << " appears without" << without;
    }
  }
}

TEST(Listings, ASubsetNeverShowsMoreDevices) {
  for (const Recording& recording : recordings()) expect_no_more_devices(recording.name, recording.evidence);
}

constexpr const char* first = "00000000:17:00.0";
constexpr const char* second = "00000000:65:00.0";

void add(Evidence& evidence, const std::string& line, std::string text) {
  Answer answer;
  answer.outcome = Outcome::found;
  answer.exit = 0;
  answer.text = std::move(text);
  evidence.answers["command:" + line] = std::move(answer);
}

/// Two unlike GPUs, listed in every form; CUDA numbers the faster one first, and it is the second on the bus.
Evidence two_gpus() {
  Evidence evidence;
  evidence.os = "linux";
  evidence.arch = "x86_64";
  const std::string t4 = "Tesla T4", h100 = "NVIDIA H100 80GB HBM3", one = first, other = second;
  add(evidence, "nvidia-smi -L", "GPU 0: " + t4 + " (UUID: GPU-a)\nGPU 1: " + h100 + " (UUID: GPU-b)\n");
  add(evidence, "nvidia-smi -q -x",
      "<nvidia_smi_log><driver_version>580.95.05</driver_version><attached_gpus>2</attached_gpus><gpu id=\"" + one +
          "\"><product_name>" + t4 + "</product_name><minor_number>1</minor_number></gpu><gpu id=\"" + other +
          "\"><product_name>" + h100 + "</product_name><minor_number>0</minor_number></gpu></nvidia_smi_log>");
  add(evidence, "nvidia-smi -q",
      "==============NVSMI LOG==============\nDriver Version : 580.95.05\nAttached GPUs : 2\nGPU " + one +
          "\n    Product Name : " + t4 + "\n    Minor Number : 1\nGPU " + other + "\n    Product Name : " + h100 +
          "\n    Minor Number : 0\n");
  add(evidence, "nvidia-smi --query-gpu=name,memory.total --format=csv",
      "name, memory.total [MiB]\n" + t4 + ", 15360 MiB\n" + h100 + ", 81559 MiB\n");
  add(evidence, "nvidia-smi --query-gpu=index,compute_cap --format=csv", "index, compute_cap\n0, 7.5\n1, 9.0\n");
  add(evidence, "deviceQuery",
      "Device 0: \"" + h100 + "\"\n  CUDA Capability Major/Minor version number:    9.0\nDevice 1: \"" + t4 +
          "\"\n  CUDA Capability Major/Minor version number:    7.5\nResult = PASS\n");
  return evidence;
}

Evidence with_bus(Evidence evidence) {
  const auto file = [&](const std::string& path, std::string text) {
    Answer answer;
    answer.outcome = Outcome::found;
    answer.text = std::move(text);
    evidence.answers["file:" + path] = std::move(answer);
  };
  Answer list;
  list.outcome = Outcome::found;
  list.names = {"0000:17:00.0", "0000:65:00.0"};
  evidence.answers["list:/sys/bus/pci/devices"] = list;
  for (const auto& [address, id] : {std::pair{"0000:17:00.0", "0x1eb8"}, {"0000:65:00.0", "0x2330"}}) {
    const std::string folder = "/sys/bus/pci/devices/" + std::string(address) + "/";
    file(folder + "vendor", "0x10de\n");
    file(folder + "device", std::string(id) + "\n");
    file(folder + "class", "0x030200\n");
  }
  return evidence;
}

TEST(Listings, OfTwoUnlikeGpusMeetInEveryForm) {
  for (const bool has_bus : {false, true}) {
    const Evidence evidence = has_bus ? with_bus(two_gpus()) : two_gpus();
    expect_no_more_devices(has_bus ? "with the bus" : "without the bus", evidence);
    const Facts facts = facts_of(evidence);
    const Platform* cuda = facts.platform("cuda");
    ASSERT_EQ(cuda->devices.size(), 2u);
    EXPECT_FALSE(cuda->facts.has(fact::cuda::unplaced_rows));
    for (const Device& device : cuda->devices) {
      const bool is_first = *device.facts.get(fact::device::pci_address) == "0000:17:00.0";
      EXPECT_EQ(device.facts.get(fact::device::compute_capability)->text(), is_first ? "7.5" : "9.0");
      EXPECT_EQ(*device.facts.get(fact::device::minor), is_first ? 1 : 0);
      EXPECT_EQ(*device.facts.get(fact::device::nvml_index), is_first ? 0 : 1);
      EXPECT_EQ(*device.facts.get(fact::device::cuda_index), is_first ? 1 : 0);
      EXPECT_EQ(*device.facts.get(fact::device::memory_total_bytes), (is_first ? 15360ll : 81559ll) << 20);
    }
  }
}

TEST(Listings, ThatAreCutShowNoMore) {
  for (const std::string& key : listings_of(two_gpus()))
    for (std::size_t length = 0; length < two_gpus().at(key).text.size(); length += 7)
      for (const bool has_bus : {false, true}) {
        Evidence evidence = has_bus ? with_bus(two_gpus()) : two_gpus();
        evidence.answers[key].text.resize(length);
        EXPECT_LE(facts_of(evidence).platform("cuda")->devices.size(), 2u) << key << " cut after " << length;
      }
}

}  // namespace
}  // namespace rigfit
