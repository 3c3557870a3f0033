#pragma once

#include <map>
#include <string>
#include <vector>

#include "judge/ranking.hpp"
#include "judge/support.hpp"

namespace rigfit {

/// What the user cares about.
struct Wishes {
  std::map<std::string, int> points;    ///< by factor; factors not named keep the profile's or default points
  std::string profile;                  ///< empty: equal points
  std::vector<std::string> candidates;  ///< framework ids; empty: every framework of role "framework"
};

/// A candidate with its scores as they were ranked.
struct Candidate {
  const FrameworkRule* rule = nullptr;
  Support support;
  bool adequate = true;
  std::string inadequate_because;  ///< sentence, when it is ranked behind
};

struct Recommendation {
  std::vector<Candidate> candidates;  ///< in the order of `ranking_of_all.table.options`
  Ranking ranking;                    ///< adequate candidates, on hardware support after the remedies
  std::vector<std::size_t> behind;    ///< inadequate candidates, best first
  Ranking ranking_of_all;             ///< every candidate, no adequacy rule: win counts of the comparison table
  std::vector<std::string> because;   ///< why the first is first, a sentence each
  std::vector<std::string> cautions;  ///< ties, unknowns, too close to call
  std::string install, check;         ///< commands for the first; empty when no build runs here today
  std::string install_uv;             ///< the same with uv
  std::string python_note;            ///< sentence, when the machine has no Python that fits
  std::string install_note;           ///< e.g. what must be mended first
  std::map<std::string, int> points;  ///< the points used
  bool has_accelerator = false;
  bool priorities_were_zero = false;
};

/// Errors name the misspelt factor, profile or framework and the nearest right one.
tl::expected<Recommendation, std::string> recommend(const RuleBook& rules, const Facts& facts,
                                                    const Diagnosis& diagnosis, const Wishes& wishes);

}  // namespace rigfit
