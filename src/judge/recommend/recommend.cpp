#include "judge/recommend/recommend.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "fact_names/scheduler.hpp"
#include "facts/platforms.hpp"
#include "judge/recommend/candidates.hpp"
#include "judge/recommend/first_choice.hpp"
#include "judge/support/resolver.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

/// "vendor_plugin: TorchTPU, new" as it is read: "vendor plugin: TorchTPU, new".
std::string words_of(std::string level) {
  std::replace(level.begin(), level.begin() + static_cast<std::ptrdiff_t>(std::min(level.find(':'), level.size())), '_',
               ' ');
  return level;
}

/// Why a candidate is not first although its total is higher: a build or its support is behind what is possible here.
/// The total alone would be read as a mistake.
void explain_higher_totals(Recommendation& result, const Candidate& winner) {
  const Ranking& all = result.ranking_of_all;
  const auto total = [&](const Place& place) {
    return fmt::format("{:.1f}", static_cast<double>(place.total) / static_cast<double>(all.points_total));
  };
  const auto own = std::find_if(all.places.begin(), all.places.end(),
                                [&](const Place& place) { return all.table.options[place.option] == winner.rule->id; });
  for (auto place = all.places.begin(); place != own; ++place) {
    const Candidate& other = *result.candidate(all.table.options[place->option]);
    if (other.adequate || other.removed() || place->total <= own->total) continue;
    const Support& support = other.support;
    const std::string level = support.level_after.empty() ? "" : fmt::format(" ({})", words_of(support.level_after));
    result.because.push_back(
        {fmt::format("{} has the higher total ({} against {}) but is not first: on this hardware it has "
                     "{} of 100{}, and {} has {}. --priority hardware_support=0 compares by the totals alone",
                     other.rule->name, total(*place), total(*own), support.after.low, level, winner.rule->name,
                     winner.support.after.low),
         support.evidence});
  }
}

/// A rating that nobody knows counts by its lower end, which has to be said.
void caution_of_unrated(Recommendation& result) {
  for (const Place& place : result.ranking.places) {
    const Candidate& candidate = *result.candidate(result.ranking.table.options[place.option]);
    for (const Factor& factor : result.factors) {
      const Score score = score_of(candidate, factor);
      if (factor.from_probes || score.settled() || result.points.at(factor.id) == 0) continue;
      result.cautions.push_back(
          fmt::format("{} of {} is not established ({} to {} of 100); it was ranked with the lower.", factor.name,
                      candidate.rule->name, score.low, score.high));
    }
  }
}

/// Titles of the findings and fixes of builds that make the difference.
std::string what_to_fix(const Support& support, const Diagnosis& diagnosis) {
  std::string what;
  const auto add = [&](const std::string& one) { append_to_list(what, one, "; "); };
  for (const std::string& remedy : support.remedies) {
    for (const Finding& finding : diagnosis.findings)
      if (finding.id == remedy) add(finding.title);
    for (const Resolution& resolution : support.resolutions)
      for (const Rejection& fix : resolution.fixes)
        if (fix.build + "/" + fix.requirement == remedy) add(fix.reason);
  }
  return what;
}

/// The lead over the second, part by part: the parts add up to it.
std::string lead_of(const Recommendation& result, const Place& first, const Place& second) {
  const Ranking& ranking = result.ranking;
  const double total = static_cast<double>(ranking.points_total);
  std::vector<std::size_t> order(ranking.table.factors.size());
  for (std::size_t k = 0; k < order.size(); ++k) order[k] = k;
  const auto lead = [&](std::size_t k) { return first.contributions[k] - second.contributions[k]; };
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return lead(a) > lead(b); });
  std::string parts;
  for (const std::size_t k : order)
    if (lead(k) != 0)
      append_to_list(parts, fmt::format("{} {:+.1f}", result.factors[k].name, static_cast<double>(lead(k)) / total));
  return fmt::format("{:.1f} of 100 against {:.1f} of {}{}{}.", static_cast<double>(first.total) / total,
                     static_cast<double>(second.total) / total,
                     result.candidate(ranking.table.options[second.option])->rule->name, parts.empty() ? "" : ": ",
                     parts);
}

/// One environment holds one build, so that devices of another vendor stay idle in it.
void note_other_vendors(const Support& support, std::vector<std::string>& notes) {
  if (support.best_platform_after == "cpu") return;
  for (const Resolution& resolution : support.resolutions)
    if (const Build* build = resolution.chosen; build && resolution.platform != "cpu" &&
                                                resolution.platform != support.best_platform_after &&
                                                !resolution.devices.empty())
      notes.push_back(
          fmt::format("This build leaves the {} devices idle. Its build for them, {}, needs an environment of its "
                      "own: `rigfit explain {}` shows the commands.",
                      platform_name(resolution.platform), build->version, build->id));
}

/// What nobody has a build for counts for nobody, which has to be said beside scores that do not show it.
void note_what_does_not_count(const Support& support, std::vector<std::string>& notes) {
  for (const std::string& name : support.without_build)
    notes.push_back(fmt::format("No build that is listed here runs on {}, so {}.", name,
                                support.accelerators == 0 ? "all are compared by what they do on the CPU"
                                                          : "it is left out of the comparison"));
}

