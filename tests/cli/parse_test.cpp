#include "cli/options/parse.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "cli/options/common_options.hpp"

namespace rigfit {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;
using testing::UnorderedElementsAre;

/// What the options that several commands have say, read by commands that do nothing: "first" takes all there is.
struct Given : Judging {
  std::vector<std::string> machines, words;
  Wishes wishes;
  bool was_run = false;
} first, second;

Run first_command(Options& options) {
  first = {};
  add_points(options, first.wishes);
  add_judging(options, first, true, &first.machines);
  return [] { return first.was_run = true, 0; };
}

Run second_command(Options& options) {
  second = {};
  options.arguments("WORD", "some words", [](const std::vector<std::string>& words) { second.words = words; });
  add_judging(options, second, false);
  return [] { return second.was_run = true, 0; };
}

Run hidden_command(Options& options) {
  options.required_argument("ITEM", "what", second.rules);
  return [] { return 7; };
}

constexpr Command fakes[] = {{"first", "Takes everything", first_command},
                             {"second", "Takes words", second_command},
                             {"hidden", "", hidden_command}};

/// After that, `first` and `second` hold what was given.
void parse(const std::vector<std::string>& arguments) {
  const auto meant = parse_arguments(arguments, fakes);
  if (const auto* message = std::get_if<Message>(&meant)) ADD_FAILURE() << message->text;
  if (const auto* run = std::get_if<Run>(&meant)) (*run)();
}

Message message_of(const std::vector<std::string>& arguments, std::span<const Command> known = commands()) {
  const auto meant = parse_arguments(arguments, known);
  const auto* message = std::get_if<Message>(&meant);
  return message ? *message : Message{"(something to run)", true};
}

std::string error_of(const std::vector<std::string>& arguments) {
  const Message message = message_of(arguments);
  EXPECT_TRUE(message.is_error) << message.text;
  return message.text;
}

bool is_understood(const std::vector<std::string>& arguments) {
  return std::holds_alternative<Run>(parse_arguments(arguments));
}

TEST(Parse, NothingMeansTheFirstCommandAndThisMachine) {
  parse({});
  EXPECT_TRUE(first.was_run);
  EXPECT_EQ(first.look, Look{});
  EXPECT_EQ(first.tell, Tell{});
  EXPECT_TRUE(first.wishes.points.empty());
}

TEST(Parse, TheFirstCommandTakesItsOptionsWithAndWithoutItsName) {
  for (const bool named : {false, true}) {
    std::vector<std::string> arguments{"--priority",
                                       "ease_of_use=40",
                                       "--priority=hardware_support=0",
                                       "--profile",
                                       "research",
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
    if (named) arguments.insert(arguments.begin(), "first");
    parse(arguments);
    EXPECT_TRUE(first.was_run);
    EXPECT_THAT(first.wishes.points, UnorderedElementsAre(Pair("ease_of_use", 40), Pair("hardware_support", 0)));
    EXPECT_EQ(first.wishes.profile, "research");
    EXPECT_EQ(first.look, (Look{"m.json", "", 2.5, false}));
    EXPECT_EQ(first.tell, (Tell{.format = format_named("json"),
                                .colour = Colour::never,
                                .output = "out.json",
                                .verbose = true,
                                .exit_zero = true}));
    EXPECT_EQ(first.rules, "overlay");
  }
}

TEST(Parse, TheCommandMayStandBehindItsOptions) {
  parse({"--format", "json", "-v", "second", "--rules", "r", "a", "b"});
  EXPECT_TRUE(second.was_run);
  EXPECT_EQ(second.tell.format->name, "json");
  EXPECT_TRUE(second.tell.verbose);
  EXPECT_EQ(second.rules, "r");
  EXPECT_THAT(second.words, ElementsAre("a", "b"));
}

TEST(Parse, AnOptionsValueIsNotTakenForACommand) {
  parse({"--output", "second"});
  EXPECT_EQ(first.tell.output, "second");
  parse({"--from", "second"});
  EXPECT_EQ(first.look.from, "second");
}

TEST(Parse, EveryCommandIsUnderstood) {
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{},
                                                    {"recommend", "--candidates", "jax,pytorch"},
                                                    {"--candidates", "jax", "--candidates=mlx"},
                                                    {"probe", "--plan"},
                                                    {"probe", "--only", "cuda", "--format", "json"},
                                                    {"doctor", "--from", "-"},
                                                    {"prove"},
                                                    {"prove", "cuda", "rocm"},
                                                    {"capture", "--output", "m.json", "--metadata"},
                                                    {"explain", "pytorch.ease_of_use"},
                                                    {"rules"},
                                                    {"rules", "schema"},
                                                    {"rules", "--rules", "d", "show", "x"},
                                                    {"ask", "nvml", "0000:01:00.0"}})
    EXPECT_TRUE(is_understood(arguments)) << testing::PrintToString(arguments) << message_of(arguments).text;
}

