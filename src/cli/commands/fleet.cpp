#include "fleet/fleet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <memory>

#include "cli/fleet/fleet_reading.hpp"
#include "cli/input.hpp"
#include "cli/options/format_option.hpp"
#include "cli/output.hpp"
#include "fleet/formats/drift_formats.hpp"
#include "fleet/formats/fleet_formats.hpp"
#include "fleet/machine_judge.hpp"
#include "fleet/nodeset.hpp"
#include "judge/check/policy.hpp"
#include "judge/recommend/check_wishes.hpp"

namespace rigfit {
namespace {

struct FleetOptions {
  std::vector<std::string> inputs;
  std::vector<std::string> expected;  ///< names, of all --expect together
  bool is_expecting = false;
  std::vector<NamedNodes> partitions;
  std::string partitions_file;  ///< empty: none
  std::vector<std::string> requirements;
  std::string policy;   ///< a file; empty: none
  std::string fail_on;  ///< error or warning; empty: findings are no requirement
  std::string rules;
  Wishes wishes;
  std::string format = "text";
  unsigned threads = 0;  ///< 0: as many as processors
  Tell tell;
};

constexpr std::string_view about_inputs =
    "INPUT is a report (rigfit --format json) or a machine file (rigfit capture),\n"
    "many of them in one file (NDJSON, or one behind the other), a folder of such\n"
    "files, or - for stdin; each may be packed by gzip. Labels that srun, clush and\n"
    "dshbak put before lines are understood, and the heads of `ansible -m command`.\n"
    "A node's name is its label, the member \"node\" of its report, or what tells its\n"
    "file from the others: out.gpu001.json. Machine files are judged anew by today's\n"
    "rules; reports are taken as they are.";

constexpr std::string_view fleet_examples =
    "  srun -N128 --ntasks-per-node=1 -o 'out.%N.json' rigfit --format json --compact\n"
    "  rigfit fleet --expect 'gpu[001-128]' out.*.json\n"
    "  rigfit fleet --policy gpu-node.json monday/    does every node meet a policy?\n"
    "  sinfo | rigfit fleet --partitions - monday/    an answer for each partition\n"
    "  clush -w @gpu 'rigfit --format json' | rigfit fleet -\n"
    "  rigfit fleet --format html --output fleet.html monday/\n"
    "  rigfit fleet diff monday/ tuesday/             what has changed since";

void take_expected(const std::vector<std::string>& sets, FleetOptions& given) {
  given.is_expecting = true;
  for (const std::string& set : sets) {
    auto names = expand_nodes(set);
    if (!names) throw WrongUsage{fmt::format("--expect \"{}\": {}", set, names.error())};
    given.expected.insert(given.expected.end(), names->begin(), names->end());
  }
  std::sort(given.expected.begin(), given.expected.end());
  given.expected.erase(std::unique(given.expected.begin(), given.expected.end()), given.expected.end());
}

void take_partitions(const std::vector<std::string>& words, FleetOptions& given) {
  for (const std::string& word : words) {
    const std::size_t equal = word.find('=');
    if (equal == word.npos) throw WrongUsage{fmt::format("--partition is NAME=NODES, not \"{}\"", word)};
    auto one = named_nodes(word.substr(0, equal), word.substr(equal + 1));
    if (!one) throw WrongUsage{fmt::format("--partition \"{}\": {}", word, one.error())};
    add_partition(std::move(*one), given.partitions);
  }
}

constexpr std::string_view diff = "diff";  ///< the first word, where two collections are to be compared

bool is_diff(const FleetOptions& given) { return !given.inputs.empty() && given.inputs.front() == diff; }

void declare_requirements(Options& options, FleetOptions& given) {
  options.values("--expect", "NODES", "Which nodes should have answered: 'gpu[001-128]'; may be repeated",
                 [&given](const auto& sets) { take_expected(sets, given); });
  options.values("--partition", "NAME=NODES", "Answer for these nodes by themselves, too; may be repeated",
                 [&given](const auto& words) { take_partitions(words, given); });
  options.value("--partitions", "FILE", "The same for each line: the output of `sinfo`, or NAME NODES; - for stdin",
                given.partitions_file);
  options.values("--require", "REQUIREMENT", "What every node has to meet, as for `rigfit check`; may be repeated",
                 [&given](const auto& texts) {
                   if (texts.size() > most_requirements)
                     throw WrongUsage{fmt::format("there are more than {} requirements", most_requirements)};
                   given.requirements = texts;
                 });
  options.value("--policy", "FILE", "Requirements from a JSON file, as for `rigfit check`", given.policy);
  options.value("--fail-on", "SEVERITY",
                "Require that there is no finding of this severity (warning or error) or worse",
                [&given](const std::string& text) {
                  if (text != "error" && text != "warning") refuse("--fail-on", {"error", "warning"}, text);
                  given.fail_on = text;
                });
}

void declare(Options& options, FleetOptions& given) {
  options.arguments("INPUT", "Reports or machine files: files, folders, or - for stdin; or: diff BEFORE AFTER",
                    [&given](const auto& words) { given.inputs = words; });
  declare_requirements(options, given);
  options.value("--format", "FORMAT", "text (default), json, markdown or html; of diff text or json", given.format);
  options.value("--jobs", "N", "Threads that read; else as many as there are processors", [&given](const auto& text) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), given.threads);
    if (error != std::errc() || end != text.data() + text.size() || given.threads < 1 || given.threads > 1024)
      throw WrongUsage{fmt::format("--jobs is a whole number from 1 to 1024, not \"{}\"", text)};
  });
  add_points(options, given.wishes);
  add_rules(options, given.rules);
  add_style(options, given.tell);
  add_output(options, given.tell.output);
  options.check([&given] {
    if (given.inputs.empty()) throw WrongUsage{"no INPUT: name files or folders of reports, or - for stdin"};
    const auto stdins = std::count(given.inputs.begin(), given.inputs.end(), "-") + (given.policy == "-") +
                        (given.partitions_file == "-");
    if (stdins > 1) throw WrongUsage{"stdin can be read once only"};
    if (!is_diff(given)) return static_cast<void>(format_meant(fleet_formats(), given.format));
    format_meant(drift_formats(), given.format);
    if (given.inputs.size() != 3) throw WrongUsage{"diff compares two: rigfit fleet diff BEFORE AFTER"};
    if (given.is_expecting || !given.requirements.empty() || !given.policy.empty() || !given.fail_on.empty() ||
        !given.partitions.empty() || !given.partitions_file.empty())
      throw WrongUsage{"--expect, partitions and requirements are for one collection, not for diff"};
  });
  options.notes = about_inputs;
  options.examples = fleet_examples;
  options.exit_codes =
      "0 every node is fine   1 a node has an error, did not answer, or misses a requirement (diff: it differs)\n"
      "3 some inputs could not be read, or something could not be determined";
}

