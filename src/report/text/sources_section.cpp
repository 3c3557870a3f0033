#include <fmt/format.h>

#include "report/text/citations.hpp"
#include "report/text/text_sections.hpp"
#include "report/text/value_text.hpp"

namespace rigfit {
namespace {

std::string source_text(const Source& source) {
  return fmt::format("{} ({}) {}", source.title, source.year, source.url);
}

/// What was marked above, a line each; what else there is, by its number.
void write_marked(Page& page, const Report& report) {
  const auto shown = citations_shown(report);
  if (!shown.empty()) page.heading("Sources");
  for (const Citation* citation : shown) page.field(citation->id, source_text(citation->source), 11, 2, Tint::faint);
  page.blank();
  page.paragraph(fmt::format("Rules as of {}. {} behind this: -v lists them, and shows every term.",
                             report.rules.as_of.empty() ? "no date" : report.rules.as_of,
                             count_text(citations_used(report).size(), "source")),
                 0, 0, Tint::faint);
}

}  // namespace

void write_sources(Page& page, const Report& report) {
  if (!page.verbose()) return write_marked(page, report);
  page.heading(fmt::format("Sources (rules as of {}, checksum {})", report.rules.as_of, report.rules.checksum));
  for (const Citation* citation : citations_used(report)) {
    page.paragraph(fmt::format("{}  {}", citation->id, as_sentence(citation->claim)), 2, 2);
    page.paragraph(fmt::format("{} ({}), {}. {}", citation->source.title, citation->source.year, citation->reliability,
                               citation->source.url),
                   4, 0, Tint::faint);
  }
}

}  // namespace rigfit
