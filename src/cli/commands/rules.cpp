#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "analysis/version.hpp"
#include "cli/input.hpp"
#include "cli/output.hpp"
#include "report/text/text_layout.hpp"
#include "rules/exported_rules.hpp"
#include "text/edit_distance.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

struct RulesOptions {
  std::string action = "list";
  std::string name;  ///< schema, id, folder or file
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
      fmt::format("{} sources, as of {}. `rigfit explain ID` shows who cites one.", book.evidence->size(), book.as_of));
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
    auto given = rule_files_of(options.rules);
    if (!given) return complain(given.error());
    files = std::move(*given);
  }
  std::vector<std::string> ids;
  const auto found = find_rule(files, options.name, ids);
  if (!found) return complain(fmt::format("no rule is named \"{}\"{}", options.name, did_you_mean(options.name, ids)));
  remark(fmt::format("from {}", found->first));
  return put(found->second.dump(2, ' ', false, Json::error_handler_t::replace) + "\n", "");
}

/// Each file by itself, then what does not agree between them: all of it, as one change often breaks several places.
int check_rules(const std::string& path) {
  const auto files = rule_files_of(path);
  if (!files) return complain(files.error());
  const auto is_own = [](const RuleFile& file) { return file.origin != "built-in"; };
  const auto count = std::count_if(files->begin(), files->end(), is_own);
  if (count == 0) return complain(path + ": holds no rule files (*.json)");
  const auto book = load_rules(*files, true);
  if (book)
    return put(fmt::format("{} rule file{}, no mistakes. Rules as of {}, checksum {}\n", count, count == 1 ? "" : "s",
                           book->as_of, book->checksum),
               "");
  for (const RuleError& error : mistakes_in(*files)) complain(to_text(error));
  return exit_no;
}

int export_rules(const RulesOptions& given) {
  const auto files = given.rules.empty() ? tl::expected<std::vector<RuleFile>, std::string>(
                                               std::vector<RuleFile>(embedded_rules().begin(), embedded_rules().end()))
                                         : rule_files_of(given.rules);
  if (!files) return complain(files.error());
  const auto book = load_rule_book(given.rules);
  if (!book) return complain(book.error());
  const std::string tool = fmt::format("rigfit {}", tool_version());
  const int status = put(exported_rules(*files, (*book)->as_of, tool), given.name == "-" ? "" : given.name);
  if (status == exit_yes && given.name != "-")
    remark(fmt::format("{}: rules as of {}, checksum {}. `--rules {}` uses them", given.name, (*book)->as_of,
                       (*book)->checksum, given.name));
  return status;
}

/// One source, and what rests on it.
struct Dated {
  std::string date;  ///< "2026", "2026-09", "2026-09-21"; where the source has none, its year
  std::string what;  ///< the id of a row of evidence, or how many findings
  std::string text, url;
};

/// The sources of evidence by their own dates, those of findings by their years, the oldest first. A year alone comes
/// before its months.
std::vector<Dated> dated_sources(const RuleBook& book) {
  std::vector<Dated> all;
  for (const Citation& citation : book.evidence)
    all.push_back({citation.date.empty() ? std::to_string(citation.source.year) : citation.date, citation.id,
                   citation.claim, citation.source.url});
  std::map<std::string, std::pair<const Source*, std::vector<std::string>>> findings;  // by URL
  for (const FindingRule& rule : book.findings) {
    auto& [source, ids] = findings[rule.text->source.url];
    source = &rule.text->source;
    ids.push_back(rule.id);
  }
  for (const auto& [url, cited] : findings)
    all.push_back({std::to_string(cited.first->year),
                   cited.second.size() == 1 ? cited.second.front() : fmt::format("{} findings", cited.second.size()),
                   cited.first->title, url});
  std::stable_sort(all.begin(), all.end(), [](const Dated& a, const Dated& b) { return a.date < b.date; });
  return all;
}

int list_age(const RuleBook& book) {
  const std::vector<Dated> all = dated_sources(book);
  Page page(style_for(Tell{}));
  page.paragraph(
      fmt::format("Rules as of {}, checksum {}. {} sources by their dates, the oldest first; a source that "
                  "states no day has its month or year.",
                  book.as_of, book.checksum, all.size()));
  page.blank();
  for (const Dated& one : all) {
    page.paragraph(fmt::format("{}  {}  {}", one.date, one.what, one.text), 0, 2);
    page.paragraph(one.url, 2, 0, Tint::faint);
  }
  return put(page.take(), "");
}

/// What `rigfit rules` can do, and whether that needs a name.
constexpr std::pair<std::string_view, bool> actions[] = {{"list", false},   {"evidence", false}, {"age", false},
                                                         {"schema", false}, {"show", true},      {"check", true},
                                                         {"export", true}};

std::vector<std::string> action_names() {
  std::vector<std::string> names;
  for (const auto& [name, needs_name] : actions) names.emplace_back(name);
  return names;
}

void check_action(const RulesOptions& given) {
  for (const auto& [name, needs_name] : actions) {
    if (name != given.action) continue;
    if (needs_name && given.name.empty())
      throw WrongUsage{fmt::format("`rigfit rules {}` needs to know which", given.action)};
    return;
  }
  const std::vector<std::string> names = action_names();
  throw WrongUsage{
      fmt::format("`rigfit rules` can {}, not \"{}\"{}", join(names), given.action, did_you_mean(given.action, names))};
}

void declare(Options& options, RulesOptions& given) {
  options.argument("ACTION", "list (default), evidence, age, schema, show, check or export", given.action);
  options.offer(action_names());
  options.argument("NAME", "Schema or id to show, folder or file to check, file to export to", given.name);
  options.offer(schema_names);
  add_rules(options, given.rules);
  options.check([&given] { check_action(given); });
  options.exit_codes = "0 done   1 `rules check` found a mistake";
  options.examples =
      "  rigfit rules                 factors, profiles, frameworks, findings, schemas\n"
      "  rigfit rules schema report   the JSON Schema of --format json\n"
      "  rigfit rules check DIR       are a site's own rules right?";
}

int run(const RulesOptions& given) {
  if (given.action == "schema") return print_schema(given.name);
  if (given.action == "show") return show_rule(given);
  if (given.action == "check") return check_rules(given.name);
  if (given.action == "export") return export_rules(given);
  const auto book = load_rule_book(given.rules);
  if (!book) return complain(book.error());
  if (given.action == "age") return list_age(**book);
  return given.action == "evidence" ? list_evidence(**book) : list_rules(**book);
}

}  // namespace

Run rules_command(Options& options) { return command_of<RulesOptions>(options, declare, run); }

}  // namespace rigfit
