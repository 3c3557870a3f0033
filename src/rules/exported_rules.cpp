#include "rules/exported_rules.hpp"

#include <fmt/format.h>

#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <map>
#include <nlohmann/json.hpp>

#include "evidence/strict_json.hpp"
#include "rules/json.hpp"

namespace rigfit {
namespace {

constexpr std::string_view schema_folder = "schema/", format = "rigfit.rules/", version = "1";
constexpr std::size_t most_book_depth = most_rule_depth + 2;

/// The files by their paths, each in one spelling: nlohmann::json keeps members in the order of their names.
std::map<std::string, RuleJson> by_path(std::span<const RuleFile> files) {
  std::map<std::string, RuleJson> all;
  for (const RuleFile& file : files)
    if (!file.path.starts_with(schema_folder)) all[file.path] = RuleJson::parse(file.text);
  return all;
}

std::string dumped(const RuleJson& json) { return json.dump(-1, ' ', false, RuleJson::error_handler_t::replace); }

/// A name-based UUID (RFC 9562, version 5) is a SHA-1 of what it names.
std::string checksum_of_text(const std::string& text) {
  static const boost::uuids::uuid space =
      boost::uuids::name_generator_sha1(boost::uuids::ns::oid())(std::string(format) + std::string(version));
  return boost::uuids::to_string(boost::uuids::name_generator_sha1(space)(text));
}

}  // namespace

std::string checksum_of(std::span<const RuleFile> files) { return checksum_of_text(dumped(by_path(files))); }

std::string exported_rules(std::span<const RuleFile> files, std::string_view as_of, std::string_view tool) {
  nlohmann::ordered_json json;
  json["schema"] = fmt::format("{}{}", format, version);
  json["as_of"] = as_of;
  json["checksum"] = checksum_of(files);
  json["tool"] = tool;
  json["files"] = nlohmann::ordered_json::parse(dumped(by_path(files)));
  return json.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

tl::expected<std::vector<RuleFile>, std::string> parse_exported_rules(std::string_view text,
                                                                      const std::string& origin) {
  const auto json = parse_strict_json(text, most_book_depth);
  if (!json)
    return tl::unexpected(fmt::format("is damaged, or no file of `rigfit rules export`: {}: {}", json.error().place,
                                      json.error().reason));
  const auto member = [&](const char* key) {
    return json->is_object() && json->contains(key) ? (*json)[key] : RuleJson();
  };
  const RuleJson schema = member("schema"), checksum = member("checksum"), files = member("files");
  const std::string named = schema.is_string() ? schema.get<std::string>() : "";
  if (!named.starts_with(format))
    return tl::unexpected(std::string("is no file of `rigfit rules export`, nor a folder of rule files"));
  if (named != fmt::format("{}{}", format, version))
    return tl::unexpected(fmt::format("is of the format {}, and this rigfit reads {}{}", named, format, version));
  if (!files.is_object() || files.empty() || !checksum.is_string())
    return tl::unexpected(std::string("is damaged: it has no checksum, or no files"));
  const std::string own = checksum_of_text(dumped(files));
  if (checksum != own)
    return tl::unexpected(
        fmt::format("is damaged: what it holds has the checksum {}, and it should be {}. Export or "
                    "copy it again",
                    own, checksum.get<std::string>()));
  std::vector<RuleFile> rules;
  for (const auto& [path, file] : files.items()) rules.push_back({path, dumped(file), origin});
  return rules;
}

}  // namespace rigfit
