#pragma once

#include "judge/recommend/recommend.hpp"

namespace rigfit {

// Adequacy on machines with accelerators: a weighted mean would let a framework win that leaves the hardware idle.
inline constexpr int adequate_least = 50, adequate_behind_best = 30;

/// What is asked, with every name looked up.
struct Question {
  std::vector<Factor> factors;  ///< of these, one that a rating set rates is no longer from the probes
  std::map<std::string, int> points;
  std::map<std::string, Weights> weights;  ///< by factor id: what the parts of its ratings weigh
  std::vector<const FrameworkRule*> frameworks;
  const Profile* profile = nullptr;
  const RatingSet* ratings = nullptr;
  std::vector<Demand> demands;
  bool all_zero = false;        ///< all points are zero, which counts as all equal
  bool hardware_counts = true;  ///< hardware support has points
};

/// The error names what is misspelt and what there is.
tl::expected<Question, std::string> question_of(const RuleBook& rules, const Wishes& wishes);

/// The candidates on one machine: support, ratings, demands, adequacy. Ratings have words in them: without words there
/// are only those that the facts decide, see facts_decide().
std::vector<Candidate> assess_candidates(const RuleBook& rules, const Facts& facts, const Diagnosis& diagnosis,
                                         const Question& question, const SupposedWorld* world = nullptr);

/// Whether facts of the machine decide more of a candidate than its hardware support: demands, a profile's fit.
bool facts_decide(const Question& question);

/// Demands and adequacy anew, after the support of some candidate was changed.
void judge_candidates(const Question& question, const Facts& facts, std::vector<Candidate>& candidates);

/// `which` are indices of candidates; hardware support is that after the remedies. `rated`: the same candidates with
/// ratings, where these have none.
Table table_of(const Question& question, const std::vector<Candidate>& candidates, const std::vector<Candidate>& rated,
               const std::vector<std::size_t>& which);
inline Table table_of(const Question& question, const std::vector<Candidate>& candidates,
                      const std::vector<std::size_t>& which) {
  return table_of(question, candidates, candidates, which);
}

/// Indices of those that are ranked: adequate, and removed by no demand.
std::vector<std::size_t> ranked(const std::vector<Candidate>& candidates);

}  // namespace rigfit
