#include "judge/check/policy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "evidence/strict_json.hpp"
#include "judge/recommend/check_wishes.hpp"
#include "text/edit_distance.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::json;

constexpr std::string_view schema_id = "rigfit.policy/1";

/// What is wrong, and with which member ("require/3/when").
struct Problem {
  std::string member, reason;
};

class Reader {
 public:
  explicit Reader(const RuleBook& rules) : rules_(rules) {}

  Policy read(const Json& json) const {
    only_members(json, {"schema", "about", "profile", "fail_on", "require"}, "", "policy");
    if (text(json, "schema", "") != schema_id) throw Problem{"schema", fmt::format("is not \"{}\"", schema_id)};
    Policy policy;
    policy.about = text(json, "about", "");
    policy.profile = text(json, "profile", "");
    if (!policy.profile.empty() && !rules_.profile(policy.profile)) {
      std::vector<std::string> names;
      for (const Profile& one : rules_.profiles) names.push_back(one.id);
      throw Problem{"profile", no_such("profile", policy.profile, names)};
    }
    if (!json.contains("require")) throw Problem{"require", "is missing: the list of what is required"};
    if (!json["require"].is_array() || json["require"].empty()) throw Problem{"require", "is no list of requirements"};
    if (json["require"].size() > most_requirements)
      throw Problem{"require", fmt::format("has more than {} requirements", most_requirements)};
    for (std::size_t n = 0; n < json["require"].size(); ++n)
      policy.requirements.push_back(requirement(json["require"][n], fmt::format("require/{}", n)));
    if (const std::string severity = text(json, "fail_on", ""); !severity.empty()) {
      if (severity != "error" && severity != "warning") throw Problem{"fail_on", "is neither error nor warning"};
      policy.requirements.push_back(no_findings_requirement(severity, rules_));
    }
    return policy;
  }

 private:
  static void only_members(const Json& json, const std::vector<std::string>& known, const std::string& where,
                           std::string_view what) {
    for (const auto& [member, value] : json.items())
      if (std::find(known.begin(), known.end(), member) == known.end())
        throw Problem{where + member, fmt::format("is no member of a {}{}", what, did_you_mean(member, known))};
  }

  /// Empty for what is not there.
  static std::string text(const Json& json, const char* key, const std::string& where) {
    if (!json.contains(key)) return "";
    if (!json[key].is_string() || json[key].get_ref<const std::string&>().empty())
      throw Problem{where + key, "is no text"};
    return json[key].get<std::string>();
  }

  CheckRequirement parsed(const std::string& text, const std::string& where) const {
    auto requirement = parse_check_requirement(text, rules_);
    if (!requirement) throw Problem{where, std::move(requirement.error())};
    return std::move(*requirement);
  }

  CheckRequirement requirement(const Json& json, const std::string& where) const {
    if (json.is_string()) return parsed(json.get<std::string>(), where);
    if (!json.is_object()) throw Problem{where, "is neither a condition nor an object with one"};
    const std::string prefix = where + "/";
    only_members(json, {"require", "about", "when"}, prefix, "requirement");
    if (!json.contains("require")) throw Problem{where, "requires nothing: \"require\" is missing"};
    CheckRequirement result = parsed(text(json, "require", prefix), prefix + "require");
    result.about = text(json, "about", prefix);
    result.when = text(json, "when", prefix);
    if (!result.when.empty()) result.applies = parsed(result.when, prefix + "when").condition;
    return result;
  }

  const RuleBook& rules_;
};

/// The nearest key of the text at or above `member`: what is missing has no place of its own.
std::string place_of(std::string_view text, std::string member) {
  while (true) {
    if (std::string place = place_of_key(text, "/" + member); !place.empty()) return place;
    const std::size_t slash = member.rfind('/');
    if (slash == member.npos) return "line 1, column 1";
    member.resize(slash);
  }
}

}  // namespace

tl::expected<Policy, std::string> parse_policy(std::string_view text, const std::string& name, const RuleBook& rules) {
  const auto json = parse_strict_json(text, 4);
  if (!json) return tl::unexpected(fmt::format("{}: {}: {}", name, json.error().place, json.error().reason));
  if (!json->is_object()) return tl::unexpected(fmt::format("{}: line 1, column 1: is not an object", name));
  try {
    return Reader(rules).read(*json);
  } catch (const Problem& problem) {
    return tl::unexpected(
        fmt::format("{}: {}: {}: {}", name, place_of(text, problem.member), problem.member, problem.reason));
  }
}

}  // namespace rigfit
