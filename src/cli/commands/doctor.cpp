#include <algorithm>

#include "cli/gather.hpp"
#include "cli/input.hpp"
#include "cli/output.hpp"

namespace rigfit {
namespace {

struct DoctorOptions : Judging {
  bool fails_on_warnings = false;
  WhatIf what_if;
};

bool is_warning_wanted(const std::string& severity) {
  if (severity == "warning") return true;
  if (severity == "error") return false;
  refuse("--fail-on", {"error", "warning"}, severity);
}

void declare(Options& options, DoctorOptions& given) {
  options.value("--fail-on", "SEVERITY",
                "Exit with 1 on findings of this severity or worse: error (default) or warning",
                [&given](const std::string& severity) { given.fails_on_warnings = is_warning_wanted(severity); });
  options.offer({"error", "warning"});
  options.value("--python", "PATH", "Judge the packages of this interpreter, environment or prefix", given.look.python);
  add_what_if(options, given.what_if);
  add_judging(options, given, true);
  options.exit_codes =
      "0 no errors found (with --fail-on warning: no warnings either)   1 some found\n"
      "3 too little is known";
  options.examples =
      "  rigfit doctor                         only what is wrong, and how to fix it\n"
      "  rigfit doctor --python .venv          judge the packages of that environment";
}

int run(const DoctorOptions& given) {
  const auto rules = load_rule_book(given.rules);
  if (!rules) return complain(rules.error());
  const auto compared =
      analyze_compared(given.look, *rules, {.what_if = given.what_if, .is_recommending = given.tell.format->is_whole});
  if (!compared) return complain(compared.error());
  const Analysis* analysis = &compared->changed;
  const int written = put_report(
      {*analysis, {.part = Scope::Part::findings, .today = compared->today ? &*compared->today : nullptr}}, given.tell);
  if (written != exit_yes || given.tell.check) return softened(written, given.tell);
  const auto& findings = analysis->diagnosis.findings;
  const bool fails = std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
    return finding.severity == "error" || (given.fails_on_warnings && finding.severity == "warning");
  });
  return softened(fails ? exit_no : is_determined(analysis->facts) ? exit_yes : exit_unknown, given.tell);
}

}  // namespace

Run doctor_command(Options& options) { return command_of<DoctorOptions>(options, declare, run); }

}  // namespace rigfit
