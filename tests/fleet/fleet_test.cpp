#include "fleet/fleet.hpp"

#include <gmock/gmock.h>

#include "fleet/reports.hpp"

namespace rigfit {
namespace {

using fleet_test::Given;
using fleet_test::report;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// Reports by the names of their nodes, as files; read by two threads' tallies.
Fleet fleet_of(const std::vector<std::pair<std::string, Given>>& nodes, const FleetWishes& wishes = {}) {
  std::vector<Tally> tallies;
  for (int n = 0; n < 2; ++n) tallies.emplace_back(JudgeMachine{});
  std::vector<std::string> names, paths;
  for (const auto& [name, given] : nodes) {
    const auto input = static_cast<std::uint32_t>(names.size());
    tallies[input % 2].read(report(given), {input, 0});
    names.push_back(name);
    paths.push_back(name + ".json");
  }
  return assemble(std::move(tallies), names, paths, wishes);
}

const std::vector<std::pair<std::string, Given>> six{
    {"gpu1", {}},
    {"gpu2", {}},
    {"gpu10", {.recorded = "2026-11-23T04:00:09Z"}},
    {"gpu3", {.driver = "535.183.01"}},
    {"gpu4", {.gpus = 7}},
    {"gpu5", {.state = "blocked", .blocked_gpus = 8, .finding = "cuda.driver.library_mismatch"}}};

TEST(Fleet, EqualMachinesAreOneClass) {
  const Fleet fleet = fleet_of(six);
  ASSERT_THAT(fleet.classes, SizeIs(4));
  EXPECT_EQ(fleet.classes[0].nodes.folded, "gpu[1-2,10]");
  EXPECT_THAT(fleet.nodes, ElementsAre("gpu1", "gpu2", "gpu3", "gpu4", "gpu5", "gpu10"));
  EXPECT_EQ(fleet.all.faulty.folded, "gpu5");
  EXPECT_EQ(fleet.is_fine(), Truth::no);
}

TEST(Fleet, ClassesDifferFromTheReference) {
  const Fleet fleet = fleet_of(six);
  EXPECT_EQ(fleet.classes[0].reference, 0u);
  for (std::size_t c = 1; c < 4; ++c) EXPECT_EQ(fleet.classes[c].reference, 0u);
  ASSERT_THAT(fleet.classes[1].differences, SizeIs(1));
  EXPECT_EQ(fleet.classes[1].differences[0].name, "cuda.driver_version");
  EXPECT_EQ(fleet.classes[1].differences[0].value, "535.183.01");
  EXPECT_EQ(fleet.classes[1].differences[0].reference, "550.54.15");
  ASSERT_THAT(fleet.classes[2].differences, SizeIs(1));
  EXPECT_EQ(fleet.classes[2].differences[0].value, "7 × NVIDIA H100 80GB HBM3");
}

TEST(Fleet, TheReferenceIsSoundEvenWhereMostAreNot) {
  const Given bad{.state = "blocked", .blocked_gpus = 8, .finding = "x.y"};
  const Fleet fleet = fleet_of({{"a1", bad}, {"a2", bad}, {"a3", {}}});
  EXPECT_EQ(fleet.classes[0].nodes.folded, "a[1-2]");
  EXPECT_EQ(fleet.classes[0].reference, 1u);
}

TEST(Fleet, OfClassesOfOneNodeTheMostCommonIsTheReference) {
  const Fleet fleet = fleet_of(
      {{"a1", {.driver = "535.183.01", .kernel = "6.1"}}, {"a2", {}}, {"a3", {.kernel = "6.8"}}, {"a4", {.gpus = 7}}});
  ASSERT_THAT(fleet.classes, SizeIs(4));
  for (const FleetClass& one : fleet.classes) EXPECT_EQ(one.reference, 1u);
  EXPECT_THAT(fleet.classes[0].differences, SizeIs(2));
  EXPECT_THAT(fleet.classes[3].differences, SizeIs(1));
  EXPECT_THAT(fleet.notes, ElementsAre(HasSubstr("class 2")));
}

TEST(Fleet, NodesOfDifferentDevicesAreAllComparedWithOne) {
  // Nothing else could be compared: each has other devices.
  const Given tpus{.state = "absent", .gpus = 0, .memory_bytes = 1 << 30};
  const Fleet fleet = fleet_of({{"a1", {}}, {"a2", tpus}});
  EXPECT_EQ(fleet.classes[0].reference, fleet.classes[1].reference);
  EXPECT_THAT(fleet.notes, ElementsAre(HasSubstr("no two nodes have the same devices")));
  // Where a class has several nodes, each kind of machine has a reference of its own.
  const Fleet larger = fleet_of({{"a1", {}}, {"a2", tpus}, {"a3", tpus}});
  EXPECT_EQ(larger.classes[0].reference, 0u);
  EXPECT_EQ(larger.classes[1].reference, 1u);
  EXPECT_THAT(larger.notes, IsEmpty());
}

TEST(Fleet, PartitionsHaveAnswersOfTheirOwn) {
  const Given other{
      .driver = "535.183.01",
      .ranking = R"([{"id":"jax","rank":1,"score_exact":"95/1"},{"id":"pytorch","rank":2,"score_exact":"90/1"}])"};
  const Given broken{.state = "blocked", .blocked_gpus = 8, .finding = "x.y"};
  FleetWishes wishes;
  wishes.partitions = {{"old", {"a3", "a4"}}, {"new", {"a1", "a2", "a9"}}, {"none", {"b1"}}};
  const Fleet fleet = fleet_of({{"a1", {}}, {"a2", {}}, {"a3", other}, {"a4", broken}}, wishes);
  ASSERT_THAT(fleet.partitions, SizeIs(3));
  const FleetPart &old = fleet.partitions[0], &recent = fleet.partitions[1], &none = fleet.partitions[2];
  EXPECT_EQ(old.nodes.folded, "a[3-4]");
  EXPECT_EQ(old.faulty.folded, "a4");
  EXPECT_EQ(old.platforms[0].newest_driver, "535.183.01");
  EXPECT_EQ(old.platforms[0].states.at(State::blocked).folded, "a4");
  EXPECT_EQ(recent.missing.folded, "a9");
  EXPECT_EQ(recent.choice.rows[0].framework, "pytorch");
  EXPECT_EQ(recent.choice.rows[0].possible, 2u);
  EXPECT_EQ(recent.platforms[0].oldest_driver, "550.54.15");
  EXPECT_EQ(recent.installs.at("pytorch").nodes, 2u);
  EXPECT_EQ(none.nodes.count, 0u);
  EXPECT_THAT(none.choice.rows, IsEmpty());
  EXPECT_THAT(none.platforms, IsEmpty());
}

TEST(Fleet, ANodeWithoutItsDevicesIsComparedWithItsLike) {
  const Fleet fleet = fleet_of({{"a1", {}}, {"a2", {}}, {"a3", {.state = "absent", .gpus = 0}}});
  ASSERT_THAT(fleet.classes, SizeIs(2));
  EXPECT_EQ(fleet.classes[1].reference, 0u);
  EXPECT_FALSE(fleet.classes[1].differences.empty());
}

TEST(Fleet, FindingsAreCounted) {
  const Fleet fleet = fleet_of({{"a1", {.finding = "w", .severity = "warning"}},
                                {"a2", {.finding = "w", .severity = "warning"}},
                                {"a3", {.finding = "e"}}});
  ASSERT_THAT(fleet.findings, SizeIs(2));
  EXPECT_EQ(fleet.findings[0].finding.id, "e");
  EXPECT_EQ(fleet.findings[1].nodes.folded, "a[1-2]");
  EXPECT_EQ(fleet.findings[1].finding.devices, 2u);
}

TEST(Fleet, LimitsAreThoseOfUsableDevices) {
  const Fleet fleet = fleet_of(six);
  ASSERT_THAT(fleet.all.platforms, SizeIs(1));
  EXPECT_EQ(fleet.all.platforms[0].oldest_driver, "535.183.01");
  EXPECT_EQ(fleet.all.platforms[0].newest_driver, "550.54.15");
  EXPECT_EQ(fleet.all.platforms[0].fewest_devices, 7u);
  EXPECT_EQ(fleet.all.platforms[0].devices, 47u);
  EXPECT_EQ(fleet.all.platforms[0].usable_devices, 39u);
  EXPECT_EQ(fleet.all.platforms[0].states.at(State::blocked).folded, "gpu5");
}

TEST(Fleet, OneFrameworkForAllByTheirNumbers) {
  const Given other{
      .driver = "535.183.01",
      .ranking = R"([{"id":"jax","rank":1,"score_exact":"95/1"},{"id":"pytorch","rank":2,"score_exact":"90/1"}])"};
  const Fleet fleet = fleet_of({{"a1", {}}, {"a2", {}}, {"a3", other}});
  EXPECT_TRUE(fleet.all.choice.found);
  // jax loses 3.45 on two, pytorch 5 on one: the smaller largest loss wins, as for several --from.
  EXPECT_EQ(fleet.all.choice.rows[0].framework, "jax");
  EXPECT_EQ(fleet.all.choice.rows[0].possible, 3u);
  EXPECT_THAT(fleet.classes[1].best, ElementsAre("jax"));
  EXPECT_EQ(fleet.all.choice.rows.back().framework, "mlx");
  EXPECT_EQ(fleet.all.choice.rows.back().possible, 0u);
}

TEST(Fleet, WhoDidNotAnswerIsNamed) {
  const Fleet fleet = fleet_of({{"a1", {}}, {"b9", {}}}, {.expected = {{"a1", "a2", "a3"}}});
  EXPECT_EQ(fleet.missing.folded, "a[2-3]");
  EXPECT_EQ(fleet.unexpected.folded, "b9");
  EXPECT_EQ(fleet.is_fine(), Truth::no);
  EXPECT_EQ(fleet_of({{"a1", {}}}, {.expected = {{"a1"}}}).is_fine(), Truth::yes);
}

TEST(Fleet, OfSeveralReportsOfANodeTheNewestCounts) {
  const Given newest{.driver = "580.65.06", .recorded = "2026-11-24T00:00:00Z"};
  for (const auto& nodes : {std::vector<std::pair<std::string, Given>>{{"a1", {}}, {"a1", newest}},
                            std::vector<std::pair<std::string, Given>>{{"a1", newest}, {"a1", {}}}}) {
    const Fleet fleet = fleet_of(nodes);
    ASSERT_THAT(fleet.classes, SizeIs(1));
    EXPECT_EQ(fleet.classes[0].record.attribute("cuda.driver_version")->value, "580.65.06");
    EXPECT_EQ(fleet.repeated.folded, "a1");
  }
}

TEST(Fleet, ReportsOfOneFileAreNamedByTheirLines) {
  std::vector<Tally> tallies;
  for (int n = 0; n < 2; ++n) tallies.emplace_back(JudgeMachine{});
  // The second part was read by the other thread.
  tallies[0].set_lines({0, 0}, tallies[0].read(report() + "\n" + report() + "\n", {0, 0}));
  tallies[1].set_lines({0, 1}, tallies[1].read(report({.gpus = 7}) + "\nx\n", {0, 1}));
  const Fleet fleet = assemble(std::move(tallies), {"all"}, {"all.ndjson"});
  EXPECT_EQ(fleet.classes[0].nodes.folded, "all:[1-2]");
  EXPECT_EQ(fleet.classes[1].nodes.folded, "all:3");
  ASSERT_THAT(fleet.problems, SizeIs(1));
  EXPECT_EQ(fleet.problems[0].place, "all.ndjson, line 4");
  EXPECT_EQ(fleet.is_fine(), Truth::unknown);
}

TEST(Fleet, NothingIsNothing) {
  const Fleet fleet = fleet_of({});
  EXPECT_THAT(fleet.classes, IsEmpty());
  EXPECT_THAT(fleet.all.choice.rows, IsEmpty());
}

}  // namespace
}  // namespace rigfit
