#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "facts/platforms.hpp"
#include "rules/reader.hpp"
#include "text/edit_distance.hpp"

namespace rigfit {
namespace {

std::string with_member(std::string text, const std::string& member) {
  for (std::size_t at = text.find("{}"); at != text.npos; at = text.find("{}", at + member.size()))
    text.replace(at, 2, member);
  return text;
}

}  // namespace

void RuleReader::declare(const std::string& name, const std::string& type, const std::string& about) {
  // In conditions a size is named without its suffix.
  constexpr std::string_view suffix = "_bytes";
  const std::string other = name.ends_with(suffix) ? name.substr(0, name.size() - suffix.size()) : name + "_bytes";
  if (book_.vocabulary->count(other))
    throw BadRule{"/facts", fmt::format("\"{}\" and \"{}\" could not be distinguished in conditions", name, other)};
  book_.vocabulary.edit().emplace(name, type);
  book_.fact_abouts.edit().emplace(name, about);
}

void RuleReader::read_facts(const RuleJson& file) {
  for (const RuleJson& fact : list(file, "facts", "")) {
    const std::string name = text(fact, "name", "/facts"), about = text_or(fact, "about", "/facts");
    if (!fact.contains("each")) declare(name, text(fact, "type", "/facts"), about);
    for (const std::string& member : texts(fact, "each", "/facts"))
      declare(with_member(name, member), text(fact, "type", "/facts"), with_member(about, member));
  }
}

void RuleReader::read_derived(const RuleJson& file) {
  const RuleJson& derived = list(file, "derived", "");
  for (std::size_t n = 0; n < derived.size(); ++n) {
    const std::string where = item("", "derived", n), fact = text(derived[n], "fact", where);
    book_.derived.emplace_back(DerivedFact{
        fact,
        condition(derived[n], "when", where,
                  fact.starts_with("device.") ? ConditionScope::device : ConditionScope::machine),
        value(at(derived[n], "value", where), type_of(fact, where), where + "/value"), source(derived[n], where)});
  }
}

void RuleReader::read_sources(const RuleJson& file) {
  for (const auto& [id, json] : at(file, "sources", "").items()) sources_[id] = source_of(json, "/sources/" + id);
}

Source RuleReader::source(const RuleJson& object, const std::string& where) const {
  if (!at(object, "source", where).is_string()) return read_source(object, where);
  const std::string id = text(object, "source", where);
  const auto it = sources_.find(id);
  if (it != sources_.end()) return it->second;
  std::vector<std::string> names;
  for (const auto& [name, source] : sources_) names.push_back(name);
  throw BadRule{where + "/source", fmt::format("no source is named \"{}\"{}", id, did_you_mean(id, names))};
}

namespace {

/// The folder of a file of findings, which is their platform: "cuda" of "findings/cuda/driver.json".
std::string platform_of(const std::string& path) {
  const std::size_t from = path.find('/') + 1, to = path.find('/', from);
  return to == path.npos ? "" : path.substr(from, to - from);
}

std::size_t layer_rank(const std::string& layer, const std::string& where) {
  std::size_t rank = 0;
  while (rank < layer_count && layer != name_of(static_cast<Layer>(rank))) ++rank;
  if (rank == layer_count && !layer.empty()) throw BadRule{where, fmt::format("\"{}\" is no layer", layer)};
  return rank;
}

}  // namespace

void RuleReader::read_findings(const RuleJson& file, const std::string& path, const std::string& origin) {
  const std::size_t layer = layer_rank(text_or(file, "layer", ""), "/layer");
  for (std::size_t n = 0; n < list(file, "findings", "").size(); ++n) {
    const std::string where = item("", "findings", n);
    const RuleJson& json = file["findings"][n];
    FindingRule rule;
    rule.id = text(json, "id", where);
    if (!finding_ids_.insert(rule.id).second)
      throw BadRule{where + "/id", fmt::format("\"{}\" is there twice", rule.id)};
    rule.layer = json.contains("layer") ? layer_rank(text(json, "layer", where), where + "/layer") : layer;
    rule.generic = flag(json, "generic", where);
    rule.severity = text(json, "severity", where);
    rule.platform = text_or(json, "platform", where, platform_of(path));
    if (rule.platform.empty()) throw BadRule{where, "\"platform\" is missing, and the file is in no platform's folder"};
    rule.title = text(json, "title", where);
    rule.when = condition(json, "when", where);
    rule.device = optional_condition(json, "device", where, ConditionScope::device);
    FindingText& reported = rule.text.edit();
    reported.cause = sentence(json, "cause", where);
    reported.verify = command(json, "verify", where);
    rule.fixable = flag(json, "fixable", where);
    rule.explains_block =
        json.contains("explains_block") ? flag(json, "explains_block", where) : rule.severity == "error";
    rule.otherwise_unexplained = json.contains("otherwise_unexplained") && flag(json, "otherwise_unexplained", where);
    reported.source = source(json, where);
    reported.remedy = remedy(json, where, rule.device ? ConditionScope::device : ConditionScope::machine);
    rule.origin = origin;
    book_.findings.push_back(std::move(rule));
  }
}

void RuleReader::order_findings() {
  const auto rank = [](const FindingRule& rule) {
    const PlatformInfo* platform = platform_info(rule.platform);
    return std::pair(platform ? platform - platforms().data() : std::ssize(platforms()), rule.layer);
  };
  std::stable_sort(book_.findings.begin(), book_.findings.end(),
                   [&](const FindingRule& a, const FindingRule& b) { return rank(a) < rank(b); });
}

RemedyStep RuleReader::remedy_step(const RuleJson& json, const std::string& where, ConditionScope scope) const {
  RemedyStep step;
  if (const auto when = optional_condition(json, "when", where, scope)) step.when = *when;
  step.text = sentence(json, "text", where);
  step.command = command(json, "command", where);
  return step;
}

void RuleReader::read_remedies(const RuleJson& file) {
  for (const auto& [name, json] : at(file, "remedies", "").items()) {
    const std::string where = "/remedies/" + name;
    NamedRemedy& named = remedies_[name];
    named.scope = flag(json, "of_device", where) ? ConditionScope::device : ConditionScope::machine;
    const RuleJson& steps = list(json, "steps", where);
    for (std::size_t n = 0; n < steps.size(); ++n)
      named.steps.push_back(remedy_step(steps[n], item(where, "steps", n), named.scope));
  }
}

std::vector<RemedyStep> RuleReader::remedy(const RuleJson& object, const std::string& where,
                                           ConditionScope scope) const {
  std::vector<RemedyStep> steps;
  const auto add = [&](const RuleJson& entry, const std::string& here) {
    if (!entry.is_string()) {
      steps.push_back(remedy_step(entry, here, scope));
      return;
    }
    const auto name = entry.get<std::string>();
    const auto named = remedies_.find(name);
    if (named == remedies_.end()) {
      std::vector<std::string> names;
      for (const auto& [known, remedy] : remedies_) names.push_back(known);
      throw BadRule{here, fmt::format("no remedy is named \"{}\"{}", name, did_you_mean(name, names))};
    }
    if (named->second.scope == ConditionScope::device && scope == ConditionScope::machine)
      throw BadRule{here, fmt::format("\"{}\" is about a device, and this finding has no \"device\"", name)};
    steps.insert(steps.end(), named->second.steps.begin(), named->second.steps.end());
  };
  const RuleJson& entries = at(object, "remedy", where);
  if (entries.is_array()) {
    for (std::size_t n = 0; n < entries.size(); ++n) add(entries[n], item(where, "remedy", n));
  } else {
    add(entries, where + "/remedy");
  }
  return steps;
}

namespace {

using Sources = std::map<std::string, std::string>;

/// What a row of `devices` and one of `chips` have in common.
DeviceModel described(const RuleJson& json, const Sources& sources, const std::string& where) {
  DeviceModel model;
  model.vendor = text(json, "vendor", where);
  model.platform = text(json, "platform", where);
  model.kind = text(json, "kind", where);
  model.architecture = text_or(json, "architecture", where);
  model.generation = text_or(json, "generation", where);
  if (json.contains("integrated")) model.integrated = flag(json, "integrated", where);
  if (json.contains("infinity_cache")) model.infinity_cache = flag(json, "infinity_cache", where);
  if (json.contains("memory_bytes") && json["memory_bytes"].is_number_integer())
    model.memory_bytes = json["memory_bytes"].get<std::int64_t>();
  const std::string source = text(json, "source", where);
  const auto cited = sources.find(source);
  if (cited == sources.end())
    throw BadRule{where + "/source", fmt::format("\"{}\" is none of the file's sources", source)};
  model.source = cited->second;
  return model;
}

void read_device(const RuleJson& json, const Sources& sources, const std::string& where,
                 std::vector<DeviceModel>& rows) {
  DeviceModel model = described(json, sources, where);
  model.bus = text_or(json, "bus", where, "pci");
  const RuleJson& id = at(json, "device", where);
  if (id.is_array() && id.size() == 2 && id[0].is_string() && id[1].is_string())
    model.device_first = id[0].get<std::string>(), model.device_last = id[1].get<std::string>();
  else
    model.device_first = model.device_last = text(json, "device", where);
  model.name = text(json, "name", where);
  rows.push_back(std::move(model));
}

/// A chip: a row for each of its code names, and one for each id.
void read_chip(const RuleJson& json, const Sources& sources, const std::string& where, std::vector<DeviceModel>& rows) {
  const DeviceModel chip = described(json, sources, where);
  for (const auto& [code, ids] : at(json, "codes", where).items()) {
    DeviceModel model = chip;
    model.chip = code;
    model.bus = "chip";
    model.name = fmt::format("{} GPU ({})", chip.generation, code);
    rows.push_back(model);
    model.bus = "pci";
    for (const auto& [id, name] : ids.items()) {
      model.device_first = model.device_last = id;
      model.name = name.get<std::string>();
      rows.push_back(model);
    }
  }
}

}  // namespace

void RuleReader::read_devices(const RuleJson& file, std::vector<DeviceModel>& rows) {
  Sources sources;
  const RuleJson& cited = at(file, "sources", "");
  for (const auto& [id, source] : cited.items()) sources[id] = source_of(source, "/sources/" + id).url;
  if (file.contains("devices")) {
    const RuleJson& devices = list(file, "devices", "");
    for (std::size_t n = 0; n < devices.size(); ++n) read_device(devices[n], sources, item("", "devices", n), rows);
  }
  if (file.contains("targets")) {
    const RuleJson& targets = list(file, "targets", "");
    for (std::size_t n = 0; n < targets.size(); ++n) {
      const std::string where = item("", "targets", n);
      if (const std::string source = text(targets[n], "source", where); !sources.count(source))
        throw BadRule{where + "/source", fmt::format("no source is named \"{}\"", source)};
      book_.targets.push_back(text(targets[n], "target", where));
    }
  }
  if (file.contains("chips")) {
    const RuleJson& chips = list(file, "chips", "");
    for (std::size_t n = 0; n < chips.size(); ++n) read_chip(chips[n], sources, item("", "chips", n), rows);
  }
}

}  // namespace rigfit
