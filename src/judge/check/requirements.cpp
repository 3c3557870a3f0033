#include "judge/check/requirements.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "facts/platforms.hpp"
#include "judge/check/check_names.hpp"

namespace rigfit {
namespace {

using Type = NameKind::Type;

ConditionNames names_of(const RuleBook& rules) {
  ConditionNames names{*rules.vocabulary, *rules.conditions};
  names.has_short_forms = true;
  std::vector<std::string> frameworks, platforms;
  for (const FrameworkRule& framework : rules.frameworks) frameworks.push_back(framework.id);
  for (const PlatformInfo& platform : rigfit::platforms()) platforms.emplace_back(platform.id);
  for (const std::string& id : frameworks) {
    names.others[check_name::framework + id] = names.others[id] = {Type::version, {}};
    names.others[check_name::framework + id + std::string(check_name::on_platform)] = {Type::text, platforms};
  }
  names.others[std::string(check_name::recommend)] = {Type::text, frameworks};
  for (const std::string& severity : severities())
    names.others[check_name::no_findings + severity] = {Type::boolean, {}};
  names.others["python"] = {Type::version, {}};
  return names;
}

/// The second spelling of a name becomes the first.
void spell_out(Condition& condition, const RuleBook& rules) {
  for (Condition& part : condition.parts) spell_out(part, rules);
  if (rules.framework(condition.fact)) condition.fact = check_name::framework + condition.fact;
  if (condition.fact == "python") condition.fact = "python.version";
}

tl::expected<Condition, std::string> parse(std::string_view text, const RuleBook& rules) {
  auto condition = parse_condition(text, names_of(rules));
  if (!condition)
    return tl::unexpected(fmt::format("the requirement \"{}\": {}", text.substr(0, 200), condition.error().text()));
  spell_out(*condition, rules);
  return std::move(*condition);
}

void for_each_fact(const Condition& condition, const std::function<void(const std::string&)>& take) {
  if (!condition.fact.empty()) take(condition.fact);
  for (const Condition& part : condition.parts) for_each_fact(part, take);
}

void for_each_fact(const std::vector<CheckRequirement>& requirements,
                   const std::function<void(const std::string&)>& take) {
  for (const CheckRequirement& requirement : requirements) {
    for_each_fact(requirement.condition, take);
    if (requirement.applies) for_each_fact(*requirement.applies, take);
  }
}

}  // namespace

const std::vector<std::string>& severities() {
  static const std::vector<std::string> all{"error", "warning", "info"};
  return all;
}

tl::expected<CheckRequirement, std::string> parse_check_requirement(std::string_view text, const RuleBook& rules) {
  auto condition = parse(text, rules);
  if (!condition) return tl::unexpected(std::move(condition.error()));
  return CheckRequirement{std::string(text), std::move(*condition), "", "", std::nullopt};
}

CheckRequirement no_findings_requirement(std::string_view severity, const RuleBook& rules) {
  return *parse_check_requirement(check_name::no_findings + std::string(severity), rules);
}

bool need_recommendation(const std::vector<CheckRequirement>& requirements) {
  bool is_needed = false;
  for_each_fact(requirements, [&](const std::string& fact) { is_needed = is_needed || fact == check_name::recommend; });
  return is_needed;
}

std::vector<std::string> frameworks_in(const std::vector<CheckRequirement>& requirements, const RuleBook& rules) {
  std::vector<std::string> ids;
  for_each_fact(requirements, [&](const std::string& fact) {
    if (!fact.starts_with(check_name::framework)) return;
    std::string id = fact.substr(check_name::framework.size());
    if (id.ends_with(check_name::on_platform)) id.resize(id.size() - check_name::on_platform.size());
    if (rules.framework(id) && std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(std::move(id));
  });
  return ids;
}

}  // namespace rigfit
