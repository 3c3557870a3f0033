#pragma once

#include "report/answer.hpp"
#include "report/text/text_layout.hpp"

namespace rigfit {

// Sections that text reports are made of.

/// All that is said of one machine unless more is asked for: one screen of 24 rows (a prompt takes one) and 80 columns
/// in most cases.
void write_answer(Page& page, const Report& report);
/// What to fix first, with its one step and command.
void write_fix(Page& page, const ReportAnswer::Fix& fix);

/// CPU, memory, system and surroundings, three lines.
void write_machine(Page& page, const HostFacts& host);
/// A line per platform: cuda, rocm, mps and tpu always, the others only when they are there, else together.
void write_platforms(Page& page, const Facts& facts);
/// The findings' titles, and where to read on.
void write_findings_summary(Page& page, const Report& report);
/// One finding in full.
void write_finding(Page& page, const Report& report, const Finding& finding);

/// The candidates factor by factor; with the sentences when there are two of them or the page is verbose.
void write_comparison(Page& page, const Report& report, const Recommendation& recommendation);
/// When to choose each, and the statistics with their sources.
void write_choosing(Page& page, const Report& report);
void write_statistics(Page& page, const Report& report);
/// Places, totals and what each factor adds to them, and who stands behind and why.
void write_ranking(Page& page, const Recommendation& recommendation);
/// Why each candidate has its hardware score: terms, and the builds that were passed over.
void write_support(Page& page, const Recommendation& recommendation);
/// "PyTorch", "PyTorch and JAX (a tie)", "none".
std::string first_text(const Recommendation& recommendation);
/// Why the first is first (from the reason of that index on), how to install and to check it; or why there is none.
void write_choice(Page& page, const Recommendation& recommendation, std::size_t from_reason = 0);
/// What the profile has to say beside the ranking.
void write_advice(Page& page, const Recommendation& recommendation);
/// What the demands have removed.
void write_demands(Page& page, const Report& report);
/// What could change it: what is not known here, other priorities, other scores.
void write_sensitivity(Page& page, const Recommendation& recommendation);
/// What runs the models that the framework has trained, where the profile asks for it; else nothing.
void write_runtime(Page& page, const Report& report);
/// Where what was said above is from; on a verbose page everything that the judgement stands on.
void write_sources(Page& page, const Report& report);
/// The site's rules in force, and a warning when the rules are old; else nothing.
void write_rules_age(Page& page, const Report& report);

}  // namespace rigfit
