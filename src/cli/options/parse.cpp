// The only file that knows CLI11.
#include "cli/options/parse.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "analysis/version.hpp"
#include "cli/options/command_word.hpp"
#include "cli/options/help.hpp"
#include "text/edit_distance.hpp"

namespace rigfit {
namespace {

std::string is_named(const std::string& text) { return text.empty() ? "may not be empty" : ""; }

/// One option as it is being read.
struct Reading {
  const Option* option = nullptr;
  CLI::Option* known = nullptr;
  bool is_set = false;
  std::string text;
  std::vector<std::string> texts;
};

void add(CLI::App& app, Reading& reading) {
  const Option& option = *reading.option;
  switch (option.kind) {
    case Option::Kind::flag:
      reading.known = app.add_flag(option.name, reading.is_set);
      break;
    case Option::Kind::value:
      reading.known = app.add_option(option.name, reading.text)->check(is_named)->type_name(option.value);
      break;
    case Option::Kind::values:
      reading.known =
          app.add_option(option.name, reading.texts)->check(is_named)->type_name(option.value)->allow_extra_args(false);
      break;
    case Option::Kind::argument:
    case Option::Kind::required_argument:
      reading.known = app.add_option(option.name, reading.text);
      break;
    case Option::Kind::arguments:
      reading.known = app.add_option(option.name, reading.texts);
      break;
  }
}

void take(const Reading& reading) {
  if (reading.known->count() == 0) return;
  const bool is_list = reading.option->kind == Option::Kind::values || reading.option->kind == Option::Kind::arguments;
  reading.option->take(is_list ? reading.texts : std::vector<std::string>{reading.text});
}

/// What to say of an argument that `command` does not take.
std::string about_extra(const std::vector<std::string>& remaining, const DeclaredCommand& command,
                        DeclaredOnDemand& commands) {
  std::string extra;
  for (const std::string& one : remaining)
    if (extra.empty() && one != "--") extra = one.starts_with("--") ? one.substr(0, one.find('=')) : one;
  if (!extra.starts_with("-")) return fmt::format("\"{}\" is one argument too many", extra);
  std::vector<std::string> names{"--help"};
  for (const DeclaredCommand& other : commands.all())
    for (const Option& option : other.options.all)
      for (const std::string& spelling : option.spellings()) {
        const bool is_here = other.command == command.command;
        if (spelling == extra && !is_here)
          return fmt::format("{} is an option of `rigfit {}`, not of `rigfit {}`", extra, other.command->name,
                             command.command->name);
        if (is_here && spelling.starts_with("--")) names.push_back(spelling);
      }
  return fmt::format("there is no option {}{}", extra, did_you_mean(extra, names));
}

/// "--output=" of a variable that nobody set: CLI11 would take the argument behind it for the value.
void refuse_empty_values(const std::vector<std::string>& arguments) {
  for (const std::string& one : arguments) {
    if (one == "--") return;
    if (one.starts_with("--") && one.find('=') == one.size() - 1)
      throw WrongUsage{one.substr(0, one.size() - 1) + ": may not be empty"};
  }
}

/// CLI11 says "--from: 1 required FILE missing" of an option that is the last word.
std::string about_mismatch(const std::string& said, const DeclaredCommand& command) {
  for (const Option& option : command.options.all)
    for (const std::string& spelling : option.spellings())
      if (option.takes_value() && said.starts_with(spelling + ":"))
        return fmt::format("{} needs a value: {} {}", spelling, spelling, option.value);
  return said;
}

/// Reads the arguments behind the command's name into its options.
void read(std::vector<std::string> arguments, const DeclaredCommand& command, DeclaredOnDemand& commands) {
  CLI::App app;
  app.set_help_flag("-h,--help");
  std::vector<Reading> readings(command.options.all.size());
  for (std::size_t n = 0; n < readings.size(); ++n) {
    readings[n].option = &command.options.all[n];
    add(app, readings[n]);
  }
  refuse_empty_values(arguments);
  std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the back
  try {
    app.parse(arguments);
  } catch (const CLI::ExtrasError&) {
    throw WrongUsage{about_extra(app.remaining(true), command, commands)};
  } catch (const CLI::CallForHelp&) {
    throw;
  } catch (const CLI::ArgumentMismatch& error) {
    throw WrongUsage{about_mismatch(error.what(), command)};
  } catch (const CLI::ParseError& error) {
    throw WrongUsage{error.what()};
  }
  for (const Reading& reading : readings) take(reading);
  for (const auto& check : command.options.checks) check();
}

Message wrong(const std::string& sentence, const DeclaredCommand* command) {
  return {fmt::format("rigfit: {}\nhint: see `rigfit {}--help`\n", sentence,
                      command ? fmt::format("{} ", command->command->name) : ""),
          true};
}

}  // namespace

std::variant<Run, Message> parse_arguments(std::vector<std::string> arguments, std::span<const Command> commands) {
  if (arguments.empty()) {  // the usual run: nothing to read, and nothing to suggest
    Options options;
    Run run = commands.front().declare(options);
    for (const auto& check : options.checks) check();
    return run;
  }
  DeclaredOnDemand all(commands);
  const DeclaredCommand* command = nullptr;
  const Command& usual = commands.front();
  try {
    const bool is_named_first = arguments.front() == usual.name;
    bring_command_to_front(arguments, all);
    if (arguments.front() == "--version") {
      const std::string_view commit = tool_commit();
      return Message{fmt::format("rigfit {}{}\n", tool_version(), commit.empty() ? "" : fmt::format(" ({})", commit))};
    }
    if (arguments.front() == "--help" || arguments.front() == "-h") return Message{help_of_program(all.all())};
    const auto named = std::find_if(commands.begin(), commands.end(),
                                    [&](const Command& one) { return one.name == arguments.front(); });
    command = &all.at(static_cast<std::size_t>(named - commands.begin()));
    arguments.erase(arguments.begin());
    try {
      read(std::move(arguments), *command, all);
    } catch (const CLI::CallForHelp&) {
      const bool is_about_all = command->command == &usual && !is_named_first;
      return Message{is_about_all ? help_of_program(all.all()) : help_of_command(*command)};
    }
    return command->run;
  } catch (const WrongUsage& error) {
    return wrong(error.sentence, command && command->command == &usual ? nullptr : command);
  }
}

}  // namespace rigfit
