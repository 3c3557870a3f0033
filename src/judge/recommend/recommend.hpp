#pragma once

#include <map>
#include <string>
#include <vector>

#include "judge/ranking/ranking.hpp"
#include "judge/recommend/demands.hpp"
#include "judge/recommend/scenarios.hpp"
#include "judge/support/support.hpp"

namespace rigfit {

/// What the user cares about.
struct Wishes {
  std::map<std::string, int> points;    ///< by factor; factors not named keep the profile's or default points
  std::string profile;                  ///< empty: equal points
  std::vector<std::string> candidates;  ///< framework ids; empty: the profile's, or every framework of role "framework"
  std::vector<std::string> demands;     ///< what a candidate has to meet at all: texts of demands.hpp
  std::string ratings;                  ///< id of a rating set; empty: the ratings of the framework files
};

/// A demand that a candidate does not meet, or that could not be checked.
struct Unmet {
  std::size_t demand = 0;  ///< index into Recommendation::demands
  Truth met = Truth::no;   ///< no: it is removed; unknown: it stays, and that is said
  std::string because;     ///< sentence
};

/// A candidate with its scores as they were ranked.
struct Candidate {
  const FrameworkRule* rule = nullptr;
  std::map<std::string, Rating> ratings;  ///< by factor id, as used: the framework's own, or what takes their place
  Support support;
  bool adequate = true;
  std::string inadequate_because;  ///< sentence, when it is ranked behind
  std::vector<Unmet> unmet;
  std::vector<std::string> choose_when;  ///< "choose it when" sentences, of the ratings used

  bool removed() const;  ///< by a demand
};

/// What it has under a factor: hardware support is that after the remedies.
Score score_of(const Candidate& candidate, const Factor& factor);

struct Recommendation {
  std::vector<Candidate> candidates;  ///< in the order of `ranking_of_all.table.options`
  std::vector<Factor> factors;        ///< the columns, in their order: the rules' own, and a profile's
  std::string ratings;                ///< id of the ratings used
  std::string verdict;                ///< in general, whatever the machine
  std::vector<std::string> verdict_evidence;
  std::vector<Demand> demands;
  Ranking ranking;                     ///< adequate candidates, on hardware support after the remedies
  std::vector<std::size_t> behind;     ///< inadequate candidates, best first
  std::vector<std::size_t> removed;    ///< candidates that a demand removed, those that lack least first
  Ranking ranking_of_all;              ///< every candidate, no adequacy rule: win counts of the comparison table
  Scenarios scenarios;                 ///< what the unknown facts could change
  std::vector<CitedSentence> because;  ///< why the first is first
  std::vector<std::string> cautions;   ///< ties, unknowns, too close to call
  std::string elsewhere;               ///< sentence: this is not the machine that the work runs on; may be empty
  std::vector<CitedSentence> advice;   ///< of the profile
  std::string install, check;          ///< commands for the first; empty when no build runs here today
  std::string install_uv;              ///< the same with uv
  std::string build_note;              ///< what else to know about the build that is installed, may be empty
  std::string python_note;             ///< sentence, when the machine has no Python that fits
  std::string install_note;            ///< e.g. what must be fixed first
  std::vector<std::string> offline;    ///< commands to carry it to a machine without a network, when that was demanded
  std::map<std::string, int> points;   ///< the points used
  std::map<std::string, Weights> weights;  ///< by factor id: what the parts of its ratings weigh
  bool has_accelerator = false;
  bool priorities_were_zero = false;

  const Factor* factor(std::string_view id) const;
  const Candidate* candidate(std::string_view id) const;
};

/// Errors name the misspelt factor, profile or framework and the nearest right one. `kept`: what was resolved of this
/// machine before, for other questions; null for nothing.
tl::expected<Recommendation, std::string> recommend(const RuleBook& rules, const Facts& facts,
                                                    const Diagnosis& diagnosis, const Wishes& wishes,
                                                    ResolutionStore* kept = nullptr);

}  // namespace rigfit
