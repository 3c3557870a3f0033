#include <fmt/format.h>

#include "fact_names/device.hpp"
#include "report/text/text_sections.hpp"
#include "report/text/value_text.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

void write_layers(Page& page, const Layers& layers, int indent) {
  std::vector<std::vector<Cell>> rows;
  for (std::size_t n = 0; n < layer_count; ++n) {
    const Layer layer = static_cast<Layer>(n);
    const LayerState& state = layers[layer];
    if (state.holds == Truth::unknown && state.because.empty()) continue;  // nothing was ever asked of it
    const Tint tint = state.holds == Truth::yes ? Tint::good : state.holds == Truth::no ? Tint::bad : Tint::doubtful;
    std::string because = state.because;
    if (page.verbose())
      for (const std::string& source : state.sources) because += fmt::format(" [{}]", source);
    rows.push_back({{spaced(name_of(layer))}, {std::string(name_of(state.holds)), tint}, {because}});
  }
  page.table({{}, {}, {false, true}}, rows, indent);
}

void write_facts(Page& page, const FactTable& facts, int indent, std::string_view leave_out = {}) {
  std::vector<std::vector<Cell>> rows;
  for (const auto& [name, fact] : facts) {
    if (name == leave_out) continue;
    const Tint tint = fact.is_unknown() ? Tint::doubtful : fact.none ? Tint::faint : Tint::plain;
    rows.push_back({{name}, {fact_text(name, fact), tint}});
    if (page.verbose()) {
      rows.back().push_back({join(fact.sources), Tint::faint});
    }
  }
  if (page.verbose())
    page.table({{}, {false, true}, {false, true}}, rows, indent);
  else
    page.table({{}, {false, true}}, rows, indent);
}

void write_platform(Page& page, const Platform& platform) {
  page.blank();
  page.table({{}, {}, {false, true}}, {{{platform_name(platform.id), Tint::title},
                                        {spaced(name_of(platform.state)), tint_of(platform.state)},
                                        {platform.because}}});
  // What cannot be here, or is not, has nothing to add unless somebody wants to know how that was found out.
  const bool is_quiet = platform.state == State::absent || platform.state == State::not_applicable;
  if (is_quiet && !page.verbose()) return;
  write_layers(page, platform.layers, 2);
  write_facts(page, platform.facts, 2);
  for (std::size_t n = 0; n < platform.devices.size(); ++n) {
    const Device& device = platform.devices[n];
    const std::string name = value_or_nothing(fact::device::name, device.facts);
    page.table({{}, {}, {false, true}},
               {{{fmt::format("device {}: {}", n, name.empty() ? "unnamed" : name), Tint::strong},
                 {spaced(name_of(device.state)), tint_of(device.state)},
                 {device.because}}},
               2);
    write_layers(page, device.layers, 4);
    write_facts(page, device.facts, 4, name.empty() ? "" : "name");
  }
}

void write_runs(Page& page, const Evidence& evidence) {
  std::vector<std::vector<Cell>> rows;
  for (const auto& [key, answer] : evidence.answers) {
    if (!key.starts_with("command:") && !key.starts_with("ask:")) continue;
    const bool ran = answer.seconds.has_value();
    if (!ran && !page.verbose()) continue;
    rows.push_back({{key},
                    {spaced(name_of(answer.outcome)), answer.found() ? Tint::good : Tint::doubtful},
                    {ran ? fmt::format("{:.2f} s", *answer.seconds) : "not run"},
                    {answer.why}});
  }
  if (rows.empty()) {
    page.paragraph("No other program was started.", 0, 0, Tint::faint);
    return;
  }
  page.paragraph("Programs and libraries that were asked:", 0, 0, Tint::strong);
  page.table({{}, {}, {true}, {false, true}}, rows, 2);
}

}  // namespace

std::string probe_text(const Report& report, const TextStyle& style, std::string_view only) {
  Page page(style);
  for (const Platform& platform : report.facts.platforms)
    if (only.empty() || platform.id == only) write_platform(page, platform);
  if (only.empty()) {
    page.heading("Host");
    write_facts(page, report.facts.host, 2);
  }
  page.blank();
  write_runs(page, report.evidence);
  return page.take();
}

}  // namespace rigfit
