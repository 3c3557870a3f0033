#include <algorithm>
#include <nlohmann/json.hpp>

#include "analysis/version.hpp"
#include "report/diff/diff.hpp"
#include "report/json/report_members.hpp"
#include "report/text/citations.hpp"
#include "report/text/terminal_text.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::ordered_json;

bool is_run(std::string_view key) { return key.starts_with("command:") || key.starts_with("ask:"); }

/// How each program and library that was asked ended.
Json runs_json(const Evidence& evidence) {
  Json runs = Json::array();
  for (const auto& [key, answer] : evidence.answers) {
    if (!is_run(key)) continue;
    runs.push_back({{"key", key},
                    {"outcome", name_of(answer.outcome)},
                    {"why", answer.why},
                    {"exit", answer.exit ? Json(*answer.exit) : Json()},
                    {"signal", answer.signal ? Json(*answer.signal) : Json()}});
  }
  return runs;
}

/// What each of them has cost.
Json seconds_json(const Evidence& evidence) {
  Json seconds = Json::object();
  for (const auto& [key, answer] : evidence.answers)
    if (is_run(key) && answer.seconds) seconds[key] = *answer.seconds;
  return seconds;
}

Json citations_json(const Report& report) {
  Json list = Json::array();
  for (const Citation* citation : citations_used(report))
    list.push_back({{"id", citation->id},
                    {"claim", citation->claim},
                    {"value", citation->value},
                    {"source", source_json(citation->source)},
                    {"date", citation->date},
                    {"reliability", citation->reliability}});
  return list;
}

Json statistics_json(const Report& report) {
  Json list = Json::array();
  for (const Statistic* statistic : statistics_shown(report)) {
    list.push_back({{"value", statistic->value},
                    {"sentence", statistic->sentence},
                    {"frameworks", statistic->frameworks},
                    {"evidence", statistic->evidence},
                    {"sources", Json::array()}});
    for (const std::string& id : statistic->evidence)
      if (const Citation* citation = report.rules.citation(id))
        list.back()["sources"].push_back(source_json(citation->source));
  }
  return list;
}

/// The second list of a profile, reported like the first; null where there is none.
Json runtime_json(const Report& report) {
  if (!report.runtime) return nullptr;
  const Profile* profile = report.rules.profile(report.profile);
  Json json;
  json["about"] = profile && profile->runtimes ? Json(profile->runtimes->about) : Json();
  json["frameworks"] = frameworks_json(*report.runtime);
  json["comparison"] = comparison_json(*report.runtime);
  json["ranking"] = ranking_json(*report.runtime);
  json["recommendation"] = recommendation_json(*report.runtime);
  json["scenarios"] = scenarios_json(report.runtime->scenarios);
  json["demands"] = demands_json(*report.runtime);
  return json;
}

}  // namespace

Json priorities_json(const Report& report) {
  Json json;
  json["profile"] = report.profile.empty() ? Json() : Json(report.profile);
  json["points"] = report.recommendation->points;
  json["were_all_zero"] = report.recommendation->priorities_were_zero;
  json["ratings"] = report.recommendation->ratings;
  return json;
}

