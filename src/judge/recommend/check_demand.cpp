#include <fmt/format.h>

#include <algorithm>

#include "fact_names/device.hpp"
#include "fact_names/host.hpp"
#include "fact_names/memory.hpp"
#include "fact_names/os.hpp"
#include "judge/recommend/demand_names.hpp"
#include "judge/recommend/demands.hpp"
#include "judge/recommend/recommend.hpp"
#include "judge/requirements/term_text.hpp"
#include "rules/short_forms.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

using Op = Condition::Op;

std::string gib(std::int64_t bytes) { return fmt::format("{:.1f} GiB", static_cast<double>(bytes) / 1073741824.0); }

const Resolution* resolution_on(const Support& support, std::string_view platform) {
  for (const Resolution& resolution : support.resolutions)
    if (resolution.platform == platform) return &resolution;
  return nullptr;
}

DemandAnswer check_platform(const std::vector<std::string>& ids, const Candidate& candidate, const Facts& facts) {
  std::vector<std::string> reasons;
  Truth met = Truth::no;
  for (const std::string& id : ids) {
    const Resolution* resolution = resolution_on(candidate.support, id);
    if (resolution && resolution->after && (id == "cpu" || candidate.support.best_platform_after == id)) return {};
    const Platform* platform = facts.platform(id);
    const State state = platform ? platform->state : State::unknown;
    if (state == State::unknown) met = Truth::unknown;
    if (state == State::absent || state == State::not_applicable)
      reasons.push_back(fmt::format("this machine has no {}", id));
    else if (state == State::unknown)
      reasons.push_back(fmt::format("whether this machine has {} is not known", id));
    else if (resolution && resolution->nearest_miss)
      reasons.push_back(fmt::format("{} has no build for the {} here: {}", candidate.rule->name, id,
                                    resolution->nearest_miss->reason));
    else
      reasons.push_back(fmt::format("{} does not use the {} here", candidate.rule->name, id));
  }
  return {met, join(reasons, "; ") + "."};
}

/// The comparison of a name with a value that is known.
Truth compare(const Condition& leaf, Value value) {
  Facts world;
  world.host.set_by_name(leaf.fact, Fact::of(std::move(value)));
  return holds(leaf, world);
}

Truth compare_memory(Condition leaf, std::int64_t has) {
  auto* bytes = std::get_if<std::int64_t>(&leaf.wanted.front());
  if (bytes && (leaf.op == Op::at_least || leaf.op == Op::below)) *bytes = enough_memory(*bytes);
  return compare(leaf, has);
}

/// The same where the value is `least`, or an unknown one above it.
Truth compare_from(const Condition& leaf, std::int64_t least) {
  const Truth at_least = compare_memory(leaf, least);
  const bool grows = leaf.op == Op::at_least || leaf.op == Op::above;
  const bool falls = leaf.op == Op::below || leaf.op == Op::at_most;
  return (grows && at_least == Truth::yes) || (falls && at_least == Truth::no) ? at_least : Truth::unknown;
}

DemandAnswer check_memory(const Condition& leaf, const Candidate& candidate, const Facts& facts) {
  const std::string& id = candidate.support.best_platform_after;
  const Platform* platform = facts.platform(id);
  const Resolution* resolution = resolution_on(candidate.support, id);
  if (id.empty() || id == "cpu" || !platform || !resolution) {
    const auto* bytes = facts.host.get(fact::memory::usable_bytes);
    if (!bytes) return {Truth::unknown, "how much memory this machine has is not known."};
    return {compare_memory(leaf, *bytes),
            fmt::format("{} would run on the CPU here, with {} of memory.", candidate.rule->name, gib(*bytes))};
  }
  std::int64_t most = 0;
  bool any_unknown = false;
  for (const std::size_t n : resolution->devices_after) {
    const DeviceFacts& device = platform->devices[n].facts;
    const auto* bytes = device.get(fact::device::memory_usable_bytes);
    if (!bytes) bytes = device.get(fact::device::memory_total_bytes);
    if (bytes)
      most = std::max(most, *bytes);
    else
      any_unknown = true;
  }
  const Truth met = any_unknown ? compare_from(leaf, most) : compare_memory(leaf, most);
  if (met == Truth::unknown) return {met, "how much memory its accelerator has is not known."};
  return {met, fmt::format("the largest accelerator that {} can use here has {}.", candidate.rule->name, gib(most))};
}

