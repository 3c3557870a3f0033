#include <gmock/gmock.h>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "cli/options/options.hpp"

namespace rigfit {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;
using testing::UnorderedElementsAre;

template <class Options>
Options parsed(std::vector<std::string> arguments) {
  const Command command = parse_arguments(std::move(arguments));
  if (const auto* said = std::get_if<Said>(&command)) ADD_FAILURE() << said->text;
  const auto* options = std::get_if<Options>(&command);
  EXPECT_NE(options, nullptr) << "another command was understood";
  return options ? *options : Options{};
}

std::string error_of(std::vector<std::string> arguments) {
  const Command command = parse_arguments(std::move(arguments));
  const auto* said = std::get_if<Said>(&command);
  if (!said) return "(no error)";
  EXPECT_TRUE(said->is_error) << said->text;
  return said->text;
}

TEST(Parse, NothingMeansRecommendThisMachine) {
  const auto options = parsed<RecommendOptions>({});
  EXPECT_EQ(options.look, Look{});
  EXPECT_EQ(options.tell, Tell{});
  EXPECT_TRUE(options.wishes.points.empty());
  EXPECT_TRUE(options.wishes.candidates.empty());
}

TEST(Parse, RecommendTakesItsOptionsWithAndWithoutItsName) {
  for (const bool named : {false, true}) {
    std::vector<std::string> arguments{"--priority",
                                       "ease_of_use=40",
                                       "--priority=hardware_support=0",
                                       "--profile",
                                       "research",
                                       "--candidates",
                                       "jax,pytorch",
                                       "--from",
                                       "m.json",
                                       "--patience",
                                       "2.5",
                                       "--no-children",
                                       "--format",
                                       "json",
                                       "--color",
                                       "never",
                                       "--exit-zero",
                                       "-v",
                                       "--output",
                                       "out.json",
                                       "--rules",
                                       "overlay"};
    if (named) arguments.insert(arguments.begin(), "recommend");
    const auto options = parsed<RecommendOptions>(arguments);
    EXPECT_THAT(options.wishes.points, UnorderedElementsAre(Pair("ease_of_use", 40), Pair("hardware_support", 0)));
    EXPECT_EQ(options.wishes.profile, "research");
    EXPECT_THAT(options.wishes.candidates, ElementsAre("jax", "pytorch"));
    EXPECT_EQ(options.look, (Look{"m.json", "", 2.5, false}));
    EXPECT_EQ(options.tell, (Tell{Format::json, Colour::never, "out.json", true, true}));
    EXPECT_EQ(options.rules, "overlay");
  }
}

TEST(Parse, TheCommandMayStandBehindItsOptions) {
  const auto options = parsed<ProbeOptions>({"--format", "json", "-v", "probe", "--only", "cuda"});
  EXPECT_EQ(options.tell.format, Format::json);
  EXPECT_TRUE(options.tell.verbose);
  EXPECT_EQ(options.only, "cuda");
}

TEST(Parse, AnOptionsValueIsNotTakenForACommand) {
  EXPECT_EQ(parsed<RecommendOptions>({"--output", "probe"}).tell.output, "probe");
  EXPECT_EQ(parsed<RecommendOptions>({"--from", "doctor"}).look.from, "doctor");
}

TEST(Parse, EveryCommand) {
  EXPECT_TRUE(parsed<ProbeOptions>({"probe", "--plan"}).plan);
  EXPECT_EQ(parsed<DoctorOptions>({"doctor", "--from", "-"}).look.from, "-");
  EXPECT_EQ(parsed<CaptureOptions>({"capture", "--output", "m.json"}).output, "m.json");
  EXPECT_EQ(parsed<CaptureOptions>({"capture", "--root", "/mnt"}).look.root, "/mnt");
  EXPECT_EQ(parsed<RulesOptions>({"rules"}).action, "list");
  EXPECT_EQ(parsed<RulesOptions>({"rules", "schema", "report"}).name, "report");
  EXPECT_EQ(parsed<RulesOptions>({"rules", "--rules", "d", "show", "x"}).rules, "d");
  EXPECT_EQ(parsed<AskOptions>({"ask", "nvml", "0000:01:00.0"}).words,
            (std::vector<std::string>{"nvml", "0000:01:00.0"}));
}

TEST(Parse, HelpNamesEveryCommandOptionAndExitCode) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"--help"}, {"-h"}, {"help"}, {"recommend", "--help"}}) {
    const Command command = parse_arguments(arguments);
    const auto* said = std::get_if<Said>(&command);
    ASSERT_NE(said, nullptr);
    EXPECT_FALSE(said->is_error);
    for (const char* word :
         {"recommend",    "probe",     "doctor",     "capture",    "rules",       "--from",        "--root",
          "--format",     "--rules",   "--patience", "--priority", "--profile",   "--candidates",  "--exit-zero",
          "--priorities", "--ask",     "--require",  "--ratings",  "--target-os", "--no-children", "--color",
          "--output",     "--version", "Exit codes", "--metadata"})
      EXPECT_THAT(said->text, HasSubstr(word));
    EXPECT_THAT(said->text, Not(HasSubstr("\n  ask "))) << "the hidden command";
  }
}

