#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "analysis/version.hpp"
#include "judge/recommend/candidates.hpp"
#include "report/html/values.hpp"
#include "report/text/value_text.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::ordered_json;

std::string first_names(const Recommendation& recommendation) {
  std::vector<std::string> names;
  for (const Place& place : recommendation.ranking.places)
    if (place.rank == 1)
      names.push_back(recommendation.candidate(recommendation.ranking.table.options[place.option])->rule->name);
  return names.empty() ? "none" : listed(names) + (names.size() > 1 ? " (a tie)" : "");
}

Json fix_values(const ReportAnswer& answer) {
  if (!answer.fix_first) return nullptr;
  const ReportAnswer::Fix& fix = *answer.fix_first;
  return {{"title", as_sentence(fix.title)},
          {"step", fix.step.empty() ? Json() : Json(as_sentence(fix.step))},
          {"command", text_or_null(fix.command)}};
}

Json install_values(const ReportAnswer& answer) {
  if (answer.install.lines.empty()) return nullptr;
  return {{"lines", answer.install.lines},
          {"after_fix", answer.fix_first.has_value()},
          {"python", text_or_null(answer.install.python)},
          {"check", text_or_null(answer.check)}};
}

/// The chips below the verdict: each platform that is here, or that there is none.
Json chips_of(const ReportAnswer& answer) {
  Json chips = Json::array();
  for (const ReportAnswer::PlatformLine& line : answer.platforms)
    if (!line.id.empty() && line.state != State::absent && line.state != State::not_applicable)
      chips.push_back({{"class", page_class(line.state)}, {"name", line.name}, {"state", spaced(name_of(line.state))}});
  const bool is_unknown = std::any_of(answer.platforms.begin(), answer.platforms.end(),
                                      [](const auto& line) { return line.state == State::unknown; });
  if (chips.empty() && is_unknown)
    chips.push_back({{"class", "unknown"}, {"name", "Accelerators"}, {"state", "unknown"}});
  else if (chips.empty())
    chips.push_back({{"class", "none"}, {"name", "No accelerator"}, {"state", "was found"}});
  return chips;
}

/// A row for each platform that is here: its devices, and what fits on them.
Json devices_brief(const ReportAnswer& answer) {
  Json rows = Json::array();
  for (const ReportAnswer::PlatformLine& line : answer.platforms) {
    if (line.id.empty() || line.state == State::absent || line.state == State::not_applicable || line.text.empty())
      continue;
    std::string text = as_sentence(line.text);
    if (!line.room.empty()) text += " " + as_sentence(capital(line.room));
    rows.push_back({{"label", line.name}, {"text", text}});
  }
  return rows;
}

/// "(CUDA 13.2)" stays on one line.
std::string with_builds_whole(std::string verdict) {
  const std::size_t open = verdict.find('('), close = verdict.find(')', open);
  if (open == verdict.npos || close == verdict.npos) return verdict;
  std::string build = verdict.substr(open, close - open);
  for (std::size_t at = build.find(' '); at != build.npos; at = build.find(' ', at)) build.replace(at, 1, "\u00a0");
  return verdict.replace(open, close - open, build);
}

Json other_ways(const Recommendation& recommendation, const ReportAnswer& answer) {
  Json ways = Json::array();
  const auto is_shown = [&](const std::string& command) {
    return answer.install.lines.size() == 1 && answer.install.lines.front() == command;
  };
  const auto add = [&](const char* label, const std::vector<std::string>& lines) {
    if (!lines.empty()) ways.push_back({{"label", label}, {"lines", lines}});
  };
  if (!recommendation.install.empty() && !is_shown(recommendation.install) &&
      recommendation.install.find(" && ") == std::string::npos)
    add("In one line", {recommendation.install});
  if (!recommendation.install_uv.empty() && recommendation.install_uv != recommendation.install &&
      !is_shown(recommendation.install_uv))
    add("With uv, which also brings the Python", {recommendation.install_uv});
  add("Without a network: the first where there is one, on the same system and Python, then the second here",
      recommendation.offline);
  return ways;
}

/// The options of the command line that lead to the same question, but for points and candidates.
Json arguments_of(const Report& report) {
  Json arguments = Json::array();
  if (!report.profile.empty()) arguments.push_back("--profile " + report.profile);
  if (report.recommendation->ratings != default_ratings)
    arguments.push_back("--ratings " + report.recommendation->ratings);
  if (!report.target_os.empty()) arguments.push_back("--target-os " + report.target_os);
  for (const Demand& demand : report.recommendation->demands)
    arguments.push_back(fmt::format("--require '{}'", demand.text));
  return arguments;
}

/// The points that a factor has unless somebody says otherwise.
int usual_points(const Report& report, const std::string& factor) {
  constexpr int usual = 20;
  const Profile* profile = report.rules.profile(report.profile);
  if (!profile) return usual;
  if (profile->fit && profile->fit->factor.id == factor) return profile->fit->points;
  const auto points = profile->points.find(factor);
  return points == profile->points.end() ? usual : points->second;
}

/// A sentence is never as long; what a machine puts into one may be.
std::string cut(std::string text) {
  constexpr std::size_t longest = 600;
  if (text.size() <= longest) return text;
  std::size_t end = longest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end) + "…";
}

