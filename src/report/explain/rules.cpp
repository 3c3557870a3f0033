#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "fact_names/cpu.hpp"
#include "report/explain/explanations.hpp"
#include "report/text/text_sections.hpp"
#include "report/text/value_text.hpp"

namespace rigfit {
namespace {

Support support_of(const Report& report, const FrameworkRule& framework) {
  return assess_support(report.rules, report.facts, report.diagnosis, {&framework}).at(0);
}

/// As it was used: a profile or a rating set may put another in the place of the framework's own.
const Rating* rating_of(const Report& report, const FrameworkRule& framework, const Factor& factor) {
  for (const auto* list : {&report.recommendation, &report.runtime})
    if (const Candidate* candidate = *list ? (*list)->candidate(framework.id) : nullptr)
      if (const auto used = candidate->ratings.find(factor.id); used != candidate->ratings.end()) return &used->second;
  const auto own = framework.ratings.find(factor.id);
  return own == framework.ratings.end() ? nullptr : &own->second;
}

std::string part_name(const std::string& id, const Factor* factor) {
  if (factor)
    for (const FactorPart& part : factor->parts)
      if (part.id == id) return part.name;
  return id;
}

/// "(1 × 100 + 1 × 60 + 1 × 70) / 3 = 77"
std::string mean_of(const Rating& rating) {
  std::string sum;
  int weights = 0;
  for (const RatingPart& part : rating.parts) {
    if (part.weight == 0) continue;
    sum += fmt::format("{}{} × {}", sum.empty() ? "" : " + ", part.weight, score_text({part.score, part.high}));
    weights += part.weight;
  }
  return fmt::format("({}) / {} = {}", sum, weights, score_text({rating.score, rating.high}));
}

void write_rating_of(Page& page, const Report& report, const FrameworkRule& framework, const Factor& factor) {
  if (const Rating* rating = rating_of(report, framework, factor)) return write_rating(page, report, *rating, &factor);
  page.paragraph("It has no rating there.", 4);
}

}  // namespace

void write_rating(Page& page, const Report& report, const Rating& rating, const Factor* factor) {
  page.field(score_text({rating.score, rating.high}),
             fmt::format("{} Confidence: {}.", as_sentence(rating.sentence), rating.confidence), 4, 4);
  if (rating.parts.empty()) return write_citations(page, report, rating.evidence, 8);
  page.paragraph(mean_of(rating), 8);
  for (const RatingPart& part : rating.parts) {
    page.paragraph(fmt::format("{}, weight {}", part_name(part.id, factor), part.weight), 8, 0, Tint::strong);
    page.field(score_text({part.score, part.high}),
               fmt::format("{} Confidence: {}.", as_sentence(part.sentence), part.confidence), 4, 10);
    write_citations(page, report, part.evidence, 14);
  }
}

void write_scale(Page& page, const Factor& factor, int indent) {
  for (const auto& [score, words] : anchors_of(factor))
    page.field(fmt::format("{}", score), as_sentence(words), 4, indent);
  if (factor.parts.empty()) return;
  page.paragraph("It is rated in parts, and the rating is their weighted mean:", indent);
  for (const FactorPart& part : factor.parts)
    page.bullet(fmt::format("{} ({}), weight {} unless a profile says otherwise: {}", part.name, part.id, part.weight,
                            as_sentence(part.about)),
                indent);
  page.paragraph(as_sentence(factor.weights_about), indent);
}

void write_hardware(Page& page, const Report& report, const FrameworkRule& framework) {
  const Support support = support_of(report, framework);
  page.paragraph(fmt::format("{}: {} today, {} after the remedies", framework.name, score_text(support.today),
                             score_text(support.after)),
                 2, 2, Tint::strong);
  page.paragraph(support.sentence, 4);
  for (const std::string& term : support.terms) page.bullet(term, 4);
  for (const std::string& remedy : support.remedies)
    page.bullet(fmt::format("what would make the difference: {}", remedy), 4);
  for (const Resolution& resolution : support.resolutions) {
    if (resolution.chosen) page.bullet(fmt::format("build that runs today: {}", resolution.chosen->id), 4);
    if (resolution.after && resolution.after != resolution.chosen)
      page.bullet(fmt::format("build after the remedies: {}", resolution.after->id), 4);
    if (resolution.nearest_miss)
      page.bullet(fmt::format("nearest build: {}, but {}", resolution.nearest_miss->build,
                              as_sentence(resolution.nearest_miss->reason)),
                  4);
  }
  write_citations(page, report, support.evidence, 4);
}

void write_machine_layers(Page& page, const Report& report) {
  page.heading("Read from this machine");
  bool any = false;
  for (const Platform& platform : report.facts.platforms) {
    if (platform.id == "cpu" || platform.state == State::absent || platform.state == State::not_applicable) continue;
    if (platform.state == State::unknown && platform.devices.empty()) continue;
    any = true;
    explain_fact(page, report, platform.id + ".state", Fact::of(std::string(name_of(platform.state))));
  }
  if (!any) explain_fact(page, report, "cpu.model", report.facts.host.at(fact::cpu::model));
}

void write_origin(Page& page, const std::string& origin) {
  if (!origin.empty() && origin != "built-in") page.paragraph(fmt::format("From the site's rules: {}", origin), 2);
}

void write_citations(Page& page, const Report& report, const std::vector<std::string>& ids, int indent) {
  std::set<std::string> reported;
  for (const std::string& id : ids) {
    const Citation* citation = report.rules.citation(id);
    if (!citation || !reported.insert(id).second) continue;
    page.paragraph(fmt::format("[{}] {}", id, as_sentence(citation->claim)), indent, 2);
    page.paragraph(fmt::format("{} ({}), {}. {}", citation->source.title, citation->source.year, citation->reliability,
                               citation->source.url),
                   indent + 2, 0, Tint::faint);
  }
}

void explain_factor(Page& page, const Report& report, const Factor& factor) {
  page.paragraph(fmt::format("{} ({})", factor.name, factor.id), 0, 0, Tint::strong);
  page.paragraph(as_sentence(factor.about), 2);
  write_scale(page, factor, 2);
  for (const FrameworkRule& framework : report.rules.frameworks) {
    if (framework.role != "framework") continue;
    page.blank();
    if (factor.from_probes) {
      write_hardware(page, report, framework);
      continue;
    }
    page.paragraph(framework.name, 2, 0, Tint::strong);
    write_rating_of(page, report, framework, factor);
  }
  if (factor.from_probes) write_machine_layers(page, report);
}

void explain_rating(Page& page, const Report& report, const FrameworkRule& framework, const Factor& factor) {
  page.paragraph(fmt::format("{} of {}", factor.name, framework.name), 0, 0, Tint::strong);
  write_origin(page, framework.origin);
  write_scale(page, factor, 2);
  if (!factor.from_probes) return write_rating_of(page, report, framework, factor);
  write_hardware(page, report, framework);
  write_machine_layers(page, report);
}

void explain_framework(Page& page, const Report& report, const FrameworkRule& framework) {
  page.paragraph(fmt::format("{} ({}, a {})", framework.name, framework.id,
                             framework.role == "runtime" ? "runtime that runs trained models" : "framework"),
                 0, 0, Tint::strong);
  write_origin(page, framework.origin);
  page.paragraph(as_sentence(framework.about), 2);
  page.heading("Ratings (`rigfit explain FRAMEWORK.FACTOR` goes down to the sources)");
  std::vector<std::vector<Cell>> rows;
  for (const Factor& factor : report.rules.factors)
    if (const auto rating = framework.ratings.find(factor.id); rating != framework.ratings.end())
      rows.push_back({{framework.id + "." + factor.id},
                      {score_text({rating->second.score, rating->second.high})},
                      {as_sentence(rating->second.sentence)}});
  page.table({{}, {true, false}, {false, true}}, rows, 2);
  page.heading("On this machine");
  write_hardware(page, report, framework);
  page.heading("In general");
  page.paragraph(as_sentence(framework.hardware_sentence), 2);
  write_citations(page, report, framework.hardware_evidence, 4);
}

void explain_level(Page& page, const Report& report, const LevelWord& level) {
  page.paragraph(fmt::format("{}: {}", level.id,
                             level.points ? count_text(static_cast<std::size_t>(*level.points), "point")
                                          : "0 to 100 points, as nobody confirmed it"),
                 0, 0, Tint::strong);
  page.paragraph(as_sentence(level.about), 2);
  page.paragraph("Who has it:", 2);
  for (const FrameworkRule& framework : report.rules.frameworks)
    for (const SupportLevel& row : framework.support) {
      if (row.level != level.id) continue;
      page.bullet(fmt::format("{} on {}: {}", framework.name, platform_name(row.platform), as_sentence(row.note)), 2);
      write_citations(page, report, row.evidence, 6);
    }
}

void explain_citation(Page& page, const Report& report, const Citation& citation) {
  page.paragraph(citation.id, 0, 0, Tint::strong);
  write_origin(page, citation.origin);
  page.paragraph(as_sentence(citation.claim), 2);
  if (!citation.value.empty()) page.field("Value", as_sentence(citation.value), 8, 2);
  page.field("Source",
             fmt::format("{} ({}), {}{}", citation.source.title, citation.source.year, citation.reliability,
                         citation.date.empty() ? "" : ", of " + citation.date),
             8, 2);
  page.field("Link", citation.source.url, 8, 2);
  std::vector<std::string> users;
  const auto cites = [&](const std::vector<std::string>& ids) {
    return std::find(ids.begin(), ids.end(), citation.id) != ids.end();
  };
  for (const FrameworkRule& framework : report.rules.frameworks) {
    for (const auto& [factor, rating] : framework.ratings)
      if (cites(rating.evidence)) users.push_back(framework.id + "." + factor);
    for (const Build& build : framework.builds)
      if (cites(build.evidence)) users.push_back(build.id);
    for (const SupportLevel& row : framework.support)
      if (cites(row.evidence)) users.push_back(fmt::format("{} on {}", framework.name, platform_name(row.platform)));
  }
  for (const Statistic& statistic : report.rules.statistics)
    if (cites(statistic.evidence)) users.push_back(fmt::format("the statistic \"{}\"", statistic.value));
  if (!users.empty()) page.field("Cited", listed(users), 8, 2);
}

void explain_finding(Page& page, const Report& report, const FindingRule& rule) {
  const auto& findings = report.diagnosis.findings;
  const auto fired =
      std::find_if(findings.begin(), findings.end(), [&](const Finding& finding) { return finding.id == rule.id; });
  const Verdict verdict = evaluate(rule.when, report.facts);
  page.paragraph(fmt::format("{} [{}]", rule.title, rule.id), 0, 2, Tint::strong);
  write_origin(page, rule.origin);
  if (fired != findings.end()) {
    page.paragraph("It was found on this machine. What decided:", 2);
    for (const Term& term : fired->terms) write_term(page, report, term, 4);
    return write_finding(page, report, *fired);
  }
  page.paragraph(verdict.truth == Truth::no        ? "It does not hold here. What decided:"
                 : verdict.truth == Truth::unknown ? "Whether it holds here is not known. What is missing:"
                                                   : "Its condition holds here, but for no device:",
                 2);
  for (const Term& term : verdict.terms) write_term(page, report, term, 4);
  page.field("Source",
             fmt::format("{} ({}) {}", rule.text->source.title, rule.text->source.year, rule.text->source.url), 8, 2);
}

}  // namespace rigfit
