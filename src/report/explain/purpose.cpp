#include <fmt/format.h>

#include "report/explain/explanations.hpp"
#include "report/text/value_text.hpp"

namespace rigfit {
namespace {

void write_cited(Page& page, const Report& report, const CitedSentence& cited) {
  page.bullet(as_sentence(cited.sentence), 2);
  write_citations(page, report, cited.evidence, 6);
}

std::string name_of(const Report& report, const std::string& framework) {
  const FrameworkRule* rule = report.rules.framework(framework);
  return rule ? rule->name : framework;
}

std::string names_of(const Report& report, const std::vector<std::string>& frameworks) {
  std::vector<std::string> names;
  for (const std::string& id : frameworks) names.push_back(name_of(report, id));
  return names.empty() ? "every framework" : listed(names);
}

/// Ratings that take the place of the frameworks' own.
void write_ratings(Page& page, const Report& report, const Ratings& ratings) {
  for (const auto& [framework, by_factor] : ratings)
    for (const auto& [factor, rating] : by_factor) {
      const Factor* known = report.rules.factor(factor);
      page.paragraph(fmt::format("{}, {}", name_of(report, framework), known ? known->name : factor), 2, 0,
                     Tint::strong);
      write_rating(page, report, rating, known);
    }
}

/// What the parts of a factor weigh for this purpose, where that is not what they weigh by default.
void write_part_weights(Page& page, const Report& report, const Profile& profile) {
  for (const auto& [id, weights] : profile.parts) {
    const Factor* factor = report.rules.factor(id);
    if (!factor) continue;
    std::vector<std::string> words;
    for (const FactorPart& part : factor->parts) {
      const auto weight = weights.find(part.id);
      words.push_back(fmt::format("{} {}", part.name, weight == weights.end() ? 0 : weight->second));
    }
    page.paragraph(fmt::format("{} by its parts: {}.", factor->name, listed(words)), 2);
  }
}

void write_fit(Page& page, const Report& report, const Fit& fit) {
  page.heading(fmt::format("{} ({}, {} points)", fit.factor.name, fit.factor.id, fit.points));
  page.paragraph(as_sentence(fit.factor.about), 2);
  write_scale(page, fit.factor, 2);
  for (const FitRating& row : fit.ratings) {
    const Truth here = holds(row.when, report.facts);
    page.paragraph(fmt::format("{}{}", name_of(report, row.framework), here == Truth::yes ? "" : " (not here)"), 2, 0,
                   Tint::strong);
    write_rating(page, report, row.rating);
  }
}

}  // namespace

void explain_profile(Page& page, const Report& report, const Profile& profile) {
  page.paragraph(fmt::format("{} (--profile {})", profile.name, profile.id), 0, 0, Tint::strong);
  page.paragraph(as_sentence(profile.about), 2);
  page.paragraph(fmt::format("It compares {}.", names_of(report, profile.candidates)), 2);
  if (profile.runtimes)
    page.paragraph(fmt::format("And as a runtime {}. {}", names_of(report, profile.runtimes->candidates),
                               as_sentence(profile.runtimes->about)),
                   2);
  page.heading("Points");
  std::vector<std::vector<Cell>> rows;
  for (const Factor& factor : report.rules.factors)
    if (const auto points = profile.points.find(factor.id); points != profile.points.end())
      rows.push_back({{factor.name}, {fmt::format("{}", points->second)}});
  page.table({{}, {true, false}}, rows, 2);
  write_part_weights(page, report, profile);
  page.heading("Why");
  for (const CitedSentence& reason : profile.reasons) write_cited(page, report, reason);
  if (!profile.advice.empty()) page.heading("What it says beside the ranking");
  for (const CitedSentence& advice : profile.advice) write_cited(page, report, advice);
  if (profile.fit) write_fit(page, report, *profile.fit);
  if (!profile.ratings.empty()) page.heading("Ratings for this purpose, in place of the general ones");
  write_ratings(page, report, profile.ratings);
}

void explain_rating_set(Page& page, const Report& report, const RatingSet& set) {
  page.paragraph(fmt::format("{} (--ratings {})", set.name, set.id), 0, 0, Tint::strong);
  page.paragraph(as_sentence(set.about), 2);
  page.field("Verdict", as_sentence(set.verdict), 9, 2);
  page.heading("Why it differs from today's evidence");
  for (const Factor& factor : report.rules.factors) {
    const auto today = set.today.find(factor.id);
    if (today == set.today.end()) continue;
    page.paragraph(factor.name, 2, 0, Tint::strong);
    std::vector<std::vector<Cell>> rows;
    for (const auto& [framework, ratings] : set.ratings)
      if (const auto rating = ratings.find(factor.id); rating != ratings.end()) {
        const FrameworkRule* rule = report.rules.framework(framework);
        const bool is_rated = rule && rule->ratings.count(factor.id) > 0;
        rows.push_back({{name_of(report, framework)},
                        {fmt::format("{}", rating->second.score)},
                        {is_rated ? fmt::format("today {}", rule->ratings.at(factor.id).score) : ""},
                        {as_sentence(rating->second.sentence)}});
      }
    page.table({{}, {true, false}, {true, false}, {false, true}}, rows, 4);
    page.paragraph(fmt::format("Today ({}): {}", today->second.verdict, as_sentence(today->second.because.sentence)),
                   4);
    write_citations(page, report, today->second.because.evidence, 6);
  }
}

void explain_statistic(Page& page, const Report& report, const Statistic& statistic) {
  page.paragraph(fmt::format("{} {}", statistic.value, as_sentence(statistic.sentence)), 0, 2, Tint::strong);
  if (!statistic.frameworks.empty())
    page.paragraph(fmt::format("It is reported where {} is compared.", names_of(report, statistic.frameworks)), 2);
  write_citations(page, report, statistic.evidence, 2);
}

}  // namespace rigfit
