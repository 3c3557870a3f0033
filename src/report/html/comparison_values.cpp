#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "report/html/values.hpp"
#include "report/text/citations.hpp"
#include "report/text/value_text.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::ordered_json;
using Mark = Comparison::Mark;

Json part_values(const Comparison::Cell& cell, const References& references) {
  Json parts = Json::array();
  for (const Comparison::Part& part : cell.parts)
    parts.push_back({{"name", part.name},
                     {"score", part.score},
                     {"sentence", part.sentence.sentence},
                     {"refs", references.refs(part.sentence.evidence)}});
  return parts;
}

Json cell_values(const Comparison::Cell& cell, const Comparison::Column& column, const Recommendation& recommendation,
                 std::size_t factor, std::size_t color, const References& references) {
  return {{"index", column.candidate},
          {"color", color},
          {"option", recommendation.candidates[column.candidate].rule->name},
          {"factor", factor},
          {"score", cell.score},
          {"low", recommendation.ranking_of_all.table.scores[column.candidate][factor]},
          {"mark", cell.mark == Mark::wins   ? "wins"
                   : cell.mark == Mark::ties ? "ties"
                                             : "none"},
          {"mark_word", cell.mark == Mark::wins   ? "Wins"
                        : cell.mark == Mark::ties ? "Tie"
                                                  : ""},
          {"sentence", cell.sentence.sentence},
          {"refs", references.refs(cell.sentence.evidence)},
          {"has_parts", !cell.parts.empty()},
          {"part_count", cell.parts.size()},
          {"parts", part_values(cell, references)}};
}

/// What today's evidence says where the ratings are others'.
void add_rating_set(Json& page, const Report& report, const References& references) {
  const RatingSet* set = report.rules.rating_set(report.recommendation->ratings);
  page["has_today"] = set != nullptr;
  page["rating_set_title"] = set ? Json(fmt::format("Ratings \"{}\"", set->id)) : Json();
  page["rating_set_about"] = set ? Json(set->about) : Json();
  page["today"] = Json::array();
  if (!set) return;
  for (const Factor& factor : report.recommendation->factors)
    if (const auto today = set->today.find(factor.id); today != set->today.end()) {
      Json row = cited(today->second.because, references);
      row["name"] = factor.name;
      page["today"].push_back(std::move(row));
    }
}

std::string hardware_note(const Recommendation& recommendation) {
  if (recommendation.ratings != default_ratings) return "";
  return recommendation.has_accelerator ? "Hardware support is for this machine, once what can be fixed is fixed."
                                        : "Hardware support is for this machine.";
}

}  // namespace

void add_comparison(Json& page, const Report& report, const References& references) {
  const Recommendation& recommendation = *report.recommendation;
  const Comparison comparison = comparison_of(recommendation);
  const std::vector<std::size_t> colors = colors_of(recommendation);
  page["general"] = recommendation.verdict.empty()
                        ? Json()
                        : cited({recommendation.verdict, recommendation.verdict_evidence}, references);
  page["tie_margin"] = tie_margin;
  page["hardware_note"] = hardware_note(recommendation);
  page["columns"] = Json::array();
  for (const Comparison::Column& column : comparison.columns)
    page["columns"].push_back({{"index", column.candidate},
                               {"color", colors[column.candidate]},
                               {"name", recommendation.candidates[column.candidate].rule->name},
                               {"is_first", column.is_first},
                               {"wins", column.wins},
                               {"total", column.total}});
  page["rows"] = Json::array();
  for (std::size_t k = 0; k < comparison.rows.size(); ++k) {
    const Comparison::Row& row = comparison.rows[k];
    Json cells = Json::array();
    for (std::size_t c = 0; c < row.cells.size(); ++c)
      cells.push_back(cell_values(row.cells[c], comparison.columns[c], recommendation, k,
                                  colors[comparison.columns[c].candidate], references));
    page["rows"].push_back({{"index", k}, {"name", row.factor->name}, {"points", row.points}, {"cells", cells}});
  }
  page["ties"] = count_text(static_cast<std::size_t>(comparison.ties), "tie");
  page["factor_count"] = comparison.rows.size();
  add_rating_set(page, report, references);
  page["choosing"] = Json::array();
  for (const Comparison::Column& column : comparison.columns) {
    const Candidate& candidate = recommendation.candidates[column.candidate];
    if (!candidate.choose_when.empty())
      page["choosing"].push_back({{"index", column.candidate},
                                  {"color", colors[column.candidate]},
                                  {"is_first", column.is_first},
                                  {"name", candidate.rule->name},
                                  {"sentences", candidate.choose_when}});
  }
  page["has_choosing"] = !page["choosing"].empty();
  page["statistics"] = Json::array();
  for (const Statistic* statistic : statistics_shown(report)) {
    Json sources = Json::array();
    for (const std::string& id : statistic->evidence)
      if (const Citation* citation = report.rules.citation(id))
        sources.push_back({{"title", citation->source.title},
                           {"url", page_url(citation->source.url)},
                           {"year", citation->source.year}});
    page["statistics"].push_back(
        {{"value", statistic->value}, {"sentence", statistic->sentence}, {"sources", sources}});
  }
  page["has_statistics"] = !page["statistics"].empty();
}

References::References(const Report& report) : References(citations_used(report)) {}

References::References(std::vector<const Citation*> citations) : citations_(std::move(citations)) {
  for (std::size_t n = 0; n < citations_.size(); ++n) numbers_.emplace(citations_[n]->id, n + 1);
}

Json References::refs(const std::vector<std::string>& ids) const {
  Json list = Json::array();
  std::set<std::string_view> seen;
  for (const std::string& id : ids)
    if (const auto number = numbers_.find(id); number != numbers_.end() && seen.insert(id).second)
      list.push_back({{"id", id}, {"n", number->second}, {"title", citations_[number->second - 1]->source.title}});
  std::sort(list.begin(), list.end(), [](const Json& a, const Json& b) { return a["n"] < b["n"]; });
  return list;
}

Json References::list() const {
  Json list = Json::array();
  for (const Citation* citation : citations_)
    list.push_back({{"id", citation->id},
                    {"claim", as_sentence(citation->claim)},
                    {"title", citation->source.title},
                    {"url", page_url(citation->source.url)},
                    {"year", citation->source.year}});
  return list;
}

Json cited(const CitedSentence& sentence, const References& references) {
  return {{"text", as_sentence(sentence.sentence)}, {"refs", references.refs(sentence.evidence)}};
}

}  // namespace rigfit