TEST(Parse, HelpOfACommandIsItsOwn) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"probe", "--help"}, {"help", "probe"}, {"--help", "probe"}}) {
    const Command command = parse_arguments(arguments);
    const auto* said = std::get_if<Said>(&command);
    ASSERT_NE(said, nullptr);
    EXPECT_THAT(said->text, HasSubstr("--plan"));
    EXPECT_THAT(said->text, Not(HasSubstr("--priority")));
  }
}

TEST(Parse, HelpFitsTheLine) {
  for (const char* name : {"recommend", "probe", "doctor", "capture", "rules"}) {
    const Command command = parse_arguments({name, "--help"});
    std::istringstream lines(std::get<Said>(command).text);
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100u) << line;
  }
}

TEST(Parse, VersionIsOneLine) {
  const Command command = parse_arguments({"--version"});
  EXPECT_THAT(std::get<Said>(command).text, testing::MatchesRegex("rigfit [0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

TEST(Parse, MisspeltWordsAreAnsweredWithTheNearestRightOne) {
  EXPECT_THAT(error_of({"docter"}), HasSubstr("there is no command \"docter\"; did you mean \"doctor\"?"));
  EXPECT_THAT(error_of({"--formt", "json"}), HasSubstr("did you mean \"--format\"?"));
  EXPECT_THAT(error_of({"--formt=json"}), HasSubstr("did you mean \"--format\"?"));
  EXPECT_THAT(error_of({"--format", "jsn"}), HasSubstr("did you mean \"json\"?"));
  EXPECT_THAT(error_of({"--color", "alway"}), HasSubstr("did you mean \"always\"?"));
  EXPECT_THAT(error_of({"probe", "--only", "cdua"}), HasSubstr("did you mean \"cuda\"?"));
  EXPECT_THAT(error_of({"rules", "shcema"}), HasSubstr("did you mean \"schema\"?"));
  EXPECT_THAT(error_of({"frobnicate"}), Not(HasSubstr("did you mean")));
}

TEST(Parse, AnOptionOfAnotherCommandIsNamedAsSuch) {
  EXPECT_THAT(error_of({"doctor", "--priority", "ease_of_use=1"}), HasSubstr("an option of `rigfit recommend`"));
  EXPECT_THAT(error_of({"--plan"}), HasSubstr("an option of `rigfit probe`"));
}

TEST(Parse, FromAndRootExcludeEachOther) {
  for (const char* command : {"recommend", "probe", "doctor", "capture"})
    EXPECT_THAT(error_of({command, "--from", "a", "--root", "b"}), HasSubstr("exclude each other"));
}

TEST(Parse, AnEmptyNameIsAnErrorAndNotThisMachine) {
  // `rigfit --from "$UNSET"` must not look at the machine it runs on.
  for (const char* option : {"--from", "--root", "--output", "--rules", "--profile", "--priorities", "--ratings",
                             "--target-os", "--require"})
    EXPECT_THAT(error_of({option, ""}), HasSubstr(option)) << option;
  EXPECT_THAT(error_of({"probe", "--only", ""}), HasSubstr("--only"));
  EXPECT_THAT(error_of({"--candidates", ""}), HasSubstr("--candidates"));
}

TEST(Parse, PrioritiesAreWholeNumbersWithinBounds) {
  EXPECT_EQ(parsed<RecommendOptions>({"--priority", "a=1000000"}).wishes.points.at("a"), 1'000'000);
  for (const char* bad : {"a", "a=", "=1", "a=-1", "a=1.5", "a=1000001", "a=99999999999999999999", "a=1x", "a= 1", ""})
    EXPECT_THAT(error_of({"--priority", bad}), HasSubstr("--priority")) << bad;
  EXPECT_THAT(error_of({"--priority", "a=1", "--priority", "a=2"}), HasSubstr("twice"));
}

TEST(Parse, DemandsAreReadAndWrongOnesExplained) {
  const auto options = parsed<RecommendOptions>({"--require", "platform=tpu", "--require=memory>=24GiB", "--require",
                                                 "offline", "--require", "framework=jax,pytorch"});
  ASSERT_EQ(options.wishes.demands.size(), 4u);
  EXPECT_EQ(options.wishes.demands[1].least, std::int64_t{24} << 30);
  EXPECT_THAT(options.wishes.demands[3].values, ElementsAre("jax", "pytorch"));
  EXPECT_THAT(error_of({"--require", "platfrom=tpu"}), HasSubstr("--require platfrom=tpu"));
}

TEST(Parse, SeveralMachinesAreForRecommendAlone) {
  const auto options = parsed<RecommendOptions>({"--from", "a.json", "--from=b.json"});
  EXPECT_THAT(options.machines, ElementsAre("a.json", "b.json"));
  EXPECT_EQ(options.look.from, "");
  EXPECT_THAT(parsed<RecommendOptions>({"--from", "a.json"}).machines, ElementsAre());
  for (const char* command : {"probe", "doctor", "capture"})
    EXPECT_THAT(error_of({command, "--from", "a", "--from", "b"}), HasSubstr("several --from"));
  EXPECT_THAT(error_of({"--from", "-", "--from", "-"}), HasSubstr("stdin"));
}

TEST(Parse, ATargetSystemIsOneOfThree) {
  EXPECT_EQ(parsed<RecommendOptions>({"--target-os", "macos"}).target_os, "darwin");
  EXPECT_EQ(parsed<RecommendOptions>({"--target-os", "windows"}).target_os, "windows");
  EXPECT_THAT(error_of({"--target-os", "windws"}), HasSubstr("did you mean \"windows\"?"));
}

TEST(Parse, QuestionsNeedStdinForTheirAnswers) {
  EXPECT_TRUE(parsed<RecommendOptions>({"--ask"}).ask);
  EXPECT_THAT(error_of({"--ask", "--from", "-"}), HasSubstr("--ask"));
  EXPECT_THAT(error_of({"--ask", "--priorities", "-"}), HasSubstr("--ask"));
}

TEST(Parse, PatienceIsAPositiveNumber) {
  EXPECT_EQ(parsed<DoctorOptions>({"doctor", "--patience", "0.5"}).look.patience, 0.5);
  for (const char* bad : {"0", "-1", "nan", "inf", "1e9", "ten", "1x", ""})
    EXPECT_THAT(error_of({"--patience", bad}), HasSubstr("--patience")) << bad;
}

TEST(Parse, TheMetadataServerIsAskedOnlyWhenTheUserSaysSo) {
  EXPECT_FALSE(parsed<RecommendOptions>({}).look.metadata);
  EXPECT_TRUE(parsed<RecommendOptions>({"--metadata"}).look.metadata);
  EXPECT_TRUE(parsed<CaptureOptions>({"capture", "--metadata"}).look.metadata);
}

TEST(Parse, WhatMakesNoSenseTogetherIsRefused) {
  EXPECT_THAT(error_of({"probe", "--plan", "--from", "m.json"}), HasSubstr("--plan"));
  EXPECT_THAT(error_of({"probe", "--plan", "--format", "json"}), HasSubstr("--plan"));
  EXPECT_THAT(error_of({"rules", "show"}), HasSubstr("which"));
  EXPECT_THAT(error_of({"doctor", "again"}), HasSubstr("one argument too many"));
  EXPECT_THAT(error_of({"--from"}), HasSubstr("--from"));
}

TEST(Parse, EveryErrorSaysWhereToReadOn) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"docter"}, {"--formt"}, {"probe", "--only", "x"}, {"--from"}})
    EXPECT_THAT(error_of(arguments), HasSubstr("--help"));
}

