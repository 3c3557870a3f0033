#include "cli/commands.hpp"
#include "cli/input.hpp"
#include "cli/output.hpp"
#include "cli/pipeline.hpp"

namespace rigfit {

int prove_command(const ProveOptions& options) {
  const auto rules = load_rule_book(options.rules);
  if (!rules) return complain(rules.error());
  const std::vector<std::string>& platforms = options.look.proof.platforms;
  const std::string only = !options.is_any && platforms.size() == 1 ? platforms.front() : "";
  const ProbeList probes = probes_for(only);
  const auto evidence = gather(options.look, probes, rules->devices);
  if (!evidence) return complain(evidence.error());
  Report report = diagnosed(*evidence, *rules, read_facts(*evidence, probes, rules->devices, only));
  std::string text;
  if (options.tell.format == Format::text) {
    text = prove_text(report, style_for(options.tell), platforms);
  } else {
    if (only.empty())
      if (auto recommendation = recommend(*rules, report.facts, report.diagnosis, {}))
        report.recommendation = std::move(*recommendation);
    text = report_json(report);
  }
  if (const int written = put(text, options.tell.output); written != exit_yes) return written;
  const ProofCount count = count_proofs(report.facts, platforms);
  const int status = count.failed > 0    ? exit_no
                     : count.untried > 0 ? exit_unknown
                     : count.passed > 0  ? exit_yes
                                         : exit_no;
  return softened(status, options.tell);
}

}  // namespace rigfit
