#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/analysis.hpp"

namespace rigfit {

/// What of an analysis a command prints. Formats that always hold all of it pass this over.
struct Scope {
  enum class Part { recommendation, machine, findings, proofs };
  Part part = Part::recommendation;
  std::string only = {};                    ///< Part::machine: of this platform alone; empty: of all
  std::vector<std::string> platforms = {};  ///< Part::proofs: what was to be proven
  const Analysis* today = nullptr;          ///< of a machine that was changed: the same as it is, to compare with
};

/// What the formats read of an analysis, which has to outlive this.
struct Report {
  Report(const Analysis& analysis, Scope what = {})
      : rules(*analysis.rules),
        evidence(analysis.evidence),
        facts(analysis.facts),
        diagnosis(analysis.diagnosis),
        recommendation(analysis.recommendation),
        runtime(analysis.runtime),
        profile(analysis.profile),
        target_os(analysis.target_os),
        what_if(analysis.what_if),
        assumptions(analysis.assumptions),
        scope(std::move(what)) {}
  Report(Analysis&&, Scope = {}) = delete;

  const RuleBook& rules;
  const Evidence& evidence;
  const Facts& facts;
  const Diagnosis& diagnosis;
  const std::optional<Recommendation>&recommendation, &runtime;
  const std::string &profile, &target_os, &what_if;
  const std::vector<std::string>& assumptions;
  Scope scope;
};

/// How a report is written.
struct TextStyle {
  bool colour = false;
  int width = 100;       ///< columns
  bool verbose = false;  ///< every term, source and rejected build
  bool ascii = false;    ///< text: without characters that a terminal of another encoding cannot show
  bool compact = false;  ///< JSON: on one line
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
/// What would be different of a machine that was changed, in one screen; with the findings in full where `scope` asks
/// for them. Needs `report.scope.today`.
std::string what_if_text(const Report& report, const TextStyle& style);
/// What running something on the accelerators of `platforms` showed, and what is wrong with those that failed.
std::string prove_text(const Report& report, const TextStyle& style, const std::vector<std::string>& platforms);

/// `rigfit.report/1`; the JSON Schema is rules/schema/report.schema.json. Ends with a newline. Text that is not UTF-8
/// comes out with U+FFFD in the place of what is wrong, control characters as `\u` escapes.
/// A command's part of it: `report.scope`.
std::string report_json(const Report& report, bool is_compact = false);

/// `choice` is choose_for_all() of them.
std::string common_text(const std::vector<NamedAnalysis>& machines, const CommonChoice& choice, const TextStyle& style);
/// `rigfit.choice/1`; the JSON Schema is rules/schema/choice.schema.json.
std::string common_json(const std::vector<NamedAnalysis>& machines, const CommonChoice& choice, const TextStyle& = {});

}  // namespace rigfit
