#include <algorithm>
#include <nlohmann/json.hpp>

#include "analysis/version.hpp"
#include "report/json/json_parts.hpp"
#include "report/text/citations.hpp"
#include "report/text/terminal_text.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::ordered_json;

/// What each program and library that was asked has cost, and how it ended.
Json runs_json(const Evidence& evidence) {
  Json runs = Json::array();
  for (const auto& [key, answer] : evidence.answers) {
    if (!key.starts_with("command:") && !key.starts_with("ask:")) continue;
    runs.push_back({{"key", key},
                    {"outcome", name_of(answer.outcome)},
                    {"why", answer.why},
                    {"exit", answer.exit ? Json(*answer.exit) : Json()},
                    {"signal", answer.signal ? Json(*answer.signal) : Json()},
                    {"seconds", answer.seconds ? Json(*answer.seconds) : Json()}});
  }
  return runs;
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

std::string report_json(const Report& report) {
  Json json;
  json["schema"] = "rigfit.report/1";
  json["tool"] = {{"name", "rigfit"}, {"version", tool_version()}};
  const auto age = rules_age_days(report);
  json["rules"] = {{"as_of", report.rules.as_of},
                   {"checksum", report.rules.checksum},
                   {"age_days", age ? Json(*age) : Json()},
                   {"is_old", age ? Json(*age > rules_old_after_days) : Json()},
                   {"overlays", report.rules.overlays}};
  json["recorded"] = report.evidence.recorded.empty() ? Json() : Json(report.evidence.recorded);
  json["target_os"] = report.target_os.empty() ? Json() : Json(report.target_os);
  json["machine"] = machine_json(report.facts.host);
  json["platforms"] = platforms_json(report.facts);
  add_facts_json(json, report.facts);
  json["runs"] = runs_json(report.evidence);
  json["findings"] = findings_json(report);
  json["undecided"] = undecided_json(report.diagnosis);
  if (report.recommendation) {
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
  } else {
    json["frameworks"] = Json::array();
    json["ranking"] = Json::array();
    json["recommendation"] = {
        {"framework", nullptr}, {"because", Json::array()}, {"install", nullptr}, {"sensitivity", Json::object()}};
    json["unknowns"]["recommendation.framework"] = "only a part of the machine was looked at";
  }
  json["statistics"] = statistics_json(report);
  json["citations"] = citations_json(report);
  return escape_for_terminal(json.dump(2, ' ', false, Json::error_handler_t::replace)) + "\n";
}

/// The format "json" of formats.cpp.
std::string json_report(const Report& report, const TextStyle&) { return report_json(report); }

}  // namespace rigfit
