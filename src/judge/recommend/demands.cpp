#include "judge/recommend/demands.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "facts/platforms.hpp"
#include "judge/recommend/demand_names.hpp"
#include "judge/recommend/recommend.hpp"
#include "rules/short_forms.hpp"

namespace rigfit {
namespace {

using Op = Condition::Op;
using Type = NameKind::Type;

constexpr std::string_view understood =
    "platform, memory, python, offline, os, arch, framework, a factor, a platform or framework, what is short for the "
    "machine (cuda.devices, cuda.driver, host.memory), and the facts of `rigfit probe`";

Condition is(std::string_view name, std::string value) {
  Condition condition;
  condition.op = Op::is;
  condition.fact = name;
  condition.wanted = {std::move(value)};
  return condition;
}

Condition uses_accelerator() {
  Condition condition;
  condition.op = Op::is_one_of;
  condition.fact = demand_name::platform;
  for (const PlatformInfo& platform : platforms())
    if (platform.is_accelerator) condition.wanted.emplace_back(std::string(platform.id));
  return condition;
}

/// The names that are about a candidate.
ConditionNames demand_names(const RuleBook& rules, const Profile* profile) {
  ConditionNames names{*rules.vocabulary, *rules.conditions};
  names.has_short_forms = true;
  std::vector<std::string> frameworks, platforms;
  for (const FrameworkRule& framework : rules.frameworks) frameworks.push_back(framework.id);
  for (const PlatformInfo& platform : rigfit::platforms()) platforms.emplace_back(platform.id);
  names.others = {{std::string(demand_name::platform), {Type::text, platforms}},
                  {std::string(demand_name::memory), {Type::size, {}}},
                  {std::string(demand_name::python), {Type::version, {}}},
                  {std::string(demand_name::offline), {Type::boolean, {}}},
                  {std::string(demand_name::os), {Type::text, {"linux", "macos", "darwin", "windows"}}},
                  {std::string(demand_name::arch), {Type::text, {"x86_64", "amd64", "aarch64", "arm64"}}},
                  {std::string(demand_name::framework), {Type::text, frameworks}}};
  for (const Factor& factor : rules.factors) names.others[factor.id] = {Type::integer, {}};
  if (profile && profile->fit) names.others[profile->fit->factor.id] = {Type::integer, {}};
  for (const std::string& id : platforms) names.alone[id] = is(demand_name::platform, id);
  names.alone[std::string(short_form::accelerator)] = uses_accelerator();
  for (const std::string& id : frameworks)
    for (const std::string& name : {id, framework_prefix + id}) {
      names.others[name] = {Type::version, {}};
      names.alone[name] = is(demand_name::framework, id);
    }
  return names;
}

/// What is wrong with a comparison that its types admit, as a sentence; empty when nothing is.
std::string problem_of(const Condition& leaf, const ConditionNames& names, bool is_on_its_own) {
  const auto name = names.others.find(leaf.fact);
  if (name == names.others.end()) return "";
  if (leaf.op == Op::known || leaf.op == Op::unknown || leaf.op == Op::none)
    return fmt::format("{} is held against a value: = or >=", leaf.fact);
  if (name->second.type == Type::integer)
    for (const Value& value : leaf.wanted)
      if (const auto* score = std::get_if<std::int64_t>(&value); !score || *score < 0 || *score > 100)
        return fmt::format("{} is a whole number from 0 to 100", leaf.fact);
  if (leaf.fact != demand_name::python) return "";
  const auto* version = std::get_if<Version>(&leaf.wanted.front());
  if (leaf.op != Op::is || !version || version->part(0) != 3 || version->size() < 2)
    return "one Python is demanded, as in python = 3.13";
  return is_on_its_own ? "" : "python = 3.13 can stand alone or be joined by and, not be under or or not";
}

/// The same of all comparisons of a condition.
std::string first_problem(const Condition& condition, const ConditionNames& names, bool is_on_its_own) {
  if (condition.parts.empty()) return problem_of(condition, names, is_on_its_own);
  for (const Condition& part : condition.parts)
    if (std::string problem = first_problem(part, names, is_on_its_own && condition.op == Op::all); !problem.empty())
      return problem;
  return "";
}

/// The parts all of which have to hold.
std::vector<const Condition*> conjuncts(const Condition& condition) {
  if (condition.op != Op::all) return {&condition};
  std::vector<const Condition*> parts;
  for (const Condition& part : condition.parts) parts.push_back(&part);
  return parts;
}

}  // namespace

tl::expected<Demand, std::string> parse_demand(std::string_view text, const RuleBook& rules, const Profile* profile) {
  const ConditionNames names = demand_names(rules, profile);
  const auto wrong = [&](const std::string& why) {
    return tl::unexpected(fmt::format("the demand \"{}\": {}", text.substr(0, 200), why));
  };
  auto condition = parse_condition(text, names);
  if (!condition) {
    const ConditionError& error = condition.error();
    const bool is_unknown_name = error.expected.empty() && error.nearest.empty();
    return wrong(error.text() + (is_unknown_name ? fmt::format("; understood are {}", understood) : ""));
  }
  if (const std::string problem = first_problem(*condition, names, true); !problem.empty()) return wrong(problem);
  return Demand{std::string(text), std::move(*condition)};
}

BuildDemands build_demands(const std::vector<Demand>& demands) {
  BuildDemands result;
  for (const Demand& demand : demands)
    for (const Condition* part : conjuncts(demand.condition))
      if (part->op == Op::is && part->fact == demand_name::python)
        result.python = std::get<Version>(part->wanted.front());
  return result;
}

bool demand_offline(const std::vector<Demand>& demands) {
  return std::any_of(demands.begin(), demands.end(), [](const Demand& demand) {
    const std::vector<const Condition*> parts = conjuncts(demand.condition);
    return std::any_of(parts.begin(), parts.end(), [](const Condition* part) {
      return part->op == Op::is && part->fact == demand_name::offline && part->wanted.front() == Value(true);
    });
  });
}

std::vector<std::string> demanded_frameworks(const Demand& demand) {
  std::vector<std::string> ids;
  if (demand.condition.fact != demand_name::framework) return ids;
  for (const Value& value : demand.condition.wanted) ids.push_back(to_text(value));
  return ids;
}

std::vector<std::string> offline_commands(const std::string& pip) {
  constexpr std::string_view install = " install ";
  const std::size_t at = pip.find(install);
  const std::size_t name = pip.find("pip");
  if (at == pip.npos || name == pip.npos || name > at) return {};
  const std::string rest = pip.substr(at + install.size());
  // What is fetched already fits: no index is asked on the other side.
  std::string local = rest;
  for (const std::string_view option : {"--index-url ", "--extra-index-url ", "--find-links ", "-f "}) {
    const std::size_t begin = local.find(option);
    if (begin == local.npos) continue;
    const std::size_t end = local.find(' ', begin + option.size());
    local.erase(begin, end == local.npos ? local.npos : end + 1 - begin);
  }
  while (local.ends_with(' ')) local.pop_back();
  return {fmt::format("{} download --dest wheels {}", pip.substr(0, at), rest),
          fmt::format("{} install --no-index --find-links wheels {}", pip.substr(0, at), local)};
}

}  // namespace rigfit
