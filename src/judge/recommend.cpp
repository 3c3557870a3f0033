#include "judge/recommend.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rigfit {
namespace {

constexpr int default_points = 20;
// Adequacy on machines with accelerators: a weighted mean would let a framework win that leaves the hardware idle.
constexpr int adequate_least = 50, adequate_behind_best = 30;

template <class Items>
std::string known_ids(const Items& items) {
  std::string ids;
  for (const auto& item : items) ids += (ids.empty() ? "" : ", ") + item.id;
  return ids;
}

tl::expected<std::map<std::string, int>, std::string> points_of(const RuleBook& rules, const Wishes& wishes) {
  std::map<std::string, int> points;
  for (const Factor& factor : rules.factors) points[factor.id] = default_points;
  if (!wishes.profile.empty()) {
    const Profile* profile = rules.profile(wishes.profile);
    if (!profile)
      return tl::unexpected(
          fmt::format("no profile is named \"{}\"; there are: {}", wishes.profile, known_ids(rules.profiles)));
    for (const auto& [factor, value] : profile->points) points[factor] = value;
  }
  for (const auto& [factor, value] : wishes.points) {
    if (!rules.factor(factor))
      return tl::unexpected(fmt::format("no factor is named \"{}\"; there are: {}", factor, known_ids(rules.factors)));
    points[factor] = value;
  }
  return points;
}

tl::expected<std::vector<const FrameworkRule*>, std::string> chosen_candidates(const RuleBook& rules,
                                                                               const Wishes& wishes) {
  std::vector<const FrameworkRule*> chosen;
  for (const std::string& id : wishes.candidates) {
    const FrameworkRule* framework = rules.framework(id);
    if (!framework)
      return tl::unexpected(
          fmt::format("no framework is named \"{}\"; there are: {}", id, known_ids(rules.frameworks)));
    if (std::find(chosen.begin(), chosen.end(), framework) == chosen.end()) chosen.push_back(framework);
  }
  if (wishes.candidates.empty())
    for (const FrameworkRule& framework : rules.frameworks)
      if (framework.role == "framework") chosen.push_back(&framework);
  return chosen;
}

/// `which` are indices of candidates; the score of hardware support is that after the remedies, its certain part.
Table table_of(const RuleBook& rules, const std::vector<Candidate>& candidates, const std::vector<std::size_t>& which,
               const std::map<std::string, int>& points) {
  Table table;
  for (const Factor& factor : rules.factors) {
    table.factors.push_back(factor.id);
    table.points.push_back(points.at(factor.id));
  }
  for (const std::size_t n : which) {
    const Candidate& candidate = candidates[n];
    table.options.push_back(candidate.rule->id);
    table.scores.emplace_back();
    for (const Factor& factor : rules.factors)
      table.scores.back().push_back(factor.from_probes ? candidate.support.after.low
                                                       : candidate.rule->ratings.at(factor.id).score);
  }
  return table;
}

void judge_adequacy(std::vector<Candidate>& candidates, bool has_accelerator, bool hardware_counts) {
  int best = 0;
  for (const Candidate& candidate : candidates) best = std::max(best, candidate.support.after.low);
  if (best == 0) return;  // nothing runs here: then nothing is worse than the others
  for (Candidate& candidate : candidates) {
    const int own = candidate.support.after.low;
    if (own == 0 && !candidate.support.after.high)
      candidate.inadequate_because = candidate.support.sentence;
    else if (has_accelerator && hardware_counts && best >= adequate_least &&
             (own < adequate_least || own < best - adequate_behind_best))
      candidate.inadequate_because = fmt::format(
          "Hardware support here is {} of 100, and {} is possible; hardware_support=0 would lift this rule.", own,
          best);
    candidate.adequate = candidate.inadequate_because.empty();
  }
}

/// How to install what the recommendation stands on: what runs today where that serves as well as what will.
const Install* best_install(const Support& support) {
  for (const Resolution& resolution : support.resolutions) {
    if (resolution.platform != support.best_platform_after) continue;
    const bool is_mended = support.today.high < support.after.low;
    const auto& install = !is_mended && resolution.install ? resolution.install : resolution.install_after;
    return install ? &*install : nullptr;
  }
  return nullptr;
}

/// Titles of the findings and cures of builds that make the difference.
std::string what_to_mend(const Support& support, const Diagnosis& diagnosis) {
  std::string what;
  const auto add = [&](const std::string& one) { what += (what.empty() ? "" : "; ") + one; };
  for (const std::string& remedy : support.remedies) {
    for (const Finding& finding : diagnosis.findings)
      if (finding.id == remedy) add(finding.title);
    for (const Resolution& resolution : support.resolutions)
      for (const Rejection& cure : resolution.cures)
        if (cure.build + "/" + cure.requirement == remedy) add(cure.reason);
  }
  return what;
}

void explain(const RuleBook& rules, const Diagnosis& diagnosis, Recommendation& result) {
  const Ranking& ranking = result.ranking;
  if (ranking.places.empty()) return;
  const Place& first = ranking.places[0];
  const auto candidate_at = [&](std::size_t option) -> const Candidate& {
    return *std::find_if(result.candidates.begin(), result.candidates.end(),
                         [&](const Candidate& c) { return c.rule->id == ranking.table.options[option]; });
  };
  const Candidate& winner = candidate_at(first.option);
  result.because.push_back(winner.support.sentence);
  const double total = static_cast<double>(ranking.points_total);
  if (ranking.places.size() > 1) {
    const Place& second = ranking.places[1];
    std::vector<std::size_t> order(ranking.table.factors.size());
    for (std::size_t k = 0; k < order.size(); ++k) order[k] = k;
    const auto lead = [&](std::size_t k) { return first.contributions[k] - second.contributions[k]; };
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return lead(a) > lead(b); });
    std::string parts;
    for (const std::size_t k : order)
      if (lead(k) != 0)
        parts += fmt::format("{}{} {:+.1f}", parts.empty() ? "" : ", ", rules.factors[k].name,
                             static_cast<double>(lead(k)) / total);
    result.because.push_back(fmt::format("{:.1f} of 100 against {:.1f} of {}{}{}.",
                                         static_cast<double>(first.total) / total,
                                         static_cast<double>(second.total) / total,
                                         candidate_at(second.option).rule->name, parts.empty() ? "" : ": ", parts));
  }
  for (std::size_t k = 0; k < ranking.table.factors.size(); ++k)
    if (ranking.by_factor[k].winner == first.option && !rules.factors[k].from_probes && ranking.table.points[k] > 0)
      result.because.push_back(
          fmt::format("{}: {}", rules.factors[k].name, winner.rule->ratings.at(rules.factors[k].id).sentence));

  if (ranking.first_is_tied)
    result.cautions.push_back(fmt::format("{} and {} have exactly the same total.", winner.rule->name,
                                          candidate_at(ranking.places[1].option).rule->name));
  else if (ranking.too_close)
    result.cautions.push_back(fmt::format("The lead is under {} points of 100: too close to call.", close_margin));
  for (const Place& place : ranking.places) {
    const Candidate& candidate = candidate_at(place.option);
    if (!candidate.support.after.settled())
      result.cautions.push_back(fmt::format(
          "How well {} is supported here is not established ({} to {} of 100); it was ranked with the lower.",
          candidate.rule->name, candidate.support.after.low, candidate.support.after.high));
  }
  if (winner.support.today != winner.support.after) {
    const std::string what = what_to_mend(winner.support, diagnosis);
    if (winner.support.today.high < winner.support.after.low) {
      result.install_note = what.empty() ? "First mend what is named above." : "First mend: " + what + ".";
      result.cautions.push_back(fmt::format("Today hardware support is {} of 100; after the remedies it is {}.",
                                            winner.support.today.high, winner.support.after.low));
    } else {
      result.cautions.push_back(
          "Part of this machine could not be looked at; the recommendation takes it to be as most machines are.");
    }
  }
  if (const Install* install = best_install(winner.support)) {
    result.install = install->python_here == Truth::no ? install->uv : install->pip;
    result.install_uv = install->uv;
    result.check = install->check;
    result.python_note = install->python_note;
  }
}

}  // namespace

