#include "report/explain/explain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "fact_names/device.hpp"
#include "facts/platforms.hpp"
#include "report/explain/explanations.hpp"
#include "report/explain/word_meanings.hpp"
#include "report/text/value_text.hpp"

namespace rigfit {
namespace {

template <class Items>
auto named(const Items& items, std::string_view id) {
  const auto it = std::find_if(items.begin(), items.end(), [&](const auto& one) { return one.id == id; });
  return it == items.end() ? nullptr : &*it;
}

const Build* build_named(const RuleBook& rules, std::string_view id) {
  for (const FrameworkRule& framework : rules.frameworks)
    for (const Build& build : framework.builds)
      if (build.id == id) return &build;
  return nullptr;
}

std::optional<std::size_t> index_in(std::string_view text) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(index) : std::nullopt;
}

bool is_layer(std::string_view name) {
  for (std::size_t n = 0; n < layer_count; ++n)
    if (name == name_of(static_cast<Layer>(n))) return true;
  return false;
}

/// As the facts are named: names of the JSON report ("platforms.cuda.driver_version", "machine.memory.total_bytes")
/// and that of a platform alone are taken as well.
std::string fact_name(std::string_view item, const Facts& facts) {
  for (const std::string_view prefix : {"platforms.", "machine."})
    if (item.starts_with(prefix)) item.remove_prefix(prefix.size());
  return facts.platform(item) ? fmt::format("{}.state", item) : std::string(item);
}

/// The fact that a name means: as look_up() knows it, or "cuda.devices.0.name" of one device.
std::optional<Fact> fact_named(std::string_view name, const Facts& facts) {
  if (facts.host.has_by_name(name)) return facts.host.at_by_name(name);
  const std::size_t dot = name.find('.');
  const Platform* platform = facts.platform(name.substr(0, dot));
  if (!platform) return std::nullopt;
  if (dot == name.npos) return std::nullopt;
  const std::string_view rest = name.substr(dot + 1);
  if (rest.starts_with("devices.")) {
    const std::string_view of_device = rest.substr(8);
    const std::size_t second = of_device.find('.');
    const auto index = index_in(of_device.substr(0, second));
    if (!index || *index >= platform->devices.size()) return std::nullopt;
    const std::string wanted =
        fmt::format("device.{}", second == of_device.npos ? "name" : of_device.substr(second + 1));
    const Device& device = platform->devices[*index];
    const bool is_there = wanted == "device.state" || wanted.starts_with("device.layer.") ||
                          device.facts.has_by_name(std::string_view(wanted).substr(7));
    return is_there ? std::optional(look_up(wanted, facts, &device)) : std::nullopt;
  }
  const std::string full = fmt::format("{}.{}", platform->id, rest);
  const bool is_there = rest == "state" || rest == "device_count" || platform->facts.has_by_name(rest) ||
                        (rest.starts_with("layer.") && is_layer(rest.substr(6)));
  return is_there ? std::optional(look_up(full, facts)) : std::nullopt;
}

/// A factor, or the one that the profile adds.
const Factor* factor_of(const Report& report, std::string_view id) {
  const Factor* factor = report.recommendation ? report.recommendation->factor(id) : nullptr;
  return factor && !report.rules.factor(id) ? factor : report.rules.factor(id);
}

/// A member of a JSON report's lists of frameworks and places as FRAMEWORK.WHAT: "frameworks.pytorch.factors.
/// ease_of_use.score", "ranking.pytorch.score", "ranking.0.score".
std::string pair_named(const Report& report, std::string_view item) {
  const bool is_place = item.starts_with("ranking.");
  for (const std::string_view prefix : {"runtime.", "frameworks.", "ranking."})
    if (item.starts_with(prefix)) item.remove_prefix(prefix.size());
  const std::size_t dot = item.find('.');
  std::string framework(item.substr(0, dot));
  std::string_view what = dot == item.npos ? "" : item.substr(dot + 1);
  if (is_place && report.recommendation) {
    const Ranking& ranking = report.recommendation->ranking;
    if (const auto n = index_in(framework); n && *n < ranking.places.size())
      framework = ranking.table.options[ranking.places[*n].option];
    what = "total";
  }
  if (what.starts_with("factors.")) what.remove_prefix(8);
  for (const std::string_view suffix : {".today", ".after", ".score", ".today_range", ".after_range"})
    if (what.ends_with(suffix)) what.remove_suffix(suffix.size());
  return what.empty() ? std::string() : fmt::format("{}.{}", framework, what);
}

/// FRAMEWORK.FACTOR, or a number of the ranking: FRAMEWORK.total.
bool explain_pair(Page& page, const Report& report, std::string_view item) {
  const std::string pair = pair_named(report, item);
  const std::size_t dot = pair.find('.');
  if (dot == pair.npos) return false;
  const FrameworkRule* framework = report.rules.framework(pair.substr(0, dot));
  const std::string what = pair.substr(dot + 1);
  if (!framework) return false;
  for (const std::string_view number : {"total", "score", "rank", "wins", "first_share"})
    if (what == number && report.recommendation) return explain_total(page, report, *framework), true;
  const Factor* factor = factor_of(report, what);
  if (!factor) return false;
  explain_rating(page, report, *framework, *factor);
  return true;
}

/// A profile, a set of ratings, one statistic by its value, or all of them.
bool explain_purpose(Page& page, const Report& report, std::string_view item) {
  const RuleBook& rules = report.rules;
  if (const Profile* profile = rules.profile(item)) return explain_profile(page, report, *profile), true;
  if (const RatingSet* set = rules.rating_set(item)) return explain_rating_set(page, report, *set), true;
  bool is_reported = false;
  for (const Statistic& statistic : rules.statistics)
    if (item == "statistics" || item == statistic.value) {
      if (is_reported) page.blank();
      explain_statistic(page, report, statistic);
      is_reported = true;
    }
  return is_reported;
}

/// The full name of a fact by its short one, as `rigfit probe` prints it below its platform or device
/// ("driver_branch"), or of the architecture of a device here ("sm_90"). Empty for what is none.
std::string fact_by_short_name(std::string_view item, const Facts& facts) {
  for (const Platform& platform : facts.platforms) {
    if (platform.facts.has_by_name(item)) return fmt::format("{}.{}", platform.id, item);
    for (std::size_t n = 0; n < platform.devices.size(); ++n) {
      const DeviceFacts& device = platform.devices[n].facts;
      if (device.has_by_name(item)) return fmt::format("{}.devices.{}.{}", platform.id, n, item);
      const std::string* architecture = device.get(fact::device::architecture);
      if (architecture && *architecture == item) return fmt::format("{}.devices.{}.architecture", platform.id, n);
    }
  }
  return "";
}

/// What a platform is, and its state here.
void explain_platform(Page& page, const Report& report, std::string_view id, const Fact& state) {
  if (const Word* word = word_named(id)) {
    page.paragraph(platform_name(id), 0, 0, Tint::strong);
    page.paragraph(word->meaning, 2);
    page.blank();
  }
  explain_fact(page, report, fmt::format("{}.state", id), state);
}

bool explain_item(Page& page, const Report& report, std::string_view item) {
  const RuleBook& rules = report.rules;
  if (const Factor* factor = factor_of(report, item)) return explain_factor(page, report, *factor), true;
  if (const FrameworkRule* framework = rules.framework(item)) return explain_framework(page, report, *framework), true;
  if (explain_pair(page, report, item) || explain_purpose(page, report, item)) return true;
  if (const FindingRule* rule = rules.finding(item)) return explain_finding(page, report, *rule), true;
  const std::size_t slash = item.find('/');
  if (const Build* build = build_named(rules, item.substr(0, slash))) {
    const std::string_view requirement = slash == item.npos ? "" : item.substr(slash + 1);
    return explain_build(page, report, *build, requirement), true;
  }
  if (const LevelWord* level = named(rules.levels, item)) return explain_level(page, report, *level), true;
  if (const Citation* citation = rules.citation(item)) return explain_citation(page, report, *citation), true;
  const std::string name = fact_name(item, report.facts);
  if (const auto fact = fact_named(name, report.facts)) {
    if (report.facts.platform(item)) return explain_platform(page, report, item, *fact), true;
    return explain_fact(page, report, name, *fact), true;
  }
  const auto answer = report.evidence.answers.find(item);
  if (answer != report.evidence.answers.end()) return explain_answer(page, answer->first, answer->second), true;
  return explain_word(page, report, item);
}

}  // namespace

