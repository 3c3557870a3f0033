#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "report/html/values.hpp"
#include "report/text/value_text.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::ordered_json;

// The area of page.html's charts: 278 wide from x = 34, 130 high from y = 10.
constexpr double chart_left = 34, chart_width = 278, chart_bottom = 140, chart_height = 130;

std::string number(double value) { return fmt::format("{:.2f}", value); }

std::string share_text(const Recommendation& recommendation, const std::string& id) {
  const Ranking& ranking = recommendation.ranking;
  for (std::size_t n = 0; n < ranking.first_share.size() && ranking.places.size() > 1; ++n) {
    if (ranking.table.options[n] != id) continue;
    const Fraction& share = ranking.first_share[n];
    if (share == Fraction{1, 1}) return "First whatever the priorities";
    if (share == Fraction{0, 1}) return "Never first, whatever the priorities";
    return fmt::format("First under {} of all possible priorities", percent_text(share));
  }
  return "";
}

Json segments_of(const Recommendation& recommendation, const Place& place) {
  const Ranking& ranking = recommendation.ranking;
  Json segments = Json::array();
  double x = 0;
  for (std::size_t k = 0; k < place.contributions.size(); ++k) {
    const double width = static_cast<double>(place.contributions[k]) / static_cast<double>(ranking.points_total);
    const Factor* factor = recommendation.factor(ranking.table.factors[k]);
    segments.push_back({{"n", k % page_colors},
                        {"x", number(x)},
                        {"width", number(width)},
                        {"name", factor ? factor->name : ranking.table.factors[k]},
                        {"value", decimal_text(place.contributions[k], ranking.points_total)}});
    x += width;
  }
  return segments;
}

std::size_t index_of(const Recommendation& recommendation, const std::string& id) {
  return static_cast<std::size_t>(recommendation.candidate(id) - recommendation.candidates.data());
}

void add_factors(Json& page, const Recommendation& recommendation) {
  const Table& table = recommendation.ranking_of_all.table;
  int most = 100;
  page["factors"] = Json::array();
  for (std::size_t k = 0; k < table.factors.size(); ++k) {
    const Factor* factor = recommendation.factor(table.factors[k]);
    const int points = recommendation.points.at(table.factors[k]);
    most = std::max(most, points);
    page["factors"].push_back({{"id", table.factors[k]},
                               {"index", k},
                               {"n", k % page_colors},
                               {"name", factor ? factor->name : table.factors[k]},
                               {"points", points}});
  }
  page["slider_max"] = most;
}

/// One chart a factor: each candidate's total as a line over the weight of that factor.
Json chart_of(const Recommendation& recommendation, std::size_t k, const std::vector<Threshold>& thresholds,
              const std::vector<std::size_t>& colors) {
  const Table& table = recommendation.ranking_of_all.table;
  const auto total = static_cast<double>(recommendation.ranking_of_all.points_total);
  const double rest = total - table.points[k];
  Json lines = Json::array();
  for (std::size_t i = 0; i < table.options.size(); ++i) {
    double others = 0;
    for (std::size_t j = 0; j < table.factors.size(); ++j)
      if (j != k) others += (rest > 0 ? table.points[j] : 1.0) * table.scores[i][j];
    others /= rest > 0 ? rest : std::max(1.0, static_cast<double>(table.factors.size()) - 1);
    const Candidate& candidate = recommendation.candidates[i];
    lines.push_back({{"index", i},
                     {"color", colors[i]},
                     {"y1", number(chart_bottom - others / 100 * chart_height)},
                     {"y2", number(chart_bottom - table.scores[i][k] / 100.0 * chart_height)},
                     {"is_hidden", !candidate.adequate || candidate.removed()}});
  }
  const Ranking& ranking = recommendation.ranking;
  std::string flip = "No other framework is ranked.";
  if (ranking.first_is_tied) flip = "The first place is shared.";
  for (const Threshold& threshold : thresholds)
    if (threshold.factor && threshold.factor->id == table.factors[k])
      flip =
          threshold.others_first.empty()
              ? fmt::format("{} stays first, whatever its points.",
                            recommendation.candidate(ranking.table.options[ranking.places.front().option])->rule->name)
              : fmt::format("First instead: {}.", threshold.others_first);
  const Factor* factor = recommendation.factor(table.factors[k]);
  return {{"index", k},
          {"name", factor ? factor->name : table.factors[k]},
          {"lines", lines},
          {"now", number(chart_left + chart_width * table.points[k] / total)},
          {"flip", flip}};
}

}  // namespace

std::vector<std::size_t> colors_of(const Recommendation& recommendation) {
  std::vector<std::size_t> colors(recommendation.candidates.size());
  std::size_t next = 0;
  for (const Comparison::Column& column : comparison_of(recommendation).columns)
    colors[column.candidate] = next++ % page_colors;
  return colors;
}

void add_ranking(Json& page, const Recommendation& recommendation) {
  const std::vector<std::size_t> colors = colors_of(recommendation);
  add_factors(page, recommendation);
  page["ranking_title"] = recommendation.ranking.places.empty() ? "No framework is ranked" : "How they rank";
  page["options"] = Json::array();
  for (std::size_t i = 0; i < recommendation.candidates.size(); ++i)
    page["options"].push_back(
        {{"index", i},
         {"color", colors[i]},
         {"name", recommendation.candidates[i].rule->name},
         {"is_behind", !recommendation.candidates[i].adequate || recommendation.candidates[i].removed()}});
  page["option_count"] = recommendation.candidates.size();
  page["ranked"] = Json::array();
  const Ranking& ranking = recommendation.ranking;
  for (const Place& place : ranking.places) {
    const std::string& id = ranking.table.options[place.option];
    const std::size_t index = index_of(recommendation, id);
    const std::string low = decimal_text(place.total, ranking.points_total),
                      high = decimal_text(place.total_high, ranking.points_total);
    page["ranked"].push_back({{"index", index},
                              {"color", colors[index]},
                              {"name", recommendation.candidates[index].rule->name},
                              {"place", place.rank},
                              {"is_first", place.rank == 1},
                              {"total", place.total == place.total_high ? low : low + "-" + high},
                              {"segments", segments_of(recommendation, place)},
                              {"share", share_text(recommendation, id)}});
  }
  page["behind"] = Json::array();
  for (const Comparison::Column& column : comparison_of(recommendation).columns)
    if (column.standing != Comparison::Standing::ranked)
      page["behind"].push_back({{"index", column.candidate},
                                {"name", recommendation.candidates[column.candidate].rule->name},
                                {"why", column.because_not}});
  page["has_behind"] = !page["behind"].empty();
}

void add_firmness(Json& page, const Recommendation& recommendation) {
  const std::vector<std::string> sentences = firmness_of(recommendation);
  const std::vector<Threshold> thresholds = thresholds_of(recommendation);
  const std::vector<std::size_t> colors = colors_of(recommendation);
  page["firmness"] = sentences;
  page["has_firmness"] = !sentences.empty();
  page["charts"] = Json::array();
  for (std::size_t k = 0; k < recommendation.ranking_of_all.table.factors.size(); ++k)
    page["charts"].push_back(chart_of(recommendation, k, thresholds, colors));
}

}  // namespace rigfit
