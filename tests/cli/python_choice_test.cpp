#include "cli/python_choice.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "probes/python/environments.hpp"

namespace rigfit {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class PythonChoice : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("rigfit-python-" + std::to_string(::getpid()));
    fs::create_directories(folder_ / "venv/bin");
    fs::create_directories(folder_ / "conda/conda-meta");
    std::ofstream(folder_ / "venv/pyvenv.cfg") << "home = /usr/bin\n";
    std::ofstream(folder_ / "venv/bin/python3.12") << "";
    fs::create_symlink("python3.12", folder_ / "venv/bin/python");
  }
  void TearDown() override { fs::remove_all(folder_); }

  static std::map<std::string, Answer> given(const std::string& python) {
    Look look;
    look.python = python;
    const auto answers = answers_of_python(look);
    EXPECT_TRUE(answers) << answers.error();
    return answers.value_or(std::map<std::string, Answer>{});
  }

  fs::path folder_;
};

TEST_F(PythonChoice, NothingChangesWithoutTheOption) { EXPECT_TRUE(given("").empty()); }

TEST_F(PythonChoice, AVirtualEnvironmentIsTheActiveOne) {
  const std::string venv = (folder_ / "venv").string();
  for (const std::string& path : {venv, venv + "/", venv + "/bin/python", venv + "/bin/python3.12"}) {
    auto answers = given(path);
    EXPECT_EQ(answers["env:VIRTUAL_ENV"].text, venv) << path;
    EXPECT_TRUE(answers["env:CONDA_PREFIX"].absent()) << path;
  }
  EXPECT_EQ(given(venv + "/bin/python")["env:RIGFIT_PYTHON"].text, venv + "/bin/python3.12");
}

TEST_F(PythonChoice, ACondaPrefixIsTheActiveOne) {
  auto answers = given((folder_ / "conda").string());
  EXPECT_EQ(answers["env:CONDA_PREFIX"].text, (folder_ / "conda").string());
  EXPECT_TRUE(answers["env:VIRTUAL_ENV"].absent());
}

TEST_F(PythonChoice, WhatIsNotThereIsSaid) {
  Look look;
  look.python = (folder_ / "other").string();
  EXPECT_THAT(answers_of_python(look).error(), HasSubstr("there is no"));
  look.python = (folder_ / "venv/pyvenv.cfg").string();
  EXPECT_THAT(answers_of_python(look).error(), HasSubstr("neither an interpreter nor"));
}

TEST_F(PythonChoice, AFolderWithoutAPythonIsNoEnvironment) {
  fs::create_directories(folder_ / "project/bin");
  std::ofstream(folder_ / "project/bin/activate") << "";
  Look look;
  for (const char* name : {"project", "venv/bin", "."}) {
    look.python = (folder_ / name).string();
    const auto answers = answers_of_python(look);
    ASSERT_FALSE(answers) << name;
    EXPECT_THAT(answers.error(), HasSubstr("neither an interpreter nor")) << name;
  }
  std::ofstream(folder_ / "project/bin/python3.13") << "";
  look.python = (folder_ / "project").string();
  EXPECT_TRUE(answers_of_python(look));
}

TEST_F(PythonChoice, OfARecordingTheNameAloneCounts) {
  Look look;
  look.python = "~/gone/bin/python3.11";
  look.from = "machine.json";
  const auto answers = answers_of_python(look);
  ASSERT_TRUE(answers);
  EXPECT_EQ(answers->at("env:RIGFIT_PYTHON").text, "~/gone/bin/python3.11");
}

TEST_F(PythonChoice, OnlyItsPackagesAreLookedAt) {
  Evidence evidence;
  for (const auto& [key, answer] : given((folder_ / "venv/bin/python").string())) evidence.set(key, answer);
  const std::string library = (folder_ / "venv/lib").string();
  for (const std::string& place : {library, std::string("/usr/lib"), std::string("~/.local/lib")}) {
    Answer versions;
    versions.outcome = Outcome::found;
    versions.names = {"python3.11", "python3.12"};
    evidence.set("list:" + place, versions);
  }
  for (const PackageFolder& folder : package_folders(evidence)) {
    EXPECT_THAT(folder.path, testing::StartsWith(library + "/python3.12/"));
    EXPECT_EQ(folder.python, (folder_ / "venv/bin/python").string());
  }
  EXPECT_FALSE(package_folders(evidence).empty());
}

}  // namespace
}  // namespace rigfit
