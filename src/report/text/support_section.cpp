#include <fmt/format.h>

#include "report/text/text_sections.hpp"
#include "report/text/value_text.hpp"

namespace rigfit {
namespace {

std::string build_text(const std::string& name, const std::string& version, const std::string& runtime) {
  return fmt::format("{} {}{}", name, version, runtime.empty() ? "" : " with " + runtime);
}

/// The build that was chosen and its commands, those that were passed over, and what would bring a newer one.
void write_resolution(Page& page, const std::string& name, const Resolution& resolution) {
  const std::string platform = platform_name(resolution.platform);
  if (const Build* build = resolution.chosen) {
    page.bullet(fmt::format("{} build: {} ({}){}", platform, build_text(name, build->version, build->runtime),
                            build->id, build->note.empty() ? "" : ". " + as_sentence(build->note)),
                4);
    if (const auto& install = resolution.install) {
      for (const std::string& command : {install->pip, install->uv, install->check}) page.command(command, 8);
      if (!install->python_note.empty()) page.paragraph(install->python_note, 8);
    }
  }
  for (const Rejection& rejection : resolution.rejected)
    page.bullet(fmt::format("not {}: {}", build_text(name, rejection.version, rejection.runtime),
                            as_sentence(rejection.reason + (rejection.fix.empty() ? "" : ". " + rejection.fix))),
                6);
  if (!resolution.chosen && resolution.nearest_miss)
    page.bullet(fmt::format("{}: nearest is {}: {}", platform,
                            build_text(name, resolution.nearest_miss->version, resolution.nearest_miss->runtime),
                            as_sentence(resolution.nearest_miss->reason)),
                4);
}

}  // namespace

void write_support(Page& page, const Recommendation& recommendation) {
  for (const Candidate& candidate : recommendation.candidates) {
    const Support& support = candidate.support;
    page.paragraph(fmt::format("{}: {} today, {} after the remedies", candidate.rule->name, score_text(support.today),
                               score_text(support.after)),
                   2, 2, Tint::strong);
    for (const std::string& term : support.terms) page.bullet(term, 4);
    for (const Resolution& resolution : support.resolutions) write_resolution(page, candidate.rule->name, resolution);
  }
}

}  // namespace rigfit
