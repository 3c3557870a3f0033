#include <fmt/format.h>

#include <algorithm>

#include "facts/platforms.hpp"
#include "fleet/formats/fleet_formats.hpp"
#include "report/markdown/markdown_text.hpp"
#include "report/text/value_text.hpp"

namespace rigfit {
namespace {

using markdown::Document;
using markdown::Inline;

constexpr std::size_t most_markdown_rows = 100;

Inline number(std::size_t count) { return markdown::text(std::to_string(count)); }

void write_classes(Document& document, const Fleet& fleet) {
  document.heading(3, markdown::text("Classes of equal machines"));
  std::vector<std::vector<Inline>> rows;
  for (std::size_t c = 0; c < std::min(fleet.classes.size(), most_markdown_rows); ++c) {
    const FleetClass& one = fleet.classes[c];
    const std::string what = one.reference == c ? machine_summary(one.record)
                                                : fmt::format("as {}, but {}", one.reference + 1,
                                                              differences_text(one, one.differences.size()));
    rows.push_back({number(c + 1), number(one.nodes.count), markdown::text(what), markdown::code(one.nodes.folded)});
  }
  document.table({{markdown::text("Class"), true},
                  {markdown::text("Nodes"), true},
                  {markdown::text("What")},
                  {markdown::text("Which")}},
                 rows);
}

void write_findings(Document& document, const Fleet& fleet) {
  if (fleet.findings.empty()) return;
  document.heading(3, markdown::text("Problems"));
  std::vector<std::vector<Inline>> rows;
  for (std::size_t n = 0; n < std::min(fleet.findings.size(), most_markdown_rows); ++n) {
    const auto& [finding, nodes] = fleet.findings[n];
    rows.push_back({markdown::text(finding.severity), number(nodes.count),
                    markdown::text(finding.title + " ") + markdown::code(finding.id), markdown::code(nodes.folded)});
  }
  document.table({{markdown::text("Severity")},
                  {markdown::text("Nodes"), true},
                  {markdown::text("What")},
                  {markdown::text("Which")}},
                 rows);
}

void write_requirements(Document& document, const Fleet& fleet) {
  if (fleet.requirements.empty()) return;
  document.heading(3, markdown::text("Requirements"));
  std::vector<std::vector<Inline>> rows;
  for (const FleetRequirement& one : fleet.requirements)
    rows.push_back({markdown::code(one.requirement), number(one.met),
                    one.failed.count == 0 ? Inline() : markdown::code(one.failed.folded),
                    one.unknown.count == 0 ? Inline() : markdown::code(one.unknown.folded)});
  document.table({{markdown::text("Requirement")},
                  {markdown::text("Met by"), true},
                  {markdown::text("Not met by")},
                  {markdown::text("Unknown on")}},
                 rows);
}

void write_partitions(Document& document, const Fleet& fleet) {
  if (fleet.partitions.empty()) return;
  document.heading(3, markdown::text("Partitions"));
  std::vector<std::vector<Inline>> rows;
  for (std::size_t n = 0; n < std::min(fleet.partitions.size(), most_markdown_rows); ++n) {
    const FleetPart& part = fleet.partitions[n];
    const FleetInstall* install = chosen_install(part);
    rows.push_back({markdown::text(part.name), markdown::text(partition_counts(part)),
                    markdown::text(choice_sentence(fleet, part)), install ? markdown::code(install->command) : Inline(),
                    markdown::text(partition_ground(part))});
  }
  document.table({{markdown::text("Partition")},
                  {markdown::text("Nodes")},
                  {markdown::text("One framework")},
                  {markdown::text("Installed by")},
                  {markdown::text("In common")}},
                 rows);
}

void write_list(Document& document, const char* label, const NodeList& nodes) {
  if (nodes.count > 0)
    document.bullet(markdown::text(fmt::format("{}: {}, ", label, nodes.count)) + markdown::code(nodes.folded));
}

}  // namespace

/// The format "markdown" of fleet_formats.cpp; its headings begin at level 2.
std::string fleet_markdown(const Fleet& fleet, const TextStyle&) {
  Document document;
  document.heading(2, markdown::text(fleet_headline(fleet)));
  if (const std::string choice = choice_sentence(fleet, fleet.all); !choice.empty()) {
    document.paragraph(markdown::text(fmt::format("One framework for all: {}.", choice)));
    if (const FleetInstall* install = chosen_install(fleet.all)) document.code_block("sh", {install->command});
  }
  write_list(document, "No answer", fleet.missing);
  write_list(document, "Not expected", fleet.unexpected);
  write_list(document, "Nothing is known about the accelerators of", fleet.undetermined);
  write_list(document, "Reported several times", fleet.repeated);
  for (const FleetPlatform& platform : fleet.all.platforms)
    if (const std::string common = common_ground(platform); !common.empty())
      document.bullet(markdown::text(fmt::format("{} in common: {}", platform_name(platform.id), common)));
  for (const std::string& note : fleet.notes) document.bullet(markdown::text(note));
  write_classes(document, fleet);
  write_findings(document, fleet);
  write_requirements(document, fleet);
  write_partitions(document, fleet);
  if (fleet.problem_count == 0) return document.take();
  document.heading(3, markdown::text(count_text(fleet.problem_count, "text") + " not readable"));
  for (std::size_t n = 0; n < std::min(fleet.problems.size(), most_markdown_rows); ++n)
    document.bullet(markdown::text(fmt::format("{}: {}", fleet.problems[n].place, fleet.problems[n].reason)));
  return document.take();
}

}  // namespace rigfit
