#include "report/builds/builds.hpp"

#include <algorithm>

#include "what_if/machine.hpp"

namespace rigfit {
namespace {

using testing::Contains;
using testing::HasSubstr;

const MatrixRow* row_of(const BuildsReport& report, std::string_view build) {
  for (const BuildTable& table : report.tables)
    for (const MatrixRow& row : table.rows)
      if (row.build->id == build) return &row;
  return nullptr;
}

GenerationFit fit_of(const BuildsReport& report, std::string_view build, std::string_view generation) {
  for (const BuildTable& table : report.tables)
    for (const MatrixRow& row : table.rows)
      for (std::size_t n = 0; row.build->id == build && n < table.generations.size(); ++n)
        if (table.generations[n].name == generation) return row.generations[n];
  ADD_FAILURE() << build << " has no column " << generation;
  return GenerationFit::unknown;
}

// https://pytorch.org/get-started/locally/ and the release matrix of
// https://github.com/pytorch/pytorch/blob/main/RELEASE.md
TEST(Builds, TellWhichDriverAndWhichGpusEachNeeds) {
  const Analysis analysis = analyzed("cuda/ready-two-gpus");
  const BuildsReport report =
      builds_of(analysis, {.frameworks = {"pytorch"}, .platforms = {"cuda"}, .every_system = false});
  ASSERT_NE(row_of(report, "pytorch-2.14-cu126"), nullptr);
  EXPECT_EQ(row_of(report, "pytorch-2.14-cu126")->driver, "525.60.13");
  EXPECT_EQ(row_of(report, "pytorch-2.15-cuda13")->driver, "580");
  EXPECT_EQ(row_of(report, "pytorch-2.7-cu118")->driver, "450.80.02");
  EXPECT_EQ(fit_of(report, "pytorch-2.14-cu126", "Pascal"), GenerationFit::yes);
  EXPECT_EQ(fit_of(report, "pytorch-2.15-cuda13", "Pascal"), GenerationFit::no);
  EXPECT_EQ(fit_of(report, "pytorch-2.15-cuda13", "Blackwell"), GenerationFit::yes);
  EXPECT_EQ(fit_of(report, "pytorch-2.14-cu126", "Blackwell"), GenerationFit::no);
  EXPECT_EQ(row_of(report, "pytorch-2.14-cu126-windows"), nullptr) << "this is Linux";
}

TEST(Builds, OfWindowsNeedItsOwnDrivers) {
  const Analysis analysis = analyzed("cuda/ready-two-gpus");
  const BuildsReport report =
      builds_of(analysis, {.frameworks = {"pytorch"}, .platforms = {"cuda"}, .every_system = true});
  ASSERT_NE(row_of(report, "pytorch-2.14-cu126-windows"), nullptr);
  EXPECT_EQ(row_of(report, "pytorch-2.14-cu126-windows")->driver, "528.33");
  EXPECT_THAT(row_of(report, "pytorch-2.14-cu126-windows")->systems, Contains("windows"));
  EXPECT_THAT(row_of(report, "pytorch-2.14-cu126-aarch64")->processors, Contains("aarch64"));
}

TEST(Builds, MarkWhatIsInstalledHere) {
  const Analysis analysis = analyzed("cuda/ready-driver-too-old");
  const BuildsReport report = builds_of(analysis, {});
  std::vector<std::string> installed;
  for (const BuildTable& table : report.tables)
    for (const MatrixRow& row : table.rows)
      if (row.here == Here::installs && table.framework->id == "pytorch" && table.platform == "cuda")
        installed.push_back(row.build->id);
  std::string chosen;
  for (const Resolution& resolution : analysis.recommendation->candidate("pytorch")->support.resolutions)
    if (resolution.platform == "cuda") chosen = resolution.chosen->id;
  EXPECT_THAT(installed, testing::ElementsAre(chosen));
  EXPECT_EQ(row_of(report, "pytorch-2.15-cuda13")->here, Here::after_fix) << "a newer driver is a fix";
}

TEST(Builds, OfAPlatformThatIsNotHereAreNotMarked) {
  const Analysis analysis = analyzed("cuda/ready-two-gpus");
  const BuildsReport report =
      builds_of(analysis, {.frameworks = {"pytorch"}, .platforms = {"rocm"}, .every_system = false});
  ASSERT_FALSE(report.tables.empty());
  for (const MatrixRow& row : report.tables[0].rows) EXPECT_EQ(row.here, Here::not_asked);
  EXPECT_EQ(fit_of(report, "pytorch-2.14-rocm7.14", "CDNA 3"), GenerationFit::yes);
}

TEST(Builds, GenerationsAreOldestFirstAndJoined) {
  const Analysis analysis = analyzed("cuda/ready-two-gpus");
  const BuildsReport report =
      builds_of(analysis, {.frameworks = {"pytorch"}, .platforms = {"cuda", "rocm"}, .every_system = false});
  for (const BuildTable& table : report.tables) {
    std::vector<std::string> names;
    for (const Generation& generation : table.generations) names.push_back(generation.name);
    const auto place = [&](const char* name) { return std::find(names.begin(), names.end(), name) - names.begin(); };
    if (table.platform == "cuda") {
      EXPECT_LT(place("Pascal"), place("Turing"));
      EXPECT_LT(place("Hopper"), place("Blackwell"));
    } else {
      EXPECT_LT(place("CDNA 2"), place("CDNA 3"));
      EXPECT_LT(place("CDNA 4"), place("RDNA 2"));
    }
  }
  for (const MatrixRow& row : report.tables[0].rows)
    if (row.build->id == "pytorch-2.15-cuda13")
      EXPECT_THAT(generations_text(report.tables[0], row), HasSubstr("Turing to "));
}

TEST(Builds, EveryFormatHoldsEveryBuildOfEveryMachine) {
  for (const char* name : {"host/nothing-recorded", "mps/ready", "tpu/ready-v5e", "mixed/nvidia-and-amd"}) {
    const Analysis analysis = analyzed(name);
    const BuildsReport report = builds_of(analysis, {.frameworks = {}, .platforms = {}, .every_system = true});
    ASSERT_FALSE(report.tables.empty()) << name;
    for (const BuildsFormat& format : builds_formats()) {
      const std::string text = format.write(report, {});
      for (const BuildTable& table : report.tables)
        for (const MatrixRow& row : table.rows)
          EXPECT_THAT(text, HasSubstr(row.build->version)) << name << " " << format.name;
    }
  }
}

}  // namespace
}  // namespace rigfit