void note_unchecked_demands(const Candidate& winner, const Recommendation& result, std::vector<std::string>& notes) {
  for (const Unmet& unmet : winner.unmet)
    notes.push_back(
        fmt::format("The demand {} could not be checked: {}", result.demands[unmet.demand].text, unmet.because));
}

void caution_of_newer_build(const Candidate& winner, Recommendation& result) {
  if (const Rejection* newest = newer_build(winner.support))
    result.cautions.push_back(fmt::format("{} {} is newer, but {}.{}", winner.rule->name, newest->version,
                                          newest->reason, newest->fix.empty() ? "" : " " + newest->fix));
}

/// Where a batch system's machine has no accelerator and this is no job, the work runs on other machines.
void caution_of_login_node(const Facts& facts, Recommendation& result) {
  const std::string* system = facts.host.get(fact::scheduler::outside_job);
  if (!system || result.has_accelerator) return;
  const std::string look = *system == "slurm" ? "`srun --gres=gpu:1 rigfit`"
                           : *system == "pbs" ? "`qsub -I -l select=1:ngpus=1`, and there `rigfit`"
                           : *system == "lsf" ? "`bsub -Is -gpu num=1 rigfit`"
                                              : "`rigfit` in a job that was given a GPU";
  result.elsewhere = fmt::format(
      "This looks like a login node ({}), which is not the machine that the work runs on: the "
      "recommendation is for this machine. For one that runs jobs: {}.",
      *system, look);
  result.cautions.push_back(result.elsewhere);
}

void caution(const Diagnosis& diagnosis, const Candidate& winner, Recommendation& result) {
  const Ranking& ranking = result.ranking;
  note_what_does_not_count(winner.support, result.cautions);
  note_other_vendors(winner.support, result.cautions);
  caution_of_newer_build(winner, result);
  const auto name_of_place = [&](const Place& place) {
    return result.candidate(ranking.table.options[place.option])->rule->name;
  };
  if (ranking.first_is_tied)
    result.cautions.push_back(
        fmt::format("{} and {} have exactly the same total.", winner.rule->name, name_of_place(ranking.places[1])));
  else if (ranking.too_close)
    result.cautions.push_back(fmt::format("The lead over {} is under {} points of 100: too close to call.",
                                          name_of_place(ranking.places[1]), close_margin));
  note_unchecked_demands(winner, result, result.cautions);
  for (const Place& place : ranking.places) {
    const Candidate& candidate = *result.candidate(ranking.table.options[place.option]);
    if (!candidate.support.after.settled())
      result.cautions.push_back(fmt::format(
          "How well {} is supported here is not established ({} to {} of 100); it was ranked with the lower.",
          candidate.rule->name, candidate.support.after.low, candidate.support.after.high));
  }
  caution_of_unrated(result);
  if (winner.support.today == winner.support.after) return;
  const std::string what = what_to_fix(winner.support, diagnosis);
  if (winner.support.today.high < winner.support.after.low) {
    result.install_note = what.empty() ? "First fix what is named above." : "First fix: " + what + ".";
    result.cautions.push_back(fmt::format("Today hardware support is {} of 100; after the remedies it is {}.",
                                          winner.support.today.high, winner.support.after.low));
  } else {
    result.cautions.push_back("Part of this machine could not be read; the recommendation assumes what is usual.");
  }
}

void explain(const Diagnosis& diagnosis, Recommendation& result) {
  const Ranking& ranking = result.ranking;
  if (ranking.places.empty()) return;
  const Place& first = ranking.places[0];
  const Candidate& winner = *result.candidate(ranking.table.options[first.option]);
  const auto [build, install] = best_build(winner.support);
  result.because.push_back({winner.support.sentence, build ? build->evidence : winner.support.evidence});
  explain_higher_totals(result, winner);
  if (ranking.places.size() > 1) result.because.push_back({lead_of(result, first, ranking.places[1]), {}});
  // Against all candidates: where the others stand behind for their hardware, what they are better at stays theirs.
  const Ranking& all = result.ranking_of_all;
  for (std::size_t k = 0; k < all.table.factors.size(); ++k)
    if (const auto best = all.by_factor[k].winner; best && all.table.options[*best] == winner.rule->id &&
                                                   !result.factors[k].from_probes && all.table.points[k] > 0) {
      const Rating& rating = winner.ratings.at(result.factors[k].id);
      result.because.push_back({fmt::format("{}: {}", result.factors[k].name, rating.sentence), rating.evidence});
    }
  caution(diagnosis, winner, result);
  if (install) {
    result.build_note = build->note;
    result.install = install_command(*install);
    result.install_uv = install->uv;
    result.check = install->check;
    result.python_note = install->python_note;
    if (demand_offline(result.demands)) result.offline = offline_commands(install->pip);
  }
}

}  // namespace

const Candidate* first_choice(const Recommendation& recommendation) {
  const Ranking& ranking = recommendation.ranking;
  return ranking.places.empty() ? nullptr
                                : recommendation.candidate(ranking.table.options[ranking.places.front().option]);
}

