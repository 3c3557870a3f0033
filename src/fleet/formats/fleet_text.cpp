#include <fmt/format.h>

#include <algorithm>

#include "facts/platforms.hpp"
#include "fleet/formats/fleet_formats.hpp"
#include "report/text/text_layout.hpp"
#include "report/text/value_text.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

/// How much is shown.
struct Limits {
  std::size_t classes, findings, differences;
  bool has_steps;  ///< what to do about each error
};
constexpr std::size_t unlimited = static_cast<std::size_t>(-1);
constexpr Limits everything{unlimited, unlimited, unlimited, true};
// Without --verbose it is the first of these with which all fits a terminal, else the last.
constexpr std::size_t terminal_lines = 24;
constexpr Limits tried[] = {{8, 8, 3, true}, {6, 6, 3, true}, {5, 5, 2, true}, {4, 4, 2, true}, {4, 3, 2, true},
                            {3, 3, 2, true}, {3, 3, 1, true}, {2, 2, 1, true}, {3, 3, 1, false}};
constexpr std::size_t shown_problems = 2, shown_partitions = 8;
constexpr std::size_t longest_shown_set = 26;  ///< columns of a folded set

/// Of a set that is too long its beginning.
std::string shortened(const NodeList& nodes, bool is_verbose) {
  if (is_verbose || nodes.folded.size() <= longest_shown_set) return nodes.folded;
  const std::size_t comma = nodes.folded.rfind(',', longest_shown_set);
  const std::size_t end = comma == std::string::npos ? longest_shown_set : comma;
  const std::size_t open = nodes.folded.rfind('[', end), close = nodes.folded.rfind(']', end);
  const bool is_inside = open != std::string::npos && (close == std::string::npos || close < open);
  return nodes.folded.substr(0, end) + (is_inside ? ",...]" : ",...");
}

std::string class_text(const Fleet& fleet, std::size_t c, std::size_t most_differences, bool is_verbose) {
  const FleetClass& one = fleet.classes[c];
  const std::string what =
      one.reference == c ? machine_summary(one.record)
                         : fmt::format("as {}, but {}", one.reference + 1, differences_text(one, most_differences));
  // Most nodes are in the first, and say little there.
  return c == 0 && !is_verbose ? what : fmt::format("{}: {}", what, shortened(one.nodes, is_verbose));
}

void write_classes(Page& page, const Fleet& fleet, const Limits& limits) {
  std::vector<std::vector<Cell>> rows;
  rows.push_back({{"Class", Tint::strong}, {"Nodes", Tint::strong}, {"What", Tint::strong}});
  const std::size_t shown = std::min(fleet.classes.size(), limits.classes);
  for (std::size_t c = 0; c < shown; ++c) {
    const FleetClass& one = fleet.classes[c];
    rows.push_back(
        {{std::to_string(c + 1)},
         {std::to_string(one.nodes.count)},
         {class_text(fleet, c, limits.differences, page.verbose()), one.record.is_faulty() ? Tint::bad : Tint::plain}});
  }
  if (shown < fleet.classes.size()) {
    std::size_t nodes = 0;
    for (std::size_t c = shown; c < fleet.classes.size(); ++c) nodes += fleet.classes[c].nodes.count;
    rows.push_back({{"..."},
                    {std::to_string(nodes)},
                    {fmt::format("in {} more classes (-v)", fleet.classes.size() - shown), Tint::faint}});
  }
  page.table({{true, false}, {true, false}, {false, true}}, rows);
}

/// "→ sudo reboot": what to do first; empty: nobody says.
std::string step_text(const NodeFinding& finding) {
  constexpr std::size_t longest_command = 60;  // a longer one would be wrapped
  if (!finding.command.empty() && finding.command.size() <= longest_command) return "→ " + finding.command;
  return finding.remedy.empty() ? "" : "→ " + finding.remedy;
}

void write_findings(Page& page, const Fleet& fleet, const Limits& limits) {
  if (fleet.findings.empty()) return;
  page.heading("Findings");
  std::vector<std::vector<Cell>> rows;
  const std::size_t shown = std::min(fleet.findings.size(), limits.findings);
  for (std::size_t n = 0; n < shown; ++n) {
    const auto& [finding, nodes] = fleet.findings[n];
    const std::string title = page.verbose() ? fmt::format("{} ({})", finding.title, finding.id) : finding.title;
    rows.push_back({{finding.severity, tint_of_severity(finding.severity)},
                    {std::to_string(nodes.count)},
                    {fmt::format("{}: {}", title, shortened(nodes, page.verbose()))}});
    const bool is_grave = page.verbose() || finding.severity == "error";
    if (std::string step = step_text(finding); limits.has_steps && is_grave && !step.empty())
      rows.push_back({{}, {}, {std::move(step), Tint::faint}});
  }
  if (shown < fleet.findings.size())
    rows.push_back({{"..."}, {}, {fmt::format("{} more findings (-v)", fleet.findings.size() - shown), Tint::faint}});
  page.table({{}, {true, false}, {false, true}}, rows);
}

