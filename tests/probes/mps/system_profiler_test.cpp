#include "probes/mps/system_profiler.hpp"

#include <gmock/gmock.h>

#include "fact_names/cpu.hpp"
#include "fact_names/mps.hpp"
#include "probes/mps/mps.hpp"
#include "probes/recorded.hpp"

namespace rigfit {
namespace {

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

TEST(Mps, CoresInFourFieldsAndAnX86ProcessOnAppleSilicon) {
  const Facts facts = mps_probe.read(
      recorded("darwin", "command:system_profiler SPHardwareDataType -json",
               "{\"SPHardwareDataType\": [{\"chip_type\": \"Apple M5 Max\", \"machine_model\": \"Mac17,7\", "
               "\"number_processors\": \"proc 18:6:0:12\"}]}"),
      {});
  EXPECT_EQ(to_text(facts.host.at(fact::cpu::performance_cores)), "6");
  EXPECT_EQ(to_text(facts.host.at(fact::cpu::efficiency_cores)), "12");
  const Facts translated =
      mps_probe.read(recorded("darwin", "command:sysctl -a",
                              "hw.cputype: 7\nhw.optional.arm64: 1\nmachdep.cpu.brand_string: Apple M2\n"),
                     {});
  EXPECT_EQ(to_text(translated.platforms.at(0).facts.at(fact::mps::rosetta)), "yes");
}

}  // namespace
}  // namespace rigfit
