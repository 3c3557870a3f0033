#pragma once

#include "report/markdown/markdown_text.hpp"
#include "report/report.hpp"

namespace rigfit::markdown {

// Sections that Markdown reports are made of. Nothing in them changes from one run to the next on a machine that stays
// as it is, so that a committed report changes only with the machine or the rules.

/// `level`: of the headings of the section.
void write_findings(Document& document, const Report& report, int level);
/// The platforms that exist, or all that was asked for: layers, and the facts that do not change from run to run.
/// `only`: a platform id, or empty for all.
void write_platforms(Document& document, const Report& report, int level, std::string_view only);
/// Programs and libraries that were asked and did not answer as they should.
void write_failed_questions(Document& document, const Report& report);
/// The version of the program and of its rules.
void write_footer(Document& document, const Report& report);

/// A sentence with a link for each of its sources.
Inline cited(const CitedSentence& sentence, const RuleBook& rules);
/// "Title (2025)", linked.
Inline source(const Source& source);

}  // namespace rigfit::markdown
