#include "ask/level_zero/level_zero.hpp"

#include <csignal>

#include "ask/asking.hpp"
#include "ask/level_zero/level_zero_api.hpp"
#include "probes/xpu/tools.hpp"

namespace rigfit {
namespace {

using testing::HasSubstr;
using testing::Not;

Answer ask_fake_level_zero(const std::string& script = "", const std::string& library = "behaved",
                           double seconds = 20) {
  return ask_fake(ask("level-zero"), library, script, seconds);
}
Answer ask_core(const std::string& script = "", const std::string& library = "behaved") {
  return ask_fake(ask("level-zero", {"core"}), library, script);
}

// Sizes and offsets as the C headers of the specification give them on 64-bit machines.
TEST(AskLevelZero, StructuresAreLaidOutAsSpecified) {
  using namespace level_zero;
  EXPECT_EQ(sizeof(DeviceProperties), 368u);
  EXPECT_EQ(offsetof(DeviceProperties, name), 112u);
  EXPECT_EQ(sizeof(SysmanDeviceProperties), 16u + 368 + 4 + 6 * 64 + 4);
  EXPECT_EQ(offsetof(SysmanPciProperties, speed), 32u);
  EXPECT_EQ(offsetof(SysmanMemoryProperties, physical_bytes), 32u);
  EXPECT_EQ(offsetof(SysmanMemoryState, bytes), 32u);
  EXPECT_EQ(offsetof(MemoryProperties, bytes), 32u);
}

TEST(AskLevelZero, SysmanListsDevicesAndMemory) {
  const Answer answer = ask_fake_level_zero("devices=2");
  const auto json = document(answer);
  EXPECT_EQ(json["interface"], "sysman");
  ASSERT_EQ(json["devices"].size(), 2u);
  const auto& device = json["devices"][1];
  EXPECT_EQ(device["name"], "Intel(R) Arc(TM) A770 Graphics");
  EXPECT_EQ(device["type"], "gpu");
  EXPECT_EQ(device["pci_device"], "0x56a0");
  EXPECT_EQ(device["pci_address"], "0000:04:00.0");
  EXPECT_EQ(device["driver_version"], "1.6.31294");
  EXPECT_EQ(device["integrated"], false);
  EXPECT_EQ(device["memory_total_bytes"], 17079205888ULL) << "the module of the host is not the card's";
  EXPECT_FALSE(device.contains("errors"));
  EXPECT_THAT(answer.text, Not(HasSubstr("SECRET")));
}

TEST(AskLevelZero, TheCoreKnowsTheIpVersion) {
  for (const char* library : {"behaved", "without_sysman"}) {  // zeInitDrivers, and zeInit of older loaders
    const auto json = document(ask_core("integrated", library));
    EXPECT_EQ(json["interface"], "core");
    EXPECT_EQ(json["devices"][0]["ip_version"], "12.55.8") << library;
    EXPECT_EQ(json["devices"][0]["memory_total_bytes"], 17179869184ULL);
    EXPECT_EQ(json["devices"][0]["pci_address"], "0000:03:00.0");
    EXPECT_EQ(json["devices"][0]["integrated"], true);
  }
  const auto strict = document(ask_core("strict"))["devices"][0];
  EXPECT_EQ(strict["name"], "Intel(R) Arc(TM) A770 Graphics") << "a refused extension costs its value only";
  EXPECT_FALSE(strict.contains("ip_version"));
}

TEST(AskLevelZero, ALoaderWithoutSysmanAnswersWithoutDevices) {
  const auto json = document(ask_fake_level_zero("", "without_sysman"));
  EXPECT_EQ(json["library"], "libze_loader.so.1");
  EXPECT_FALSE(json.contains("devices"));
  EXPECT_FALSE(parse_level_zero(json.dump())->lists_devices);
}

TEST(AskLevelZero, ErrorsOfTheLibraryAreAnswers) {
  const auto none = document(ask_fake_level_zero("status.zesInit=2013265921"))["error"];
  EXPECT_EQ(none["call"], "zesInit");
  EXPECT_EQ(none["code"], 0x78000001);
  EXPECT_THAT(none["text"].get<std::string>(), HasSubstr("no driver"));
  EXPECT_EQ(document(ask_core("status.zeInitDrivers=1879048193"))["error"]["text"], "device lost");
  const LevelZero read = *parse_level_zero(document(ask_fake_level_zero("status.zesInit=2013265921")).dump());
  EXPECT_EQ(read.error_call, "zesInit");
  EXPECT_EQ(read.error_code, 0x78000001);
}

TEST(AskLevelZero, OneDriverOrDeviceThatFailsHidesNoOther) {
  const auto drivers = document(ask_fake_level_zero("npu status.zesDeviceGet.1=1879048193"));
  EXPECT_EQ(drivers["error"]["call"], "zesDeviceGet");
  EXPECT_EQ(drivers["devices"].size(), 1u);
  const auto devices = document(ask_fake_level_zero("devices=2 status.zesDeviceGetProperties.0=1879048193"))["devices"];
  EXPECT_EQ(devices[0]["errors"]["properties"], "device lost");
  EXPECT_EQ(devices[1]["pci_address"], "0000:04:00.0");
  const auto memory = document(ask_fake_level_zero("status.zesMemoryGetState=1879113728"))["devices"][0];
  EXPECT_EQ(memory["errors"]["memory"], "insufficient permissions");
  EXPECT_FALSE(memory.contains("memory_total_bytes"));
}

TEST(AskLevelZero, AnNpuIsNoGpu) {
  const auto json = document(ask_fake_level_zero("npu"));
  ASSERT_EQ(json["devices"].size(), 2u);
  EXPECT_EQ(json["devices"][1]["type"], "npu");
  EXPECT_EQ(parse_level_zero(json.dump())->gpus.size(), 1u);
}

TEST(AskLevelZero, ALibraryThatListsNonsenseIsCapped) {
  EXPECT_EQ(document(ask_fake_level_zero("devices=400"))["devices"].size(), 256u);
  EXPECT_THAT(document(ask_fake_level_zero("name=binary"))["devices"][0]["name"].get<std::string>(), HasSubstr("caf"));
}

TEST(AskLevelZero, EveryFailureIsAnAnswerOfItsOwn) {
  for (const char* where : {"zesInit", "zesDriverGet", "zesDeviceGetProperties.0"}) {
    const Answer crashed = ask_fake_level_zero("crash=" + std::string(where));
    EXPECT_EQ(crashed.outcome, Outcome::crashed) << where;
    EXPECT_EQ(crashed.signal, SIGSEGV);
  }
  EXPECT_EQ(ask_fake_level_zero("hang=zesInit", "behaved", 0.3).outcome, Outcome::timed_out);
  EXPECT_EQ(ask_fake_level_zero("leave=zesInit").outcome, Outcome::failed);
  EXPECT_EQ(document(ask_fake_level_zero("print=zesInit"))["devices"].size(), 1u);
  const Answer symbolless = ask_fake_level_zero("", "symbolless");
  EXPECT_EQ(symbolless.outcome, Outcome::failed);
  EXPECT_THAT(symbolless.why, HasSubstr("zeInit"));
  const Answer broken = ask_fake_level_zero("", "broken");
  EXPECT_EQ(broken.outcome, Outcome::failed);
  EXPECT_THAT(broken.why, HasSubstr("libze_loader.so.1"));
  const Answer missing = ask_fake_level_zero("", "nowhere");
  if (!missing.found()) {
    EXPECT_TRUE(missing.absent()) << missing.why;
  }
}

}  // namespace
}  // namespace rigfit
