// probes/<platform>/README.md lists every finding of its platform, the evidence it rests on, and machines that show it.
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "machines/recordings.hpp"
#include "probes/parse/text.hpp"

namespace rigfit {
namespace {

struct Row {
  std::string finding, evidence;
  std::vector<std::string> machines;
};

constexpr std::string_view header = "| finding | evidence | machine |";

std::string without_ticks(std::string_view cell) {
  std::string text(cell);
  std::erase(text, '`');
  return text;
}

/// The rows below `header`; a row that does not have three cells is one with an empty finding.
std::vector<Row> rows_of(std::string_view readme) {
  std::vector<Row> rows;
  bool in_table = false;
  for (const std::string_view line : lines_of(readme)) {
    if (line == header) {
      in_table = true;
      continue;
    }
    if (!line.starts_with("|")) in_table = false;
    if (!in_table || line.starts_with("| ---")) continue;
    const auto cells = split(line, '|');
    Row row;
    if (cells.size() == 5) {
      row.finding = without_ticks(cells[1]);
      row.evidence = cells[2];
      for (const std::string_view machine : split(cells[3], ',')) row.machines.push_back(without_ticks(machine));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

/// What is wrong with the table of `folder`: empty when it is whole and true.
std::vector<std::string> faults_in(const std::string& folder, const std::vector<Row>& rows) {
  std::map<std::string, std::string> platform_of;
  for (const FindingRule& rule : built_in_rules().findings)
    if (!rule.otherwise_unexplained) platform_of[rule.id] = rule.platform;
  std::map<std::string, std::set<std::string>> expected_by;
  for (const Recording& recording : recordings())
    for (const auto& id : recording.expect.value("findings", nlohmann::json::array()))
      expected_by[recording.name].insert(id.get<std::string>());

  std::vector<std::string> faults;
  std::set<std::string> reported, platforms{folder};
  for (const Row& row : rows) {
    if (row.finding.empty() || row.evidence.empty()) faults.push_back("a row lacks a cell: " + row.finding);
    if (!platform_of.count(row.finding)) {
      faults.push_back("no rule is named \"" + row.finding + "\"");
      continue;
    }
    if (!reported.insert(row.finding).second) faults.push_back(row.finding + " has two rows");
    platforms.insert(platform_of[row.finding]);
    for (const std::string& machine : row.machines)
      if (!expected_by.count(machine) || !expected_by[machine].count(row.finding))
        faults.push_back("tests/machines/" + machine + " does not expect " + row.finding);
  }
  for (const auto& [id, platform] : platform_of)
    if (platforms.count(platform) && !reported.count(id)) faults.push_back(id + " has no row");
  return faults;
}

TEST(ReadmeTables, ListEveryFindingOfTheirPlatformWithMachinesThatExpectIt) {
  namespace fs = std::filesystem;
  std::size_t tables = 0;
  for (const auto& entry : fs::directory_iterator(RIGFIT_SOURCE_DIR "/probes")) {
    const std::string path = (entry.path() / "README.md").string();
    if (!fs::exists(path)) continue;
    const auto text = read_file(path);
    ASSERT_TRUE(text) << path;
    const auto rows = rows_of(*text);
    EXPECT_FALSE(rows.empty()) << path << " has no table \"" << header << '"';
    EXPECT_THAT(faults_in(entry.path().filename().string(), rows), testing::IsEmpty()) << path;
    ++tables;
  }
  EXPECT_GT(tables, 0u);
}

TEST(ReadmeTables, ThatAreWrongAreFound) {
  using testing::Contains;
  const auto faults = faults_in("cuda", rows_of("| finding | evidence | machine |\n"
                                                "| --- | --- | --- |\n"
                                                "| `cuda.driver.nouveau` | `driver` link | `cuda/blocked-vfio` |\n"
                                                "| `cuda.driver.imagined` | nothing | `cuda/blocked-vfio` |\n"
                                                "| `cuda.driver.vfio` | | `cuda/blocked-vfio` |\n"
                                                "| half a row |\n"
                                                "\n"
                                                "| `cuda.node.missing` | not in the table | `nowhere` |\n"));
  EXPECT_THAT(faults, Contains("tests/machines/cuda/blocked-vfio does not expect cuda.driver.nouveau"));
  EXPECT_THAT(faults, Contains("no rule is named \"cuda.driver.imagined\""));
  EXPECT_THAT(faults, Contains("a row lacks a cell: cuda.driver.vfio"));
  EXPECT_THAT(faults, Contains("no rule is named \"\""));
  EXPECT_THAT(faults, Contains("cuda.node.missing has no row"));
}

}  // namespace
}  // namespace rigfit
