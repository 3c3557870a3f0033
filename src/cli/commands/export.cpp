#include "export/export.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/gather.hpp"
#include "cli/input.hpp"
#include "cli/output.hpp"
#include "judge/recommend/check_wishes.hpp"
#include "report/text/terminal_text.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

struct ExportOptions {
  const ExportTarget* target = nullptr;
  std::string target_name;
  Look look;
  std::string rules, output;
  Wishes wishes;
  ExportWishes own;
  bool exit_zero = false;
};

constexpr std::string_view export_examples =
    "  rigfit export slurm --node 'gpu[01-16]'    for gres.conf and slurm.conf\n"
    "  rigfit export prometheus --output /var/lib/node_exporter/rigfit.prom\n"
    "  rigfit export ansible --exit-zero          last line of facts.d/rigfit.fact\n"
    "  eval \"$(rigfit export env)\"                variables for a script\n"
    "  rigfit export conda --from node.json       solve for that node elsewhere";

std::string about_targets() {
  std::string text = "Targets:";
  for (const ExportTarget& target : export_targets()) text += fmt::format("\n  {:<15} {}", target.name, target.about);
  return text;
}

/// What stands behind NodeName=: a name, or several in one range. https://slurm.schedmd.com/slurm.conf.html
bool is_node_name(std::string_view text) {
  return text.size() <= 4096 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  std::string_view("_-.,[]").find(c) != std::string_view::npos;
         });
}

const ExportTarget* target_named(const std::string& name) {
  const auto targets = export_targets();
  std::vector<std::string> names;
  for (const ExportTarget& target : targets) {
    if (target.name == name) return &target;
    names.emplace_back(target.name);
  }
  if (name.empty()) throw WrongUsage{"TARGET is missing: " + join(names)};
  refuse("TARGET", names, name);
}

void declare(Options& options, ExportOptions& given) {
  options.required_argument("TARGET", "The tool to write for, see below", given.target_name);
  options.value("--node", "NAME", "Slurm: the NodeName of this machine, or of all like it", given.own.node);
  add_points(options, given.wishes);
  add_look(options, given.look);
  add_rules(options, given.rules);
  add_output(options, given.output);
  options.flag("--exit-zero", "Exit with 0 whenever it ran, whatever was left out", given.exit_zero);
  options.check([&given] {
    given.target = target_named(given.target_name);
    if (!given.own.node.empty() && !given.target_name.starts_with("slurm")) throw WrongUsage{"--node is for Slurm"};
    if (!is_node_name(given.own.node))
      throw WrongUsage{fmt::format("--node is a name such as gpu07 or gpu[01-16], not \"{}\"", given.own.node)};
  });
  options.notes = about_targets();
  options.examples = export_examples;
  options.exit_codes =
      "0 all was written   3 something is left out: nobody knows it, or the format cannot\n"
      "carry it; stderr says what and why";
}

int run(const ExportOptions& given) {
  const auto rules = load_rule_book(given.rules);
  if (!rules) return complain(rules.error());
  if (const std::string sentence = unknown_name(given.wishes, **rules); !sentence.empty()) return complain(sentence);
  const Purpose purpose{.wishes = given.wishes, .is_recommending = given.target->is_recommending};
  const auto analysis = analyze_machine(given.look, *rules, purpose);
  if (!analysis) return complain(analysis.error());
  const Exported exported = given.target->write(*analysis, given.own);
  if (const int written = put(exported.text, given.output); written != exit_yes) return written;
  for (const LeftOut& one : exported.left_out)
    remark(fmt::format("rigfit: left out: {}: {}", clean(one.what), clean(one.because)));
  const bool is_whole = exported.left_out.empty() && is_determined(analysis->facts);
  if (!is_whole && exported.left_out.empty()) remark("rigfit: nothing is known about accelerators");
  return given.exit_zero || is_whole ? exit_yes : exit_unknown;
}

}  // namespace

Run export_command(Options& options) { return command_of<ExportOptions>(options, declare, run); }

}  // namespace rigfit
