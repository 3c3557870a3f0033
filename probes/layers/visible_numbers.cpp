#include "probes/layers/visible_numbers.hpp"

#include <optional>
#include <utility>

#include "fact_names/device.hpp"
#include "probes/parse/text.hpp"

namespace rigfit {
namespace {

constexpr std::int64_t largest_number = 1023;  // of a machine: trn2u has 512 cores

/// "2" → 2 to 2, "0-3" → 0 to 3.
std::optional<std::pair<std::int64_t, std::int64_t>> range_of(std::string_view entry, Entries entries) {
  const std::size_t dash = entries == Entries::ranges ? entry.find('-') : entry.npos;
  const auto first = whole_number(entry.substr(0, dash));
  const auto last = dash == entry.npos ? first : whole_number(entry.substr(dash + 1));
  if (!first || !last || *first < 0 || *last < *first || *last > largest_number) return std::nullopt;
  return std::pair{*first, *last};
}

}  // namespace

ListedNumbers listed_numbers(const Evidence& evidence, std::initializer_list<const char*> variables, Entries entries) {
  ListedNumbers listed;
  for (const char* variable : variables) {
    const Answer& answer = evidence.env(variable);
    if (!answer.found() || trimmed(answer.text).empty()) continue;
    listed.variable = variable;
    listed.text = trimmed(answer.text);
    for (const std::string_view entry : split(listed.text, ',')) {
      const auto range = range_of(entry, entries);
      if (!range) break;
      for (std::int64_t number = range->first; number <= range->second; ++number) listed.numbers.insert(number);
    }
    break;
  }
  return listed;
}

std::int64_t leave_visible(const ListedNumbers& listed, const std::vector<OwnNumbers>& own,
                           std::vector<Device>& devices) {
  std::int64_t left = 0;
  for (std::size_t n = 0; n < devices.size() && n < own.size(); ++n) {
    const auto at = listed.numbers.lower_bound(own[n].first);
    const bool is_visible = at != listed.numbers.end() && *at < own[n].first + own[n].count;
    devices[n].facts.set(fact::device::visible, is_visible, {key_of(Kind::env, listed.variable)});
    left += is_visible;
  }
  return left;
}

std::vector<OwnNumbers> one_each(std::size_t devices) {
  std::vector<OwnNumbers> own(devices);
  for (std::size_t n = 0; n < devices; ++n) own[n].first = static_cast<std::int64_t>(n);
  return own;
}

}  // namespace rigfit
