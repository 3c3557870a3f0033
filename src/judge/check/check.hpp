#pragma once

#include <string>
#include <vector>

#include "judge/check/requirements.hpp"
#include "judge/recommend/recommend.hpp"

namespace rigfit {

/// The answer to one requirement.
struct CheckedLine {
  std::string text, about;  ///< of the requirement
  bool applies = true;      ///< false: its `when` does not hold here, so that there is nothing to meet
  Truth met = Truth::unknown;
  std::vector<Term> terms;  ///< what decided, with the evidence
  std::string found;        ///< what was seen, in a line: "9.0", "no (no NVIDIA device on the PCI bus)"
};

struct CheckResult {
  std::vector<CheckedLine> lines;  ///< in the order of the requirements

  /// no when one is not met, else unknown when one is unknown.
  Truth all() const;
  std::size_t count(Truth met) const;
};

/// Holds one machine against requirements. Pure. `recommendation`: null where none was asked for, which leaves
/// `recommend` unknown; `is_determined`: something is known about accelerators.
CheckResult check(const std::vector<CheckRequirement>& requirements, const RuleBook& rules, const Facts& facts,
                  const Diagnosis& diagnosis, const Recommendation* recommendation, bool is_determined);

}  // namespace rigfit
