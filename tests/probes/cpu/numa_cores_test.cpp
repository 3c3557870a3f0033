#include "probes/cpu/numa_cores.hpp"

#include <gmock/gmock.h>

namespace rigfit {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using Nodes = std::map<std::int64_t, std::vector<std::int64_t>>;

TEST(NumaCores, AreCountedPackageByPackageWhateverTheCpusNumbers) {
  // Two packages of two cores with two threads each; the firmware numbers the packages' CPUs alternately.
  std::vector<LogicalCpu> cpus;
  for (std::int64_t n = 0; n < 8; ++n) cpus.push_back({n, n % 2, n / 2 % 2});
  EXPECT_THAT(numa_cores(cpus, {{0, {0, 2, 4, 6}}, {1, {1, 3, 5, 7}}}), ElementsAre("0:0-1", "1:2-3"));
}

TEST(NumaCores, FollowTheFirstCpuAndNotTheNodesNumber) {
  const std::vector<LogicalCpu> cpus{{0, 1, 0}, {1, 1, 1}, {2, 0, 0}, {3, 0, 1}};
  EXPECT_THAT(numa_cores(cpus, {{0, {2, 3}}, {1, {0, 1}}}), ElementsAre("0:2-3", "1:0-1"));
}

TEST(NumaCores, OfSeveralNodesInAPackage) {
  std::vector<LogicalCpu> cpus;  // as EPYC with NPS2: nodes 0 and 1 in package 0, 2 and 3 in package 1
  for (std::int64_t n = 0; n < 8; ++n) cpus.push_back({n, n / 4, n});
  EXPECT_THAT(numa_cores(cpus, {{0, {0, 1}}, {1, {2, 3}}, {2, {4, 5}}, {3, {6, 7}}}),
              ElementsAre("0:0-1", "1:2-3", "2:4-5", "3:6-7"));
}

TEST(NumaCores, OfANodeWithSeveralPackages) {
  const std::vector<LogicalCpu> cpus{{0, 0, 0}, {1, 1, 0}, {2, 2, 0}, {3, 3, 0}};
  EXPECT_THAT(numa_cores(cpus, {{0, {0, 2}}, {1, {1, 3}}}), ElementsAre("0:0-1", "1:2-3"));
}

TEST(NumaCores, AreNotGuessed) {
  const std::vector<LogicalCpu> cpus{{0, 0, 0}, {1, 0, 0}, {2, 1, 0}, {3, 1, 1}};
  EXPECT_THAT(numa_cores(cpus, Nodes{{0, {0, 2}}, {1, {1, 3}}}), IsEmpty()) << "a core of two nodes";
  EXPECT_THAT(numa_cores(cpus, Nodes{{0, {0, 1, 2}}}), IsEmpty()) << "a CPU without a node";
  EXPECT_THAT(numa_cores({}, Nodes{{0, {0}}}), IsEmpty());
  const std::vector<LogicalCpu> cut{{0, 0, 0}, {1, 0, 1}, {2, 1, 0}, {3, 1, 1}};
  EXPECT_THAT(numa_cores(cut, Nodes{{0, {0, 2}}, {1, {1, 3}}}), IsEmpty()) << "nodes and packages cut each other";
}

TEST(NumaCores, ListsOfCpusAreReadWholeOrNotAtAll) {
  EXPECT_THAT(numbers_of_ranges("0-2,8"), ElementsAre(0, 1, 2, 8));
  EXPECT_THAT(numbers_of_ranges(""), IsEmpty());
  EXPECT_THAT(numbers_of_ranges("0-2,x"), IsEmpty());
  EXPECT_THAT(numbers_of_ranges("0-65535,0-65535"), IsEmpty());
}

}  // namespace
}  // namespace rigfit
