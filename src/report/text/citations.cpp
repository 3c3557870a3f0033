#include "report/text/citations.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_set>

#include "report/text/value_text.hpp"

namespace rigfit {
namespace {

/// In any order, some of them often: what a report shows at last is rows of the book, or how many there are.
using Ids = std::vector<std::string_view>;

void add(Ids& ids, const std::vector<std::string>& more) { ids.insert(ids.end(), more.begin(), more.end()); }

void add(Ids& ids, const std::vector<CitedSentence>& sentences) {
  for (const CitedSentence& one : sentences) add(ids, one.evidence);
}

/// In the order of the rule book.
std::vector<const Citation*> rows_of(Ids ids, const RuleBook& rules) {
  std::sort(ids.begin(), ids.end());
  std::vector<const Citation*> rows;
  for (const Citation& citation : rules.evidence)
    if (std::binary_search(ids.begin(), ids.end(), std::string_view(citation.id))) rows.push_back(&citation);
  return rows;
}

void add_ratings(Ids& ids, const Recommendation& recommendation) {
  for (const Candidate& candidate : recommendation.candidates)
    for (const auto& [factor, rating] : candidate.ratings) add(ids, rating.evidence);
}

void add_shown(Ids& ids, const Report& report, const Recommendation& recommendation) {
  // The first reason speaks of this machine; what its build is known from is behind -v.
  for (std::size_t n = 1; n < recommendation.because.size(); ++n) add(ids, recommendation.because[n].evidence);
  add(ids, recommendation.advice);
  if (const RatingSet* set = report.rules.rating_set(recommendation.ratings))
    for (const auto& [factor, today] : set->today) add(ids, today.because.evidence);
}

void add_used(Ids& ids, const Recommendation& recommendation) {
  add(ids, recommendation.verdict_evidence);
  add_ratings(ids, recommendation);
  for (const Candidate& candidate : recommendation.candidates) {
    add(ids, candidate.support.evidence);
    for (const Resolution& resolution : candidate.support.resolutions)
      for (const Build* build : {resolution.chosen, resolution.after})
        if (build) add(ids, build->evidence);
  }
}

}  // namespace

std::string with_marks(const CitedSentence& cited) {
  std::string marks;
  for (const std::string& id : cited.evidence) marks += (marks.empty() ? " [" : ", ") + id;
  return as_sentence(cited.sentence) + (marks.empty() ? "" : marks + "]");
}

std::vector<const Statistic*> statistics_shown(const Report& report) {
  std::vector<const Statistic*> shown;
  if (!report.recommendation) return shown;
  const auto is_candidate = [&](const std::string& id) { return report.recommendation->candidate(id) != nullptr; };
  for (const Statistic& statistic : report.rules.statistics)
    if (statistic.frameworks.empty() ||
        std::any_of(statistic.frameworks.begin(), statistic.frameworks.end(), is_candidate))
      shown.push_back(&statistic);
  return shown;
}

std::vector<const Citation*> citations_shown(const Report& report) {
  Ids ids;
  for (const auto* recommendation : {&report.recommendation, &report.runtime})
    if (*recommendation) add_shown(ids, report, **recommendation);
  if (report.recommendation && report.recommendation->candidates.size() == 2) {  // reported side by side
    add(ids, report.recommendation->verdict_evidence);
    add_ratings(ids, *report.recommendation);
  }
  return rows_of(ids, report.rules);
}

namespace {

Ids ids_used(const Report& report) {
  Ids ids;
  for (const auto* recommendation : {&report.recommendation, &report.runtime})
    if (*recommendation) {
      add_shown(ids, report, **recommendation);
      add_used(ids, **recommendation);
    }
  if (const Profile* profile = report.rules.profile(report.profile)) add(ids, profile->reasons);
  for (const Statistic* statistic : statistics_shown(report)) add(ids, statistic->evidence);
  return ids;
}

}  // namespace

std::vector<const Citation*> citations_used(const Report& report) { return rows_of(ids_used(report), report.rules); }

std::size_t count_citations_used(const Report& report) {
  const Ids ids = ids_used(report);
  return std::unordered_set<std::string_view>(ids.begin(), ids.end()).size();
}

}  // namespace rigfit
