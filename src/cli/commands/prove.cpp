#include <fmt/format.h>

#include <algorithm>

#include "cli/commands/commands.hpp"
#include "cli/gather.hpp"
#include "cli/input.hpp"
#include "cli/output.hpp"
#include "cli/provers.hpp"

namespace rigfit {
namespace {

bool is_live(const Look& look) { return look.from.empty() && look.root.empty(); }

bool is_chosen(const std::vector<std::string>& platforms, const Prover& prover) {
  return std::find(platforms.begin(), platforms.end(), prover.platform) != platforms.end();
}

/// Says what a proof takes from others, before it is begun.
void warn(const ProveOptions& options) {
  if (!is_live(options.look) || !options.look.start_children) return;
  for (const Prover& prover : provers)
    if (!prover.warning.empty() && is_chosen(options.look.proof.platforms, prover))
      remark(fmt::format("warning: {}", prover.warning));
}

/// Names what is there and was not tried because nobody named it; whether there was any.
bool point_out_unnamed(const Facts& facts, const std::vector<std::string>& platforms) {
  bool any = false;
  for (const Prover& prover : provers) {
    if (prover.warning.empty() || is_chosen(platforms, prover)) continue;
    for (const Platform& platform : facts.platforms) {
      if (platform.id != prover.platform || platform.state == State::absent ||
          platform.state == State::not_applicable || platform.devices.empty())
        continue;
      remark(fmt::format("hint: `rigfit prove {}` tries it; {}", prover.platform, prover.warning));
      any = true;
    }
  }
  return any;
}

}  // namespace

int prove_command(const ProveOptions& options) {
  const auto rules = load_rule_book(options.rules);
  if (!rules) return complain(rules.error());
  const std::vector<std::string>& platforms = options.look.proof.platforms;
  const std::string only = !options.is_any && platforms.size() == 1 ? platforms.front() : "";
  warn(options);
  const bool is_text = options.tell.format == Format::text;
  const auto analysis = analyze_machine(options.look, *rules, {.only = only, .is_recommending = !is_text});
  if (!analysis) return complain(analysis.error());
  const std::string text = is_text ? prove_text(*analysis, style_for(options.tell), platforms) : report_json(*analysis);
  if (const int written = put(text, options.tell.output); written != exit_yes) return written;
  const bool is_left_out = options.is_any && point_out_unnamed(analysis->facts, platforms);
  const ProofCount count = count_proofs(analysis->facts, platforms);
  const int status = count.failed > 0    ? exit_no
                     : count.untried > 0 ? exit_unknown
                     : count.passed > 0  ? exit_yes
                     : is_left_out       ? exit_unknown
                                         : exit_no;
  return softened(status, options.tell);
}

}  // namespace rigfit