/// Whether some published build holds all that it needs of this kind, in a world where only `world` is known.
bool has_build(const Candidate& candidate, std::string_view kind, const Facts& world) {
  return std::any_of(candidate.rule->builds.begin(), candidate.rule->builds.end(), [&](const Build& build) {
    return std::all_of(build.needs.begin(), build.needs.end(), [&](const Requirement& need) {
      return need.name != kind || holds(need.when, world) == Truth::yes;
    });
  });
}

DemandAnswer check_published(const std::vector<std::string>& names, const Candidate& candidate, std::string_view kind,
                             HostFact<std::string> fact) {
  for (const std::string& name : names) {
    Facts world;
    world.host.set(fact,
                   name == "macos"   ? "darwin"
                   : name == "arm64" ? "aarch64"
                   : name == "amd64" ? "x86_64"
                                     : name,
                   {});
    if (has_build(candidate, kind, world)) return {};
  }
  return {Truth::no, fmt::format("{} publishes no build for {}.", candidate.rule->name, join(names, " or "))};
}

/// The build that its score stands on after the remedies; null for none.
const Resolution* best_resolution(const Candidate& candidate) {
  const Resolution* best = resolution_on(candidate.support, candidate.support.best_platform_after);
  return best && best->after ? best : nullptr;
}

DemandAnswer check_python(const std::vector<std::string>& versions, const Candidate& candidate) {
  if (best_resolution(candidate)) return {};
  return {Truth::no, fmt::format("{} has no build for Python {} here.", candidate.rule->name, versions.front())};
}

DemandAnswer check_offline(const Condition& leaf, const Candidate& candidate) {
  const Resolution* best = best_resolution(candidate);
  if (!best || !best->install_after) return {Truth::no, fmt::format("{} has no build here.", candidate.rule->name)};
  const bool has_commands = !offline_commands(best->install_after->pip).empty();
  return {compare(leaf, has_commands),
          has_commands ? fmt::format("{} can be carried to a machine without a network.", candidate.rule->name)
                       : fmt::format("{} is not installed with pip, so rigfit does not know how to carry it over.",
                                     candidate.rule->name)};
}

/// "pytorch >= 2.8": only PyTorch, and in that version.
DemandAnswer check_version(const Condition& leaf, const Candidate& candidate) {
  const FrameworkRule& framework = *candidate.rule;
  std::string_view id = leaf.fact;
  if (id.starts_with(framework_prefix)) id.remove_prefix(framework_prefix.size());
  if (framework.id != id) return {Truth::no, fmt::format("{} is not {}.", framework.name, id)};
  const Resolution* best = best_resolution(candidate);
  if (!best) return {Truth::no, fmt::format("{} has no build here.", framework.name)};
  const auto version = Version::parse(best->after->version);
  if (!version) return {Truth::unknown, fmt::format("which version of {} runs here is not known.", framework.name)};
  return {compare(leaf, *version),
          fmt::format("the newest {} that runs here is {}.", framework.name, best->after->version)};
}

DemandAnswer check_score(const Condition& leaf, const Candidate& candidate) {
  const auto rating = candidate.ratings.find(leaf.fact);
  const bool is_rated = rating != candidate.ratings.end();
  const Score score = is_rated ? Score{rating->second.score, rating->second.score} : candidate.support.after;
  Truth met = compare(leaf, std::int64_t{score.low});
  for (int one = score.low; one <= score.high && met != Truth::unknown; ++one)
    if (compare(leaf, std::int64_t{one}) != met) met = Truth::unknown;
  if (met == Truth::unknown)
    return {met, fmt::format("{} of {} is {} to {}, which is not established.", leaf.fact, candidate.rule->name,
                             score.low, score.high)};
  return {met, fmt::format("{} of {} is {}.", leaf.fact, candidate.rule->name, score.low)};
}

