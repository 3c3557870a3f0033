#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "report/explain/explanations.hpp"
#include "report/text/value_text.hpp"

namespace rigfit {
namespace {

constexpr std::size_t most_lines = 3, most_lines_in_full = 20;

std::vector<std::string_view> lines_in(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string node_text(const Node& node) {
  std::string text = fmt::format("{}, mode {}", node.kind, node.mode);
  if (!node.group.empty()) text += fmt::format(", group {}", node.group);
  const auto say = [&](const char* what, const std::optional<bool>& may) {
    if (may) text += fmt::format(", {}{} by this user", *may ? "" : "not ", what);
  };
  say("readable", node.readable);
  say("writable", node.writable);
  return text;
}

/// What an answer holds, as lines.
std::vector<std::string> content_of(const Answer& answer) {
  std::vector<std::string> content;
  for (const std::string_view line : lines_in(answer.text)) content.emplace_back(line);
  for (const std::string_view line : lines_in(answer.err)) content.push_back(fmt::format("stderr: {}", line));
  content.insert(content.end(), answer.names.begin(), answer.names.end());
  if (answer.node) content.push_back(node_text(*answer.node));
  if (answer.signal) content.push_back(fmt::format("ended by signal {}", *answer.signal));
  return content;
}

std::string outcome_text(const Answer& answer) {
  return fmt::format("{}{}", spaced(name_of(answer.outcome)), answer.why.empty() ? "" : ": " + answer.why);
}

void write_content(Page& page, const std::vector<std::string>& content, std::size_t most, int indent) {
  for (std::size_t n = 0; n < std::min(most, content.size()); ++n) page.paragraph("| " + content[n], indent, 2);
  if (content.size() > most)
    page.paragraph(fmt::format("and {} more", count_text(content.size() - most, "line")), indent, 0, Tint::faint);
}

}  // namespace

void write_answer(Page& page, const Evidence& evidence, const std::string& key, std::string_view value, int indent) {
  const Answer& answer = evidence.at(key);
  page.paragraph(fmt::format("{} ({})", key, outcome_text(answer)), indent, 2, Tint::faint);
  std::vector<std::string> content = content_of(answer), matching;
  for (const std::string& line : content)
    if (!value.empty() && line.find(value) != line.npos) matching.push_back(line);
  write_content(page, matching.empty() ? content : matching, most_lines, indent + 2);
}

void explain_answer(Page& page, const std::string& key, const Answer& answer) {
  page.paragraph(key, 0, 2, Tint::strong);
  page.paragraph(fmt::format("Evidence read from the machine: {}.", outcome_text(answer)), 2);
  if (answer.seconds) page.paragraph(fmt::format("It took {:.2f} s.", *answer.seconds), 2);
  if (answer.truncated) page.paragraph("It was cut at the most that is read of it.", 2);
  write_content(page, content_of(answer), page.verbose() ? SIZE_MAX : most_lines_in_full, 4);
}

void write_term(Page& page, const Report& report, const Term& term, int indent) {
  std::string text = fmt::format("{} is {}", term.fact, term.seen.empty() ? "unknown" : term.seen);
  if (!term.because.empty()) text += fmt::format(" ({})", term.because);
  if (!term.wanted.empty()) text += fmt::format("; \"{} {}\": {}", name_of(term.op), term.wanted, name_of(term.truth));
  page.bullet(text, indent);
  for (const std::string& key : term.sources) write_answer(page, report.evidence, key, term.seen, indent + 2);
}

void explain_fact(Page& page, const Report& report, std::string_view name, const Fact& fact) {
  page.paragraph(fmt::format("{}: {}", name, fact_text(name, fact)), 0, 2, Tint::strong);
  if (const auto about = report.rules.fact_abouts->find(name); about != report.rules.fact_abouts->end())
    page.paragraph(as_sentence(about->second), 2);
  if (!fact.value && !fact.because.empty()) page.paragraph(as_sentence("Because: " + fact.because), 2);
  // A state follows from the layers below it, which were read.
  const std::size_t dot = name.rfind('.');
  const Platform* platform = report.facts.platform(name.substr(0, dot));
  if (platform && dot != name.npos && name.substr(dot + 1) == "state") {
    if (!platform->because.empty()) page.paragraph(as_sentence(platform->because), 2);
    bool is_read = false;
    for (std::size_t n = 0; n < layer_count; ++n) {
      const LayerState& layer = platform->layers[static_cast<Layer>(n)];
      if (layer.sources.empty() && layer.because.empty()) continue;
      is_read = is_read || !layer.sources.empty();
      page.bullet(fmt::format("{}: {}, {}", spaced(name_of(static_cast<Layer>(n))), name_of(layer.holds),
                              layer.because.empty() ? "nobody asked" : layer.because));
      for (const std::string& key : layer.sources) write_answer(page, report.evidence, key, "", 4);
    }
    if (!is_read) page.paragraph("No layer of it was read from this machine.", 2);
    return;
  }
  if (fact.sources.empty()) return page.paragraph("No answer of the machine is behind it.", 2);
  page.paragraph("Read from:", 2);
  for (const std::string& key : fact.sources)
    write_answer(page, report.evidence, key, fact.value ? to_text(*fact.value) : "", 4);
}

}  // namespace rigfit
