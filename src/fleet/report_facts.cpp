#include "fleet/report_facts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "evidence/strict_json.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::json;

const Json& member(const Json& object, const char* key) {
  static const Json none;
  if (!object.is_object()) return none;
  const auto found = object.find(key);
  return found == object.end() ? none : *found;
}

std::string text_of(const Json& value) { return value.is_string() ? value.get<std::string>() : std::string(); }

/// A value of the declared type; nothing where the report holds another one.
std::optional<Value> value_of(const Json& json, std::string_view type) {
  if (json.is_boolean()) return Value(json.get<bool>());
  if (type == "version" && json.is_string()) {
    auto version = Version::parse(json.get_ref<const std::string&>());
    return version ? std::optional<Value>(std::move(*version)) : std::nullopt;
  }
  if (json.is_string()) return Value(json.get<std::string>());
  if (json.is_number_float() || (type == "float" && json.is_number())) return Value(json.get<double>());
  if (json.is_number_integer()) return Value(json.get<std::int64_t>());
  if (!json.is_array()) return std::nullopt;
  std::vector<std::string> list;
  for (const Json& item : json) {
    if (!item.is_string()) return std::nullopt;
    list.push_back(item.get<std::string>());
  }
  return Value(std::move(list));
}

class Reader {
 public:
  Reader(const Json& report, const RuleBook& rules) : report_(report), rules_(rules) {}

  ReportedMachine read() {
    for (const auto& [name, value] : items(member(report_, "facts"))) set(machine_.facts.host, "", name, value);
    for (const auto& [id, platform] : items(member(report_, "platforms"))) add_platform(id, platform);
    for (const auto& [name, because] : items(member(report_, "unknowns"))) set_missing(name, text_of(because), false);
    for (const auto& [name, because] : items(member(report_, "none"))) set_missing(name, text_of(because), true);
    for (const Json& finding : member(report_, "findings"))
      if (finding.is_object()) add_finding(finding);
    add_recommendation();
    return std::move(machine_);
  }

 private:
  static const Json::object_t& items(const Json& object) {
    static const Json::object_t none;
    return object.is_object() ? object.get_ref<const Json::object_t&>() : none;
  }

  void set(FactTable& facts, const std::string& prefix, const std::string& name, const Json& json) {
    const auto declared = rules_.vocabulary->find(prefix + name);
    const std::string_view type = declared == rules_.vocabulary->end() ? std::string_view{} : declared->second;
    if (auto value = value_of(json, type)) facts.set_by_name(name, Fact::of(std::move(*value)));
  }

  static void add_layers(const Json& json, Layers& layers) {
    const Json &holds = member(json, "layers"), &reasons = member(json, "layer_reasons");
    for (std::size_t n = 0; n < layer_count; ++n) {
      const Layer layer = static_cast<Layer>(n);
      const std::string name(name_of(layer));
      const std::string word = text_of(member(holds, name.c_str()));
      layers.set(layer,
                 word == "yes"  ? Truth::yes
                 : word == "no" ? Truth::no
                                : Truth::unknown,
                 text_of(member(reasons, name.c_str())));
    }
  }

  static State state_of_name(const Json& json) {
    const std::string name = text_of(member(json, "state"));
    for (const State state : {State::not_applicable, State::absent, State::blocked, State::ready, State::proven})
      if (name == name_of(state)) return state;
    return State::unknown;
  }

  template <class Subject>
  void add_subject(const Json& json, const std::string& prefix, Subject& subject) {
    subject.state = state_of_name(json);
    subject.because = text_of(member(json, "because"));
    add_layers(json, subject.layers);
    for (const auto& [name, value] : items(json))
      if (rules_.vocabulary->count(prefix + name)) set(subject.facts, prefix, name, value);
  }

  void add_platform(const std::string& id, const Json& json) {
    Platform platform;
    platform.id = id;
    add_subject(json, id + ".", platform);
    for (const Json& one : member(json, "devices")) {
      Device device;
      add_subject(one, "device.", device);
      platform.devices.push_back(std::move(device));
    }
    machine_.facts.platforms.push_back(std::move(platform));
  }

  /// "cuda.devices.3.memory_total_bytes", "cuda.toolkit_version" or "memory.usable_bytes", and why it has no value.
  void set_missing(std::string_view name, std::string because, bool is_none) {
    const Fact fact = is_none ? Fact(Fact::of_none(std::move(because))) : Fact(Fact::unknown(std::move(because)));
    const std::size_t dot = name.find('.');
    Platform* platform = dot == name.npos ? nullptr : machine_.facts.platform(name.substr(0, dot));
    if (!platform) return machine_.facts.host.set_by_name_if_unknown(name, fact);
    std::string_view rest = name.substr(dot + 1);
    constexpr std::string_view devices = "devices.";
    if (!rest.starts_with(devices)) return platform->facts.set_by_name_if_unknown(rest, fact);
    rest.remove_prefix(devices.size());
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), index);
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    if (error == std::errc() && index < platform->devices.size() && rest.starts_with('.'))
      platform->devices[index].facts.set_by_name_if_unknown(rest.substr(1), fact);
  }

  void add_finding(const Json& json) {
    Finding finding;
    finding.id = text_of(member(json, "id"));
    finding.severity = text_of(member(json, "severity"));
    finding.platform = text_of(member(json, "platform"));
    finding.title = text_of(member(json, "title"));
    finding.folded_under = text_of(member(json, "folded_under"));
    machine_.diagnosis.findings.push_back(std::move(finding));
  }

  void add_recommendation() {
    const std::string first = text_of(member(member(report_, "recommendation"), "framework"));
    const Json& ranking = member(report_, "ranking");
    if (!ranking.is_array() || ranking.empty()) return;
    Recommendation& recommendation = machine_.recommendation.emplace();
    if (!first.empty()) {
      recommendation.ranking.table.options = {first};
      recommendation.ranking.places.emplace_back();
    }
    const Json& scenarios = member(report_, "scenarios");
    recommendation.scenarios.confidence = text_of(member(scenarios, "confidence"));
    for (const Json& outcome : member(scenarios, "outcomes")) {
      Scenarios::Outcome& row = recommendation.scenarios.outcomes.emplace_back();
      for (const Json& id : member(outcome, "first"))
        if (id.is_string()) row.first.push_back(id.get<std::string>());
    }
  }

  const Json& report_;
  const RuleBook& rules_;
  ReportedMachine machine_;
};

}  // namespace

tl::expected<ReportedMachine, std::string> read_back(std::string_view report, const RuleBook& rules) {
  constexpr std::size_t depth = 64;
  const auto json = parse_strict_json(report, depth);
  if (!json) return tl::unexpected(fmt::format("{}: {}", json.error().place, json.error().reason));
  return Reader(*json, rules).read();
}

}  // namespace rigfit