/// A condition on facts of the machine, the same for every candidate.
DemandAnswer check_machine(const Condition& condition, const Facts& facts) {
  const Verdict verdict = evaluate(condition, facts);
  std::string because;
  for (const Term& term : telling_terms(verdict.terms)) append_to_list(because, term_text(term), "; ");
  return {verdict.truth, because.empty() ? fmt::format("this is {} here.", name_of(verdict.truth)) : because + "."};
}

class Check {
 public:
  Check(const Candidate& candidate, const Facts& facts) : candidate_(candidate), facts_(facts) {}

  DemandAnswer of(const Condition& condition) const {
    switch (condition.op) {
      case Op::all:
      case Op::any:
        return joined(condition);
      case Op::negate:
        return negated(condition.parts.front());
      case Op::some:
      case Op::every:
      case Op::count:
        return check_machine(condition, facts_);
      default:
        return leaf(condition);
    }
  }

 private:
  /// With the reasons of the parts that decided.
  DemandAnswer joined(const Condition& condition) const {
    const bool is_all = condition.op == Op::all;
    std::vector<DemandAnswer> parts;
    DemandAnswer answer{truth_of(is_all), ""};
    for (const Condition& part : condition.parts) {
      parts.push_back(of(part));
      answer.met = is_all ? answer.met & parts.back().met : answer.met | parts.back().met;
    }
    for (const DemandAnswer& part : parts)
      if (part.met == answer.met && answer.because.find(part.because) == std::string::npos)
        append_to_list(answer.because, part.because, " ");
    return answer;
  }

  DemandAnswer negated(const Condition& part) const {
    DemandAnswer answer = of(part);
    if (answer.met == Truth::yes && answer.because.empty())
      answer.because = fmt::format("{} meets {}.", candidate_.rule->name, print_condition(part));
    answer.met = !answer.met;
    return answer;
  }

  DemandAnswer leaf(const Condition& leaf) const {
    std::vector<std::string> words;
    for (const Value& value : leaf.wanted) words.push_back(to_text(value));
    if (leaf.fact == demand_name::platform) return check_platform(words, candidate_, facts_);
    if (leaf.fact == demand_name::memory) return check_memory(leaf, candidate_, facts_);
    if (leaf.fact == demand_name::python) return check_python(words, candidate_);
    if (leaf.fact == demand_name::offline) return check_offline(leaf, candidate_);
    if (leaf.fact == demand_name::os) return check_published(words, candidate_, "os", fact::os::family);
    if (leaf.fact == demand_name::arch) return check_published(words, candidate_, "arch", fact::host::arch);
    if (leaf.fact == demand_name::framework) {
      if (std::find(words.begin(), words.end(), candidate_.rule->id) != words.end()) return {};
      return {Truth::no, fmt::format("{} is not {}.", candidate_.rule->name, join(words, " or "))};
    }
    // Of a platform alone, short forms hold against a fact that is yes or no.
    if (leaf.fact.find('.') != std::string::npos || std::holds_alternative<bool>(leaf.wanted.front()))
      return check_machine(leaf, facts_);
    // Beside those there are the ids of frameworks, with a version, and of factors, with a score.
    const bool is_version = std::holds_alternative<Version>(leaf.wanted.front());
    return is_version ? check_version(leaf, candidate_) : check_score(leaf, candidate_);
  }

  const Candidate& candidate_;
  const Facts& facts_;
};

}  // namespace

DemandAnswer check_demand(const Demand& demand, const Candidate& candidate, const Facts& facts) {
  DemandAnswer answer = Check(candidate, facts).of(demand.condition);
  if (answer.met == Truth::yes) answer.because.clear();
  return answer;
}

}  // namespace rigfit
