#include <algorithm>

#include "cli/gather.hpp"
#include "cli/input.hpp"
#include "cli/output.hpp"

namespace rigfit {
namespace {

void declare(Options& options, Judging& given) {
  options.value("--python", "PATH", "Judge this one's packages: interpreter, environment or prefix", given.look.python);
  add_judging(options, given, true);
  options.exit_codes = "0 nothing is wrong, or only warnings     1 errors found   3 too little is known";
  options.examples =
      "  rigfit doctor                         only what is wrong, and how to fix it\n"
      "  rigfit doctor --python .venv          judge the packages of that environment";
}

int run(const Judging& given) {
  const auto rules = load_rule_book(given.rules);
  if (!rules) return complain(rules.error());
  const auto analysis = analyze_machine(given.look, *rules, {.is_recommending = given.tell.format->is_whole});
  if (!analysis) return complain(analysis.error());
  const int written = put_report({*analysis, {.part = Scope::Part::findings}}, given.tell);
  if (written != exit_yes) return written;
  const auto& findings = analysis->diagnosis.findings;
  const bool any_error =
      std::any_of(findings.begin(), findings.end(), [](const Finding& finding) { return finding.severity == "error"; });
  return softened(any_error ? exit_no : is_determined(analysis->facts) ? exit_yes : exit_unknown, given.tell);
}

}  // namespace

Run doctor_command(Options& options) { return command_of<Judging>(options, declare, run); }

}  // namespace rigfit
