// What `doctor` and `recommend` say of one machine fits together: the same index, the same build, the same override.
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <sstream>

#include "evidence/machine_file.hpp"
#include "judge/recommend/first_choice.hpp"
#include "machines/recordings.hpp"
#include "report/answer.hpp"

namespace rigfit {
namespace {

/// What one `pip install` would do.
struct PipInstall {
  std::vector<std::string> packages, indexes;
};

/// The pip commands of a line of shell: uv's, too.
std::vector<PipInstall> installs_in(std::string command) {
  std::erase_if(command, [](char c) { return c == '"' || c == '\''; });
  std::vector<PipInstall> installs;
  std::istringstream words(command);
  bool is_pip = false, is_inside = false, is_index = false;
  for (std::string word; words >> word;) {
    if (word == "&&" || word == ";") is_pip = is_inside = false;
    if (word == "install" && is_pip) {
      is_inside = true;
      installs.emplace_back();
      continue;
    }
    is_pip = word.ends_with("pip") || word.ends_with("pip3") || is_inside;
    if (!is_inside) continue;
    PipInstall& last = installs.back();
    if (is_index) last.indexes.push_back(word);
    if (!is_index && !word.starts_with('-')) last.packages.push_back(word);
    is_index = word == "--index-url" || word == "--extra-index-url" || word == "-i" || word == "--find-links";
  }
  return installs;
}

std::string name_of_package(const std::string& package) { return package.substr(0, package.find_first_of("[<>=!~;")); }

/// "tpu" of "jax[tpu]<0.12"
std::string extra_of(const std::string& package) {
  const std::size_t open = package.find('['), close = package.find(']');
  return open == package.npos || close == package.npos ? "" : package.substr(open, close - open + 1);
}

std::string framework_of(const std::string& package) {
  const std::string name = name_of_package(package);
  return name == "torch" ? "pytorch" : name == "jax" || name == "tensorflow" || name == "mlx" ? name : "";
}

/// What the recommendation would install of a package's framework; nothing where no build of it runs here.
const Install* install_of(const Analysis& analysis, const std::string& package, const Build*& build) {
  const Candidate* candidate = analysis.recommendation->candidate(framework_of(package));
  if (!candidate) return nullptr;
  const BestBuild best = best_build(candidate->support);
  build = best.build;
  return best.install;
}

bool is_for_that_python(const Analysis& analysis, const Build& build) {
  const auto* python = analysis.facts.host.get_by_name<Version>("installed.python_version");
  return !python || takes_python(build, *python);
}

void expect_agreement(const Analysis& analysis, const Finding& finding, const std::string& command,
                      std::size_t& compared) {
  for (const PipInstall& told : installs_in(command))
    for (const std::string& package : told.packages) {
      const Build* build = nullptr;
      const Install* install = install_of(analysis, package, build);
      if (!install || !is_for_that_python(analysis, *build)) continue;
      for (const PipInstall& advised : installs_in(install->pip))
        for (const std::string& other : advised.packages) {
          if (name_of_package(other) != name_of_package(package)) continue;
          EXPECT_EQ(told.indexes, advised.indexes) << finding.id << ": " << command << "\nbut: " << install->pip;
          EXPECT_EQ(extra_of(package), extra_of(other)) << finding.id << ": " << command << "\nbut: " << install->pip;
          ++compared;
        }
    }
}

void expect_no_override(const Analysis& analysis, const Finding& finding, const std::string& text) {
  constexpr const char* override = "HSA_OVERRIDE_GFX_VERSION=";
  if (text.find(override) == text.npos) return;
  const Build* build = nullptr;
  install_of(analysis, "torch", build);
  EXPECT_TRUE(build && build->environment.find(override) != std::string::npos) << finding.id << ": " << text;
}

bool is_integrated(const Device& device) {
  const bool* integrated = device.facts.get_by_name<bool>("integrated");
  return integrated && *integrated;
}

/// Whether a finding is about GPUs of processors alone, on a machine that has a card beside them.
bool is_about_the_lesser(const Finding& finding, const Facts& facts) {
  const Platform* platform = facts.platform(finding.platform);
  if (!platform || finding.devices.empty()) return false;
  return std::all_of(finding.devices.begin(), finding.devices.end(),
                     [&](std::size_t n) { return is_integrated(platform->devices[n]); }) &&
         !std::all_of(platform->devices.begin(), platform->devices.end(), is_integrated);
}

std::size_t compare(const std::string& name, const Evidence& evidence) {
  SCOPED_TRACE(name);
  const auto analysis = analyze(shared_rules(), evidence, {});
  EXPECT_TRUE(analysis) << analysis.error();
  if (!analysis || !analysis->recommendation) return 0;
  std::size_t compared = 0;
  for (const Finding& finding : analysis->diagnosis.findings)
    for (const Remedy& step : finding.remedy) {
      expect_agreement(*analysis, finding, step.command, compared);
      expect_no_override(*analysis, finding, step.text + " " + step.command);
      if (is_about_the_lesser(finding, analysis->facts)) EXPECT_TRUE(installs_in(step.command).empty()) << finding.id;
    }
  return compared;
}

TEST(Agreement, OfDoctorAndRecommendOnEveryMachine) {
  std::size_t compared = 0;
  for (const Recording& recording : recordings()) compared += compare(recording.name, recording.evidence);
  EXPECT_GT(compared, 20u);
}

// Recordings that lie beside the sources, where there are any.
TEST(Agreement, OnRecordingsBesideTheSources) {
  namespace fs = std::filesystem;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(RIGFIT_SOURCE_DIR "/../shared/field", error)) {
    const auto text = read_file(entry.path().string());
    if (!text || entry.path().extension() != ".json" || text->find("rigfit.machine/1") == std::string::npos) continue;
    const auto evidence = parse_machine_file(*text, entry.path().filename().string());
    ASSERT_TRUE(evidence) << entry.path();
    compare(entry.path().filename().string(), *evidence);
  }
}

TEST(Agreement, ReadsWhatPipWouldInstall) {
  const auto installs = installs_in(
      "python3.12 -m venv .venv && .venv/bin/python -m pip install \"torch<2.14\" torchvision --index-url "
      "https://download.pytorch.org/whl/rocm7.2 && unset X; pip3 install -U 'jax[tpu]'");
  ASSERT_EQ(installs.size(), 2u);
  EXPECT_THAT(installs[0].packages, testing::ElementsAre("torch<2.14", "torchvision"));
  EXPECT_THAT(installs[0].indexes, testing::ElementsAre("https://download.pytorch.org/whl/rocm7.2"));
  EXPECT_THAT(installs[1].packages, testing::ElementsAre("jax[tpu]"));
  EXPECT_EQ(extra_of("jax[tpu]<0.12"), "[tpu]");
}

std::string answer_about(const std::string& machine, const std::function<std::string(const ReportAnswer&)>& what) {
  for (const Recording& recording : recordings()) {
    if (recording.name != machine) continue;
    const auto analysis = analyze(shared_rules(), recording.evidence);
    EXPECT_TRUE(analysis) << analysis.error();
    return analysis ? what(answer_of(*analysis)) : "";
  }
  ADD_FAILURE() << "there is no machine " << machine;
  return "";
}

// What a build lacks (a toolkit, a newer driver) is not wrong, and doctor has nothing to say of it.
TEST(Agreement, SpeaksOfWhatIsWrongOnlyWhereDoctorFindsIt) {
  std::size_t lacking = 0;
  Purpose purpose;
  purpose.wishes.profile = "local-inference";
  for (const Recording& recording : recordings()) {
    SCOPED_TRACE(recording.name);
    const auto analysis = analyze(shared_rules(), recording.evidence, purpose);
    ASSERT_TRUE(analysis) << analysis.error();
    const auto& findings = analysis->diagnosis.findings;
    const bool is_any = std::any_of(findings.begin(), findings.end(),
                                    [](const Finding& finding) { return finding.severity != "info"; });
    for (const auto* list : {&analysis->recommendation, &analysis->runtime}) {
      if (!*list || is_any) continue;
      for (const Candidate& candidate : (*list)->candidates) {
        EXPECT_THAT(candidate.support.sentence, testing::Not(testing::HasSubstr("what is wrong")));
        lacking += candidate.support.sentence.find("has what it needs") != std::string::npos;
      }
    }
  }
  EXPECT_GT(lacking, 5u);
}

TEST(Agreement, CallsNothingTheFirstFixThatChangesNothing) {
  const auto fix = [](const ReportAnswer& answer) {
    return answer.fix_first ? answer.fix_first->id : std::string("none");
  };
  // No framework has a build for these GPUs, so that opening them gains nothing.
  for (const char* machine : {"rocm/field-podman-nogroup", "rocm/blocked-polaris", "cuda/blocked-kepler-dropped"})
    EXPECT_EQ(answer_about(machine, fix), "none") << machine;
  // The processor's GPU is hidden as doctor advises.
  EXPECT_EQ(answer_about("rocm/ready-igpu-hidden", fix), "none");
  EXPECT_EQ(answer_about("rocm/blocked-kfd-denied", fix), "rocm.node.denied");
}

TEST(Agreement, IsAGuessWhereAnErrorHidesTheGpu) {
  const auto verdict = [](const ReportAnswer& answer) { return answer.verdict; };
  EXPECT_THAT(answer_about("rocm/unknown-wsl2-detection-off", verdict),
              testing::HasSubstr("is the best guess until ROCm works"));
}

TEST(Agreement, RoomIsThatOfTheCard) {
  const auto room_on = [](const char* platform) {
    return [platform](const ReportAnswer& answer) {
      for (const auto& line : answer.platforms)
        if (line.id == platform) return line.room;
      return std::string("no such platform");
    };
  };
  EXPECT_THAT(answer_about("rocm/field-7600-xt-and-raphael", room_on("rocm")), testing::StartsWith("room for about"));
  EXPECT_THAT(answer_about("cuda/ready-unlike-gpus", room_on("cuda")), testing::StartsWith("the largest: about"));
  EXPECT_THAT(answer_about("cuda/ready-two-gpus", room_on("cuda")), testing::StartsWith("each: about"));
}

}  // namespace
}  // namespace rigfit
