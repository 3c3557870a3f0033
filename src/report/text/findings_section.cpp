#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "report/answer.hpp"
#include "report/text/text_sections.hpp"
#include "report/text/value_text.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

std::string devices_of(const Report& report, const Finding& finding) {
  const Platform* platform = report.facts.platform(finding.platform);
  std::vector<std::string> words;
  if (!platform) return "";
  const std::vector<Device>& all = platform->devices;
  const std::vector<std::size_t>& indices = finding.devices;
  for (std::size_t n = 0; n < indices.size();) {
    if (indices[n] >= all.size()) break;
    std::size_t last = n;
    while (last + 1 < indices.size() && indices[last + 1] == indices[last] + 1 && indices[last + 1] < all.size() &&
           device_kind(all[indices[last + 1]]) == device_kind(all[indices[n]]))
      ++last;
    if (last - n < 2) last = n;  // two are reported one by one
    words.push_back(last == n
                        ? fmt::format("{} {}", indices[n], device_line(all[indices[n]]))
                        : fmt::format("{} to {}, each {}", indices[n], indices[last], device_kind(all[indices[n]])));
    n = last + 1;
  }
  return listed(words);
}

/// "cuda.layer.kernel_driver is no, as file:/proc/driver/nvidia/version shows".
std::string term_text(const Term& term, const Evidence& evidence) {
  std::string text = fmt::format("{} is {}", term.fact, term.seen.empty() ? "unknown" : term.seen);
  if (!term.because.empty() && term.seen.find(term.because) == std::string::npos)
    text += fmt::format(" ({})", term.because);
  if (term.sources.empty()) return text;
  constexpr std::size_t most = 3;
  std::vector<std::string> sources;
  for (const std::string& key : term.sources) {
    if (sources.size() == most) {
      sources.push_back(fmt::format("{} more", term.sources.size() - most));
      break;
    }
    const Answer& answer = evidence.at(key);
    sources.push_back(answer.found() ? key : fmt::format("{} ({})", key, spaced(name_of(answer.outcome))));
  }
  return fmt::format("{}, from {}", text, listed(sources));
}

}  // namespace

void write_findings_summary(Page& page, const Report& report) {
  page.heading("Findings");
  if (report.diagnosis.findings.empty()) {
    page.paragraph(is_determined(report.facts) ? "No problems found."
                                               : "None found; but too little is known to say that there are none.",
                   2);
    return;
  }
  std::vector<std::vector<Cell>> rows;
  for (const Finding& finding : report.diagnosis.findings)
    if (finding.folded_under.empty())
      rows.push_back({{finding.severity == "info" ? "note" : finding.severity, tint_of_severity(finding.severity)},
                      {finding.title},
                      {finding.id, Tint::faint}});
  page.table({{}, {false, true}, {}}, rows, 2);
  page.paragraph(fmt::format("{}: `rigfit doctor` shows the cause and the fix.", findings_count(report)), 2, 0,
                 Tint::faint);
}