constexpr std::size_t largest_fleet_policy = 1u << 18, largest_partitions = 16u << 20;

/// Those of the command line, and of the file.
tl::expected<std::vector<NamedNodes>, std::string> partitions_of(const FleetOptions& given) {
  std::vector<NamedNodes> all = given.partitions;
  if (given.partitions_file.empty()) return all;
  const auto text = read_input(given.partitions_file, largest_partitions);
  if (!text) return tl::unexpected(text.error());
  auto listed = parse_partitions(*text);
  const std::string file = given.partitions_file == "-" ? "stdin" : given.partitions_file;
  if (!listed) return tl::unexpected(fmt::format("{}: {}", file, listed.error()));
  if (listed->empty()) return tl::unexpected(file + ": names no partition");
  for (NamedNodes& one : *listed) add_partition(std::move(one), all);
  return all;
}

tl::expected<FleetQuestion, std::string> question_of(const FleetOptions& given) {
  auto rules = load_rule_book(given.rules);
  if (!rules) return tl::unexpected(rules.error());
  FleetQuestion question{*rules, {.wishes = given.wishes}};
  if (!given.policy.empty()) {
    const auto text = read_input(given.policy, largest_fleet_policy);
    if (!text) return tl::unexpected(text.error());
    auto policy = parse_policy(*text, given.policy == "-" ? "stdin" : given.policy, **rules);
    if (!policy) return tl::unexpected(policy.error());
    question.requirements = std::move(policy->requirements);
    if (question.purpose.wishes.profile.empty()) question.purpose.wishes.profile = policy->profile;
  }
  for (const std::string& text : given.requirements) {
    auto requirement = parse_check_requirement(text, **rules);
    if (!requirement) return tl::unexpected(std::move(requirement.error()));
    question.requirements.push_back(std::move(*requirement));
  }
  if (!given.fail_on.empty()) question.requirements.push_back(no_findings_requirement(given.fail_on, **rules));
  if (std::string sentence = unknown_name(question.purpose.wishes, **rules); !sentence.empty())
    return tl::unexpected(std::move(sentence));
  return question;
}

