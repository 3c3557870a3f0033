#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "facts/platforms.hpp"
#include "rules/reader.hpp"

namespace rigfit {
namespace {

void require_platform(const std::string& id, const std::string& where) {
  if (!platform_info(id)) throw BadRule{where, fmt::format("there is no platform \"{}\"", id)};
}

}  // namespace

BaseImage RuleReader::base_image(const RuleJson& json, const std::string& where) const {
  BaseImage base;
  base.id = text(json, "id", where);
  base.platforms = texts(json, "platforms", where);
  base.builds = texts(json, "builds", where);
  if (base.platforms.empty() == base.builds.empty())
    throw BadRule{where, "is either for \"builds\" or for \"platforms\""};
  for (const std::string& platform : base.platforms) require_platform(platform, where + "/platforms");
  if (auto when = optional_condition(json, "when", where)) base.when = std::move(*when);
  if (auto device = optional_condition(json, "device", where, ConditionScope::device)) base.device = std::move(*device);
  base.image = text(json, "image", where);
  base.python = text_or(json, "python", where);
  if (base.python.empty() != (base.image.find("{python}") != std::string::npos))
    throw BadRule{where, "either \"python\" says which one is in the image, or {python} in \"image\" does"};
  base.setup = texts(json, "setup", where);
  if (json.contains("provides"))
    for (const auto& [fact, value] : json["provides"].items()) {
      const auto version = value.is_string() ? Version::parse(value.get<std::string>()) : std::nullopt;
      const std::string type = type_of(fact, where + "/provides");
      if ((type != "version" && type != "text") || !version)
        throw BadRule{where + "/provides/" + fact, "is no version, and only versions can be provided"};
      base.provides.emplace(fact, *version);
    }
  base.note = text_or(json, "note", where);
  base.source = read_source(json, where);
  return base;
}

DeviceAccess RuleReader::device_access(const RuleJson& json, const std::string& where) const {
  DeviceAccess access;
  access.platform = text(json, "platform", where);
  require_platform(access.platform, where + "/platform");
  if (auto when = optional_condition(json, "when", where)) access.when = std::move(*when);
  access.docker = texts(json, "docker", where);
  access.docker_each = text_or(json, "docker_each", where);
  if (json.contains("groups"))
    for (std::size_t n = 0; n < json["groups"].size(); ++n) {
      const std::string group = item(where, "groups", n);
      access.groups.push_back({text(json["groups"][n], "node", group), text(json["groups"][n], "fact", group)});
      if (type_of(access.groups.back().fact, group + "/fact") != "int")
        throw BadRule{group + "/fact", "is no whole number"};
    }
  access.apptainer = texts(json, "apptainer", where);
  access.environment = texts(json, "environment", where);
  for (const std::string& variable : access.environment)
    if (variable.find('=') == std::string::npos) throw BadRule{where + "/environment", "is not NAME=value"};
  access.needs = text_or(json, "needs", where);
  access.source = read_source(json, where);
  return access;
}

void RuleReader::read_environments(const RuleJson& file) {
  EnvironmentRules& rules = book_.environments.edit();
  for (std::size_t n = 0; n < list(file, "bases", "").size(); ++n)
    rules.bases.push_back(base_image(file["bases"][n], item("", "bases", n)));
  for (std::size_t n = 0; n < list(file, "access", "").size(); ++n)
    rules.access.push_back(device_access(file["access"][n], item("", "access", n)));
}

}  // namespace rigfit