void write_requirements(Page& page, const Fleet& fleet) {
  if (fleet.requirements.empty()) return;
  page.heading("Requirements");
  for (const FleetRequirement& one : fleet.requirements) {
    std::string text = fmt::format("met by {}", one.met);
    if (one.failed.count > 0)
      text +=
          fmt::format("; not met by {}: {} ({})", one.failed.count, shortened(one.failed, page.verbose()), one.found);
    if (one.unknown.count > 0)
      text += fmt::format("; unknown on {}: {}", one.unknown.count, shortened(one.unknown, page.verbose()));
    if (one.does_not_apply > 0) text += fmt::format("; does not apply to {}", one.does_not_apply);
    page.field(one.requirement, text, 24, 2,
               one.failed.count > 0    ? Tint::bad
               : one.unknown.count > 0 ? Tint::doubtful
                                       : Tint::plain);
  }
}

constexpr int label_width = 14;

void write_partitions(Page& page, const Fleet& fleet) {
  if (fleet.partitions.empty()) return;
  page.heading("Partitions");
  const std::size_t shown =
      page.verbose() ? fleet.partitions.size() : std::min(fleet.partitions.size(), shown_partitions);
  std::vector<std::vector<Cell>> rows;
  for (std::size_t n = 0; n < shown; ++n) {
    const FleetPart& part = fleet.partitions[n];
    std::string text = partition_counts(part);
    if (const std::string choice = choice_sentence(fleet, part); !choice.empty()) text += "; " + choice;
    if (const std::string ground = partition_ground(part); !ground.empty()) text += "; " + ground;
    rows.push_back({{part.name, Tint::strong}, {text, part.faulty.count > 0 ? Tint::bad : Tint::plain}});
    if (!page.verbose()) continue;
    if (const FleetInstall* install = chosen_install(part)) rows.push_back({{}, {install->command}});
    if (part.missing.count > 0) rows.push_back({{}, {"No answer: " + part.missing.folded, Tint::bad}});
  }
  if (shown < fleet.partitions.size())
    rows.push_back({{"..."}, {fmt::format("{} more partitions (-v)", fleet.partitions.size() - shown), Tint::faint}});
  page.table({{}, {false, true}}, rows, 2);
}

void write_absent(Page& page, const Fleet& fleet) {
  if (fleet.missing.count > 0)
    page.field("No answer", fmt::format("{}: {}", fleet.missing.count, shortened(fleet.missing, page.verbose())),
               label_width, 0, Tint::bad);
  if (fleet.unexpected.count > 0)
    page.field("Not expected",
               fmt::format("{}: {}", fleet.unexpected.count, shortened(fleet.unexpected, page.verbose())), label_width);
  if (fleet.undetermined.count > 0)
    page.field("Unknown",
               fmt::format("nothing is known about the accelerators of {}: {}", fleet.undetermined.count,
                           shortened(fleet.undetermined, page.verbose())),
               label_width, 0, Tint::doubtful);
  if (fleet.repeated.count > 0)
    page.field("Repeated",
               fmt::format("{} reported several times, the newest report counts: {}",
                           count_text(fleet.repeated.count, "node"), shortened(fleet.repeated, page.verbose())),
               label_width);
  const std::size_t shown = page.verbose() ? fleet.problems.size() : std::min(fleet.problems.size(), shown_problems);
  for (std::size_t n = 0; n < shown; ++n)
    page.field(n == 0 ? "Not readable" : "", fmt::format("{}: {}", fleet.problems[n].place, fleet.problems[n].reason),
               label_width, 0, Tint::doubtful);
  if (shown < fleet.problem_count)
    page.field("", fmt::format("and {} more", fleet.problem_count - shown), label_width, 0, Tint::faint);
}

void write_answer(Page& page, const Fleet& fleet) {
  if (const std::string sentence = choice_sentence(fleet, fleet.all); !sentence.empty()) {
    page.field("One for all", sentence, label_width);
    if (const FleetInstall* install = chosen_install(fleet.all))
      page.labelled_command("", install->command, label_width);
  } else if (!fleet.nodes.empty()) {
    page.field("One for all", "no report holds a recommendation; collect `rigfit --format json`", label_width, 0,
               Tint::faint);
  }
  for (const FleetPlatform& platform : fleet.all.platforms)
    if (const std::string text = common_ground(platform); !text.empty())
      page.field(fmt::format("Common {}", platform_name(platform.id)), text, label_width);
}

std::string text_within(const Fleet& fleet, const TextStyle& style, const Limits& limits) {
  Page page(style);
  page.paragraph(fleet_headline(fleet), 0, 0, Tint::strong);
  page.blank();
  if (!fleet.classes.empty()) write_classes(page, fleet, limits);
  write_findings(page, fleet, limits);
  write_requirements(page, fleet);
  write_partitions(page, fleet);
  page.blank();
  write_absent(page, fleet);
  write_answer(page, fleet);
  for (const std::string& note : fleet.notes) page.field("Note", note, label_width);
  if (fleet.rules.size() > 1)
    page.field("Note", fmt::format("the reports were made by rules of different days: {}", listed(fleet.rules)),
               label_width);
  return page.take();
}

}  // namespace

/// The format "text" of fleet_formats.cpp.
std::string fleet_text(const Fleet& fleet, const TextStyle& style) {
  if (style.verbose) return text_within(fleet, style, everything);
  std::string text;
  for (const Limits& limits : tried) {
    text = text_within(fleet, style, limits);
    if (static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) <= terminal_lines) break;
  }
  return text;
}

}  // namespace rigfit
