#include "fuzz/condition_properties.hpp"

#include "fact_names/cuda.hpp"
#include "fact_names/device.hpp"
#include "fact_names/memory.hpp"
#include "fact_names/os.hpp"
#include "fact_names/python.hpp"
#include "judge/check/check.hpp"
#include "judge/recommend/demands.hpp"
#include "rules/condition_text.hpp"
#include "rules/short_forms.hpp"

namespace rigfit {
namespace {

/// Two GPUs, one of which cannot be used, and one of which little is known; the rest is unknown.
Facts some_machine() {
  Facts facts;
  facts.host.set(fact::os::family, std::string("linux"), {"file:/etc/os-release"});
  facts.host.set(fact::os::id_like, std::vector<std::string>{"debian"}, {});
  facts.host.set(fact::os::wsl, Fact::of_none("not WSL"));
  facts.host.set(fact::memory::usable_bytes, std::int64_t{64} << 30, {});
  facts.host.set(fact::python::version,
                 Fact::one_of<Version>({*Version::parse("3.11"), *Version::parse("3.12")}, "two of them"));
  Platform cuda;
  cuda.id = "cuda";
  cuda.state = State::ready;
  cuda.facts.set(fact::cuda::driver_version, *Version::parse("580.65.06"), {"file:/proc/driver/nvidia/version"});
  for (const State state : {State::ready, State::blocked, State::unknown}) {
    Device device;
    device.state = state;
    if (state != State::unknown) {
      device.facts.set(fact::device::compute_capability, *Version::parse("9.0"), {});
      device.facts.set(fact::device::memory_total_bytes, std::int64_t{81559} << 20, {});
    }
    cuda.devices.push_back(device);
  }
  Platform rocm;
  rocm.id = "rocm";
  rocm.state = State::absent;
  facts.platforms = {cuda, rocm};
  return facts;
}

std::string broken_error(const ConditionError& error, std::string_view text) {
  if (error.column < 1 || error.column > text.size() + 1) return "the column is outside";
  return error.text().empty() || error.problem.empty() ? "there is no reason" : "";
}

/// Texts that become too long or nested too deeply by what is written around them.
bool is_limit(const ConditionError& error) { return error.problem.starts_with("the condition is "); }

std::string broken_truths(const Condition& condition, const ConditionNames& names, ConditionScope scope,
                          std::string_view text) {
  static const Facts nothing, plain = some_machine(), machine = with_short_forms(plain);
  for (const Facts* facts : {&nothing, &plain, &machine}) {
    const Device* device =
        scope == ConditionScope::device && facts == &machine ? &machine.platforms[0].devices[0] : nullptr;
    const Truth truth = evaluate(condition, *facts, device).truth;
    if (truth != holds(condition, *facts, device)) return "evaluate and holds differ";
    for (const auto& [around, wanted] :
         {std::pair{std::string("not ("), !truth}, {"(" + std::string(text) + ") and (", truth}}) {
      const auto again = parse_condition(around + std::string(text) + ")", names, scope);
      if (!again && is_limit(again.error())) continue;
      if (!again) return "it cannot stand in brackets: " + again.error().text();
      if (holds(*again, *facts, device) != wanted) return "\"" + around + "...)\" is not what it should be";
    }
  }
  return "";
}

std::string broken_rule(std::string_view text, const RuleBook& rules, ConditionScope scope) {
  const ConditionNames names{*rules.vocabulary, *rules.conditions};
  const auto condition = parse_condition(text, names, scope);
  if (!condition) return broken_error(condition.error(), text);
  const std::string printed = print_condition(*condition, scope);
  const auto again = parse_condition(printed, names, scope);
  // Named conditions that are written out may pass the limits.
  if (!again && !is_limit(again.error())) return "what was printed is no condition: " + printed;
  if (again && *again != *condition) return "what was printed is another condition: " + printed;
  return broken_truths(*condition, names, scope, text);
}

std::string broken_short_forms(std::string_view text, const RuleBook& rules) {
  ConditionNames names{*rules.vocabulary, *rules.conditions};
  names.has_short_forms = true;
  const auto condition = parse_condition(text, names);
  return condition ? broken_truths(*condition, names, ConditionScope::machine, text)
                   : broken_error(condition.error(), text);
}

/// Requirements and demands have names of their own beside those.
std::string broken_requirement(std::string_view text, const RuleBook& rules) {
  const auto requirement = parse_check_requirement(text, rules);
  if (!requirement) return requirement.error().empty() ? "a requirement is refused without a reason" : "";
  if (const auto again = parse_check_requirement(text, rules); !again || *again != *requirement)
    return "a requirement is read in two ways";
  static const Facts machine = some_machine();
  const CheckResult result = check({*requirement}, rules, machine, {}, nullptr, true);
  const bool needs_reason = result.lines.front().met != Truth::yes;
  return needs_reason && result.lines.front().found.empty() && result.lines.front().terms.empty()
             ? "a requirement is not met, and nothing says why"
             : "";
}

std::string broken_demand(std::string_view text, const RuleBook& rules) {
  const auto demand = parse_demand(text, rules);
  return !demand && demand.error().empty() ? "a demand is refused without a reason" : "";
}

}  // namespace

std::string broken_property(std::string_view text, const RuleBook& rules) {
  for (const ConditionScope scope : {ConditionScope::machine, ConditionScope::device})
    if (std::string broken = broken_rule(text, rules, scope); !broken.empty()) return broken;
  for (const auto property : {broken_short_forms, broken_requirement, broken_demand})
    if (std::string broken = property(text, rules); !broken.empty()) return broken;
  return "";
}

}  // namespace rigfit
