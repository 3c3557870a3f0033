// Judging equal devices once, and worlds that differ in nothing that matters once, changes no answer.
#include "judge/support/resolver.hpp"

#include "judge/support/alike.hpp"
#include "machine.hpp"

namespace rigfit {
namespace {

using testing::ElementsAre;

Machine three_gpus(const char* odd_one) {
  Machine machine = linux_x86();
  machine.driver("590.44.01");
  for (const char* capability : {"9.0", odd_one, "9.0"})
    machine.device("cuda", State::ready, {{"compute_capability", capability}});
  return machine;
}

std::vector<const FrameworkRule*> everyone() {
  std::vector<const FrameworkRule*> all;
  for (const FrameworkRule& framework : shipped().frameworks) all.push_back(&framework);
  return all;
}

/// What a resolution says, without what differs between two of the same words.
std::string said_by(const Resolution& resolution) {
  std::string text = resolution.chosen ? resolution.chosen->id : "-";
  text += resolution.after ? " " + resolution.after->id : " -";
  for (const auto* devices : {&resolution.devices, &resolution.devices_after})
    for (const std::size_t n : *devices) text += " " + std::to_string(n);
  for (const Rejection& one : resolution.rejected) text += "\n" + one.build + ": " + one.reason;
  return text;
}

TEST(Alike, AreDevicesThatNoBuildCanTellApart) {
  const Machine odd = three_gpus("12.0"), same = three_gpus("9.0");
  EXPECT_THAT(alike_devices(*odd.facts.platform("cuda"), everyone(), odd.facts), ElementsAre(0, 1, 0));
  EXPECT_THAT(alike_devices(*same.facts.platform("cuda"), everyone(), same.facts), ElementsAre(0, 0, 0));
  Machine unknown = same;
  unknown.facts.platform("cuda")->devices[2].facts.set(fact::device::compute_capability, Fact::unknown("not reported"));
  EXPECT_THAT(alike_devices(*unknown.facts.platform("cuda"), everyone(), unknown.facts), ElementsAre(0, 0, 2));
}

TEST(Resolver, FindsWhatEachDeviceByItselfFinds) {
  const auto all = everyone();
  const BuildDemands demands;
  const WorldChanges none;
  for (const char* odd_one : {"3.5", "5.2", "7.0", "9.0", "10.3", "12.0"}) {
    const Machine machine = three_gpus(odd_one);
    Resolver resolver(machine.facts, all, demands, none, nullptr);
    for (const FrameworkRule* framework : all)
      EXPECT_EQ(said_by(resolver.resolve(*framework, "cuda", {0, 1, 2})),
                said_by(resolve(*framework, "cuda", {0, 1, 2}, machine.facts)))
          << framework->id << " beside " << odd_one;
  }
}

TEST(Resolver, KeepsNothingFromAWorldThatDiffersInWhatABuildLooksAt) {
  const auto all = everyone();
  const BuildDemands demands;
  ResolutionStore store;
  for (const char* glibc : {"2.17", "2.27", "2.36"})
    for (const char* driver : {"450.80.02", "590.44.01"}) {
      Machine machine = h100();
      machine.driver(driver).facts.host.set(fact::os::glibc_version, *Version::parse(glibc), {});
      const WorldChanges changes = {{"os.glibc_version", glibc}, {"cuda.driver_version", driver}};
      Resolver resolver(machine.facts, all, demands, changes, &store);
      for (const FrameworkRule* framework : all)
        for (const char* platform : {"cuda", "cpu"}) {
          const std::vector<std::size_t> devices(platform == std::string_view("cuda") ? 1 : 0);
          EXPECT_EQ(said_by(resolver.resolve(*framework, platform, devices)),
                    said_by(resolve(*framework, platform, devices, machine.facts)))
              << framework->id << " on " << platform << ", glibc " << glibc << ", driver " << driver;
        }
    }
}

TEST(Resolver, AsksOnceWhereADifferenceDoesNotMatter) {
  const auto all = everyone();
  const BuildDemands demands;
  ResolutionStore store;
  const FrameworkRule& pytorch = *shipped().framework("pytorch");
  const Machine machine = h100();
  const WorldChanges none, elsewhere = {{"memory.total_bytes", "1"}}, platform = {{"rocm/", "otherwise"}};
  Resolver(machine.facts, all, demands, none, &store).resolve(pytorch, "cuda", {0});
  Resolver(machine.facts, all, demands, elsewhere, &store).resolve(pytorch, "cuda", {0});
  EXPECT_EQ(store.found.size(), 1);
  Resolver(machine.facts, all, demands, platform, &store).resolve(pytorch, "cuda", {0});
  EXPECT_EQ(store.found.size(), 2) << "a whole platform may matter to any condition";
}

}  // namespace
}  // namespace rigfit