namespace {

/// Who says it, by which rules, and of which machine: what every part begins with.
Json head_json(const Report& report, std::string_view part) {
  Json json;
  json["schema"] = "rigfit.report/1";
  json["part"] = part;
  json["tool"] = {{"name", "rigfit"}, {"version", tool_version()}};
  const auto age = rules_age_days(report);
  json["rules"] = {{"as_of", report.rules.as_of},
                   {"checksum", report.rules.checksum},
                   {"is_old", age ? Json(*age > rules_old_after_days) : Json()},
                   {"overlays", report.rules.overlays}};
  json["target_os"] = report.target_os.empty() ? Json() : Json(report.target_os);
  json["what_if"] = nullptr;
  json["machine"] = machine_json(report.facts.host);
  return json;
}

/// What differs from one run on the same machine to the next, so that the rest stays as it is.
Json changing_json(const Report& report) {
  const auto age = rules_age_days(report);
  Json json;
  json["recorded"] = report.evidence.recorded.empty() ? Json() : Json(report.evidence.recorded);
  json["rules_age_days"] = age ? Json(*age) : Json();
  json["facts"] = changing_facts_json(report.facts);
  json["seconds"] = seconds_json(report.evidence);
  return json;
}

void add_findings(Json& json, const Report& report) {
  json["findings"] = findings_json(report);
  json["undecided"] = undecided_json(report.diagnosis);
}

void add_recommendation(Json& json, const Report& report) {
  const Recommendation& recommendation = *report.recommendation;
  json["priorities"] = priorities_json(report);
  json["demands"] = demands_json(recommendation);
  json["frameworks"] = frameworks_json(recommendation);
  json["comparison"] = comparison_json(recommendation);
  json["ranking"] = ranking_json(recommendation);
  json["recommendation"] = recommendation_json(recommendation);
  json["scenarios"] = scenarios_json(recommendation.scenarios);
  json["runtime"] = runtime_json(report);
  for (const Candidate& candidate : recommendation.candidates) {
    const std::string prefix = "frameworks." + candidate.rule->id + ".hardware_support.";
    if (!candidate.support.today.settled()) json["unknowns"][prefix + "today"] = "something it depends on is unknown";
    if (!candidate.support.after.settled()) json["unknowns"][prefix + "after"] = "something it depends on is unknown";
  }
}

/// That there is none, as only a part of the machine was looked at.
void add_no_recommendation(Json& json) {
  json["frameworks"] = Json::array();
  json["ranking"] = Json::array();
  json["recommendation"] = {
      {"framework", nullptr}, {"because", Json::array()}, {"install", nullptr}, {"sensitivity", Json::object()}};
  json["unknowns"]["recommendation.framework"] = "only a part of the machine was looked at";
}

Json facts_part(const Report& report) {
  Json json = head_json(report, "facts");
  json["platforms"] = platforms_json(report.facts);
  add_facts_json(json, report.facts);
  if (report.evidence.recorded.empty()) keep_changing_facts(json, report.facts);
  json["runs"] = runs_json(report.evidence);
  json["changing"] = changing_json(report);
  return json;
}

Json findings_part(const Report& report) {
  Json json = head_json(report, "findings");
  json["platforms"] = platform_states_json(report.facts);
  add_findings(json, report);
  json["changing"] = changing_json(report);
  return json;
}

/// What was looked at and what is wrong with it, without a recommendation.
Json proofs_part(const Report& report) {
  Json json = facts_part(report);
  json["part"] = "proofs";
  add_findings(json, report);
  return json;
}

Json whole(const Report& report) {
  Json json = head_json(report, "all");
  json["platforms"] = platforms_json(report.facts);
  add_facts_json(json, report.facts);
  if (report.evidence.recorded.empty()) keep_changing_facts(json, report.facts);
  json["runs"] = runs_json(report.evidence);
  add_findings(json, report);
  if (report.recommendation)
    add_recommendation(json, report);
  else
    add_no_recommendation(json);
  json["statistics"] = statistics_json(report);
  json["citations"] = citations_json(report);
  json["changing"] = changing_json(report);
  return json;
}

Json bare_part_of(const Report& report) {
  switch (report.scope.part) {
    case Scope::Part::machine:
      return facts_part(report);
    case Scope::Part::findings:
      return findings_part(report);
    case Scope::Part::proofs:
      return proofs_part(report);
    case Scope::Part::recommendation:
      break;
  }
  return whole(report);
}

/// What was changed, and by that differs from the machine as it is.
Json what_if_json(const Report& report, const Json& own) {
  Json json{{"change", report.what_if}, {"assumptions", report.assumptions}, {"differences", nullptr}};
  if (!report.scope.today) return json;
  Scope same = report.scope;
  same.today = nullptr;
  const Json today = bare_part_of(Report(*report.scope.today, same));
  json["differences"] = differences_json(differences(nlohmann::json(today), nlohmann::json(own)));
  return json;
}

Json part_of(const Report& report) {
  Json json = bare_part_of(report);
  if (!report.what_if.empty()) json["what_if"] = what_if_json(report, json);
  return json;
}

}  // namespace

std::string report_json(const Report& report, bool is_compact) {
  return escape_for_terminal(part_of(report).dump(is_compact ? -1 : 2, ' ', false, Json::error_handler_t::replace)) +
         "\n";
}

/// The format "json" of formats.cpp.
std::string json_report(const Report& report, const TextStyle& style) { return report_json(report, style.compact); }

/// The format "ndjson" of formats.cpp: a machine a line.
std::string ndjson_report(const Report& report, const TextStyle&) { return report_json(report, true); }

std::string ndjson_reports(const std::vector<NamedAnalysis>& machines, const CommonChoice&, const TextStyle&) {
  std::string lines;
  for (const NamedAnalysis& machine : machines) lines += report_json(machine.analysis, true);
  return lines;
}

}  // namespace rigfit