std::optional<std::string> explain_text(const Report& report, std::string_view item, const TextStyle& style) {
  Page page(style);
  const std::string form = word_form(item);
  if (report.facts.platform(form)) item = form;
  if (explain_item(page, report, item)) return page.take();
  // "PyTorch", "First class": as they are printed.
  const std::string name = fact_by_short_name(item, report.facts);
  if (explain_item(page, report, form) || (!name.empty() && explain_item(page, report, name))) return page.take();
  if (const std::string_view usual = usual_word_for(item); !usual.empty() && explain_item(page, report, usual))
    return page.take();
  return std::nullopt;
}

std::vector<std::string> explainable_items(const Report& report) {
  const RuleBook& rules = report.rules;
  std::vector<std::string> items;
  for (const Factor& factor : rules.factors) items.push_back(factor.id);
  for (const FrameworkRule& framework : rules.frameworks) {
    items.push_back(framework.id);
    if (report.recommendation) items.push_back(framework.id + ".total");
    for (const Factor& factor : rules.factors) items.push_back(framework.id + "." + factor.id);
    for (const Build& build : framework.builds) items.push_back(build.id);
  }
  for (const FindingRule& rule : rules.findings) items.push_back(rule.id);
  for (const Profile& profile : rules.profiles) items.push_back(profile.id);
  for (const RatingSet& set : rules.rating_sets) items.push_back(set.id);
  items.emplace_back("statistics");
  for (const Statistic& statistic : rules.statistics) items.push_back(statistic.value);
  for (const LevelWord& level : rules.levels) items.push_back(level.id);
  for (const Citation& citation : rules.evidence) items.push_back(citation.id);
  for (const auto& [name, fact] : report.facts.host) items.push_back(name);
  for (const Platform& platform : report.facts.platforms) {
    items.push_back(platform.id + ".state");
    for (const auto& [name, fact] : platform.facts) items.push_back(platform.id + "." + name);
    for (std::size_t n = 0; n < platform.devices.size(); ++n)
      for (const auto& [name, fact] : platform.devices[n].facts)
        items.push_back(fmt::format("{}.devices.{}.{}", platform.id, n, name));
  }
  return items;
}

}  // namespace rigfit
