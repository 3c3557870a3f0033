#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/page.hpp"
#include "report/report.hpp"

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

/// The rows of the rule book that these ids name, with their sources.
void write_citations(Page& page, const Report& report, const std::vector<std::string>& ids, int indent);
/// A comparison that decided, what was seen, and the lines it was read from.
void write_term(Page& page, const Report& report, const Term& term, int indent);
/// The lines of an answer in which `value` stands, or else its first ones.
void write_answer(Page& page, const Evidence& evidence, const std::string& key, std::string_view value, int indent);
/// Says so when a site's rules took the place of the built-in ones.
void write_origin(Page& page, const std::string& origin);

}  // namespace rigfit
