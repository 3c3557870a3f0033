// What the names in conditions mean.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "facts/platforms.hpp"
#include "rules/condition_text.hpp"
#include "rules/short_forms.hpp"
#include "text/edit_distance.hpp"

namespace rigfit {
namespace {

using Type = NameKind::Type;

constexpr std::string_view device_prefix = "device.", size_suffix = "_bytes";

NameKind kind_of(std::string_view name, std::string_view type) {
  if (type == "bool") return {Type::boolean, {}};
  if (type == "int") return {name.ends_with(size_suffix) ? Type::size : Type::integer, {}};
  if (type == "float") return {Type::number, {}};
  if (type == "version") return {Type::version, {}};
  return {type == "list" ? Type::list : Type::text, {}};
}

/// What every platform and device has, below its name: `state`, `layer.bus` and `blocked_layer`.
std::optional<NameKind> built_in(std::string_view name) {
  NameKind kind;
  if (name == "state") {
    for (const State state :
         {State::not_applicable, State::absent, State::blocked, State::ready, State::proven, State::unknown})
      kind.words.emplace_back(name_of(state));
    return kind;
  }
  if (name == "blocked_layer") return kind;
  for (std::size_t n = 0; n < layer_count; ++n)
    if (name.starts_with("layer.") && name.substr(6) == name_of(static_cast<Layer>(n)))
      return NameKind{Type::text, {"yes", "no"}};
  return std::nullopt;
}

std::optional<ResolvedName> declared(std::string name, const ConditionNames& names) {
  auto it = names.facts.find(name);
  if (it == names.facts.end()) it = names.facts.find(name += size_suffix);
  if (it == names.facts.end()) return std::nullopt;
  return ResolvedName{it->first, kind_of(it->first, it->second)};
}

std::optional<ResolvedName> of_device(std::string_view name, const ConditionNames& names) {
  const std::string full = std::string(device_prefix) + std::string(name);
  if (auto kind = built_in(name)) return ResolvedName{full, std::move(*kind)};
  return declared(full, names);
}

std::optional<ResolvedName> of_machine(std::string_view name, const ConditionNames& names) {
  if (name.starts_with(device_prefix)) return std::nullopt;
  if (auto fact = declared(std::string(name), names)) return fact;
  const std::size_t dot = name.find('.');
  if (dot == name.npos || !platform_info(name.substr(0, dot))) return std::nullopt;
  if (name.substr(dot + 1) == "device_count") return ResolvedName{std::string(name), {Type::integer, {}}};
  if (auto kind = built_in(name.substr(dot + 1))) return ResolvedName{std::string(name), std::move(*kind)};
  return std::nullopt;
}

/// Every name there is, as it is written, for "did you mean".
std::vector<std::string> all_names(const ConditionNames& names, ConditionScope scope) {
  std::vector<std::string> all;
  const auto add_built_in = [&](const std::string& prefix) {
    all.push_back(prefix + "state");
    for (std::size_t n = 0; n < layer_count; ++n)
      all.push_back(fmt::format("{}layer.{}", prefix, name_of(static_cast<Layer>(n))));
  };
  if (scope == ConditionScope::device) add_built_in("");
  for (const auto& [fact, type] : names.facts) {
    const bool is_device = fact.starts_with(device_prefix);
    if (is_device && scope == ConditionScope::machine) continue;
    std::string name = is_device ? fact.substr(device_prefix.size()) : fact;
    if (type == "int" && name.ends_with(size_suffix)) name.resize(name.size() - size_suffix.size());
    all.push_back(std::move(name));
  }
  for (const auto& [name, condition] : names.conditions)
    if (condition.scope == ConditionScope::machine || scope == ConditionScope::device) all.push_back(name);
  if (scope == ConditionScope::machine) {
    for (const auto& [name, kind] : names.others) all.push_back(name);
    for (const auto& [name, condition] : names.alone) all.push_back(name);
    if (names.has_short_forms)
      for (std::string& form : all_short_forms(names)) all.push_back(std::move(form));
  }
  for (const PlatformInfo& platform : platforms()) {
    add_built_in(std::string(platform.id) + ".");
    all.push_back(std::string(platform.id) + ".device_count");
  }
  return all;
}

}  // namespace

tl::expected<ResolvedName, ConditionError> resolve_name(std::string_view name, const ConditionNames& names,
                                                        ConditionScope scope) {
  if (scope == ConditionScope::device)
    if (auto fact = of_device(name, names)) return std::move(*fact);
  if (const auto other = names.others.find(name); other != names.others.end() && scope == ConditionScope::machine)
    return ResolvedName{other->first, other->second};
  if (auto fact = of_machine(name, names)) return std::move(*fact);
  if (names.has_short_forms && scope == ConditionScope::machine)
    if (auto form = machine_form(name, names)) return std::move(*form);
  ConditionError error;
  if (name.starts_with(device_prefix) && of_device(name.substr(device_prefix.size()), names)) {
    name.remove_prefix(device_prefix.size());
    if (scope == ConditionScope::device) {
      error.problem = "a condition on devices names their facts without \"device.\"";
      error.expected = name;
    } else {
      error.problem = "no device is meant here";
      error.expected = fmt::format("a list to look through, such as any(cuda.devices: {} …)", name);
    }
    return tl::unexpected(std::move(error));
  }
  error.problem = fmt::format("no fact or condition is named \"{}\"", name.substr(0, 80));
  error.nearest = usual_word_for(name);
  if (error.nearest.empty()) error.nearest = nearest(name, all_names(names, scope));
  return tl::unexpected(std::move(error));
}

tl::expected<std::string, ConditionError> resolve_list(std::string_view name, const ConditionNames& names) {
  constexpr std::string_view suffix = ".devices";
  std::vector<std::string> owners, lists;
  for (const PlatformInfo& platform : platforms()) owners.emplace_back(platform.id);
  if (names.has_short_forms) owners.emplace_back(short_form::accelerator);
  for (const std::string& owner : owners) {
    lists.push_back(owner + std::string(suffix));
    if (name == lists.back()) return owner;
  }
  ConditionError error;
  error.problem = fmt::format("no list is named \"{}\"", name.substr(0, 80));
  error.nearest = nearest(name, lists);
  if (error.nearest.empty()) error.expected = "the devices of a platform, such as cuda.devices";
  return tl::unexpected(std::move(error));
}

}  // namespace rigfit
