#include "report/diff/diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/gather.hpp"
#include "cli/input.hpp"
#include "cli/options/format_option.hpp"
#include "cli/output.hpp"
#include "evidence/machine_file.hpp"
#include "evidence/strict_json.hpp"

namespace rigfit {
namespace {

struct DiffOptions {
  std::vector<std::string> files;
  std::vector<std::string> ignore;
  const DiffFormat* format = &diff_formats().front();
  Look look;
  Tell tell;
  std::string rules;
};

constexpr std::size_t largest_input = 64u << 20, deepest_report = 64;

constexpr std::string_view about_diff =
    "BEFORE and AFTER are reports (--format json) or machine files (rigfit capture),\n"
    "in any mix; a machine file is judged first. Without AFTER, BEFORE is compared\n"
    "with this machine as it is now. Devices are matched by PCI address, then by\n"
    "UUID, then by place. What differs at every run is left out.";

constexpr std::string_view diff_examples =
    "  rigfit diff monday.json friday.json    what changed on a machine\n"
    "  rigfit diff golden-node.json           how this machine differs from that one\n"
    "  rigfit diff a.json b.json --ignore 'cuda.devices.*'";

void declare(Options& options, DiffOptions& given) {
  options.arguments("BEFORE [AFTER]", "Reports or machine files (- for stdin); AFTER: else this machine",
                    [&given](const auto& files) { given.files = files; });
  options.values("--ignore", "GLOB", "Leave out paths such as 'cuda.devices.*'; may be repeated",
                 [&given](const auto& globs) { given.ignore = globs; });
  add_format(options, diff_formats(), given.format);
  add_rules(options, given.rules);
  add_style(options, given.tell);
  add_output(options, given.tell.output);
  options.check([&given] {
    if (given.files.empty() || given.files.size() > 2)
      throw WrongUsage{"`rigfit diff` compares two files, or one with this machine"};
    if (std::count(given.files.begin(), given.files.end(), "-") > 1) throw WrongUsage{"stdin can be read once only"};
    for (const std::string& file : given.files)
      if (file.empty()) throw WrongUsage{"the name of a file is empty"};
  });
  options.notes = about_diff;
  options.examples = diff_examples;
  options.exit_codes = "0 nothing differs   1 something differs";
}

using Json = nlohmann::json;

tl::expected<Json, std::string> judged(Evidence evidence, const SharedRules& rules) {
  const auto analysis = analyze(rules, std::move(evidence));
  if (!analysis) return tl::unexpected(analysis.error());
  return Json::parse(report_json(*analysis, true));
}

/// A report as it is, or that of a machine file.
tl::expected<Json, std::string> read_report(const std::string& path, const SharedRules& rules) {
  const auto text = read_input(path, largest_input);
  if (!text) return tl::unexpected(text.error());
  auto json = parse_strict_json(*text, deepest_report);
  if (!json) return tl::unexpected(fmt::format("{}: {}: {}", path, json.error().place, json.error().reason));
  const auto schema = json->is_object() ? json->find("schema") : json->end();
  const std::string name =
      json->is_object() && schema != json->end() && schema->is_string() ? schema->get<std::string>() : "";
  if (name == "rigfit.report/1") return std::move(*json);
  if (name.starts_with("rigfit.") && !name.starts_with("rigfit.machine/"))
    return tl::unexpected(fmt::format("{}: is a {}, neither a report nor a machine file", path, name));
  auto evidence = parse_machine_file(*text, path);
  if (!evidence) return tl::unexpected(std::move(evidence.error()));
  return judged(std::move(*evidence), rules);
}

tl::expected<Json, std::string> report_of_this_machine(const DiffOptions& given, const SharedRules& rules) {
  auto evidence = gather(given.look, *rules);
  if (!evidence) return tl::unexpected(std::move(evidence.error()));
  return judged(std::move(*evidence), rules);
}

int run(const DiffOptions& given) {
  const auto rules = load_rule_book(given.rules);
  if (!rules) return complain(rules.error());
  const auto before = read_report(given.files[0], *rules);
  if (!before) return complain(before.error());
  const auto after =
      given.files.size() > 1 ? read_report(given.files[1], *rules) : report_of_this_machine(given, *rules);
  if (!after) return complain(after.error());
  const DiffReport report{given.files[0], given.files.size() > 1 ? given.files[1] : "this machine",
                          differences(*before, *after, given.ignore)};
  const int written = put(given.format->write(report, style_for(given.tell)), given.tell.output);
  if (written != exit_yes) return written;
  return softened(report.differences.all.empty() ? exit_yes : exit_no, given.tell);
}

}  // namespace

Run diff_command(Options& options) { return command_of<DiffOptions>(options, declare, run); }

}  // namespace rigfit
