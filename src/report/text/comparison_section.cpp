#include <fmt/format.h>

#include <algorithm>

#include "report/text/citations.hpp"
#include "report/text/text_sections.hpp"
#include "report/text/value_text.hpp"

namespace rigfit {
namespace {

std::string factor_name(const Recommendation& recommendation, const std::string& id) {
  const Factor* factor = recommendation.factor(id);
  return factor ? factor->name : id;
}

/// Candidates in the order of their columns: two as they were asked for, more from the best on.
std::vector<std::size_t> columns_of(const Recommendation& recommendation) {
  std::vector<std::size_t> order;
  if (recommendation.candidates.size() == 2) return {0, 1};
  const Ranking& ranking = recommendation.ranking;
  for (const Place& place : ranking.places)
    for (std::size_t i = 0; i < recommendation.candidates.size(); ++i)
      if (recommendation.candidates[i].rule->id == ranking.table.options[place.option]) order.push_back(i);
  order.insert(order.end(), recommendation.behind.begin(), recommendation.behind.end());
  order.insert(order.end(), recommendation.removed.begin(), recommendation.removed.end());
  return order;
}

/// What is said about a candidate under a factor; the hardware factor speaks of this machine.
std::string sentence_of(const Candidate& candidate, const Recommendation& recommendation,
                        const std::string& factor_id) {
  const Factor* factor = recommendation.factor(factor_id);
  if (factor && factor->from_probes) return as_sentence(candidate.support.sentence);
  const auto rating = candidate.ratings.find(factor_id);
  return rating == candidate.ratings.end() ? "" : with_marks({rating->second.sentence, rating->second.evidence});
}

bool is_tied(const FactorResult& result, std::size_t option) {
  return std::find(result.tied.begin(), result.tied.end(), option) != result.tied.end();
}

/// "wins", "tie" or nothing, for one candidate under one factor.
std::string badge(const FactorResult& result, std::size_t option) {
  if (result.winner == option) return "wins";
  return is_tied(result, option) ? "tie" : "";
}

Tint badge_tint(const FactorResult& result, std::size_t option) {
  return result.winner == option ? Tint::good : Tint::plain;
}

std::string score_of(const Recommendation& recommendation, std::size_t option, std::size_t k) {
  const Ranking& all = recommendation.ranking_of_all;
  // An unsettled score is ranked with its certain part, and shown with both ends.
  return score_text(score_of(recommendation.candidates[option], *recommendation.factor(all.table.factors[k])));
}

std::string wins_text(const Ranking& all, std::size_t option) {
  for (const Place& place : all.places)
    if (place.option == option) return fmt::format("{}", place.wins);
  return "0";
}

std::string total_text(const Ranking& all, std::size_t option) {
  for (const Place& place : all.places)
    if (place.option == option) return decimal_text(place.total, all.points_total);
  return "";
}

/// Scores only: a row a factor, a column a candidate. The winner of each row has a star.
void write_scores(Page& page, const Recommendation& recommendation) {
  const Ranking& all = recommendation.ranking_of_all;
  std::vector<Column> columns{{}, {true, false}};
  std::vector<std::vector<Cell>> rows{{{"Factor", Tint::strong}, {"points", Tint::strong}}};
  const std::vector<std::size_t> order = columns_of(recommendation);
  for (const std::size_t i : order) {
    columns.push_back({true, false});
    rows[0].push_back({recommendation.candidates[i].rule->name + " ", Tint::strong});
  }
  for (std::size_t k = 0; k < all.table.factors.size(); ++k) {
    rows.push_back({{factor_name(recommendation, all.table.factors[k])}, {fmt::format("{}", all.table.points[k])}});
    for (const std::size_t i : order) {
      const FactorResult& result = all.by_factor[k];
      const char* mark = result.winner == i ? "*" : is_tied(result, i) ? "=" : " ";
      rows.back().push_back({score_of(recommendation, i, k) + mark, badge_tint(result, i)});
    }
  }
  rows.push_back({{"Factors won", Tint::strong}, {}});
  rows.push_back({{"Weighted total", Tint::strong}, {}});
  for (const std::size_t i : order) {
    rows[rows.size() - 2].push_back({wins_text(all, i) + " "});
    rows.back().push_back({total_text(all, i) + " ", Tint::strong});
  }
  page.table(columns, rows, 2);
  page.paragraph(
      fmt::format("Scores from 0 to 100; * wins the factor, = within {} of the best.{}", tie_margin,
                  recommendation.ratings != default_ratings ? ""
                  : recommendation.has_accelerator ? " Hardware support is for this machine, after the remedies."
                                                   : " Hardware support is for this machine."),
      2, 0, Tint::faint);
}

/// Two candidates side by side, each factor with both sentences and a badge.
void write_side_by_side(Page& page, const Recommendation& recommendation) {
  const Ranking& all = recommendation.ranking_of_all;
  const std::vector<Column> columns{{}, {false, true}, {false, true}};
  std::vector<std::vector<Cell>> rows{{{"Factor", Tint::strong}}};
  for (const Candidate& candidate : recommendation.candidates) rows[0].push_back({candidate.rule->name, Tint::strong});
  for (std::size_t k = 0; k < all.table.factors.size(); ++k) {
    const FactorResult& result = all.by_factor[k];
    rows.push_back({{factor_name(recommendation, all.table.factors[k]), Tint::strong}});
    rows.push_back({{fmt::format("{} points", all.table.points[k]), Tint::faint}});
    for (std::size_t i = 0; i < 2; ++i) {
      const std::string mark = badge(result, i);
      rows[rows.size() - 2].push_back(
          {score_of(recommendation, i, k) + (mark.empty() ? "" : fmt::format("  [{}]", mark)), badge_tint(result, i)});
      rows.back().push_back({sentence_of(recommendation.candidates[i], recommendation, all.table.factors[k])});
    }
    rows.push_back({});
  }
  rows.push_back({{"Factors won", Tint::strong}});
  rows.push_back({{"Weighted total", Tint::strong}});
  for (std::size_t i = 0; i < 2; ++i) {
    rows[rows.size() - 2].push_back({fmt::format("{} of {}, {}", wins_text(all, i), all.table.factors.size(),
                                                 count_text(static_cast<std::size_t>(all.tied_factors), "tie"))});
    rows.back().push_back({total_text(all, i), Tint::strong});
  }
  page.table(columns, rows, 2);
}

/// Whose ratings these are when they are not the usual ones, what the hardware is here all the same, and what today's
/// evidence says.
void write_rating_set(Page& page, const Report& report, const Recommendation& recommendation) {
  const RatingSet* set = report.rules.rating_set(recommendation.ratings);
  if (!set) return;
  page.blank();
  page.paragraph(fmt::format("Ratings \"{}\": {}", set->id, set->about), 2, 0, Tint::faint);
  std::vector<std::string> here;
  for (const Candidate& candidate : recommendation.candidates)
    here.push_back(fmt::format("{} {}", candidate.rule->name, score_text(candidate.support.after)));
  page.paragraph(fmt::format("Hardware support by what was seen of this machine: {}.", listed(here)), 2);
  page.heading("What today's evidence says");
  for (const Factor& factor : recommendation.factors)
    if (const auto today = set->today.find(factor.id); today != set->today.end())
      page.field(factor.name, with_marks(today->second.because), 22, 2);
  page.paragraph("Without --ratings the ranking is by today's evidence.", 2, 0, Tint::faint);
}

/// The parts of a rating, and what each weighs; nothing of one that was rated as a whole, or of which one part counts.
void write_parts(Page& page, const Rating& rating, const Factor& factor) {
  const auto counts = [](const RatingPart& part) { return part.weight > 0; };
  if (std::count_if(rating.parts.begin(), rating.parts.end(), counts) < 2) return;
  for (const RatingPart& part : rating.parts) {
    const auto named = std::find_if(factor.parts.begin(), factor.parts.end(),
                                    [&](const FactorPart& one) { return one.id == part.id; });
    page.paragraph(
        fmt::format("{} {}, weight {}: {}", named == factor.parts.end() ? part.id : named->name,
                    score_text({part.score, part.high}), part.weight, with_marks({part.sentence, part.evidence})),
        6, 2, Tint::faint);
  }
}

/// Each factor with a line per candidate.
void write_sentences(Page& page, const Recommendation& recommendation) {
  const Ranking& all = recommendation.ranking_of_all;
  for (std::size_t k = 0; k < all.table.factors.size(); ++k) {
    page.blank();
    page.paragraph(factor_name(recommendation, all.table.factors[k]), 2, 0, Tint::strong);
    const Factor& factor = *recommendation.factor(all.table.factors[k]);
    for (const auto& [score, words] : anchors_of(factor))
      page.field(fmt::format("{}", score), as_sentence(words), 4, 4, Tint::faint);
    std::vector<std::vector<Cell>> rows;
    for (const std::size_t i : columns_of(recommendation))
      rows.push_back({{recommendation.candidates[i].rule->name},
                      {score_of(recommendation, i, k)},
                      {badge(all.by_factor[k], i), badge_tint(all.by_factor[k], i)},
                      {sentence_of(recommendation.candidates[i], recommendation, all.table.factors[k])}});
    page.table({{}, {true, false}, {}, {false, true}}, rows, 4);
    for (const std::size_t i : columns_of(recommendation)) {
      const Candidate& candidate = recommendation.candidates[i];
      const auto rating = candidate.ratings.find(factor.id);
      if (factor.from_probes || rating == candidate.ratings.end() || rating->second.parts.empty()) continue;
      page.paragraph(candidate.rule->name, 4);
      write_parts(page, rating->second, factor);
    }
  }
}

}  // namespace

void write_comparison(Page& page, const Report& report, const Recommendation& recommendation) {
  if (recommendation.candidates.empty()) return;
  page.heading("Comparison");
  if (recommendation.candidates.size() == 2) {
    if (!recommendation.verdict.empty()) {
      page.paragraph(with_marks({recommendation.verdict, recommendation.verdict_evidence}), 2);
      page.blank();
    }
    write_side_by_side(page, recommendation);
    write_rating_set(page, report, recommendation);
    return;
  }
  write_scores(page, recommendation);
  write_rating_set(page, report, recommendation);
  if (page.verbose()) write_sentences(page, recommendation);
}

void write_choosing(Page& page, const Report& report) {
  for (const std::size_t index : columns_of(*report.recommendation)) {
    const Candidate& candidate = report.recommendation->candidates[index];
    if (candidate.choose_when.empty()) continue;
    page.heading(fmt::format("Choose {} when", candidate.rule->name));
    for (const std::string& sentence : candidate.choose_when) page.bullet(sentence);
  }
}

void write_statistics(Page& page, const Report& report) {
  const auto statistics = statistics_shown(report);
  if (statistics.empty()) return;
  page.heading("Key statistics");
  for (const Statistic* statistic : statistics) {
    page.paragraph(fmt::format("{} {}", statistic->value, statistic->sentence), 2, 2);
    for (const std::string& id : statistic->evidence)
      if (const Citation* citation = report.rules.citation(id))
        page.paragraph(fmt::format("{} ({}) {}", citation->source.title, citation->source.year, citation->source.url),
                       4, 0, Tint::faint);
  }
}

}  // namespace rigfit
