#include "report/citations.hpp"

#include <algorithm>
#include <set>
#include <string>

namespace rigfit {

std::vector<const Statistic*> statistics_shown(const Report& report) {
  std::vector<const Statistic*> shown;
  if (!report.recommendation) return shown;
  const auto is_candidate = [&](const std::string& id) {
    return std::any_of(report.recommendation->candidates.begin(), report.recommendation->candidates.end(),
                       [&](const Candidate& candidate) { return candidate.rule->id == id; });
  };
  for (const Statistic& statistic : report.rules->statistics)
    if (statistic.frameworks.empty() ||
        std::any_of(statistic.frameworks.begin(), statistic.frameworks.end(), is_candidate))
      shown.push_back(&statistic);
  return shown;
}

std::vector<const Citation*> citations_used(const Report& report) {
  std::set<std::string, std::less<>> ids;
  const auto add = [&](const std::vector<std::string>& more) { ids.insert(more.begin(), more.end()); };
  if (report.recommendation) {
    add(report.recommendation->verdict_evidence);
    for (const Candidate& candidate : report.recommendation->candidates) {
      for (const auto& [factor, rating] : candidate.ratings) add(rating.evidence);
      add(candidate.support.evidence);
      for (const Resolution& resolution : candidate.support.resolutions)
        for (const Build* build : {resolution.chosen, resolution.after})
          if (build) add(build->evidence);
    }
    for (const CitedSentence& advice : report.recommendation->advice) add(advice.evidence);
    for (const Statistic* statistic : statistics_shown(report)) add(statistic->evidence);
  }
  std::vector<const Citation*> used;
  for (const Citation& citation : report.rules->evidence)
    if (ids.count(citation.id)) used.push_back(&citation);
  return used;
}

}  // namespace rigfit
