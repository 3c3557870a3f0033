// Which build a machine gets, or which condition fails, and who is recommended there: the table of cases/builds.json.
// cases/expected_answers.json asks the same of the sources, without the names that the rules have for builds.
#include "judge/support/builds.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "fact_names/ascend.hpp"
#include "fact_names/cpu.hpp"
#include "fact_names/cuda.hpp"
#include "fact_names/device.hpp"
#include "fact_names/gaudi.hpp"
#include "fact_names/host.hpp"
#include "fact_names/os.hpp"
#include "fact_names/python.hpp"
#include "fact_names/rocm.hpp"
#include "judge/recommend/recommend.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::json;

const RuleBook& shipped() {
  static const RuleBook book = [] {
    auto loaded = load_rules(embedded_rules(), false);
    return loaded ? std::move(*loaded) : RuleBook{};
  }();
  return book;
}

const Json& table() {
  static const Json json = Json::parse(std::ifstream(RIGFIT_SOURCE_DIR "/tests/judge/cases/builds.json"));
  return json;
}

const Json& answers() {
  static const Json json = Json::parse(std::ifstream(RIGFIT_SOURCE_DIR "/tests/judge/cases/expected_answers.json"));
  return json;
}

FactOf<Version> version(const Json& object, const char* key) {
  if (!object.contains(key)) return Fact::unknown("not recorded");
  if (object[key].is_null()) return Fact::of_none("there is none");
  return Fact::of(*Version::parse(object[key].get<std::string>()));
}

void add_device(Facts& facts, const char* platform_id, std::map<std::string, Value> words) {
  Platform& platform = *facts.platform(platform_id);
  platform.state = State::ready;
  Device device;
  device.state = State::ready;
  device.facts.set(fact::device::name, std::string("the device"), {});
  for (auto& [name, value] : words) device.facts.set_by_name(name, Fact::of(std::move(value)));
  platform.devices.push_back(std::move(device));
}

Facts host_of(const Json& machine) {
  Facts facts;
  const std::string os = machine.at("os");
  facts.host.set(fact::os::family, os, {});
  facts.host.set(fact::host::arch, machine.at("arch").get<std::string>(), {});
  facts.host.set(fact::os::libc, machine.contains("musl") ? std::string("musl") : std::string("glibc"), {});
  facts.host.set(fact::os::glibc_version,
                 machine.contains("glibc") ? version(machine, "glibc") : Fact::of_none("no glibc"));
  facts.host.set(fact::os::macos_version, version(machine, "macos"));
  if (machine.contains("wsl"))
    facts.host.set(fact::os::wsl, machine["wsl"].get<std::string>(), {});
  else
    facts.host.set(fact::os::wsl, Fact::of_none("not WSL"));
  if (machine.contains("python")) {
    const auto pythons = machine["python"].get<std::vector<std::string>>();
    facts.host.set(fact::python::versions,
                   pythons.empty() ? Fact::of_none("none in the usual places") : Fact::of(pythons));
  }
  facts.host.set(fact::cpu::features,
                 machine.at("avx").get<bool>() ? std::vector<std::string>{"avx"} : std::vector<std::string>{"sse4_2"},
                 {});
  for (const char* id : {"cuda", "rocm", "mps", "tpu", "xpu", "gaudi", "neuron", "ascend", "cpu"}) {
    Platform platform;
    platform.id = id;
    platform.state = State::absent;
    facts.platforms.push_back(platform);
  }
  return facts;
}