tl::expected<Fleet, std::string> fleet_of(const std::vector<std::string>& words, const FleetOptions& given,
                                          const std::shared_ptr<const FleetQuestion>& question) {
  const auto inputs = fleet_inputs(words);
  if (!inputs) return tl::unexpected(inputs.error());
  FleetReading reading = read_fleet(
      *inputs, [&] { return Tally(machine_judge(question), requirement_check(question)); }, given.threads);
  std::vector<std::string> paths;
  for (const FleetInput& input : *inputs) paths.push_back(input.path == "-" ? "stdin" : input.path);
  FleetWishes wishes{.expected = {}, .notes = std::move(reading.notes)};
  if (given.is_expecting) wishes.expected = given.expected;
  auto partitions = partitions_of(given);
  if (!partitions) return tl::unexpected(partitions.error());
  wishes.partitions = std::move(*partitions);
  std::vector<FleetInput> named = *inputs;
  for (FleetInput& input : named)
    if (input.path == "-") input.path = "stdin";
  return assemble(std::move(reading.tallies), node_names(named), paths, wishes);
}

int status_of(const Fleet& fleet) {
  if (fleet.nodes.empty()) return exit_wrong;
  const Truth fine = fleet.is_fine();
  return fine == Truth::yes ? exit_yes : fine == Truth::no ? exit_no : exit_unknown;
}

/// One report of each of two files is about one machine, whatever the files are called: "monday.json", "tuesday.json".
void name_alike(const FleetOptions& given, Fleet& before, Fleet& after) {
  for (const std::size_t n : {1, 2}) {
    std::error_code error;
    if (std::filesystem::is_directory(given.inputs[n], error)) return;
  }
  for (const Fleet* fleet : {&before, &after})
    if (fleet->nodes.size() != 1 || fleet->named_by_inputs != 1) return;
  before.nodes = after.nodes;
}

int run_diff(const FleetOptions& given, const std::shared_ptr<const FleetQuestion>& question) {
  std::vector<Fleet> both;
  for (const std::size_t n : {1, 2}) {
    auto fleet = fleet_of({given.inputs[n]}, given, question);
    if (!fleet) return complain(fleet.error());
    if (fleet->nodes.empty()) return complain(fmt::format("{}: holds no report", given.inputs[n]));
    if (fleet->problem_count > 0)
      remark(fmt::format("rigfit: {}: {} could not be read; `rigfit fleet` names them", given.inputs[n],
                         fleet->problem_count));
    both.push_back(std::move(*fleet));
  }
  name_alike(given, both[0], both[1]);
  const Drift drift = drift_of(both[0], both[1]);
  const DriftFormat& format = format_meant(drift_formats(), given.format);
  const int written = put(format.write(drift, style_for(given.tell)), given.tell.output);
  if (written != exit_yes) return written;
  const bool is_whole = both[0].problem_count + both[1].problem_count == 0;
  return softened(!drift.is_none() ? exit_no : is_whole ? exit_yes : exit_unknown, given.tell);
}

int run(const FleetOptions& given) {
  auto asked = question_of(given);
  if (!asked) return complain(asked.error());
  const auto question = std::make_shared<const FleetQuestion>(std::move(*asked));
  if (is_diff(given)) return run_diff(given, question);
  const auto fleet = fleet_of(given.inputs, given, question);
  if (!fleet) return complain(fleet.error());
  const FleetFormat& format = format_meant(fleet_formats(), given.format);
  const int written = put(format.write(*fleet, style_for(given.tell)), given.tell.output);
  return written != exit_yes ? written : softened(status_of(*fleet), given.tell);
}

}  // namespace

Run fleet_command(Options& options) { return command_of<FleetOptions>(options, declare, run); }

}  // namespace rigfit
