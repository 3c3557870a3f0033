#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/citations.hpp"
#include "report/sections.hpp"
#include "report/wording.hpp"

namespace rigfit {
namespace {

const Candidate& candidate_of(const Recommendation& recommendation, const std::string& id) {
  return *std::find_if(recommendation.candidates.begin(), recommendation.candidates.end(),
                       [&](const Candidate& candidate) { return candidate.rule->id == id; });
}

std::string name_at(const Recommendation& recommendation, std::size_t option) {
  return candidate_of(recommendation, recommendation.ranking.table.options[option]).rule->name;
}

std::string factor_name(const Report& report, std::size_t k) {
  const std::string& id = report.recommendation->ranking.table.factors[k];
  const Factor* factor = report.rules->factor(id);
  return factor ? factor->name : id;
}

std::string points_text(double points) {
  return points < 1000 ? fmt::format("{:.1f}", points) : fmt::format("{:.0f}", points);
}

/// "JAX is first below 12.5 points" for one side of a factor.
std::string threshold_text(const Report& report, const Flip::Threshold& threshold, const char* side) {
  const std::string rival = name_at(*report.recommendation, threshold.rival);
  return fmt::format("{} leads {} {} (weight {})", rival, side, points_text(threshold.points),
                     fraction_text(threshold.weight));
}

std::string nearest_text(const Report& report) {
  const Recommendation& recommendation = *report.recommendation;
  const NearestChange& nearest = *recommendation.ranking.nearest;
  const double total = static_cast<double>(recommendation.ranking.points_total);
  std::vector<std::string> moves;
  for (const auto& move : nearest.moves)
    moves.push_back(fmt::format("{} points from {} to {}", points_text(move.share.value() * total),
                                factor_name(report, move.from), factor_name(report, move.to)));
  const std::string rival = name_at(recommendation, nearest.rival);
  if (moves.empty()) return fmt::format("{} has the same total already.", rival);
  return fmt::format("Nearest change: {} catches up when {} of {} {}.", rival, listed(moves),
                     recommendation.ranking.points_total, moves.size() == 1 ? "move" : "move in all");
}

std::string build_text(const std::string& name, const std::string& version, const std::string& runtime) {
  return fmt::format("{} {}{}", name, version, runtime.empty() ? "" : " with " + runtime);
}

/// The build that was chosen and its commands, those that were passed over, and what would bring a newer one.
void write_resolution(Page& page, const std::string& name, const Resolution& resolution) {
  const std::string platform = platform_name(resolution.platform);
  if (const Build* build = resolution.chosen) {
    page.bullet(fmt::format("{} build: {} ({}){}", platform, build_text(name, build->version, build->runtime),
                            build->id, build->note.empty() ? "" : ". " + as_sentence(build->note)),
                4);
    if (const auto& install = resolution.install) {
      for (const std::string& command : {install->pip, install->uv, install->check}) page.command(command, 8);
      if (!install->python_note.empty()) page.paragraph(install->python_note, 8);
    }
  }
  for (const Rejection& rejection : resolution.rejected)
    page.bullet(fmt::format("not {}: {}", build_text(name, rejection.version, rejection.runtime),
                            as_sentence(rejection.reason + (rejection.cure.empty() ? "" : ". " + rejection.cure))),
                6);
  if (!resolution.chosen && resolution.nearest_miss)
    page.bullet(fmt::format("{}: nearest is {}: {}", platform,
                            build_text(name, resolution.nearest_miss->version, resolution.nearest_miss->runtime),
                            as_sentence(resolution.nearest_miss->reason)),
                4);
}

}  // namespace

void write_ranking(Page& page, const Report& report) {
  const Recommendation& recommendation = *report.recommendation;
  const Ranking& ranking = recommendation.ranking;
  if (ranking.places.empty()) return;
  page.heading(report.profile.empty() ? "Ranking" : fmt::format("Ranking for \"{}\"", report.profile));
  std::vector<Column> columns{{true, false}, {}, {true, false}};
  std::vector<std::vector<Cell>> rows;
  if (page.verbose()) {
    rows.push_back({{"#", Tint::strong}, {"Framework", Tint::strong}, {"total", Tint::strong}});
    for (std::size_t k = 0; k < ranking.table.factors.size(); ++k) {
      columns.push_back({true, false});
      rows[0].push_back({ranking.table.factors[k], Tint::faint});
    }
  }
  if (!page.verbose()) columns.push_back({false, true});
  for (const Place& place : ranking.places) {
    rows.push_back({{fmt::format("{}", place.rank)},
                    {name_at(recommendation, place.option), place.rank == 1 ? Tint::strong : Tint::plain},
                    {decimal_text(place.total, ranking.points_total)}});
    if (page.verbose()) {
      for (const std::int64_t part : place.contributions)
        rows.back().push_back({decimal_text(part, ranking.points_total)});
    } else {
      const bool is_ever_first =
          place.option < ranking.first_share.size() && ranking.first_share[place.option].numerator > 0;
      rows.back().push_back({is_ever_first ? fmt::format("first under {} of all priorities",
                                                         percent_text(ranking.first_share[place.option]))
                                           : "",
                             Tint::faint});
    }
  }
  page.table(columns, rows, 2);
  for (const std::size_t index : recommendation.behind) {
    const Candidate& candidate = recommendation.candidates[index];
    page.paragraph(
        fmt::format("-  {}: not ranked with them. {}", candidate.rule->name, as_sentence(candidate.inadequate_because)),
        2, 3, Tint::faint);
  }
}

void write_support(Page& page, const Report& report) {
  page.heading("Hardware support on this machine");
  for (const Candidate& candidate : report.recommendation->candidates) {
    const Support& support = candidate.support;
    page.paragraph(fmt::format("{}: {} today, {} after the remedies", candidate.rule->name, score_text(support.today),
                               score_text(support.after)),
                   2, 2, Tint::strong);
    for (const std::string& term : support.terms) page.bullet(term, 4);
    for (const Resolution& resolution : support.resolutions) write_resolution(page, candidate.rule->name, resolution);
  }
}

void write_recommendation(Page& page, const Report& report) {
  const Recommendation& recommendation = *report.recommendation;
  const Ranking& ranking = recommendation.ranking;
  if (ranking.places.empty()) {
    page.heading("Recommendation: none");
    page.paragraph("No candidate can be recommended for this machine.", 2);
    for (const std::string& caution : recommendation.cautions) page.bullet(as_sentence(caution));
    return;
  }
  std::vector<std::string> first;
  for (const Place& place : ranking.places)
    if (place.rank == 1) first.push_back(name_at(recommendation, place.option));
  page.heading(fmt::format("Recommendation: {}", first.size() == 1 ? first[0] : listed(first) + " (a tie)"));
  for (const std::string& reason : recommendation.because) page.bullet(as_sentence(reason));
  for (const std::string& caution : recommendation.cautions)
    page.paragraph("! " + as_sentence(caution), 2, 2, Tint::doubtful);
  page.blank();
  if (!recommendation.install_note.empty())
    page.field("Before", as_sentence(recommendation.install_note), 9, 2, Tint::doubtful);
  if (recommendation.install.empty()) {
    page.field("Install", "No published build of it runs here today.", 9, 2);
    return;
  }
  if (!recommendation.python_note.empty()) page.field("Python", as_sentence(recommendation.python_note), 9, 2);
  page.paragraph("Install", 2, 0, Tint::strong);
  page.command(recommendation.install, 4);
  if (recommendation.install_uv != recommendation.install && !recommendation.install_uv.empty()) {
    page.paragraph("or with uv", 2, 0, Tint::strong);
    page.command(recommendation.install_uv, 4);
  }
  if (recommendation.check.empty()) return;
  page.paragraph("Check", 2, 0, Tint::strong);
  page.command(recommendation.check, 4);
}

void write_sensitivity(Page& page, const Report& report) {
  const Recommendation& recommendation = *report.recommendation;
  const Ranking& ranking = recommendation.ranking;
  if (ranking.places.size() < 2) return;
  page.heading("How firm that is");
  const std::string leader = name_at(recommendation, ranking.places.front().option);
  if (!ranking.nearest) {
    page.paragraph(fmt::format("No priorities put another first: {} is at least as good in every factor.", leader), 2);
    return;
  }
  std::vector<std::vector<Cell>> rows;
  std::vector<std::string> never;
  for (const Flip& flip : ranking.flips) {
    std::vector<std::string> sides;
    // A tie that takes the whole weight is reached by no points, and passed by none.
    if (flip.below && std::isfinite(flip.below->points)) sides.push_back(threshold_text(report, *flip.below, "below"));
    if (flip.above && std::isfinite(flip.above->points)) sides.push_back(threshold_text(report, *flip.above, "above"));
    if (sides.empty()) {
      never.push_back(factor_name(report, flip.factor));
      continue;
    }
    rows.push_back({{factor_name(report, flip.factor)},
                    {fmt::format("{} points now", ranking.table.points[flip.factor])},
                    {listed(sides)}});
  }
  page.table({{}, {true, false}, {false, true}}, rows, 2);
  if (!never.empty())
    page.paragraph(fmt::format("No weight of {} alone takes {} from the first place.", listed(never), leader), 2);
  page.paragraph(nearest_text(report), 2);
}

void write_sources(Page& page, const Report& report) {
  const auto citations = citations_used(report);
  if (!page.verbose()) {
    page.blank();
    page.paragraph(fmt::format("Rules as of {}. {} behind this: -v lists them, and shows every term.",
                               report.rules->as_of.empty() ? "no date" : report.rules->as_of,
                               count_text(citations.size(), "source")),
                   0, 0, Tint::faint);
    return;
  }
  page.heading(fmt::format("Sources (rules as of {})", report.rules->as_of));
  for (const Citation* citation : citations) {
    page.paragraph(fmt::format("{}  {}", citation->id, as_sentence(citation->claim)), 2, 2);
    page.paragraph(fmt::format("{} ({}), {}. {}", citation->source.title, citation->source.year, citation->reliability,
                               citation->source.url),
                   4, 0, Tint::faint);
  }
}

std::string recommend_text(const Report& report, const TextStyle& style) {
  Page page(style);
  write_machine(page, report.facts.host);
  write_platforms(page, report.facts);
  write_findings_summary(page, report);
  const bool is_duel = report.recommendation->candidates.size() == 2;
  write_comparison(page, report);
  if (is_duel || style.verbose) {
    write_choosing(page, report);
    write_statistics(page, report);
  }
  if (style.verbose) write_support(page, report);
  write_ranking(page, report);
  write_recommendation(page, report);
  write_sensitivity(page, report);
  write_sources(page, report);
  return page.take();
}

}  // namespace rigfit