tl::expected<Recommendation, std::string> recommend(const RuleBook& rules, const Facts& facts,
                                                    const Diagnosis& diagnosis, const Wishes& wishes) {
  Recommendation result;
  auto points = points_of(rules, wishes);
  if (!points) return tl::unexpected(points.error());
  auto chosen = chosen_candidates(rules, wishes);
  if (!chosen) return tl::unexpected(chosen.error());
  result.points = std::move(*points);
  result.priorities_were_zero =
      std::all_of(result.points.begin(), result.points.end(), [](const auto& p) { return p.second == 0; });

  std::vector<Support> supports = assess_support(rules, facts, diagnosis, *chosen);
  for (std::size_t n = 0; n < chosen->size(); ++n) {
    result.has_accelerator = result.has_accelerator || supports[n].accelerators > 0;
    Candidate candidate;
    candidate.rule = (*chosen)[n];
    candidate.support = std::move(supports[n]);
    result.candidates.push_back(std::move(candidate));
  }
  bool hardware_counts = true;
  for (const Factor& factor : rules.factors)
    if (factor.from_probes) hardware_counts = result.points.at(factor.id) > 0 || result.priorities_were_zero;
  judge_adequacy(result.candidates, result.has_accelerator, hardware_counts);

  std::vector<std::size_t> everyone, adequate;
  for (std::size_t n = 0; n < result.candidates.size(); ++n) {
    everyone.push_back(n);
    if (result.candidates[n].adequate) adequate.push_back(n);
  }
  result.ranking_of_all = rank_options(table_of(rules, result.candidates, everyone, result.points));
  result.ranking = rank_options(table_of(rules, result.candidates, adequate, result.points));
  for (const Place& place : result.ranking_of_all.places)
    if (!result.candidates[place.option].adequate) result.behind.push_back(place.option);
  if (result.priorities_were_zero) result.cautions.push_back("All priorities are zero, which counts as all equal.");
  explain(rules, diagnosis, result);
  return result;
}

}  // namespace rigfit
