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
  EXPECT_THAT(alike_devices(*odd.facts.platform("cuda"), everyone()), ElementsAre(0, 1, 0));
  EXPECT_THAT(alike_devices(*same.facts.platform("cuda"), everyone()), ElementsAre(0, 0, 0));
  Machine unknown = same;
  unknown.facts.platform("cuda")->devices[2].facts.set(fact::device::compute_capability, Fact::unknown("not reported"));
  EXPECT_THAT(alike_devices(*unknown.facts.platform("cuda"), everyone()), ElementsAre(0, 0, 2));
}

TEST(Resolver, FindsWhatEachDeviceByItselfFinds) {
  const auto all = everyone();
  const BuildDemands demands;
  for (const char* odd_one : {"3.5", "5.2", "7.0", "9.0", "10.3", "12.0"}) {
    const Machine machine = three_gpus(odd_one);
    Resolver resolver(machine.facts, all, demands, nullptr);
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
      const SupposedWorld world{changes, store, Wording::all};
      Resolver resolver(machine.facts, all, demands, &world);
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
  const auto answers_in = [&](const WorldChanges& changes, Wording words) {
    const SupposedWorld world{changes, store, words};
    const Resolution found = Resolver(machine.facts, all, demands, &world).resolve(pytorch, "cuda", {0});
    EXPECT_EQ(found.install.has_value(), words == Wording::all) << "words that are there are wanted";
    return store.size();
  };
  EXPECT_EQ(answers_in(none, Wording::none), 1);
  EXPECT_EQ(answers_in(none, Wording::all), 1);
  EXPECT_EQ(answers_in(elsewhere, Wording::all), 1);
  EXPECT_EQ(answers_in(platform, Wording::none), 2) << "a whole platform may matter to any condition";
  EXPECT_EQ(answers_in(platform, Wording::all), 2);
}

/// The same facts, with nothing shared between the two.
Facts whole_copy(const Facts& facts) {
  Facts copy;
  for (const auto& [name, fact] : facts.host) copy.host.set_by_name(name, fact);
  for (const Platform& platform : facts.platforms) {
    Platform& own = copy.platforms.emplace_back();
    own.id = platform.id, own.state = platform.state, own.because = platform.because;
    for (std::size_t n = 0; n < layer_count; ++n)
      own.layers[static_cast<Layer>(n)] = platform.layers[static_cast<Layer>(n)];
    for (const auto& [name, fact] : platform.facts) own.facts.set_by_name(name, fact);
    for (const Device& device : platform.devices) {
      Device& one = own.devices.emplace_back();
      one.state = device.state, one.because = device.because;
      for (std::size_t n = 0; n < layer_count; ++n)
        one.layers[static_cast<Layer>(n)] = device.layers[static_cast<Layer>(n)];
      for (const auto& [name, fact] : device.facts) one.facts.set_by_name(name, fact);
    }
  }
  return copy;
}

// A what-if is judged on facts that share all that it does not change, with what other worlds left, and without words.
TEST(Resolver, ASupposedWorldHasTheScoresOfAMachineThatIsSo) {
  const auto all = everyone();
  Machine machine = three_gpus("12.0");
  machine.device("cuda", State::blocked, {{"compute_capability", "7.0"}});
  const Diagnosis diagnosis = diagnose(shipped(), machine.facts);
  const std::map<std::string, std::vector<std::string>> choices = {
      {"os.glibc_version", {"2.17", "2.28", "2.36"}},
      {"cuda.driver_version", {"450.80.02", "535.183.01", "590.44.01"}},
      {"python.version", {"3.9", "3.13"}}};
  ResolutionStore store;
  for (const std::string& glibc : choices.at("os.glibc_version"))
    for (const std::string& driver : choices.at("cuda.driver_version"))
      for (const std::string& python : choices.at("python.version")) {
        const WorldChanges changes = {
            {"os.glibc_version", glibc}, {"cuda.driver_version", driver}, {"python.version", python}};
        Facts supposed = machine.facts;  // shares what follows does not change
        const auto change = [&](Facts& facts) {
          facts.host.set(fact::os::glibc_version, *Version::parse(glibc), {});
          facts.host.set_by_name("python.version", Fact::of(*Version::parse(python)));
          facts.platform("cuda")->facts.set_by_name("driver_version", Fact::of(*Version::parse(driver)));
        };
        change(supposed);
        Facts real = whole_copy(machine.facts);
        change(real);
        const SupposedWorld world{changes, store, Wording::none};
        const auto fast = assess_support(shipped(), supposed, diagnosis, all, {}, &world);
        const auto slow = assess_support(shipped(), real, diagnosis, all);
        ASSERT_EQ(fast.size(), slow.size());
        for (std::size_t n = 0; n < fast.size(); ++n) {
          const std::string where = all[n]->id + " with " + glibc + ", " + driver + ", " + python;
          EXPECT_EQ(fast[n].today, slow[n].today) << where;
          EXPECT_EQ(fast[n].after, slow[n].after) << where;
          EXPECT_EQ(fast[n].best_platform_after, slow[n].best_platform_after) << where;
          EXPECT_EQ(fast[n].accelerators, slow[n].accelerators) << where;
        }
      }
}

}  // namespace
}  // namespace rigfit
