#pragma once

#include <optional>
#include <string>
#include <vector>

#include "evidence/evidence.hpp"
#include "judge/recommend/common_choice.hpp"
#include "judge/recommend/recommend.hpp"

namespace rigfit {

/// All that is told, assembled once; every format is a function of it.
struct Report {
  std::string tool_version;
  const Evidence* evidence = nullptr;  ///< for outcomes and costs of the sources named; never null when told
  const RuleBook* rules = nullptr;     ///< never null when told
  Facts facts;
  Diagnosis diagnosis;
  std::optional<Recommendation> recommendation;  ///< empty when only a part of the machine was looked at
  std::optional<Recommendation> runtime;         ///< the second list of a profile that has one
  std::string profile;                           ///< the profile that was asked for, empty for none
  std::string target_os;                         ///< judged as if under this system; empty: as it is
};

/// How text is laid out.
struct TextStyle {
  bool colour = false;
  int width = 100;       ///< columns
  bool verbose = false;  ///< every term, source and rejected build
};

/// How many days older the rules are than the look at the machine (live: today; a recording: when it was made, so that
/// it always tells the same). Nothing where either day is not known.
std::optional<int> rules_age_days(const Report& report);
inline constexpr int rules_old_after_days = 180;

/// Needs `report.recommendation`.
std::string recommend_text(const Report& report, const TextStyle& style);
/// `only`: a platform id, or empty for all.
std::string probe_text(const Report& report, const TextStyle& style, std::string_view only = {});
std::string doctor_text(const Report& report, const TextStyle& style);
/// What running something on the accelerators of `platforms` showed, and what is wrong with those that failed.
std::string prove_text(const Report& report, const TextStyle& style, const std::vector<std::string>& platforms);

/// Devices of `platforms` on which a kernel ran and was right, which cannot run one, and of which that is not known.
struct ProofCount {
  std::size_t passed = 0, failed = 0, untried = 0;
};
ProofCount count_proofs(const Facts& facts, const std::vector<std::string>& platforms);

/// `rigfit.report/1`; the JSON Schema is rules/schema/report.schema.json. Ends with a newline. Text that is not UTF-8
/// comes out with U+FFFD in the place of what is wrong, control characters as \u escapes.
std::string report_json(const Report& report);

/// One of several machines that one framework is to serve.
struct NamedReport {
  std::string name;  ///< the file it was read from
  Report report;     ///< with its recommendation
};

/// `choice` is choose_for_all() over their recommendations.
std::string common_text(const std::vector<NamedReport>& machines, const CommonChoice& choice, const TextStyle& style);
/// `rigfit.choice/1`; the JSON Schema is rules/schema/choice.schema.json.
std::string common_json(const std::vector<NamedReport>& machines, const CommonChoice& choice);

/// Whether anything is known about accelerators: some platform but the CPU is ready, proven, blocked or absent. When
/// nothing is, no answer about them deserves the name.
bool is_determined(const Facts& facts);

}  // namespace rigfit
