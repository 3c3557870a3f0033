#include <fmt/format.h>

#include <algorithm>

#include "fact_names/device.hpp"
#include "report/text/text_sections.hpp"
#include "report/text/value_text.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

bool is_chosen(const std::vector<std::string>& platforms, std::string_view id) {
  return std::find(platforms.begin(), platforms.end(), id) != platforms.end();
}

bool is_there(const Platform& platform) {
  return platform.state != State::absent && platform.state != State::not_applicable;
}

/// What the proof measured: "1048576 numbers right, copies 2.95 TB/s, 0.41 s".
std::string figures(const DeviceFacts& facts) {
  std::vector<std::string> words;
  const auto add = [&](AnyDeviceFact fact, std::string_view pattern) {
    if (const std::string value = value_or_nothing(fact, facts); !value.empty())
      words.push_back(fmt::format(fmt::runtime(pattern), value));
  };
  add(fact::device::proof_elements, "{} numbers, each right");
  const bool* from_cache = facts.get(fact::device::copy_bandwidth_from_cache);
  add(fact::device::copy_bandwidth_bytes_per_second,
      from_cache && *from_cache ? "copies {} (partly from its cache)" : "copies {} (read plus write)");
  add(fact::device::proof_memory_bytes, "in {}");
  add(fact::device::proof_seconds, "{}");
  return join(words);
}

/// How it ended beside the device, and below that what was measured or went wrong.
void add_rows(std::size_t number, const Device& device, std::vector<std::vector<Cell>>& rows) {
  const std::string proof = value_or_nothing(fact::device::proof, device.facts);
  const Cell name{fmt::format("device {}: {}", number, device_line(device)), Tint::strong};
  std::string more;
  if (proof.empty()) {
    const LayerState& init = device.layers[Layer::runtime_init];
    const bool is_stopped = device.state == State::blocked;
    rows.push_back({{is_stopped ? "blocked" : "not tried", is_stopped ? Tint::bad : Tint::doubtful}, name});
    const std::string untried = value_or_nothing(fact::device::proof_message, device.facts);
    more = is_stopped              ? device.because
           : !untried.empty()      ? untried
           : !init.because.empty() ? init.because
                                   : "nothing was run on it";
  } else {
    const bool passed = proof == "passed";
    more = value_or_nothing(fact::device::proof_message, device.facts);
    rows.push_back({{spaced(proof), passed ? Tint::good : Tint::bad}, name});
    if (passed && more.empty()) more = figures(device.facts);
  }
  if (!more.empty()) rows.push_back({{}, {more}});
}

}  // namespace

std::string prove_text(const Report& report, const TextStyle& style, const std::vector<std::string>& platforms) {
  Page page(style);
  std::vector<std::string> absent;
  for (const Platform& platform : report.facts.platforms) {
    if (!is_chosen(platforms, platform.id)) continue;
    if (!is_there(platform)) {
      absent.push_back(fmt::format("{} ({})", platform_name(platform.id), platform.because));
      continue;
    }
    page.table({{}, {}, {false, true}}, {{{platform_name(platform.id), Tint::title},
                                          {spaced(name_of(platform.state)), tint_of(platform.state)},
                                          {platform.because}}});
    std::vector<std::vector<Cell>> rows;
    for (std::size_t n = 0; n < platform.devices.size(); ++n) add_rows(n, platform.devices[n], rows);
    page.table({{}, {false, true}}, rows, 2);
    for (const Device& device : platform.devices)
      if (const bool* from_cache = device.facts.get(fact::device::copy_bandwidth_from_cache);
          from_cache && *from_cache) {
        page.paragraph(
            "So little memory was copied that the device's cache helped; `--prove-memory 1024` measures the "
            "memory itself.",
            2, 0, Tint::faint);
        break;
      }
  }
  const ProofCount count = count_proofs(report.facts, platforms);
  if (count.passed + count.failed + count.untried == 0)
    page.paragraph(fmt::format("There is nothing to prove here: {}.", listed(absent)));
  for (const Finding& finding : report.diagnosis.findings)
    if (is_chosen(platforms, finding.platform) && finding.severity != "info" && finding.folded_under.empty())
      write_finding(page, report, finding);
  return page.take();
}

}  // namespace rigfit