TEST(Parse, TheExitStatusIsThatOfTheCommand) {
  EXPECT_EQ(std::get<rigfit::Run>(parse_arguments({"hidden", "x"}, fakes))(), 7);
}

TEST(Parse, HelpNamesEveryCommandOnOneScreen) {
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"--help"}, {"-h"}, {"help"}}) {
    const Message said = message_of(arguments);
    EXPECT_FALSE(said.is_error);
    for (const Command& command : commands())
      if (!command.summary.empty())
        EXPECT_THAT(said.text,
                    AllOf(HasSubstr(fmt::format(" {} ", command.name)), HasSubstr(std::string(command.group))));
    for (const char* word : {"Exit codes", "--version", "COMMAND --help"}) EXPECT_THAT(said.text, HasSubstr(word));
    EXPECT_THAT(said.text, Not(HasSubstr(" ask "))) << "the hidden command";
    EXPECT_LE(std::count(said.text.begin(), said.text.end(), '\n'), 24);
  }
}

TEST(Parse, HelpOfTheFirstCommandNamesEveryOption) {
  const std::string text = message_of({"recommend", "--help"}).text;
  for (const char* word : {"--from", "--root", "--format", "--rules", "--patience", "--priority", "--profile",
                           "--candidates", "--ratings", "--exit-zero", "--priorities", "--ask", "--require",
                           "--target-os", "--no-children", "--color", "--output", "--metadata", "--help"})
    EXPECT_THAT(text, HasSubstr(word));
}

TEST(Parse, HelpShowsOptionsByWhatTheyAreFor) {
  const std::string text = message_of({"recommend", "--help"}).text;
  std::vector<std::size_t> places;
  for (const char* part : {"\nOptions:", "\nPriorities:", "--priority", "--ask", "\nCandidates:", "--require",
                           "\nInput:", "--from", "--rules", "\nProof:", "--prove", "\nOutput:", "--format", "--into"})
    places.push_back(text.find(part));
  EXPECT_TRUE(std::is_sorted(places.begin(), places.end())) << text;
  EXPECT_NE(places.back(), text.npos);
}

TEST(Parse, HelpOfACommandIsItsOwn) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"probe", "--help"}, {"help", "probe"}, {"--help", "probe"}}) {
    const Message said = message_of(arguments);
    EXPECT_FALSE(said.is_error);
    EXPECT_THAT(said.text, HasSubstr("--plan"));
    EXPECT_THAT(said.text, Not(HasSubstr("--priority")));
    EXPECT_THAT(said.text, Not(HasSubstr("doctor"))) << "nothing of another command";
    EXPECT_THAT(said.text, AllOf(HasSubstr("0 reported what was seen"), HasSubstr("2 wrong usage")));
  }
}

TEST(Parse, HelpOfTheFirstCommandByItsNameIsItsOwnToo) {
  const std::string text = message_of({"recommend", "--help"}).text;
  EXPECT_THAT(text,
              AllOf(HasSubstr("Usage: rigfit recommend"), HasSubstr("--require"), HasSubstr("--profile research")));
  EXPECT_THAT(text, Not(HasSubstr("[COMMAND]")));
  EXPECT_THAT(message_of({"-v", "--help"}).text, HasSubstr("[COMMAND]"));
}

TEST(Parse, HelpIsMadeOfWhatACommandDeclares) {
  const std::string text = message_of({"second", "--help"}, fakes).text;
  EXPECT_THAT(text, AllOf(HasSubstr("Takes words\n\nUsage: rigfit second [OPTIONS] [WORD...]\n"),
                          HasSubstr("\n  -v, --verbose             Every term"), HasSubstr("\n  WORD  "),
                          HasSubstr("\n  --from FILE  ")));
  EXPECT_THAT(message_of({"--help"}, fakes).text, AllOf(HasSubstr("second  Takes words\n"), Not(HasSubstr("hidden"))));
  EXPECT_THAT(message_of({"hidden", "-h"}, fakes).text, HasSubstr("Usage: rigfit hidden [OPTIONS] ITEM\n"));
}

TEST(Parse, HelpFitsTheLine) {
  for (const Command& command : commands()) {
    std::istringstream lines(message_of({std::string(command.name), "--help"}).text);
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80u) << line;
  }
}

TEST(Parse, VersionIsOneLine) {
  EXPECT_THAT(message_of({"--version"}).text,
              testing::MatchesRegex("rigfit [0-9]+\\.[0-9]+\\.[0-9]+( \\([0-9a-f]+\\+?\\))?\n"));
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
  parse({"--priority", "a=1000000"});
  EXPECT_EQ(first.wishes.points.at("a"), 1'000'000);
  for (const char* bad : {"a", "a=", "=1", "a=-1", "a=1.5", "a=1000001", "a=99999999999999999999", "a=1x", "a= 1", ""})
    EXPECT_THAT(error_of({"--priority", bad}), HasSubstr("--priority")) << bad;
  EXPECT_THAT(error_of({"--priority", "a=1", "--priority", "a=2"}), HasSubstr("twice"));
}

