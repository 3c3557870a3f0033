#include "cli/commands.hpp"
#include "cli/input.hpp"
#include "cli/output.hpp"
#include "cli/pipeline.hpp"

namespace rigfit {

int recommend_command(const RecommendOptions& options) {
  const auto rules = load_rule_book(options.rules);
  if (!rules) return complain(rules.error());
  if (const std::string sentence = misspelt(options.wishes, *rules); !sentence.empty()) return complain(sentence);
  const ProbeList probes = probes_for("");
  const auto evidence = gather(options.look, probes, rules->devices);
  if (!evidence) return complain(evidence.error());
  Report report = diagnosed(*evidence, *rules, read_facts(*evidence, probes, rules->devices));
  auto recommendation = recommend(*rules, report.facts, report.diagnosis, options.wishes);
  if (!recommendation) return complain(recommendation.error());
  report.recommendation = std::move(*recommendation);
  report.profile = options.wishes.profile;
  const bool determined = is_determined(report.facts) && !report.recommendation->ranking.places.empty();
  const int written =
      put(options.tell.format == Format::json ? report_json(report) : recommend_text(report, style_for(options.tell)),
          options.tell.output);
  if (written != exit_yes) return written;
  if (!determined) remark("hint: nothing is known about accelerators here, so this recommendation may be wrong");
  return softened(determined ? exit_yes : exit_unknown, options.tell);
}

}  // namespace rigfit
