#include "cli/options/priorities_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "evidence/strict_json.hpp"
#include "judge/recommend/check_wishes.hpp"
#include "judge/recommend/demands.hpp"
#include "text/edit_distance.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::json;

constexpr int most_points = 1'000'000;

/// What is wrong with a member, "points/ease_of_use".
struct Problem {
  std::string member, reason;
};

std::optional<Problem> read_profile(const Json& json, const RuleBook& rules, PrioritiesFile& file) {
  if (!json.is_string() || json.get_ref<const std::string&>().empty())
    return Problem{"profile", "is not the name of a profile"};
  file.profile = json.get<std::string>();
  if (rules.profile(file.profile)) return std::nullopt;
  std::vector<std::string> names;
  for (const Profile& one : rules.profiles) names.push_back(one.id);
  return Problem{"profile", no_such("profile", file.profile, names)};
}

/// The profile is known already. A factor of a profile that the command line names is looked at later.
std::optional<Problem> read_points(const Json& json, const RuleBook& rules, PrioritiesFile& file) {
  if (!json.is_object()) return Problem{"points", "is not an object of factors and their points"};
  const std::vector<std::string> factors =
      factors_of(rules, file.profile.empty() ? nullptr : rules.profile(file.profile));
  for (const auto& [factor, points] : json.items()) {
    if (factor != "fit" && std::find(factors.begin(), factors.end(), factor) == factors.end())
      return Problem{"points/" + factor, no_such("factor", factor, factors)};
    if (!points.is_number_unsigned() || points.get<std::uint64_t>() > most_points)
      return Problem{"points/" + factor, fmt::format("is not a whole number from 0 to {}", most_points)};
    file.points[factor] = points.get<int>();
  }
  return std::nullopt;
}

/// What is wrong with a demand; empty when nothing is. It may be about the factor of a profile that the command line
/// names, which is looked at later.
std::string demand_error(const std::string& text, const RuleBook& rules, const Profile* profile) {
  const auto demand = parse_demand(text, rules, profile);
  const auto may_be_named = [&](const Profile& other) { return other.fit && parse_demand(text, rules, &other); };
  if (demand || std::any_of(rules.profiles.begin(), rules.profiles.end(), may_be_named)) return "";
  return demand.error();
}

std::optional<Problem> read_demands(const Json& json, const RuleBook& rules, PrioritiesFile& file) {
  if (!json.is_array()) return Problem{"require", "is not a list of demands"};
  if (json.size() > most_demands) return Problem{"require", fmt::format("holds more than {} demands", most_demands)};
  for (const Json& one : json) {
    if (!one.is_string()) return Problem{"require", fmt::format("{} is not a demand", one.dump())};
    file.demands.push_back(one.get<std::string>());
    if (std::string error = demand_error(file.demands.back(), rules, rules.profile(file.profile)); !error.empty())
      return Problem{"require", std::move(error)};
  }
  return std::nullopt;
}

std::optional<Problem> read(const Json& json, const RuleBook& rules, PrioritiesFile& file) {
  static const std::vector<std::string> known{"about", "points", "profile", "require"};
  for (const auto& [member, value] : json.items())
    if (std::find(known.begin(), known.end(), member) == known.end())
      return Problem{member, "is not a member of a priorities file" + did_you_mean(member, known)};
  if (json.contains("about") && !json["about"].is_string()) return Problem{"about", "is not a text"};
  std::optional<Problem> problem;
  if (json.contains("profile")) problem = read_profile(json["profile"], rules, file);
  if (!problem && json.contains("points")) problem = read_points(json["points"], rules, file);
  if (!problem && json.contains("require")) problem = read_demands(json["require"], rules, file);
  return problem;
}

}  // namespace

tl::expected<PrioritiesFile, std::string> parse_priorities(std::string_view text, const std::string& name,
                                                           const RuleBook& rules) {
  const auto json = parse_strict_json(text, 4);
  if (!json) return tl::unexpected(fmt::format("{}: {}: {}", name, json.error().place, json.error().reason));
  if (!json->is_object()) return tl::unexpected(fmt::format("{}: line 1, column 1: is not an object", name));
  PrioritiesFile file;
  if (const auto problem = read(*json, rules, file))
    return tl::unexpected(fmt::format("{}: {}: {}: {}", name, place_of_key(text, "/" + problem->member),
                                      problem->member, problem->reason));
  return file;
}

}  // namespace rigfit
