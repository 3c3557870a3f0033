#include "cli/options/help.hpp"

#include <algorithm>

#include "report/text/text_layout.hpp"

namespace rigfit {
namespace {

constexpr int columns = 80;
constexpr int widest_name = 24;  ///< longer ones have a line of their own

/// An option's name, and what it is about beside or below it.
void write_row(Page& page, const std::string& name, const std::string& about) {
  constexpr int margin = 2;
  if (name.size() <= widest_name) return page.field(name, about, widest_name + 2, margin);
  page.paragraph(name, margin);
  page.field("", about, widest_name + 2, margin);
}

void write_options(Page& page, const Options& options) {
  for (const OptionGroup& group : grouped(options)) {
    page.heading(group.heading.empty() ? "Options:" : group.heading + ":");
    for (const Option* option : group.options) write_row(page, name_and_value(*option), option->about);
    if (group.heading.empty()) write_row(page, "-h, --help", "Show this help");
  }
}

/// Lines that are laid out already.
void write_lines(Page& page, std::string_view lines, int indent) {
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    page.command(lines.substr(0, end), indent);
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
}

Page plain_page() { return Page(TextStyle{false, columns}); }

}  // namespace

std::string help_of_command(const DeclaredCommand& command) {
  const Options& options = command.options;
  Page page = plain_page();
  page.paragraph(command.command->summary);
  page.blank();
  page.paragraph("Usage: " + synopsis(command), 0, 2);
  write_options(page, options);
  if (!options.notes.empty()) {
    page.blank();
    write_lines(page, options.notes, 0);
  }
  page.heading("Exit codes:");
  for (const std::string& line : exit_code_lines(command)) page.paragraph(line, 2, 2);
  if (!options.examples.empty()) {
    page.heading("Examples:");
    write_lines(page, options.examples, 0);
  }
  return page.take();
}

std::string help_of_program(const std::vector<DeclaredCommand>& commands) {
  const std::string first(commands.front().command->name);
  Page page = plain_page();
  page.paragraph("Which ML framework fits this machine, and why an accelerator does not work.");
  page.blank();
  page.paragraph("Usage: rigfit [COMMAND] [OPTIONS]; without a command, " + first);
  page.blank();
  std::vector<std::vector<Cell>> rows;
  std::string_view group;
  for (const DeclaredCommand& one : commands) {
    if (one.is_hidden()) continue;
    const bool is_new = one.command->group != group;
    group = one.command->group;
    rows.push_back(
        {{std::string(is_new ? group : "")}, {std::string(one.command->name)}, {std::string(one.command->summary)}});
  }
  page.table({{}, {}, {false, true}}, rows, 2);
  page.blank();
  page.paragraph("Exit codes: 0 yes or done, 1 no, 2 wrong usage or input, 3 not determined", 0, 2);
  page.paragraph("More: `rigfit COMMAND --help`, `rigfit explain WORD`, `rigfit --version`", 0, 2);
  return page.take();
}

}  // namespace rigfit
