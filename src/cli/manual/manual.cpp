#include "cli/manual/manual.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/version.hpp"

namespace rigfit {
namespace {

/// Text that troff prints as it is: with a plain hyphen-minus, circumflex, accent and tilde, so that commands can be
/// copied out of the page (groff_char(7)), and no line that it takes for a request.
std::string roff(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const bool is_first = result.empty() || result.back() == '\n';
    if (is_first && (c == '.' || c == '\'')) result += "\\&";
    switch (c) {
      case '\\':
        result += "\\e";
        break;
      case '-':
        result += "\\-";
        break;
      case '^':
        result += "\\(ha";
        break;
      case '`':
        result += "\\(ga";
        break;
      case '~':
        result += "\\(ti";
        break;
      case '\'':
        result += "\\(aq";
        break;
      default:
        result += c;
    }
  }
  return result;
}

std::string bold(std::string_view text) { return fmt::format("\\fB{}\\fR", roff(text)); }
std::string italic(std::string_view text) { return fmt::format("\\fI{}\\fR", roff(text)); }

std::string head(const std::string& name, std::string_view date, std::string_view about) {
  std::string upper(name);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return fmt::format(".TH \"{}\" 1 \"{}\" \"rigfit {}\" \"User Commands\"\n.SH NAME\n{} \\- {}\n", roff(upper), date,
                     tool_version(), roff(name), roff(about));
}

std::string option_name(const Option& option) {
  std::string name = option.is_argument() ? italic(option.name) : "";
  for (const std::string& spelling : option.spellings()) name += (name.empty() ? "" : ", ") + bold(spelling);
  return option.value.empty() ? name : name + " " + italic(option.value);
}

std::string paragraph_of(const std::string& name, std::string_view about) {
  return fmt::format(".TP\n{}\n{}\n", name, roff(about));
}

/// Lines that keep their breaks and columns.
std::string as_written(std::string_view lines) {
  return fmt::format(".nf\n{}{}.fi\n", roff(lines), lines.ends_with('\n') ? "" : "\n");
}

std::string options_section(const Options& options) {
  std::string text = ".SH OPTIONS\n";
  for (const OptionGroup& group : grouped(options)) {
    if (!group.heading.empty()) text += fmt::format(".SS {}\n", roff(group.heading));
    for (const Option* option : group.options) text += paragraph_of(option_name(*option), option->about);
    if (group.heading.empty()) text += paragraph_of(bold("-h") + ", " + bold("--help"), "Show a summary");
  }
  return text;
}

}  // namespace

std::string manual_page_name(std::string_view command) {
  return command.empty() ? "rigfit" : fmt::format("rigfit-{}", command);
}

std::string manual_of_command(const DeclaredCommand& command, std::string_view date) {
  const Options& options = command.options;
  std::string text = head(manual_page_name(command.command->name), date, command.command->summary);
  text += ".SH SYNOPSIS\n" + bold(fmt::format("rigfit {}", command.command->name)) + " [" + italic("OPTIONS") + "]";
  for (const Option& option : options.all) {
    if (option.kind == Option::Kind::argument) text += fmt::format(" [{}]", italic(option.name));
    if (option.kind == Option::Kind::required_argument) text += " " + italic(option.name);
    if (option.kind == Option::Kind::arguments) text += fmt::format(" [{}...]", italic(option.name));
  }
  text += "\n" + options_section(options);
  if (!options.notes.empty()) text += ".SH NOTES\n" + as_written(options.notes);
  text += ".SH EXIT STATUS\n.nf\n";
  for (const std::string& line : exit_code_lines(command)) text += roff(line) + "\n";
  text += ".fi\n";
  if (!options.examples.empty()) text += ".SH EXAMPLES\n" + as_written(options.examples);
  return text + ".SH SEE ALSO\n.BR rigfit (1)\n";
}

std::string manual_of_program(const std::vector<DeclaredCommand>& commands, std::string_view date) {
  std::string text =
      head(manual_page_name(""), date, "which ML framework fits this machine, and why an accelerator does not work");
  text += ".SH SYNOPSIS\n" + bold("rigfit") + " [" + italic("COMMAND") + "] [" + italic("OPTIONS") + "]\n";
  text += ".SH DESCRIPTION\n" +
          roff(
              "rigfit looks at the machine, works out what each machine-learning framework can do with what is there, "
              "weighs that with the priorities of its user, and recommends one, with the commands that install and "
              "check it. Where an accelerator does not work it says why, and what to do.") +
          "\n.PP\n" +
          roff(
              "The default run is passive: it runs nothing on an accelerator, wakes no sleeping device, needs no root, "
              "and opens no network connection. `rigfit probe --plan` prints what would be opened and run. Reports and "
              "recordings hold no host name, serial number, UUID, user name or home path.") +
          "\n";
  text += fmt::format(".SH COMMANDS\nWithout a command, {} is meant.\n", bold(commands.front().command->name));
  std::string_view group;
  std::string see_also;
  for (const DeclaredCommand& command : commands) {
    if (command.is_hidden()) continue;
    if (command.command->group != group) text += fmt::format(".SS {}\n", roff(command.command->group));
    group = command.command->group;
    text += paragraph_of(fmt::format("\\fB{}\\fR(1)", roff(manual_page_name(command.command->name))),
                         command.command->summary);
    see_also +=
        fmt::format("{}.BR {} (1)", see_also.empty() ? "" : ",\n", roff(manual_page_name(command.command->name)));
  }
  text += ".SH OPTIONS\n" + paragraph_of(bold("-h") + ", " + bold("--help"), "Show a summary") +
          paragraph_of(bold("--version"), "Print the version");
  text += ".SH EXIT STATUS\n" + paragraph_of("0", "Yes, or done.") +
          paragraph_of("1", "A requirement is not met, something is wrong, or two things differ.") +
          paragraph_of("2", "Wrong usage, unreadable input, or output that could not be written.") +
          paragraph_of("3", "It could not be determined.") + ".PP\n" + roff("With --exit-zero, 0 means that it ran.") +
          "\n";
  text += ".SH ENVIRONMENT\n" + paragraph_of(bold("NO_COLOR"), "No colors, whatever the terminal can show.") +
          paragraph_of(bold("COLUMNS"), "Width of text that goes to no terminal.");
  return text + ".SH SEE ALSO\n" + see_also + "\n";
}

}  // namespace rigfit
