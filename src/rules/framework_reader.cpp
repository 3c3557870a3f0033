#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "rules/reader.hpp"
#include "text/edit_distance.hpp"

namespace rigfit {

void RuleReader::read_framework(const RuleJson& file, const std::string& origin) {
  FrameworkRule framework;
  framework.origin = origin;
  framework.id = text(file, "id", "");
  if (book_.framework(framework.id)) throw BadRule{"/id", fmt::format("\"{}\" is there twice", framework.id)};
  framework.name = text(file, "name", "");
  framework.role = text(file, "role", "");
  framework.about = text(file, "about", "");
  framework.choose_when = texts(file, "choose_when", "");
  const RuleJson& hardware = at(file, "hardware", "");
  framework.hardware_sentence = text(hardware, "sentence", "/hardware");
  framework.hardware_evidence = cited(hardware, "evidence", "/hardware");
  for (const auto& [factor, json] : at(file, "ratings", "").items()) {
    const std::string where = "/ratings/" + factor;
    framework.ratings.emplace(factor, rating(json, require_factor(factor, where), where));
  }
  for (const Factor& factor : book_.factors)
    if (!factor.from_probes && !framework.ratings.count(factor.id))
      throw BadRule{"/ratings", fmt::format("has no rating for \"{}\"", factor.id)};
  const Requirements needs = requirements(file);
  for (std::size_t n = 0; n < list(file, "support", "").size(); ++n)
    framework.support.push_back(support_level(file["support"][n], item("", "support", n)));
  for (std::size_t n = 0; n < list(file, "builds", "").size(); ++n) {
    Build one = build(file["builds"][n], item("", "builds", n), needs);
    one.framework = framework.id;
    one.origin = origin;
    framework.builds.emplace_back(std::move(one));
  }
  book_.frameworks.push_back(std::move(framework));
}

RuleReader::Requirements RuleReader::requirements(const RuleJson& file) const {
  Requirements requirements;
  for (const auto& [name, json] : at(file, "requirements", "").items()) {
    const std::string where = "/requirements/" + name;
    const std::size_t number = requirements.size();
    requirements[name] = {text(json, "name", where),   condition(json, "when", where), sentence(json, "miss", where),
                          command(json, "fix", where), flag(json, "fixable", where),   number};
  }
  return requirements;
}

SupportLevel RuleReader::support_level(const RuleJson& json, const std::string& where) const {
  SupportLevel level;
  level.platform = text(json, "platform", where);
  if (const auto when = optional_condition(json, "when", where)) level.when = *when;
  level.level = text(json, "level", where);
  const auto known = std::find_if(book_.levels.begin(), book_.levels.end(),
                                  [&](const LevelWord& word) { return word.id == level.level; });
  if (known == book_.levels.end())
    throw BadRule{where + "/level", fmt::format("\"{}\" is no level of levels.json", level.level)};
  level.points = known->points;
  level.note = text_or(json, "note", where);
  level.evidence = cited(json, "evidence", where);
  return level;
}

Build RuleReader::build(const RuleJson& json, const std::string& where, const Requirements& requirements) {
  Build build;
  build.id = text(json, "id", where);
  if (!build_ids_.insert(build.id).second) throw BadRule{where + "/id", fmt::format("\"{}\" is there twice", build.id)};
  build.platform = text(json, "platform", where);
  build.version = text(json, "version", where);
  build.runtime = text_or(json, "runtime", where);
  for (const std::string& name : texts(json, "needs", where)) {
    const auto it = requirements.find(name);
    if (it == requirements.end()) {
      std::vector<std::string> names;
      for (const auto& [known, requirement] : requirements) names.push_back(known);
      throw BadRule{where + "/needs",
                    fmt::format("\"{}\" is no requirement of this file{}", name, did_you_mean(name, names))};
    }
    build.needs.push_back(it->second);
  }
  build.released = text_or(json, "released", where);
  if (json.contains("code_for")) build.code_for = texts(json, "code_for", where);
  build.code_unconfirmed = texts(json, "code_unconfirmed", where);
  build.device = optional_condition(json, "device", where, ConditionScope::device);
  if (build.device) build.device_miss = sentence(json, "device_miss", where);
  const RuleJson& python = at(json, "python", where);
  build.python = {text(python, "least", where), text(python, "most", where), text(python, "advised", where)};
  build.packages = texts(json, "packages", where);
  for (const std::string& package : build.packages) require_placeholders(package, where + "/packages");
  build.options = texts(json, "options", where);
  build.environment = text_or(json, "environment", where);
  build.command = command(json, "command", where);
  if (build.packages.empty() == build.command.empty())
    throw BadRule{where, "a build has either \"packages\" or a \"command\""};
  build.check = text(json, "check", where);
  build.note = text_or(json, "note", where);
  build.evidence = cited(json, "evidence", where);
  return build;
}

}  // namespace rigfit