void write_finding(Page& page, const Report& report, const Finding& finding) {
  page.blank();
  constexpr int label = 9, indent = 2;
  page.paragraph(
      fmt::format("{}: {} [{}]", finding.severity == "info" ? "note" : finding.severity, finding.title, finding.id), 0,
      2,
      finding.severity == "error"     ? Tint::bad
      : finding.severity == "warning" ? Tint::doubtful
                                      : Tint::strong);
  if (const std::string devices = devices_of(report, finding); !devices.empty())
    page.field(finding.devices.size() == 1 ? "Device" : "Devices", devices, label, indent);
  if (!finding.cause.empty()) page.field("Cause", finding.cause, label, indent);
  for (const Finding& other : report.diagnosis.findings)
    if (other.folded_under == finding.id && other.platform == finding.platform)
      page.field("Thus", fmt::format("{} [{}]", other.title, other.id), label, indent);
  bool first = true;
  std::set<std::string> reported;
  for (const Term& term : finding.terms) {
    std::string text = term_text(term, report.evidence);
    if (!reported.insert(text).second) continue;
    page.field(first ? "Seen" : "", text, label, indent);
    first = false;
  }
  std::size_t number = 0;
  for (const Remedy& step : finding.remedy) {
    page.field(number == 0 ? "Remedy" : "", fmt::format("{}. {}", number + 1, as_sentence(step.text)), label, indent);
    if (!step.command.empty()) page.command(step.command, indent + label + 3);
    ++number;
  }
  if (!finding.verify.empty() && !finding.remedy.empty()) {
    page.field("Verify", verify_label, label, indent);
    page.command(finding.verify, indent + label + 3);
  }
  if (!finding.source.url.empty())
    page.field("Source", fmt::format("{} ({}) {}", finding.source.title, finding.source.year, finding.source.url),
               label, indent, Tint::faint);
}

namespace {

/// "cuda.layer.bus is unknown (it was denied); …", each fact once.
std::string missing_text(const std::vector<Term>& terms) {
  std::set<std::string> reported;
  std::string text;
  for (const Term& term : terms)
    if (reported.insert(term.fact).second)
      append_to_list(
          text,
          fmt::format("{} is unknown{}", term.fact, term.because.empty() ? "" : fmt::format(" ({})", term.because)),
          "; ");
  return text;
}

/// What may be wrong and could not be decided: rules that lack the same facts together. What cannot be known of a
/// device that is not here is no gap.
void write_undecided(Page& page, const Report& report) {
  std::vector<std::pair<std::string, std::vector<const Undecided*>>> groups;
  for (const Undecided& rule : report.diagnosis.undecided) {
    const Platform* platform = report.facts.platform(rule.id.substr(0, rule.id.find('.')));
    if (platform && (platform->state == State::absent || platform->state == State::not_applicable)) continue;
    const std::string missing = missing_text(rule.terms);
    auto group = std::find_if(groups.begin(), groups.end(), [&](const auto& one) { return one.first == missing; });
    if (group == groups.end()) group = groups.insert(groups.end(), {missing, {}});
    group->second.push_back(&rule);
  }
  if (groups.empty()) return;
  page.heading("Could not be decided");
  constexpr std::size_t most = 5;
  for (std::size_t n = 0; n < groups.size(); ++n) {
    if (n == most && !page.verbose()) {
      page.paragraph(fmt::format("and {} more (-v lists them)", groups.size() - most), 2, 0, Tint::faint);
      break;
    }
    const auto& [missing, rules] = groups[n];
    std::string titles = fmt::format("{} [{}]", rules[0]->title, rules[0]->id);
    if (rules.size() > 1 && !page.verbose())
      titles += fmt::format(" and {}", count_text(rules.size() - 1, "more rule"));
    for (std::size_t m = 1; m < rules.size() && page.verbose(); ++m)
      titles += fmt::format("; {} [{}]", rules[m]->title, rules[m]->id);
    page.bullet(fmt::format("{}: {}", titles, missing));
  }
}

}  // namespace

std::string doctor_text(const Report& report, const TextStyle& style) {
  Page page(style);
  const auto& findings = report.diagnosis.findings;
  const bool determined = is_determined(report.facts);
  if (findings.empty()) {
    page.paragraph(findings_count(report) + ".", 0, 0, determined ? Tint::good : Tint::doubtful);
    const std::string states = states_text(report.facts);
    page.paragraph(states == "no accelerator" ? "No accelerator was found, which is not an error."
                                              : capital(states) + ".");
  } else {
    page.paragraph(findings_count(report) + ".", 0, 0, Tint::strong);
    for (const Finding& finding : findings)
      if (finding.folded_under.empty()) write_finding(page, report, finding);
  }
  write_undecided(page, report);
  return page.take();
}

}  // namespace rigfit
