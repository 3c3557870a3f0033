#include "report/markdown/sections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "analysis/version.hpp"
#include "fact_names/cuda.hpp"
#include "fact_names/device.hpp"
#include "fact_names/memory.hpp"
#include "fact_names/os.hpp"
#include "report/text/value_text.hpp"
#include "text/join.hpp"

namespace rigfit::markdown {
namespace {

std::string severity_word(std::string_view severity) {
  return severity == "error" ? "Error" : severity == "warning" ? "Warning" : "Note";
}

std::string devices_of(const Report& report, const Finding& finding) {
  const Platform* platform = report.facts.platform(finding.platform);
  std::vector<std::string> lines;
  if (!platform) return "";
  constexpr std::size_t most = 8;
  for (const std::size_t index : finding.devices) {
    if (index >= platform->devices.size()) continue;
    if (lines.size() == most) {
      lines.push_back(fmt::format("{} more", finding.devices.size() - most));
      break;
    }
    lines.push_back(fmt::format("{} {}", index, device_line(platform->devices[index])));
  }
  return listed(lines);
}

void write_finding(Document& document, const Report& report, const Finding& finding, int level,
                   std::string_view shell) {
  document.heading(level, text(severity_word(finding.severity) + ": " + finding.title));
  Inline where = code(finding.id);
  if (const std::string devices = devices_of(report, finding); !devices.empty())
    where += text(fmt::format(" on {} {}", finding.devices.size() == 1 ? "device" : "devices", devices));
  document.paragraph(where);
  document.paragraph(text(finding.cause));
  for (const Finding& other : report.diagnosis.findings)
    if (other.folded_under == finding.id && other.platform == finding.platform)
      document.bullet(text("Thus: " + other.title + " ") + code(other.id));
  std::size_t number = 0;
  for (const Remedy& step : finding.remedy) {
    document.numbered(++number, prose(as_sentence(step.text)));
    if (!step.command.empty()) document.code_block(shell, {step.command});
  }
  if (!finding.verify.empty() && !finding.remedy.empty()) {
    document.paragraph(text(verify_label));
    document.code_block(shell, {finding.verify});
  }
  if (!finding.source.url.empty()) document.paragraph(text("Source: ") + source(finding.source));
}

/// Whether a fact may have another value a second later.
bool changes_by_itself(std::string_view name) {
  static const std::string_view changing[] = {
      fact::memory::available_bytes.text(), fact::device::memory_free_bytes.text(),
      fact::device::compute_processes.text(), fact::device::power_state.text(), fact::cuda::asleep.text()};
  return name.ends_with("_seconds") || name.ends_with("_per_second") ||
         std::find(std::begin(changing), std::end(changing), name) != std::end(changing);
}

void write_layers(Document& document, const Layers& layers) {
  std::vector<std::vector<Inline>> rows;
  for (std::size_t n = 0; n < layer_count; ++n) {
    const Layer layer = static_cast<Layer>(n);
    const LayerState& state = layers[layer];
    if (state.holds == Truth::unknown && state.because.empty()) continue;  // nothing was ever asked of it
    rows.push_back({text(spaced(rigfit::name_of(layer))), text(rigfit::name_of(state.holds)), prose(state.because)});
  }
  if (!rows.empty()) document.table({{text("Layer")}, {text("Holds")}, {text("Because")}}, rows);
}

void write_facts(Document& document, const FactTable& facts) {
  std::vector<std::vector<Inline>> rows;
  for (const auto& [name, fact] : facts)
    if (fact.known() && !changes_by_itself(name)) rows.push_back({code(name), text(fact_text(name, fact))});
  if (!rows.empty()) document.table({{text("Fact")}, {text("Value")}}, rows);
}

void write_platform(Document& document, const Platform& platform, int level) {
  document.heading(level,
                   text(fmt::format("{}: {}", platform_name(platform.id), spaced(rigfit::name_of(platform.state)))));
  document.paragraph(text(as_sentence(capital(platform.because))));
  if (platform.state == State::absent || platform.state == State::not_applicable) return;
  if (platform.id != "cpu") write_layers(document, platform.layers);  // on which this program runs
  write_facts(document, platform.facts);
  for (std::size_t n = 0; n < platform.devices.size(); ++n) {
    const Device& device = platform.devices[n];
    document.paragraph(strong(fmt::format("Device {}", n)) +
                       text(fmt::format(": {}, {}", device_line(device), spaced(rigfit::name_of(device.state)))));
    write_facts(document, device.facts);
  }
}

}  // namespace

Inline source(const Source& source) {
  const std::string words = source.year > 0 ? fmt::format("{} ({})", source.title, source.year) : source.title;
  return link(words, source.url);
}

Inline cited(const CitedSentence& sentence, const RuleBook& rules) {
  Inline line = text(as_sentence(sentence.sentence));
  bool is_first = true;
  for (const std::string& id : sentence.evidence) {
    line += text(is_first ? " (" : ", ");
    const Citation* citation = rules.citation(id);
    line += citation ? link(id, citation->source.url) : text(id);
    is_first = false;
  }
  return is_first ? line : line + text(")");
}

void write_findings(Document& document, const Report& report, int level) {
  const std::string* family = report.facts.host.get(fact::os::family);
  const std::string_view shell = family && *family == "windows" ? "bat" : "sh";
  for (const Finding& finding : report.diagnosis.findings)
    if (finding.folded_under.empty()) write_finding(document, report, finding, level, shell);
}

void write_platforms(Document& document, const Report& report, int level, std::string_view only) {
  Inline absent;
  for (const Platform& platform : report.facts.platforms) {
    const bool is_absent = platform.state == State::absent || platform.state == State::not_applicable;
    if (only.empty() && is_absent)
      absent += text(
          fmt::format("{}{} ({})", absent.empty() ? "Not here: " : ", ", platform_name(platform.id), platform.because));
    else if (only.empty() || platform.id == only)
      write_platform(document, platform, level);
  }
  if (!absent.empty()) document.paragraph(absent + text("."));
  if (!only.empty()) return;
  document.heading(level, text("Host"));
  write_facts(document, report.facts.host);
}

void write_failed_questions(Document& document, const Report& report) {
  std::vector<std::vector<Inline>> rows;
  for (const auto& [key, answer] : report.evidence.answers) {
    const bool is_run = key.starts_with("command:") || key.starts_with("ask:");
    if (is_run && !answer.found() && answer.outcome != Outcome::absent && answer.outcome != Outcome::not_recorded)
      rows.push_back({code(key), text(spaced(rigfit::name_of(answer.outcome))), text(answer.why)});
  }
  if (rows.empty()) return;
  document.paragraph(strong("Did not answer"));
  document.table({{text("What was asked")}, {text("Outcome")}, {text("Why")}}, rows);
}

void write_footer(Document& document, const Report& report) {
  document.paragraph(text(fmt::format("From rigfit {} with rules as of {}.", tool_version(), report.rules.as_of)));
}

}  // namespace rigfit::markdown
