#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "analysis/shared_rules.hpp"
#include "evidence/evidence.hpp"
#include "judge/check/check.hpp"
#include "judge/recommend/common_choice.hpp"
#include "judge/recommend/recommend.hpp"
#include "judge/what_if/what_if.hpp"

namespace rigfit {

/// What is asked of an analysis.
struct Purpose {
  Wishes wishes = {};
  std::string only = {};        ///< a platform id: the others stay unknown, nothing is recommended; empty: all
  std::string target_os = {};   ///< linux, darwin or windows: judge this hardware under it; empty: as it is
  WhatIf what_if = {};          ///< judge a machine that differs from it in this
  bool is_recommending = true;  ///< false: the findings are enough, which takes less time
};

/// One machine, judged. It owns all that it refers to, so it may be kept, copied and moved, and given to other threads.
struct Analysis {
  SharedRules rules;
  Evidence evidence;
  Facts facts = {};
  Diagnosis diagnosis = {};
  std::optional<Recommendation> recommendation = {};  ///< empty when none was asked for
  std::optional<Recommendation> runtime = {};         ///< the second list of a profile that has one
  std::string profile = {};                           ///< id of the profile that was asked for, empty for none
  std::string target_os = {};                         ///< judged as if under this system; empty: as it is
  std::string what_if = {};                   ///< "with 2x GeForce RTX 5090": how it was changed; empty: as it is
  std::vector<std::string> assumptions = {};  ///< sentences: what was taken for granted of what was changed
};

/// From what was seen on a machine to all that follows from it. Pure. The error is a sentence about a name in the
/// wishes that the rules do not know, see wrong_name(), or about what is to be different.
tl::expected<Analysis, std::string> analyze(const SharedRules& rules, Evidence evidence, const Purpose& purpose = {});

/// The same, and `after_step` is called behind each stage with its name: "facts", "diagnosis",
/// "recommendation".
tl::expected<Analysis, std::string> analyze(const SharedRules& rules, Evidence evidence, const Purpose& purpose,
                                            const std::function<void(std::string_view step)>& after_step);

/// The first stage alone: what the evidence means, with what follows from several facts and from the tables of the
/// rules. Every platform of platforms() is there, in that order; one that no probe read is unknown.
Facts facts_of(const Evidence& evidence, const RuleBook& rules, std::string_view only = {});

/// Whether anything is known about accelerators: some platform but the CPU is ready, proven, blocked or absent. When
/// nothing is, no answer about them deserves the name.
bool is_determined(const Facts& facts);

/// Devices of `platforms` on which a kernel ran and was right, which cannot run one, and of which that is not known.
struct ProofCount {
  std::size_t passed = 0, failed = 0, untried = 0;
};
ProofCount count_proofs(const Facts& facts, const std::vector<std::string>& platforms);

/// Holds a machine against requirements; those on `recommend` need its recommendation. Pure, as analyze() is.
CheckResult check(const Analysis& analysis, const std::vector<CheckRequirement>& requirements);

/// One of several machines.
struct NamedAnalysis {
  std::string name;  ///< the file it was read from
  Analysis analysis;
};

/// One framework for all of them; each has a recommendation, and all are for the same wishes.
CommonChoice choose_for_all(const std::vector<NamedAnalysis>& machines);

}  // namespace rigfit
