#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/text/citations.hpp"
#include "report/text/text_sections.hpp"
#include "report/text/value_text.hpp"

namespace rigfit {
namespace {

const Candidate& candidate_of(const Recommendation& recommendation, const std::string& id) {
  return *std::find_if(recommendation.candidates.begin(), recommendation.candidates.end(),
                       [&](const Candidate& candidate) { return candidate.rule->id == id; });
}

std::string name_at(const Recommendation& recommendation, std::size_t option) {
  return candidate_of(recommendation, recommendation.ranking.table.options[option]).rule->name;
}

/// Why the profile that was asked for has its points.
void write_reasons(Page& page, const Report& report) {
  if (const Profile* profile = report.rules.profile(report.profile))
    for (const CitedSentence& reason : profile->reasons) page.paragraph(with_marks(reason), 2, 0, Tint::faint);
}

std::string share_text(const Ranking& ranking, std::size_t option) {
  if (option >= ranking.first_share.size()) return "";
  const Fraction& share = ranking.first_share[option];
  if (share == Fraction{1, 1}) return "first whatever the priorities";
  if (share == Fraction{0, 1}) return "never first, whatever the priorities";
  return fmt::format("first under {} of all priorities", percent_text(share));
}

std::string total_text(const Place& place, const Ranking& ranking) {
  std::string low = decimal_text(place.total, ranking.points_total);
  if (place.total_high == place.total) return low;
  return fmt::format("{}-{}", low, decimal_text(place.total_high, ranking.points_total));
}

/// No candidate is left: which demand is to blame, and who lacks least.
void write_nearest(Page& page, const Recommendation& recommendation) {
  page.paragraph("No candidate meets every demand.", 2);
  const Candidate& nearest = recommendation.candidates[recommendation.removed.front()];
  for (std::size_t n = 0; n < recommendation.demands.size(); ++n) {
    const bool removes_all = std::all_of(
        recommendation.candidates.begin(), recommendation.candidates.end(), [&](const Candidate& candidate) {
          return std::any_of(candidate.unmet.begin(), candidate.unmet.end(),
                             [&](const Unmet& unmet) { return unmet.demand == n && unmet.met == Truth::no; });
        });
    if (removes_all) page.bullet(fmt::format("{} removes every candidate on its own.", recommendation.demands[n].text));
  }
  for (const Unmet& unmet : nearest.unmet)
    page.bullet(fmt::format("Nearest is {}, which does not meet {}: {}", nearest.rule->name,
                            recommendation.demands[unmet.demand].text, as_sentence(unmet.because)));
}

}  // namespace

void write_ranking(Page& page, const Recommendation& recommendation) {
  const Ranking& ranking = recommendation.ranking;
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
                    {total_text(place, ranking)}});
    if (page.verbose()) {
      for (const std::int64_t part : place.contributions)
        rows.back().push_back({decimal_text(part, ranking.points_total)});
    } else {
      rows.back().push_back({ranking.places.size() > 1 ? share_text(ranking, place.option) : "", Tint::faint});
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

std::string first_text(const Recommendation& recommendation) {
  std::vector<std::string> first;
  for (const Place& place : recommendation.ranking.places)
    if (place.rank == 1) first.push_back(name_at(recommendation, place.option));
  return first.empty() ? "none" : first.size() == 1 ? first[0] : listed(first) + " (a tie)";
}

void write_choice(Page& page, const Recommendation& recommendation, std::size_t from_reason) {
  if (recommendation.ranking.places.empty()) {
    if (recommendation.removed.empty()) {
      page.paragraph("No candidate can be recommended for this machine.", 2);
    } else {
      write_nearest(page, recommendation);
    }
    for (const std::string& caution : recommendation.cautions) page.bullet(as_sentence(caution));
    return;
  }
  for (std::size_t n = from_reason; n < recommendation.because.size();
       ++n)  // the first is of this machine, not of a source
    page.bullet(n == 0 ? as_sentence(recommendation.because[n].sentence) : with_marks(recommendation.because[n]));
  for (const std::string& caution : recommendation.cautions)
    page.paragraph("! " + as_sentence(caution), 2, 2, Tint::doubtful);
  page.blank();
  if (!recommendation.install_note.empty())
    page.field("Before", as_sentence(recommendation.install_note), 9, 2, Tint::doubtful);
  if (recommendation.install.empty()) {
    page.field("Install", "No published build of it runs here today.", 9, 2);
    return;
  }
  if (!recommendation.build_note.empty()) page.field("Build", as_sentence(recommendation.build_note), 9, 2);
  if (!recommendation.python_note.empty()) page.field("Python", as_sentence(recommendation.python_note), 9, 2);
  page.paragraph("Install", 2, 0, Tint::strong);
  page.command(recommendation.install, 4);
  if (recommendation.install_uv != recommendation.install && !recommendation.install_uv.empty()) {
    page.paragraph("or with uv", 2, 0, Tint::strong);
    page.command(recommendation.install_uv, 4);
  }
  if (!recommendation.offline.empty()) {
    page.paragraph(
        "Without a network: the first where there is one, on the same system and Python, then the second here", 2, 0,
        Tint::strong);
    for (const std::string& command : recommendation.offline) page.command(command, 4);
  }
  if (!recommendation.check.empty()) {
    page.paragraph("Check", 2, 0, Tint::strong);
    page.command(recommendation.check, 4);
  }
}

void write_advice(Page& page, const Recommendation& recommendation) {
  if (recommendation.advice.empty()) return;
  page.blank();
  page.paragraph("Know that", 2, 0, Tint::strong);
  for (const CitedSentence& advice : recommendation.advice) page.bullet(with_marks(advice), 4);
}

namespace {

/// Everything behind the answer: the machine in full, every factor with its sentences, builds, sensitivity, sources.
void write_reasons_in_full(Page& page, const Report& report) {
  const Recommendation& recommendation = *report.recommendation;
  write_machine(page, report.facts.host);
  write_platforms(page, report.facts);
  write_findings_summary(page, report);
  write_comparison(page, report, recommendation);
  write_demands(page, report);
  write_choosing(page, report);
  write_statistics(page, report);
  page.heading("Hardware support on this machine");
  write_support(page, recommendation);
  if (!recommendation.ranking.places.empty()) {
    page.heading(report.profile.empty() ? "Ranking" : fmt::format("Ranking for \"{}\"", report.profile));
    write_ranking(page, recommendation);
    write_reasons(page, report);
  }
  page.heading("Recommendation: " + first_text(recommendation));
  write_choice(page, recommendation);
  if (!report.runtime) write_advice(page, recommendation);
  if (!recommendation.ranking.places.empty()) write_sensitivity(page, recommendation);
}

}  // namespace

std::string recommend_text(const Report& report, const TextStyle& style) {
  Page page(style);
  write_answer(page, report);
  const Recommendation& recommendation = *report.recommendation;
  const bool is_duel = recommendation.candidates.size() == 2;
  if (style.verbose) {
    write_reasons_in_full(page, report);
  } else if (is_duel) {
    write_comparison(page, report, recommendation);
    write_choosing(page, report);
    write_statistics(page, report);
  }
  if (!style.verbose && recommendation.ranking.places.empty()) {
    write_demands(page, report);
    page.blank();
    write_choice(page, recommendation);
  }
  if (!style.verbose && !report.runtime) write_advice(page, recommendation);
  write_runtime(page, report);
  if (style.verbose || is_duel) write_sources(page, report);
  write_rules_age(page, report);
  return page.take();
}

}  // namespace rigfit
