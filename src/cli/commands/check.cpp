#include "judge/check/check.hpp"

#include <fmt/format.h>

#include "cli/gather.hpp"
#include "cli/input.hpp"
#include "cli/options/format_option.hpp"
#include "cli/output.hpp"
#include "facts/platforms.hpp"
#include "judge/check/policy.hpp"
#include "judge/recommend/check_wishes.hpp"
#include "report/check/check_formats.hpp"

namespace rigfit {
namespace {

struct CheckOptions : Judging {
  std::vector<std::string> requirements;
  std::string policy;   ///< a file; empty: none
  std::string fail_on;  ///< error or warning; empty: findings do not count
  bool is_terse = false;
  const CheckFormat* format = &check_formats().front();
  Wishes wishes;
};

constexpr std::string_view about_requirements =
    "Requirements are conditions (rules/README.md). Quote them: a shell takes > for a\n"
    "file. Each is answered yes, no or unknown, with what was found:\n"
    "  cuda  cuda.proven  'cuda.devices>=4'  'cuda.driver>=550'  accelerator\n"
    "  'cuda.compute_capability>=8.0'  rocm.arch=gfx942  'host.memory>=64GiB'\n"
    "  'memory>=24GiB' (of each accelerator; 'any:memory>=24GiB' of one)\n"
    "  'memory.sum>=320GiB'  'python>=3.11'  'framework:pytorch>=2.8'\n"
    "  recommend=pytorch  no-findings:error\n"
    "  and what `rigfit probe` lists:\n"
    "  'any(cuda.devices: memory_total >= 24GiB) and not container'";

constexpr std::string_view check_examples =
    "  rigfit check cuda 'cuda.devices>=8'           is this the node we ordered?\n"
    "  rigfit check --policy gpu-node.json --quiet   prolog of a cluster's job\n"
    "  rigfit check accelerator --format junit       a CI job\n"
    "  rigfit check cuda.proven --prove              with a kernel run on every GPU";

/// Those that need no number.
std::vector<std::string> usual_requirements() {
  std::vector<std::string> words{"accelerator", "no-findings:error", "no-findings:warning"};
  for (const PlatformInfo& platform : platforms())
    if (platform.is_accelerator) words.emplace_back(platform.id);
  return words;
}

void declare(Options& options, CheckOptions& given) {
  options.arguments("REQUIREMENT", "What has to hold; several are joined by \"and\"",
                    [&given](const auto& texts) { given.requirements = texts; });
  options.offer(usual_requirements);
  options.value("--policy", "FILE", "Requirements from a JSON file (- for stdin)", given.policy);
  options.value("--fail-on", "SEVERITY",
                "Require that there is no finding of this severity (warning or error) or worse",
                [&given](const std::string& text) {
                  if (text != "error" && text != "warning") refuse("--fail-on", {"error", "warning"}, text);
                  given.fail_on = text;
                });
  options.offer({"error", "warning"});
  options.flag("-q,--quiet", "Print only what is not met, a line each", given.is_terse);
  add_format(options, check_formats(), given.format);
  options.value("--python", "PATH", "Judge the packages of this interpreter, environment or prefix", given.look.python);
  add_points(options, given.wishes);
  add_look(options, given.look);
  add_proof(options, given.look, true);
  add_rules(options, given.rules);
  add_style(options, given.tell);
  add_output(options, given.tell.output);
  options.check([&given] {
    if (given.requirements.empty() && given.policy.empty() && given.fail_on.empty())
      throw WrongUsage{"nothing is required: name a REQUIREMENT, a --policy or --fail-on"};
    if (given.policy == "-" && given.look.from == "-") throw WrongUsage{"stdin can be read once only"};
    if (given.requirements.size() > most_requirements)
      throw WrongUsage{fmt::format("there are more than {} requirements", most_requirements)};
    if (given.is_terse && given.format != &check_formats().front()) throw WrongUsage{"--quiet is for text only"};
  });
  options.notes = about_requirements;
  options.examples = check_examples;
  options.exit_codes = "0 all are met   1 one is not met   3 one could not be determined";
}

constexpr std::size_t largest_policy_file = 1u << 18;

/// Those of the command line, of the policy, and what --fail-on adds.
tl::expected<Policy, std::string> policy_of(const CheckOptions& given, const RuleBook& rules) {
  Policy policy;
  if (!given.policy.empty()) {
    const auto text = read_input(given.policy, largest_policy_file);
    if (!text) return tl::unexpected(text.error());
    auto read = parse_policy(*text, given.policy == "-" ? "stdin" : given.policy, rules);
    if (!read) return read;
    policy = std::move(*read);
  }
  std::vector<CheckRequirement> own;
  for (const std::string& text : given.requirements) {
    auto requirement = parse_check_requirement(text, rules);
    if (!requirement) return tl::unexpected(std::move(requirement.error()));
    own.push_back(std::move(*requirement));
  }
  policy.requirements.insert(policy.requirements.begin(), own.begin(), own.end());
  if (!given.fail_on.empty()) policy.requirements.push_back(no_findings_requirement(given.fail_on, rules));
  return policy;
}

int run(const CheckOptions& given) {
  const auto rules = load_rule_book(given.rules);
  if (!rules) return complain(rules.error());
  const auto policy = policy_of(given, **rules);
  if (!policy) return complain(policy.error());
  Purpose purpose{.wishes = given.wishes, .is_recommending = need_recommendation(policy->requirements)};
  if (purpose.wishes.profile.empty()) purpose.wishes.profile = policy->profile;
  if (const std::string sentence = unknown_name(purpose.wishes, **rules); !sentence.empty()) return complain(sentence);
  const auto analysis = analyze_machine(given.look, *rules, purpose);
  if (!analysis) return complain(analysis.error());
  const CheckResult result = check(*analysis, policy->requirements);
  const int written =
      put(given.format->write({*analysis, result, policy->about, given.is_terse}, style_for(given.tell)),
          given.tell.output);
  if (written != exit_yes) return written;
  const Truth all = result.all();
  return softened(all == Truth::yes ? exit_yes : all == Truth::no ? exit_no : exit_unknown, given.tell);
}

}  // namespace

Run check_command(Options& options) { return command_of<CheckOptions>(options, declare, run); }

}  // namespace rigfit