BestBuild best_build(const Support& support) {
  for (const Resolution& resolution : support.resolutions) {
    if (resolution.platform != support.best_platform_after) continue;
    const bool is_fixed = support.today.high < support.after.low;
    if (!is_fixed && resolution.install) return {resolution.chosen, &*resolution.install};
    if (resolution.install_after) return {resolution.after, &*resolution.install_after};
  }
  return {};
}

Truth runs_today(const Support& support, const Build& build) {
  for (const Resolution& resolution : support.resolutions)
    if (resolution.chosen == &build) {
      // Its requirements are met; its platform may be blocked all the same.
      if (resolution.platform != support.best_platform && support.today.high < support.after.low) return Truth::no;
      return resolution.maybe ? Truth::unknown : Truth::yes;
    }
  return Truth::no;
}

const std::string& install_command(const Install& install) {
  return install.python_here == Truth::no ? install.uv : install.pip;
}

const Rejection* newer_build(const Support& support) {
  if (support.today.high < support.after.low) return nullptr;  // then the remedies are reported anyway
  for (const Resolution& resolution : support.resolutions) {
    if (resolution.platform != support.best_platform || !resolution.chosen || resolution.rejected.empty()) continue;
    const Rejection& newest = resolution.rejected.front();
    // A newer driver is no advice where nobody knows whether that build has code for the GPU.
    const bool is_surely_better = newest.fixable && newest.truth == Truth::no && newest.once_fixed == Truth::yes;
    if (is_surely_better && newest.version != resolution.chosen->version) return &newest;
  }
  return nullptr;
}

std::vector<std::string> notes_on(const Recommendation& recommendation) {
  std::vector<std::string> notes;
  if (!recommendation.elsewhere.empty()) notes.push_back(recommendation.elsewhere);
  if (recommendation.priorities_were_zero) notes.emplace_back("All priorities are zero, which counts as all equal.");
  if (const Candidate* first = first_choice(recommendation)) {
    note_what_does_not_count(first->support, notes);
    note_other_vendors(first->support, notes);
    note_unchecked_demands(*first, recommendation, notes);
  }
  return notes;
}

bool Candidate::removed() const {
  return std::any_of(unmet.begin(), unmet.end(), [](const Unmet& one) { return one.met == Truth::no; });
}

const Factor* Recommendation::factor(std::string_view id) const {
  const auto it = std::find_if(factors.begin(), factors.end(), [&](const Factor& factor) { return factor.id == id; });
  return it == factors.end() ? nullptr : &*it;
}

const Candidate* Recommendation::candidate(std::string_view id) const {
  const auto it = std::find_if(candidates.begin(), candidates.end(),
                               [&](const Candidate& candidate) { return candidate.rule->id == id; });
  return it == candidates.end() ? nullptr : &*it;
}

tl::expected<Recommendation, std::string> recommend(const RuleBook& rules, const Facts& facts,
                                                    const Diagnosis& diagnosis, const Wishes& wishes,
                                                    ResolutionStore* kept) {
  auto asked = question_of(rules, wishes);
  if (!asked) return tl::unexpected(asked.error());
  const Question& question = *asked;
  Recommendation result;
  result.factors = question.factors;
  result.points = question.points;
  result.weights = question.weights;
  result.ratings = question.ratings ? question.ratings->id : std::string(default_ratings);
  result.demands = question.demands;
  result.priorities_were_zero = question.all_zero;
  if (question.profile) result.advice = question.profile->advice;
  result.verdict = question.ratings ? question.ratings->verdict : rules.verdict;
  if (!question.ratings) result.verdict_evidence = rules.verdict_evidence;
  ResolutionStore own;
  const WorldChanges as_it_is;
  const SupposedWorld asked_about{as_it_is, kept ? *kept : own, Wording::all};
  result.candidates = assess_candidates(rules, facts, diagnosis, question, &asked_about);

  std::vector<std::size_t> everyone;
  for (std::size_t n = 0; n < result.candidates.size(); ++n) {
    everyone.push_back(n);
    result.has_accelerator = result.has_accelerator || result.candidates[n].support.accelerators > 0;
  }
  result.ranking_of_all = rank_options(table_of(question, result.candidates, everyone));
  result.ranking = rank_options(table_of(question, result.candidates, ranked(result.candidates)));
  for (const Place& place : result.ranking_of_all.places) {
    const Candidate& candidate = result.candidates[place.option];
    if (candidate.removed())
      result.removed.push_back(place.option);
    else if (!candidate.adequate)
      result.behind.push_back(place.option);
  }
  std::stable_sort(result.removed.begin(), result.removed.end(), [&](std::size_t a, std::size_t b) {
    return result.candidates[a].unmet.size() < result.candidates[b].unmet.size();
  });
  result.scenarios = try_scenarios(rules, facts, diagnosis, question, result.candidates, asked_about.store);
  caution_of_login_node(facts, result);
  if (result.priorities_were_zero) result.cautions.push_back("All priorities are zero, which counts as all equal.");
  explain(diagnosis, result);
  return result;
}

}  // namespace rigfit
