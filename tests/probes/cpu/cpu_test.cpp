#include "probes/cpu/cpu.hpp"

#include <gmock/gmock.h>

#include "fact_names/cpu.hpp"
#include "probes/recorded.hpp"

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

TEST(Cpuinfo, CoresThatShareNoFeatureHaveNone) {
  const CpuInfo info = parse_cpuinfo(
      "processor : 0\nFeatures : fp\n\nprocessor : 1\nFeatures : sve\n\n"
      "processor : 2\nFeatures : fp sve\n");
  EXPECT_EQ(info.logical, 3);
  EXPECT_THAT(info.features, testing::IsEmpty());
}

TEST(Cpuinfo, LoongArchNamesPackagesAndCores) {
  const CpuInfo info = parse_cpuinfo(
      "system type\t\t: generic-loongson-machine\nprocessor\t\t: 0\npackage\t\t\t: 0\ncore\t\t\t: 0\n"
      "Model Name\t\t: Loongson-3C6000\nFeatures\t\t: cpucfg lam lsx lasx\n\nprocessor\t\t: 1\npackage\t\t\t: 1\n"
      "core\t\t\t: 0\nModel Name\t\t: Loongson-3C6000\nFeatures\t\t: cpucfg lam lsx lasx\n");
  EXPECT_EQ(info.sockets, 2);
  EXPECT_EQ(info.logical, 2);
  EXPECT_EQ(info.model, "Loongson-3C6000");
}

TEST(Cpuinfo, CountsTheActiveOnesWhereBothAreStated) {
  EXPECT_EQ(parse_cpuinfo("cpu : Alpha\ncpus active : 3\ncpus detected : 4\n").logical, 3);
  EXPECT_EQ(parse_cpuinfo("cpu : Alpha\ncpus detected : 4\n").logical, 4);
}

TEST(Cpu, TellsHowManyAreThereBesideThoseOnline) {
  Evidence evidence = recorded("linux", "file:/proc/cpuinfo", "processor : 0\n\nprocessor : 2\n");
  evidence.set("file:/sys/devices/system/cpu/present", recorded("", "x", "0-3\n").at("x"));
  const Facts facts = cpu_probe.read(evidence, {});
  EXPECT_EQ(to_text(facts.host.at(fact::cpu::present)), "4");
  EXPECT_EQ(to_text(facts.host.at(fact::cpu::logical_cpus)), "2");
}

}  // namespace
}  // namespace rigfit
