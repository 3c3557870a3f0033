#include <algorithm>

#include "cli/commands/commands.hpp"
#include "cli/input.hpp"
#include "cli/output.hpp"
#include "cli/pipeline.hpp"

namespace rigfit {

int doctor_command(const DoctorOptions& options) {
  const auto rules = load_rule_book(options.rules);
  if (!rules) return complain(rules.error());
  const ProbeList probes = probes_for("");
  const auto evidence = gather(options.look, probes, rules->devices);
  if (!evidence) return complain(evidence.error());
  Report report = diagnosed(*evidence, *rules, read_facts(*evidence, probes, rules->devices));
  const auto& findings = report.diagnosis.findings;
  const bool any_error =
      std::any_of(findings.begin(), findings.end(), [](const Finding& finding) { return finding.severity == "error"; });
  std::string text;
  if (options.tell.format == Format::json) {
    if (auto recommendation = recommend(*rules, report.facts, report.diagnosis, {}))
      report.recommendation = std::move(*recommendation);
    text = report_json(report);
  } else {
    text = doctor_text(report, style_for(options.tell));
  }
  if (const int written = put(text, options.tell.output); written != exit_yes) return written;
  return softened(any_error ? exit_no : is_determined(report.facts) ? exit_yes : exit_unknown, options.tell);
}

}  // namespace rigfit
