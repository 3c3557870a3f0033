#include "report/explain/explain.hpp"

#include <fmt/format.h>

#include "cli/commands/commands.hpp"
#include "cli/input.hpp"
#include "cli/output.hpp"
#include "cli/pipeline.hpp"
#include "judge/recommend/answers.hpp"
#include "text/edit_distance.hpp"

namespace rigfit {

int explain_command(const ExplainOptions& options) {
  const auto rules = load_rule_book(options.rules);
  if (!rules) return complain(rules.error());
  if (const std::string sentence = misspelt(options.wishes, *rules); !sentence.empty()) return complain(sentence);
  const ProbeList probes = probes_for("");
  const auto evidence = gather(options.look, probes, rules->devices);
  if (!evidence) return complain(evidence.error());
  Report report = diagnosed(*evidence, *rules, read_facts(*evidence, probes, rules->devices));
  auto answers = answer(*rules, report.facts, report.diagnosis, options.wishes);
  if (!answers) return complain(answers.error());
  report.recommendation = std::move(answers->framework);
  report.runtime = std::move(answers->runtime);
  if (const Profile* profile = rules->profile(options.wishes.profile)) report.profile = profile->id;
  if (const auto text = explain_text(report, options.item, style_for(options.tell)))
    return put(*text, options.tell.output);
  complain(fmt::format("nothing here is named \"{}\"{}", options.item,
                       did_you_mean(options.item, explainable_items(report))));
  remark("hint: `rigfit rules` lists factors, frameworks and findings, `rigfit probe` the facts of this machine");
  return exit_wrong;
}

}  // namespace rigfit
