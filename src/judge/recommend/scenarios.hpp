#pragma once

#include <string>
#include <vector>

#include "judge/diagnose/diagnose.hpp"

namespace rigfit {

/// Something nobody knows, tried with both of its values.
struct Unknown {
  struct Case {
    std::string words;               ///< "with a working ROCm GPU"
    std::vector<std::string> first;  ///< ids of who is first then, the other unknowns being as expected
  };
  std::string subject;   ///< "rocm", "cuda.driver_version", "jax on rocm"
  std::string because;   ///< why it is not known
  std::string find_out;  ///< how to find out
  Case expected, otherwise;

  bool decides() const { return expected.first != otherwise.first; }
};

/// What the unknown facts could change: one fact often moves several scores at once, so the whole is judged anew for
/// every combination of their values.
struct Scenarios {
  struct Outcome {
    std::vector<std::string> first;
    std::size_t count = 0;
  };
  std::vector<Unknown> unknowns;       ///< those that move some hardware score, at most `most_unknowns`
  std::size_t left_out = 0;            ///< further ones, taken to be as expected
  std::size_t runs = 1;                ///< combinations tried
  std::vector<Outcome> outcomes;       ///< most frequent first
  std::string confidence = "settled";  ///< settled, likely or open
};

inline constexpr std::size_t most_unknowns = 6;

struct Question;
struct Candidate;
class ResolutionStore;

/// Tries them all. Takes no time where nothing that matters is unknown; `candidates` are those of the facts as they
/// are, and `store` is what was resolved for them.
Scenarios try_scenarios(const RuleBook& rules, const Facts& facts, const Diagnosis& diagnosis, const Question& question,
                        const std::vector<Candidate>& candidates, ResolutionStore& store);

}  // namespace rigfit
