#include "report/explain/explain.hpp"

#include <fmt/format.h>

#include "cli/commands/commands.hpp"
#include "cli/gather.hpp"
#include "cli/input.hpp"
#include "cli/output.hpp"
#include "judge/recommend/check_wishes.hpp"
#include "text/edit_distance.hpp"

namespace rigfit {

int explain_command(const ExplainOptions& options) {
  const auto rules = load_rule_book(options.rules);
  if (!rules) return complain(rules.error());
  if (const std::string sentence = unknown_name(options.wishes, **rules); !sentence.empty()) return complain(sentence);
  const auto analysis = analyze_machine(options.look, *rules, {.wishes = options.wishes});
  if (!analysis) return complain(analysis.error());
  if (const auto text = explain_text(*analysis, options.item, style_for(options.tell)))
    return put(*text, options.tell.output);
  complain(fmt::format("nothing here is named \"{}\"{}", options.item,
                       did_you_mean(options.item, explainable_items(*analysis))));
  remark("hint: `rigfit rules` lists factors, frameworks and findings, `rigfit probe` the facts of this machine");
  return exit_wrong;
}

}  // namespace rigfit
