#include <algorithm>

#include "cli/commands/commands.hpp"
#include "cli/gather.hpp"
#include "cli/input.hpp"
#include "cli/output.hpp"

namespace rigfit {

int doctor_command(const DoctorOptions& options) {
  const auto rules = load_rule_book(options.rules);
  if (!rules) return complain(rules.error());
  const bool is_text = options.tell.format == Format::text;
  const auto analysis = analyze_machine(options.look, *rules, {.is_recommending = !is_text});
  if (!analysis) return complain(analysis.error());
  const auto& findings = analysis->diagnosis.findings;
  const bool any_error =
      std::any_of(findings.begin(), findings.end(), [](const Finding& finding) { return finding.severity == "error"; });
  const std::string text = is_text ? doctor_text(*analysis, style_for(options.tell)) : report_json(*analysis);
  if (const int written = put(text, options.tell.output); written != exit_yes) return written;
  return softened(any_error ? exit_no : is_determined(analysis->facts) ? exit_yes : exit_unknown, options.tell);
}

}  // namespace rigfit