Facts facts_of(const Json& machine) {
  Facts facts = host_of(machine);
  const std::string gpu = "gpu";
  if (machine.contains("cuda")) {
    facts.platform("cuda")->facts.set(fact::cuda::driver_version, version(machine["cuda"], "driver"));
    for (const std::string capability : machine["cuda"]["gpus"])
      add_device(facts, "cuda",
                 {{"kind", gpu}, {"compute_capability", *Version::parse(capability)}, {"integrated", false}});
  }
  if (machine.contains("rocm")) {
    facts.platform("rocm")->facts.set(fact::rocm::version, version(machine["rocm"], "version"));
    for (const std::string architecture : machine["rocm"]["gpus"])
      add_device(facts, "rocm", {{"kind", gpu}, {"architecture", architecture}});
  }
  if (machine.contains("mps"))
    add_device(facts, "mps", {{"kind", gpu}, {"architecture", machine["mps"].get<std::string>()}});
  if (machine.contains("tpu")) {
    const std::string generation = machine["tpu"];
    add_device(facts, "tpu",
               {{"kind", generation == "edge" ? "edge_tpu" : std::string("tpu")}, {"architecture", generation}});
  }
  if (machine.contains("xpu"))
    add_device(
        facts, "xpu",
        {{"kind", gpu}, {"supported", machine["xpu"].get<bool>()}, {"integrated", machine.contains("xpu_integrated")}});
  for (const char* id : {"gaudi", "neuron", "ascend"})
    if (machine.contains(id))
      add_device(facts, id, {{"kind", std::string(id)}, {"architecture", machine[id].get<std::string>()}});
  if (machine.contains("gaudi_driver"))
    facts.platform("gaudi")->facts.set(fact::gaudi::driver_version, machine["gaudi_driver"].get<std::string>(), {});
  if (machine.contains("jetson"))
    facts.platform("cuda")->facts.set(fact::cuda::tegra_release, machine["jetson"].get<std::string>(), {});
  if (machine.contains("cann"))
    facts.platform("ascend")->facts.set(fact::ascend::cann_version, machine["cann"].get<std::string>(), {});
  return facts;
}

/// As rigfit resolves it: the build of that framework for the devices of that platform.
Resolution resolution_of(const Json& row, const Facts& facts) {
  const std::string platform = row.at("platform");
  std::vector<std::size_t> devices;
  if (platform != "cpu")
    for (std::size_t n = 0; n < facts.platform(platform)->devices.size(); ++n) devices.push_back(n);
  BuildDemands demands;
  if (row.contains("demand_python")) demands.python = Version::parse(row["demand_python"].get<std::string>());
  return resolve(*shipped().framework(row.at("framework").get<std::string>()), platform, devices, facts, demands);
}

Facts machine_of(const Json& row) { return facts_of(table().at("machines").at(row.at("machine").get<std::string>())); }

std::string id_of(const Build* build) { return build ? build->id : "none"; }
std::string id_in(const Json& row, const char* key) {
  return row[key].is_null() ? "none" : row[key].get<std::string>();
}

void expect_row(const Json& row) {
  const Facts facts = machine_of(row);
  const Resolution resolved = resolution_of(row, facts);

  EXPECT_EQ(id_of(resolved.chosen), id_in(row, "build"));
  if (row.contains("after")) EXPECT_EQ(id_of(resolved.after), id_in(row, "after"));
  if (row.contains("fails") && !row["fails"].is_null()) {
    ASSERT_TRUE(resolved.nearest_miss);
    EXPECT_EQ(resolved.nearest_miss->requirement, row["fails"].get<std::string>());
    EXPECT_EQ(resolved.nearest_miss->build, row["nearest"].get<std::string>());
    EXPECT_NE(resolved.nearest_miss->reason, "");
  }
  if (!resolved.chosen) return;
  EXPECT_EQ(resolved.maybe, row.value("maybe", false));
  if (row.contains("devices")) EXPECT_EQ(resolved.devices.size(), row["devices"].get<std::size_t>());
  const Json rejected = row.value("rejected", Json::object());
  for (const auto& [build, requirement] : rejected.items())
    EXPECT_TRUE(std::any_of(
        resolved.rejected.begin(), resolved.rejected.end(),
        [&](const Rejection& one) { return one.build == build && one.requirement == requirement.get<std::string>(); }))
        << build << " is not rejected for " << requirement;
  const Install& install = *resolved.install;
  if (row.contains("python")) EXPECT_EQ(install.python, row["python"].get<std::string>());
  if (row.contains("python_here")) EXPECT_EQ(name_of(install.python_here), row["python_here"].get<std::string>());
  if (row.contains("install")) {
    EXPECT_THAT(install.pip, testing::HasSubstr(row["install"].get<std::string>()));
  }
  EXPECT_NE(install.check, "");
  if (!resolved.chosen->command.empty()) return;
  EXPECT_THAT(install.pip, testing::HasSubstr("-m venv .venv && "));
  EXPECT_THAT(install.uv, testing::StartsWith("uv venv --python " + install.python + " .venv && "));
}

TEST(Builds, AreThoseOfTheTable) {
  ASSERT_GE(table().at("builds").size(), 60u);
  for (const Json& row : table().at("builds")) {
    SCOPED_TRACE(row.dump());
    expect_row(row);
  }
}

