#include <fmt/format.h>

#include "analysis/version.hpp"
#include "report/answer.hpp"
#include "report/formats.hpp"
#include "report/markdown/redacted.hpp"
#include "report/markdown/sections.hpp"
#include "report/text/value_text.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

using namespace markdown;

/// "rigfit 0.1.0: CUDA blocked, 1 error", for the line that is seen while the rest is folded.
std::string summary_of(const Report& report) {
  return fmt::format("rigfit {}: {}; {}", tool_version(), states_text(report.facts), findings_count(report));
}

void redact(std::string& words) { words = redacted(words); }

void redact(FactTable& facts) {
  FactTable copy;
  for (auto [name, fact] : facts) {
    redact(fact.because);
    if (auto* words = fact.value ? std::get_if<std::string>(&*fact.value) : nullptr) redact(*words);
    if (auto* list = fact.value ? std::get_if<std::vector<std::string>>(&*fact.value) : nullptr)
      for (std::string& words : *list) redact(words);
    copy.set_by_name(name, std::move(fact));
  }
  facts = std::move(copy);
}

void redact(Layers& layers) {
  for (std::size_t n = 0; n < layer_count; ++n) redact(layers[static_cast<Layer>(n)].because);
}

void redact(Facts& facts) {
  redact(facts.host);
  for (Platform& platform : facts.platforms) {
    redact(platform.because);
    redact(platform.layers);
    redact(platform.facts);
    for (Device& device : platform.devices) {
      redact(device.because);
      redact(device.layers);
      redact(device.facts);
    }
  }
}

void redact(Finding& finding) {
  for (std::string* words : {&finding.title, &finding.cause, &finding.verify}) redact(*words);
  for (Remedy& step : finding.remedy) {
    redact(step.text);
    redact(step.command);
  }
}

/// What is shown of a report, without what names a person or a machine.
Analysis redacted_copy(const Report& report) {
  RuleBook rules;
  rules.as_of = report.rules.as_of;
  Analysis copy{SharedRules(std::move(rules)), {}, report.facts, report.diagnosis};
  redact(copy.facts);
  for (Finding& finding : copy.diagnosis.findings) redact(finding);
  for (auto [key, answer] : report.evidence.answers) {
    redact(answer.why);
    copy.evidence.answers[redacted(key)] = std::move(answer);
  }
  return copy;
}

}  // namespace

/// The format "issue" of formats.cpp: all that somebody needs who was asked for help, folded, without what names a
/// person or a machine.
std::string issue_report(const Report& whole, const TextStyle&) {
  constexpr int level = 4;
  const Analysis copy = redacted_copy(whole);
  const Report report(copy, whole.scope);
  Document document;
  document.begin_fold(summary_of(report));
  document.paragraph(
      text(fmt::format("Rules as of {}. {}", report.rules.as_of, as_sentence(machine_line(report.facts.host)))));
  markdown::write_findings(document, report, level);
  write_platforms(document, report, level, report.scope.only);
  write_failed_questions(document, report);
  document.end_fold();
  return document.take();
}

}  // namespace rigfit
