#include <fmt/format.h>

#include <algorithm>

#include "cli/gather.hpp"
#include "cli/input.hpp"
#include "cli/output.hpp"
#include "facts/platforms.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

struct Prove : Judging {
  bool is_any = true;  ///< no platform was named: those that are not there are no failure
};

/// "cuda, rocm (default: those that are there); tpu if named"
std::string about_platforms() {
  std::string usual, named;
  for (const PlatformInfo& platform : platforms())
    if (!platform.proof.empty()) append_to_list(platform.warning.empty() ? usual : named, platform.id);
  return fmt::format("{} (default: those that are there); {} if named", usual, named);
}

std::string what_is_run() {
  std::string lines = "What is run:";
  for (const PlatformInfo& platform : platforms())
    if (!platform.proof.empty()) lines += fmt::format("\n  {:<6} {}", platform.id, platform.proof);
  return lines;
}

std::vector<std::string> provable_platforms() {
  std::vector<std::string> words;
  for (const PlatformInfo& platform : platforms())
    if (!platform.proof.empty()) words.emplace_back(platform.id);
  return words;
}

void declare(Options& options, Prove& given) {
  given.look.proof.platforms = proven_platforms({});
  options.arguments("PLATFORM", about_platforms(), [&given](const std::vector<std::string>& named) {
    given.look.proof.platforms = proven_platforms(named);
    given.is_any = false;
  });
  options.offer(provable_platforms);
  add_judging(options, given, false);
  options.notes = what_is_run();
  options.exit_codes = "0 every device passed                    1 one failed, or none is there   3 not tried";
  options.examples =
      "  rigfit prove        run a kernel on every accelerator and check its result\n"
      "  rigfit prove tpu    start libtpu, which takes every chip of the host";
}

bool is_chosen(const std::vector<std::string>& chosen, const PlatformInfo& platform) {
  return std::find(chosen.begin(), chosen.end(), platform.id) != chosen.end();
}

/// Says what a proof takes from others, before it is begun.
void warn(const Look& look) {
  const bool is_live = look.from.empty() && look.root.empty();
  if (!is_live || !look.start_children) return;
  for (const PlatformInfo& platform : platforms())
    if (!platform.warning.empty() && is_chosen(look.proof.platforms, platform))
      remark(fmt::format("warning: {}", platform.warning));
}

/// Names what is there and was not tried because nobody named it; whether there was any.
bool point_out_unnamed(const Facts& facts, const std::vector<std::string>& chosen) {
  bool any = false;
  for (const PlatformInfo& info : platforms()) {
    if (info.warning.empty() || is_chosen(chosen, info)) continue;
    const Platform* platform = facts.platform(info.id);
    if (!platform || platform->state == State::absent || platform->state == State::not_applicable ||
        platform->devices.empty())
      continue;
    remark(fmt::format("hint: `rigfit prove {}` tries it; {}", info.id, info.warning));
    any = true;
  }
  return any;
}

int run(const Prove& given) {
  const auto rules = load_rule_book(given.rules);
  if (!rules) return complain(rules.error());
  const std::vector<std::string>& chosen = given.look.proof.platforms;
  const std::string only = !given.is_any && chosen.size() == 1 ? chosen.front() : "";
  warn(given.look);
  const auto analysis =
      analyze_machine(given.look, *rules, {.only = only, .is_recommending = given.tell.format->is_whole});
  if (!analysis) return complain(analysis.error());
  const int written = put_report({*analysis, {.part = Scope::Part::proofs, .platforms = chosen}}, given.tell);
  if (written != exit_yes || given.tell.check) return softened(written, given.tell);
  const bool is_left_out = given.is_any && point_out_unnamed(analysis->facts, chosen);
  const ProofCount count = count_proofs(analysis->facts, chosen);
  const int status = count.failed > 0    ? exit_no
                     : count.untried > 0 ? exit_unknown
                     : count.passed > 0  ? exit_yes
                     : is_left_out       ? exit_unknown
                                         : exit_no;
  return softened(status, given.tell);
}

}  // namespace

Run prove_command(Options& options) { return command_of<Prove>(options, declare, run); }

}  // namespace rigfit
