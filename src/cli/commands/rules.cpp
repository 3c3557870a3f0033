#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/input.hpp"
#include "cli/output.hpp"
#include "report/text/text_layout.hpp"
#include "text/edit_distance.hpp"

namespace rigfit {
namespace {

struct RulesOptions {
  std::string action = "list";  ///< list, evidence, schema, show, check
  std::string name;             ///< schema, id or folder
  std::string rules;
};

using Json = nlohmann::ordered_json;

constexpr std::string_view schema_folder = "schema/", schema_suffix = ".schema.json";

std::vector<std::string> schema_names() {
  std::vector<std::string> names;
  for (const RuleFile& file : embedded_rules())
    if (file.path.starts_with(schema_folder) && file.path.ends_with(schema_suffix))
      names.push_back(
          file.path.substr(schema_folder.size(), file.path.size() - schema_folder.size() - schema_suffix.size()));
  return names;
}

int list_rules(const RuleBook& book) {
  Page page(style_for(Tell{}));
  page.paragraph(fmt::format("Rules as of {}. `rigfit rules show ID` prints one.", book.as_of));
  std::vector<std::vector<Cell>> rows;
  const std::vector<Column> columns{{}, {false, true}};
  page.heading("Factors (--priority FACTOR=POINTS)");
  for (const Factor& factor : book.factors) rows.push_back({{factor.id}, {factor.about}});
  page.table(columns, rows, 2);
  page.heading("Profiles (--profile NAME)");
  rows.clear();
  for (const Profile& profile : book.profiles) rows.push_back({{profile.id}, {profile.about}});
  page.table(columns, rows, 2);
  page.heading("Ratings (--ratings NAME)");
  rows.clear();
  rows.push_back({{std::string(default_ratings)}, {"Of the frameworks below, by today's evidence. The default."}});
  for (const RatingSet& set : book.rating_sets) rows.push_back({{set.id}, {set.about}});
  page.table(columns, rows, 2);
  page.heading("Frameworks (--candidates A,B)");
  rows.clear();
  for (const FrameworkRule& framework : book.frameworks)
    rows.push_back(
        {{framework.id},
         {fmt::format("{}, {}, {} builds. {}{}", framework.name, framework.role, framework.builds.size(),
                      framework.about, framework.origin == "built-in" ? "" : " From " + framework.origin + ".")}});
  page.table(columns, rows, 2);
  page.heading("Findings (`rigfit doctor`)");
  rows.clear();
  for (const FindingRule& finding : book.findings)
    rows.push_back({{finding.id}, {finding.severity, tint_of_severity(finding.severity)}, {finding.title}});
  page.table({{}, {}, {false, true}}, rows, 2);
  page.heading("Schemas (`rigfit rules schema NAME`)");
  std::string names;
  for (const std::string& name : schema_names()) names += (names.empty() ? "" : ", ") + name;
  page.paragraph(names, 2);
  page.blank();
  page.paragraph(fmt::format("{} known devices, {} facts in the vocabulary, {} sources.", book.devices.rows().size(),
                             book.vocabulary->size(), book.evidence->size()));
  return put(page.take(), "");
}

/// Every row that is cited, with its source.
int list_evidence(const RuleBook& book) {
  Page page(style_for(Tell{}));
  page.paragraph(
      fmt::format("{} sources, as of {}. `rigfit explain ID` tells who cites one.", book.evidence->size(), book.as_of));
  for (const Citation& citation : book.evidence) {
    page.blank();
    page.paragraph(fmt::format("{}  {}", citation.id, citation.claim), 0, 2);
    page.paragraph(fmt::format("{} ({}), {}. {}", citation.source.title, citation.source.year, citation.reliability,
                               citation.source.url),
                   2, 0, Tint::faint);
  }
  return put(page.take(), "");
}

int print_schema(const std::string& name) {
  const std::vector<std::string> names = schema_names();
  for (const RuleFile& file : embedded_rules())
    if (file.path == fmt::format("{}{}{}", schema_folder, name, schema_suffix))
      return put(Json::parse(file.text).dump(2) + "\n", "");
  std::string all;
  for (const std::string& one : names) all += (all.empty() ? "" : ", ") + one;
  const std::string hint = did_you_mean(name, names);
  return complain(name.empty()
                      ? "which schema? there are: " + all
                      : fmt::format("there is no schema \"{}\"{}", name, hint.empty() ? "; there are: " + all : hint));
}

/// Whatever rule bears this id: a whole file's, or one in a list at its top. Gathers all ids on the way.
std::optional<std::pair<std::string, Json>> find_rule(const std::vector<RuleFile>& files, const std::string& id,
                                                      std::vector<std::string>& ids) {
  const auto names = [&](const Json& json) {
    for (const char* key : {"id", "name"})
      if (json.is_object() && json.contains(key) && json[key].is_string()) {
        ids.push_back(json[key].get<std::string>());
        if (ids.back() == id) return true;
      }
    return false;
  };
  for (const RuleFile& file : files) {
    if (file.path.starts_with(schema_folder)) continue;
    const Json json = Json::parse(file.text, nullptr, false);
    const std::string from = file.origin == "built-in" ? "rules/" + file.path : file.origin;
    if (names(json)) return std::pair{from, json};
    if (!json.is_object()) continue;
    for (const auto& [key, list] : json.items()) {
      if (!list.is_array()) continue;
      for (const Json& one : list)
        if (names(one)) return std::pair{from, one};
    }
  }
  return std::nullopt;
}

int show_rule(const RulesOptions& options) {
  std::vector<RuleFile> files(embedded_rules().begin(), embedded_rules().end());
  if (!options.rules.empty()) {
    const auto overlay = read_rule_files(options.rules);
    if (!overlay) return complain(overlay.error());
    files = overlaid(embedded_rules(), *overlay);
  }
  std::vector<std::string> ids;
  const auto found = find_rule(files, options.name, ids);
  if (!found) return complain(fmt::format("no rule is named \"{}\"{}", options.name, did_you_mean(options.name, ids)));
  remark(fmt::format("from {}", found->first));
  return put(found->second.dump(2, ' ', false, Json::error_handler_t::replace) + "\n", "");
}

int check_rules(const std::string& folder) {
  const auto files = read_rule_files(folder);
  if (!files) return complain(files.error());
  if (files->empty()) return complain(folder + ": holds no rule files (*.json)");
  const auto book = load_rules(overlaid(embedded_rules(), *files), true);
  if (!book) {
    complain(to_text(book.error()));
    return exit_no;
  }
  return put(fmt::format("{} rule file{}, all well\n", files->size(), files->size() == 1 ? "" : "s"), "");
}

void check_action(const RulesOptions& given) {
  const std::vector<std::string> actions{"list", "evidence", "schema", "show", "check"};
  if (std::find(actions.begin(), actions.end(), given.action) == actions.end())
    throw WrongUsage{fmt::format("`rigfit rules` can list, evidence, schema, show and check, not \"{}\"{}",
                                 given.action, did_you_mean(given.action, actions))};
  if ((given.action == "show" || given.action == "check") && given.name.empty())
    throw WrongUsage{fmt::format("`rigfit rules {}` needs to know which", given.action)};
}

void declare(Options& options, RulesOptions& given) {
  options.argument("ACTION", "list (default), evidence, schema, show or check", given.action);
  options.argument("NAME", "Of the schema, the id to show, or the folder to check", given.name);
  add_rules(options, given.rules);
  options.check([&given] { check_action(given); });
  options.exit_codes = "0 done                                   1 `rules check` found a mistake";
}

int run(const RulesOptions& given) {
  if (given.action == "schema") return print_schema(given.name);
  if (given.action == "show") return show_rule(given);
  if (given.action == "check") return check_rules(given.name);
  const auto book = load_rule_book(given.rules);
  if (!book) return complain(book.error());
  return given.action == "evidence" ? list_evidence(**book) : list_rules(**book);
}

}  // namespace

Run rules_command(Options& options) { return command_of<RulesOptions>(options, declare, run); }

}  // namespace rigfit