Json option_data(const Recommendation& recommendation, std::size_t index, std::size_t color,
                 const std::string& because_not) {
  const Candidate& candidate = recommendation.candidates[index];
  const Table& table = recommendation.ranking_of_all.table;
  return {{"id", candidate.rule->id},
          {"name", candidate.rule->name},
          {"role", candidate.rule->role},
          {"color", color},
          {"scores", table.scores[index]},
          {"highs", table.highs.empty() ? table.scores[index] : table.highs[index]},
          {"hardware", candidate.support.after.low},
          {"hardware_high", candidate.support.after.high},
          {"accelerators", candidate.support.accelerators},
          {"on_cpu", candidate.support.best_platform_after == "cpu"},
          {"sentence", cut(candidate.support.sentence)},
          {"removed", candidate.removed()},
          {"because_not", cut(because_not)}};
}

}  // namespace

void add_head(Json& page, const Report& report) {
  page["version"] = tool_version();
  page["as_of"] = report.rules.as_of;
  page["judged"] = report.recommendation.has_value();
  page["machine_line"] = machine_line(report.facts.host);
  if (!report.recommendation) {
    page["verdict"] = "What was seen of this machine";
    for (const char* name : {"why", "fix_first", "install"}) page[name] = nullptr;
    page["brief"] = page["chips"] = Json::array();
    page["title"] = "What was seen of this machine";
    return;
  }
  const ReportAnswer answer = answer_of(report);
  page["verdict"] = with_builds_whole(answer.verdict);
  page["title"] = answer.verdict;
  page["why"] = answer.why.empty() ? Json() : Json(as_sentence(capital(answer.why)));
  page["chips"] = chips_of(answer);
  page["brief"] = devices_brief(answer);
  for (const auto& [label, words] :
       {std::pair{"Firm", answer.firm}, {"Better", answer.better}, {"Warning", answer.warning}})
    if (!words.empty()) page["brief"].push_back({{"label", label}, {"text", as_sentence(capital(words))}});
  page["fix_first"] = fix_values(answer);
  page["install"] = install_values(answer);
}

void add_recommendation(Json& page, const Report& report, const References& references) {
  const Recommendation& recommendation = *report.recommendation;
  const ReportAnswer answer = answer_of(report);
  page["first"] = first_names(recommendation);
  page["reasons"] = Json::array();
  for (const CitedSentence& reason : recommendation.because) page["reasons"].push_back(cited(reason, references));
  page["notes"] = Json::array();
  const auto note = [&](const std::string& sentence) {
    if (!sentence.empty()) page["notes"].push_back(cited({sentence, {}}, references));
  };
  for (const std::string& caution : recommendation.cautions)
    if (std::find(answer.notes.begin(), answer.notes.end(), caution) == answer.notes.end()) note(caution);
  note(recommendation.build_note);
  note(recommendation.python_note);
  for (const std::string& sentence : answer.notes) note(sentence);
  for (const CitedSentence& advice : recommendation.advice) page["notes"].push_back(cited(advice, references));
  if (const Profile* profile = report.rules.profile(report.profile))
    for (const CitedSentence& reason : profile->reasons) page["notes"].push_back(cited(reason, references));
  page["has_notes"] = !page["notes"].empty();
  page["other_ways"] = other_ways(recommendation, answer);
  page["has_other_ways"] = !page["other_ways"].empty();
}

void add_runtime(Json& page, const Report& report) {
  page["runtime"] = nullptr;
  if (!report.runtime) return;
  const Recommendation& runtime = *report.runtime;
  const Profile* profile = report.rules.profile(report.profile);
  Json rows = Json::array();
  for (const Comparison::Column& column : comparison_of(runtime).columns) {
    const Candidate& candidate = runtime.candidates[column.candidate];
    rows.push_back(
        {{"name", candidate.rule->name},
         {"total", column.total},
         {"text", column.because_not.empty() ? as_sentence(candidate.support.sentence) : column.because_not}});
  }
  page["runtime"] = {{"first", first_names(runtime)},
                     {"about", profile && profile->runtimes ? Json(as_sentence(profile->runtimes->about)) : Json()},
                     {"rows", rows},
                     {"install", text_or_null(runtime.install)}};
}

Json ranking_data(const Report& report) {
  Json data{{"factors", Json::array()}, {"options", Json::array()}};
  if (!report.recommendation) return data;
  const Recommendation& recommendation = *report.recommendation;
  const Table& table = recommendation.ranking_of_all.table;
  int hardware = -1;
  for (std::size_t k = 0; k < table.factors.size(); ++k) {
    const Factor* factor = recommendation.factor(table.factors[k]);
    data["factors"].push_back({{"id", table.factors[k]},
                               {"name", factor ? factor->name : table.factors[k]},
                               {"points", recommendation.points.at(table.factors[k])},
                               {"usual", usual_points(report, table.factors[k])}});
    const Factor* general = report.rules.factor(table.factors[k]);
    if (general && general->from_probes) hardware = static_cast<int>(k);
  }
  std::map<std::size_t, std::string> because_not;
  for (const Comparison::Column& column : comparison_of(recommendation).columns)
    because_not[column.candidate] = column.because_not;
  const std::vector<std::size_t> colors = colors_of(recommendation);
  bool names_candidates = false;
  for (std::size_t i = 0; i < recommendation.candidates.size(); ++i) {
    data["options"].push_back(option_data(recommendation, i, colors[i], because_not[i]));
    names_candidates = names_candidates || recommendation.candidates[i].rule->role != "framework";
  }
  std::size_t frameworks = 0;
  for (const FrameworkRule& framework : report.rules.frameworks)
    if (framework.role == "framework") ++frameworks;
  data["names_candidates"] = names_candidates || recommendation.candidates.size() != frameworks;
  data["hardware_factor"] = hardware;
  data["tie_margin"] = tie_margin;
  data["adequate_least"] = adequate_least;
  data["adequate_behind_best"] = adequate_behind_best;
  data["arguments"] = arguments_of(report);
  return data;
}

}  // namespace rigfit
