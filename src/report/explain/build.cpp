#include <fmt/format.h>

#include <algorithm>

#include "fact_names/device.hpp"
#include "judge/support/builds.hpp"
#include "report/explain/explanations.hpp"
#include "report/text/value_text.hpp"

namespace rigfit {
namespace {

Tint tint_of(Truth truth) { return truth == Truth::yes ? Tint::good : truth == Truth::no ? Tint::bad : Tint::doubtful; }

void write_requirement(Page& page, const Report& report, const Requirement& need) {
  const Verdict verdict = evaluate(need.when, report.facts);
  page.paragraph(fmt::format("{}: {}", need.name, name_of(verdict.truth)), 2, 2, tint_of(verdict.truth));
  if (verdict.truth != Truth::yes) {
    page.paragraph(as_sentence(fill_in(need.miss, report.facts)), 4);
    if (!need.fix.empty()) page.paragraph(as_sentence(need.fix), 4);
  }
  for (const Term& term : verdict.terms) write_term(page, report, term, 4);
}

void write_code(Page& page, const Report& report, const Build& build) {
  if (build.code_for) page.field("Code", listed(*build.code_for), 9, 2);
  if (!build.code_unconfirmed.empty()) page.field("Maybe", listed(build.code_unconfirmed), 9, 2);
  const Platform* platform = report.facts.platform(build.platform);
  if (!platform || build.platform == "cpu") return;
  const AnyDeviceFact fact = build.platform == "cuda" ? AnyDeviceFact(fact::device::compute_capability)
                                                      : AnyDeviceFact(fact::device::architecture);
  for (std::size_t n = 0; n < platform->devices.size(); ++n) {
    const Device& device = platform->devices[n];
    const Truth truth = has_code(build, device, report.facts);
    page.paragraph(fmt::format("code for device {}, {}: {}", n, device_line(device), name_of(truth)), 2, 2,
                   tint_of(truth));
    const Fact& own = device.facts.at(fact);
    for (const std::string& key : own.sources)
      write_answer(page, report.evidence, key, own.value ? to_text(*own.value) : "", 4);
  }
}

}  // namespace

void explain_build(Page& page, const Report& report, const Build& build, std::string_view requirement) {
  const FrameworkRule& framework = *report.rules.framework(build.framework);
  page.paragraph(fmt::format("{}: {} {}{} for {}{}", build.id, framework.name, build.version,
                             build.runtime.empty() ? "" : " with " + build.runtime, platform_name(build.platform),
                             build.released.empty() ? "" : ", released " + build.released),
                 0, 2, Tint::strong);
  write_origin(page, build.origin);
  if (!build.note.empty()) page.paragraph(as_sentence(build.note), 2);
  page.heading("What it needs, and what is here");
  bool is_named = requirement.empty();
  for (const Requirement& need : build.needs) {
    if (!requirement.empty() && need.name != requirement) continue;
    is_named = true;
    write_requirement(page, report, need);
  }
  if (requirement.empty() || requirement == "architecture") write_code(page, report, build), is_named = true;
  if (!is_named) page.paragraph(fmt::format("It has no requirement of the name \"{}\".", requirement), 2);
  const Platform* platform = report.facts.platform(build.platform);
  const Device* device = platform && !platform->devices.empty() ? &platform->devices.front() : nullptr;
  const Install install = install_for(build, report.facts, device);
  page.field("Python", fmt::format("{}; the commands take {}", range_text(build.python), install.python), 9, 2);
  if (requirement.empty()) {
    page.heading("Commands");
    page.command(install.pip, 2);
    page.command(install.uv, 2);
    page.command(install.check, 2);
  }
  page.heading("Sources");
  write_citations(page, report, build.evidence, 2);
}

}  // namespace rigfit