TEST(Parse, NoOptionIsDefinedTwice) {
  std::ifstream file(RIGFIT_SOURCE_DIR "/src/cli/options/parse.cpp");
  const std::string source((std::istreambuf_iterator<char>(file)), {});
  const std::regex definition("add_(?:option|flag)\\(\"([^\"]+)\"");
  std::set<std::string> seen;
  for (std::sregex_iterator it(source.begin(), source.end(), definition), end; it != end; ++it)
    EXPECT_TRUE(seen.insert((*it)[1]).second) << (*it)[1] << " is defined twice";
  EXPECT_GE(seen.size(), 15u);
}

TEST(Parse, NothingIsProvenUnlessAskedFor) {
  EXPECT_TRUE(parsed<RecommendOptions>({}).look.proof.platforms.empty());
  EXPECT_FALSE(parsed<RecommendOptions>({}).look.wake);
  EXPECT_THAT(parsed<RecommendOptions>({"--prove"}).look.proof.platforms, testing::Contains("cuda"));
  EXPECT_THAT(parsed<DoctorOptions>({"doctor", "--prove", "--wake"}).look.proof.platforms, testing::Contains("cuda"));
  const ProveOptions prove = parsed<ProveOptions>({"prove", "cuda", "--prove-seconds", "9"});
  EXPECT_EQ(prove.look.proof.platforms, std::vector<std::string>{"cuda"});
  EXPECT_EQ(prove.look.proof.seconds, 9);
  EXPECT_EQ(prove.look.proof.memory_mib, 64);
  EXPECT_FALSE(prove.is_any);
  EXPECT_TRUE(parsed<ProveOptions>({"prove"}).is_any);
  EXPECT_THAT(parsed<ProveOptions>({"prove"}).look.proof.platforms, testing::Contains("mps"));
  EXPECT_THAT(parsed<ProveOptions>({"prove"}).look.proof.platforms, testing::Not(testing::Contains("tpu")));
  EXPECT_THAT(parsed<ProveOptions>({"prove", "tpu"}).look.proof.platforms, testing::ElementsAre("tpu"));
}

}  // namespace
}  // namespace rigfit