TEST(Parse, DemandsAreTaken) {
  EXPECT_TRUE(is_understood({"--require", "platform=tpu", "--require=memory>=24GiB", "--require", "offline"}));
}

TEST(Parse, SeveralMachinesAreForRecommendAlone) {
  parse({"--from", "a.json", "--from=b.json"});
  EXPECT_THAT(first.machines, ElementsAre("a.json", "b.json"));
  EXPECT_EQ(first.look.from, "");
  parse({"--from", "a.json"});
  EXPECT_THAT(first.machines, ElementsAre());
  EXPECT_TRUE(is_understood({"--from", "a", "--from", "b"}));
  for (const char* command : {"probe", "doctor", "capture"})
    EXPECT_THAT(error_of({command, "--from", "a", "--from", "b"}), HasSubstr("several --from"));
  EXPECT_THAT(error_of({"--from", "-", "--from", "-"}), HasSubstr("stdin"));
  EXPECT_THAT(error_of({"--from", "a", "--from", "b", "--root", "c"}), HasSubstr("exclude each other"));
}

TEST(Parse, ATargetSystemIsOneOfThree) {
  for (const char* os : {"linux", "windows", "macos"}) EXPECT_TRUE(is_understood({"--target-os", os}));
  EXPECT_THAT(error_of({"--target-os", "windws"}), HasSubstr("did you mean \"windows\"?"));
}

TEST(Parse, QuestionsNeedStdinForTheirAnswers) {
  EXPECT_TRUE(is_understood({"--ask"}));
  EXPECT_THAT(error_of({"--ask", "--from", "-"}), HasSubstr("--ask"));
  EXPECT_THAT(error_of({"--ask", "--priorities", "-"}), HasSubstr("--ask"));
}

TEST(Parse, PatienceIsAPositiveNumber) {
  parse({"second", "--patience", "0.5"});
  EXPECT_EQ(second.look.patience, 0.5);
  for (const char* bad : {"0", "-1", "nan", "inf", "1e9", "ten", "1x", ""})
    EXPECT_THAT(error_of({"--patience", bad}), HasSubstr("--patience")) << bad;
}

TEST(Parse, TheMetadataServerIsAskedOnlyWhenTheUserSaysSo) {
  parse({});
  EXPECT_FALSE(first.look.metadata);
  parse({"--metadata"});
  EXPECT_TRUE(first.look.metadata);
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

TEST(Parse, NoOptionIsDeclaredTwiceInACommand) {
  for (const Command& command : commands()) {
    Options options;
    command.declare(options);
    std::set<std::string> seen;
    for (const Option& option : options.all) {
      EXPECT_TRUE(seen.insert(option.name).second) << command.name << ": " << option.name << " is declared twice";
      EXPECT_TRUE(command.summary.empty() || !option.about.empty()) << command.name << ": " << option.name;
    }
    EXPECT_TRUE(command.summary.empty() || !options.exit_codes.empty()) << command.name << " names no exit codes";
  }
}

TEST(Parse, NothingIsProvenUnlessAskedFor) {
  parse({});
  EXPECT_TRUE(first.look.proof.platforms.empty());
  EXPECT_FALSE(first.look.wake);
  parse({"--prove", "--wake", "--prove-seconds", "9"});
  EXPECT_THAT(first.look.proof.platforms, testing::Contains("cuda"));
  EXPECT_TRUE(first.look.wake);
  EXPECT_EQ(first.look.proof.seconds, 9);
  EXPECT_EQ(first.look.proof.memory_mib, 64);
  EXPECT_THAT(error_of({"--prove", "--from", "m.json"}), HasSubstr("--prove"));
  for (const char* bad : {"0", "-1", "x", "3601", ""})
    EXPECT_THAT(error_of({"--prove-seconds", bad}), HasSubstr("--prove-seconds")) << bad;
}

TEST(Parse, WhatIsProvenIsWhatIsNamedOrWhatDisturbsNobody) {
  EXPECT_THAT(proven_platforms({}), testing::AllOf(testing::Contains("mps"), Not(testing::Contains("tpu"))));
  EXPECT_THAT(proven_platforms({"tpu"}), ElementsAre("tpu"));
  EXPECT_THROW(proven_platforms({"cpu"}), WrongUsage);
  EXPECT_THAT(error_of({"prove", "coda"}), HasSubstr("did you mean \"cuda\"?"));
  EXPECT_THAT(error_of({"doctor", "--prove", "--root", "r"}), HasSubstr("--prove"));
}

}  // namespace
}  // namespace rigfit