void expect_answer(const Json& row) {
  const Facts facts = facts_of(answers().at("machines").at(row.at("machine").get<std::string>()));
  const Resolution resolved = resolution_of(row, facts);
  EXPECT_TRUE(answers().at("sources").contains(row.at("source").get<std::string>()));
  if (row.contains("none")) {
    EXPECT_EQ(id_of(resolved.chosen), "none");
    ASSERT_TRUE(resolved.nearest_miss);
    EXPECT_EQ(resolved.nearest_miss->requirement, row["none"].get<std::string>());
    return;
  }
  ASSERT_TRUE(resolved.chosen) << (resolved.nearest_miss ? resolved.nearest_miss->reason : "");
  EXPECT_EQ(resolved.chosen->version, row.at("version").get<std::string>());
  EXPECT_EQ(resolved.maybe, row.value("maybe", false));
  if (row.contains("runtime")) EXPECT_EQ(resolved.chosen->runtime, row["runtime"].get<std::string>());
  if (row.contains("install")) {
    EXPECT_THAT(resolved.install->pip, testing::HasSubstr(row["install"].get<std::string>()));
  }
}

TEST(Builds, AreWhatTheSourcesSay) {
  ASSERT_GE(answers().at("answers").size(), 60u);
  for (const Json& row : answers().at("answers")) {
    SCOPED_TRACE(row.dump());
    expect_answer(row);
  }
}

TEST(Builds, LeadToTheRecommendationsOfTheTable) {
  for (const Json& row : table().at("recommendations")) {
    SCOPED_TRACE(row.dump());
    const Facts facts = machine_of(row);
    const auto result = recommend(shipped(), facts, diagnose(shipped(), facts), {});
    ASSERT_TRUE(result) << result.error();
    ASSERT_FALSE(result->ranking.places.empty());
    const auto firsts = row.at("first").get<std::vector<std::string>>();
    EXPECT_THAT(firsts, testing::Contains(result->ranking.table.options[result->ranking.places[0].option]));
    EXPECT_NE(result->install, "");
    for (const Candidate& candidate : result->candidates) {
      const std::string& id = candidate.rule->id;
      const auto behind = row.value("behind", std::vector<std::string>{});
      if (std::find(behind.begin(), behind.end(), id) != behind.end()) EXPECT_FALSE(candidate.adequate) << id;
      const Json scores = row.value("hardware_support", Json::object());
      if (!scores.contains(id)) continue;
      EXPECT_EQ(candidate.support.today, (Score{scores[id][0], scores[id][1]}))
          << id << ": " << testing::PrintToString(candidate.support.terms);
    }
  }
}

TEST(Builds, NameNoMachineThatNobodyAsksFor) {
  std::set<std::string> named;
  for (const char* list : {"builds", "recommendations"})
    for (const Json& row : table().at(list)) named.insert(row.at("machine").get<std::string>());
  const Json& machines = table().at("machines");
  for (const auto& [name, machine] : machines.items()) EXPECT_TRUE(named.count(name)) << name;
}

TEST(Code, ServesTheSameMajorAndPtxServesWhatIsNewer) {
  const auto has = [](std::vector<std::string> codes, const char* capability) {
    Build build;
    build.platform = "cuda";
    build.code_for = std::move(codes);
    Device device;
    device.facts.set(fact::device::compute_capability, *Version::parse(capability), {});
    return has_code(build, device, Facts{});
  };
  EXPECT_EQ(has({"8.6"}, "8.9"), Truth::yes);
  EXPECT_EQ(has({"8.6"}, "8.0"), Truth::no);
  EXPECT_EQ(has({"9.0"}, "10.0"), Truth::no);
  EXPECT_EQ(has({"10.0"}, "12.0"), Truth::no) << "another major version";
  EXPECT_EQ(has({"12.0"}, "12.1"), Truth::yes);
  EXPECT_EQ(has({"9.0+PTX"}, "12.0"), Truth::yes);
  EXPECT_EQ(has({}, "8.0"), Truth::no);
  EXPECT_EQ(has_code(
                [] {
                  Build b;
                  b.platform = "cuda";
                  b.code_for.emplace();
                  return b;
                }(),
                Device{}, Facts{}),
            Truth::unknown);
}

}  // namespace
}  // namespace rigfit
