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

/// Why the profile that was asked for has its points.
std::vector<CitedSentence> reasons_of(const Report& report) {
  const Profile* profile = report.rules->profile(report.profile);
  return profile ? profile->reasons : std::vector<CitedSentence>{};
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
  if (page.verbose())
    for (const CitedSentence& reason : reasons_of(report))
      page.paragraph(fmt::format("{} [{}]", as_sentence(reason.sentence), listed(reason.evidence)), 2, 0, Tint::faint);
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
    if (recommendation.removed.empty()) {
      page.paragraph("No candidate can be recommended for this machine.", 2);
    } else {
      write_nearest(page, recommendation);
    }
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
  if (recommendation.advice.empty()) return;
  page.paragraph("Know that", 2, 0, Tint::strong);
  for (const CitedSentence& advice : recommendation.advice) page.bullet(as_sentence(advice.sentence), 4);
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
  if (!report.target_os.empty())
    page.paragraph(fmt::format("Judged under {}: of the system, its drivers and its Python nothing is known here.",
                               report.target_os == "darwin"    ? "macOS"
                               : report.target_os == "windows" ? "Windows"
                                                               : "Linux"),
                   0, 0, Tint::doubtful);
  write_comparison(page, report);
  write_demands(page, report);
  if (is_duel || style.verbose) {
    write_choosing(page, report);
    write_statistics(page, report);
  }
  if (style.verbose) write_support(page, report);
  write_ranking(page, report);
  write_recommendation(page, report);
  write_sensitivity(page, report);
  write_sources(page, report);
  write_rules_age(page, report);
  return page.take();
}

}  // namespace rigfit
