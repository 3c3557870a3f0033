#include "cli/options/help.hpp"

#include <fmt/format.h>

namespace rigfit {
namespace {

constexpr std::string_view exit_codes_of_all = "2 wrong usage, unreadable input, or output that could not be written";

std::string row(std::string_view name, std::string_view about) { return fmt::format("  {:<28} {}\n", name, about); }

std::string option_rows(const Options& options) {
  std::string text = row("-h, --help", "Show this help");
  for (const Option& option : options.all) {
    std::string name = option.is_argument() ? option.name : "";
    for (const std::string& spelling : option.spellings()) name += (name.empty() ? "" : ", ") + spelling;
    if (!option.value.empty()) name += " " + option.value;
    text += row(name, option.about);
  }
  return text;
}

std::string usage(const DeclaredCommand& command) {
  std::string text = fmt::format("Usage: rigfit {} [OPTIONS]", command.command->name);
  for (const Option& option : command.options.all) {
    if (option.kind == Option::Kind::argument) text += fmt::format(" [{}]", option.name);
    if (option.kind == Option::Kind::required_argument) text += " " + option.name;
    if (option.kind == Option::Kind::arguments) text += fmt::format(" [{}...]", option.name);
  }
  return text + "\n";
}

/// The lines of a text, the first behind `name`, the others below it.
std::string lines_behind(std::string_view name, std::string_view lines) {
  std::string text;
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    text += fmt::format("  {:<10} {}\n", name, lines.substr(0, end));
    lines.remove_prefix(std::min(end + 1, lines.size()));
    name = "";
  }
  return text;
}

std::string indented(std::string_view lines) {
  std::string text;
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    text += fmt::format("  {}\n", lines.substr(0, end));
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return text;
}

/// A part of its own, below a blank line.
std::string paragraph(std::string_view heading, std::string_view text) {
  if (text.empty()) return "";
  return fmt::format("\n{}{}{}{}", heading, heading.empty() ? "" : "\n", text, text.ends_with('\n') ? "" : "\n");
}

}  // namespace

std::string help_of_command(const DeclaredCommand& command) {
  const Options& options = command.options;
  return fmt::format("{}\n\n", command.command->summary) + usage(command) + "\nOptions:\n" + option_rows(options) +
         paragraph("", options.notes) +
         paragraph("Exit codes:", indented(options.exit_codes) + indented(exit_codes_of_all)) +
         paragraph("Examples:", options.examples);
}

std::string help_of_program(const std::vector<DeclaredCommand>& commands) {
  std::string list, exits, examples;
  for (const DeclaredCommand& one : commands) {
    if (one.is_hidden()) continue;
    list += fmt::format("  {:<10} {}\n", one.command->name, one.command->summary);
    exits += lines_behind(one.command->name, one.options.exit_codes);
    const std::string_view first_example(one.options.examples);
    if (!first_example.empty()) examples += fmt::format("{}\n", first_example.substr(0, first_example.find('\n')));
  }
  exits += lines_behind("all", exit_codes_of_all);
  const DeclaredCommand& first = commands.front();
  return fmt::format(
             "Which ML framework fits this machine and what you care about;\n"
             "and if the accelerator does not work, why not, and what to do.\n\nUsage: rigfit [COMMAND] [OPTIONS]\n\n"
             "Commands:\n{}\nSee `rigfit COMMAND --help` for one of them. Options of `{}`, which is meant where none "
             "is "
             "named:\n",
             list, first.command->name) +
         option_rows(first.options) + row("--version", "Print the version") + paragraph("Exit codes:", exits) +
         paragraph("Examples:", examples);
}

}  // namespace rigfit
