#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/report.hpp"
#include "report/text/text_layout.hpp"

namespace rigfit {

// What the explanations are made of. Each ends at a link or at bytes of evidence.

void explain_factor(Page& page, const Report& report, const Factor& factor);
void explain_framework(Page& page, const Report& report, const FrameworkRule& framework);
void explain_rating(Page& page, const Report& report, const FrameworkRule& framework, const Factor& factor);
void explain_level(Page& page, const Report& report, const LevelWord& level);
void explain_citation(Page& page, const Report& report, const Citation& citation);
void explain_finding(Page& page, const Report& report, const FindingRule& rule);
/// `requirement`: only that one of the build's; empty for all.
void explain_build(Page& page, const Report& report, const Build& build, std::string_view requirement);
void explain_fact(Page& page, const Report& report, std::string_view name, const Fact& fact);
void explain_answer(Page& page, const std::string& key, const Answer& answer);
void explain_profile(Page& page, const Report& report, const Profile& profile);
/// Each of its ratings beside today's, and what today's evidence says.
void explain_rating_set(Page& page, const Report& report, const RatingSet& set);
void explain_statistic(Page& page, const Report& report, const Statistic& statistic);
/// The total, rank, wins and share of a framework, as sums of what can be looked up. Needs `report.recommendation`.
void explain_total(Page& page, const Report& report, const FrameworkRule& framework);

/// A word that the program prints: a state, a column, "room", "pytorch.build". False for what is none.
bool explain_word(Page& page, const Report& report, std::string_view item);

/// The rows of the rule book that these ids name, with their sources.
void write_citations(Page& page, const Report& report, const std::vector<std::string>& ids, int indent);
/// `factor`: whose parts the rating has; null where it has none.
void write_rating(Page& page, const Report& report, const Rating& rating, const Factor* factor = nullptr);
/// What a factor's scale means at its five places, and what its parts are.
void write_scale(Page& page, const Factor& factor, int indent);
/// The terms of a framework's hardware score, and the sources of its levels.
void write_hardware(Page& page, const Report& report, const FrameworkRule& framework);
/// What was read of this machine's accelerators, or of its CPU.
void write_machine_layers(Page& page, const Report& report);
/// A comparison that decided, what was seen, and the lines it was read from.
void write_term(Page& page, const Report& report, const Term& term, int indent);
/// The lines of an answer in which `value` stands, or else its first ones.
void write_answer(Page& page, const Evidence& evidence, const std::string& key, std::string_view value, int indent);
/// Says so when a site's rules took the place of the built-in ones.
void write_origin(Page& page, const std::string& origin);

}  // namespace rigfit
