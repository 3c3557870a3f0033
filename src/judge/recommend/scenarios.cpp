#include "judge/recommend/scenarios.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>
#include <set>

#include "fact_names/device.hpp"
#include "facts/platforms.hpp"
#include "judge/recommend/candidates.hpp"
#include "judge/support/alike.hpp"
#include "judge/support/builds.hpp"
#include "judge/support/resolver.hpp"

namespace rigfit {
namespace {

using Op = Condition::Op;
using Names = std::vector<std::string>;

std::string device_name(std::string_view platform) {
  const PlatformInfo* info = platform_info(platform);
  return info && !info->device.empty() ? std::string(info->device) : fmt::format("{} accelerator", platform);
}

/// A world that may be the case: the facts, and for whose unconfirmed level the upper end is taken.
struct World {
  Facts facts;
  std::set<std::string> high;
  WorldChanges changes;  ///< of `facts`
};
using Change = std::function<void(World&)>;

/// An unknown, and the change that makes the value true that is not expected: the facts as they stand are judged as if
/// the expected one were.
struct Variable {
  Unknown unknown;
  Change otherwise;
  int swing = 0;  ///< how far it moves hardware scores, for the order of importance
};

struct Result {
  Names first;
  std::vector<int> hardware;
};

class Trial {
 public:
  /// `as_it_is`: the candidates by the facts as they stand.
  Trial(const RuleBook& rules, const Diagnosis& diagnosis, const Question& question,
        const std::vector<Candidate>& as_it_is, ResolutionStore& store)
      : rules_(rules), diagnosis_(diagnosis), question_(question), as_it_is_(as_it_is), resolutions_(store) {}

  const Result& run(const World& world) {
    const auto [entry, is_new] = results_.try_emplace({world.changes, world.high});
    if (is_new) entry->second = judged(world);
    return entry->second;
  }

 private:
  Result judged(const World& world) const {
    const bool needs_words = facts_decide(question_);
    const SupposedWorld what_if{world.changes, resolutions_, needs_words ? Wording::all : Wording::none};
    std::vector<Candidate> candidates = assess_candidates(rules_, world.facts, diagnosis_, question_, &what_if);
    bool any_changed = false;
    for (Candidate& candidate : candidates)
      if (world.high.count(candidate.rule->id)) {
        candidate.support.after.low = candidate.support.after.high;
        any_changed = true;
      }
    if (any_changed) judge_candidates(question_, world.facts, candidates);
    Result outcome;
    for (const Candidate& candidate : candidates) outcome.hardware.push_back(candidate.support.after.low);
    const std::vector<Candidate>& rated = needs_words ? candidates : as_it_is_;
    const Ranking ranking = place_options(table_of(question_, candidates, rated, ranked(candidates)));
    for (const Place& place : ranking.places)
      if (place.rank == 1) outcome.first.push_back(ranking.table.options[place.option]);
    std::sort(outcome.first.begin(), outcome.first.end());
    return outcome;
  }

  const RuleBook& rules_;
  const Diagnosis& diagnosis_;  ///< of the facts as they are: what is blocked stays blocked for the reasons found
  const Question& question_;
  const std::vector<Candidate>& as_it_is_;
  ResolutionStore& resolutions_;                                              ///< of the worlds tried before
  std::map<std::pair<WorldChanges, std::set<std::string>>, Result> results_;  ///< by what differs
};

int swing_between(const Result& a, const Result& b) {
  int swing = 0;
  for (std::size_t n = 0; n < a.hardware.size(); ++n) swing += std::abs(a.hardware[n] - b.hardware[n]);
  return swing;
}

/// What most builds for a platform have code for ("9.0", "gfx942"): a device that nobody has seen is taken to be one of
/// those. Empty where the builds name no code.
std::string usual_code(const Question& question, std::string_view platform) {
  std::map<std::string, std::size_t> counts;
  std::string most;
  for (const FrameworkRule* framework : question.frameworks)
    for (const BuildRow& row : framework->builds)
      if (row.platform == platform && row.build->code_for)
        for (const std::string& code : *row.build->code_for)
          if (code.find('+') == code.npos && ++counts[code] > (most.empty() ? 0 : counts[most])) most = code;
  return most;
}

/// As if the platform worked; where no device is known, it has one for which there is `code`.
void make_ready(Platform& platform, const std::string& code) {
  platform.state = State::ready;
  for (const Layer layer : {Layer::bus, Layer::kernel_driver, Layer::device_node, Layer::user_library})
    platform.layers.set(layer, Truth::yes, "supposed");
  platform.layers[Layer::runtime_init] = LayerState::untried("not tried");
  if (platform.devices.empty()) {
    Device device;
    device.facts.set(fact::device::kind, std::string(platform.id == "tpu" ? "tpu" : "gpu"), {});
    if (const auto version = Version::parse(code); version && platform.id == "cuda")
      device.facts.set(fact::device::compute_capability, *version, {});
    else if (!code.empty())
      device.facts.set(fact::device::architecture, code, {});
    platform.devices.push_back(std::move(device));
  }
  for (Device& device : platform.devices) {
    device.state = State::ready;
    device.layers = platform.layers;
  }
}

/// As if its devices were there and could not be used by any means.
void make_useless(Platform& platform) {
  for (Device& device : platform.devices) device.state = State::absent;
}

/// What can be reported of a whole platform: whether it works. Expected is what the recommendation takes for granted:
/// what can be fixed is fixed, what is there and was not looked at works, and what was never seen is not there.
std::vector<Variable> platform_variables(const Facts& facts, const Diagnosis& diagnosis, const Question& question) {
  std::vector<Variable> variables;
  for (const Platform& platform : facts.platforms) {
    const PlatformInfo* info = platform_info(platform.id);
    const bool is_guessed = info && !info->device.empty();
    const bool is_there = !platform.devices.empty(), is_blocked = platform.state == State::blocked;
    if (!is_blocked && platform.state != State::unknown) continue;
    if (platform.id == "cpu" || (!is_there && (!is_guessed || is_blocked))) continue;
    bool works_later = false;
    for (std::size_t n = 0; n < platform.devices.size(); ++n)
      works_later = works_later || usable(platform, n, diagnosis).after != Truth::no;
    const std::string id = platform.id, name = device_name(id);
    Variable variable;
    Unknown& unknown = variable.unknown;
    unknown.subject = id;
    unknown.because = platform.because;
    unknown.find_out = is_blocked ? "`rigfit doctor` shows what is wrong and how to fix it"
                                  : fmt::format("run `rigfit probe --only {} -v` on the machine itself", id);
    unknown.expected.words = unknown.otherwise.words = fmt::format("with a working {}", name);
    (works_later ? unknown.otherwise : unknown.expected).words = is_blocked    ? "as it is today"
                                                                 : works_later ? "if it does not work"
                                                                               : "without one";
    variable.otherwise = [id, works_later, code = usual_code(question, id)](World& world) {
      Platform& other = *world.facts.platform(id);
      works_later ? make_useless(other) : make_ready(other, code);
      world.changes[id + "/"] = works_later ? "useless" : "ready, " + code;
    };
    variables.push_back(std::move(variable));
  }
  return variables;
}

/// One comparison with an unknown fact.
struct Leaf {
  Op op;
  std::vector<Value> wanted;
};
using Leaves = std::map<std::string, std::vector<Leaf>>;  ///< by "os.glibc_version", "cuda/device.architecture" …

void gather(const Condition& condition, const Facts& facts, const Platform* platform, const Device* device,
            Leaves& leaves) {
  // What is settled is so whatever the unknown facts in it are.
  if (holds(condition, facts, device) != Truth::unknown) return;
  if (!condition.parts.empty()) {
    if (condition.op == Op::some || condition.op == Op::every || condition.op == Op::count) return;
    for (const Condition& part : condition.parts) gather(part, facts, platform, device, leaves);
    return;
  }
  const std::string& fact = condition.fact;
  if (fact.ends_with(".state") || fact.find(".layer.") != fact.npos || fact.ends_with(".device_count")) return;
  if (!look_up(fact, facts, device).is_unknown()) return;
  const bool is_device = fact.starts_with("device.");
  if (is_device && !platform) return;
  leaves[is_device ? platform->id + "/" + fact : fact].push_back({condition.op, condition.wanted});
}

/// What a build has code for, where it is not known what the device is.
void gather_codes(const Build& build, const Facts& facts, const Platform& platform, const Device& device,
                  Leaves& leaves) {
  const bool is_cuda = platform.id == "cuda";
  const std::string fact = is_cuda ? "device.compute_capability" : "device.architecture";
  if (!build.code_for || has_code(build, device, facts) != Truth::unknown) return;
  if (!look_up(fact, facts, &device).is_unknown()) return;
  std::vector<Value> codes;
  for (const std::string& code : *build.code_for)
    if (!is_cuda)
      codes.emplace_back(code);
    else if (const auto version = Version::parse(code.substr(0, code.find('+'))))
      codes.emplace_back(*version);
  leaves[platform.id + "/" + fact].push_back({Op::is_one_of, std::move(codes)});
}

/// Whether what is known rules the build out for good, so that no unknown fact can bring it back.
bool is_ruled_out(const Build& build, const Facts& facts) {
  return std::any_of(build.needs.begin(), build.needs.end(),
                     [&](const Requirement& need) { return !need.fixable && holds(need.when, facts) == Truth::no; });
}

/// Of the devices of a platform one of each kind that the builds tell apart.
std::vector<const Device*> kinds_of(const Platform& platform, const Question& question) {
  std::vector<const Device*> kinds;
  const std::vector<std::size_t> first = alike_devices(platform, question.frameworks);
  for (std::size_t n = 0; n < first.size(); ++n)
    if (first[n] == n) kinds.push_back(&platform.devices[n]);
  return kinds;
}

/// Whether a fact that a framework's builds for the platform look at is unknown.
bool looks_at_unknown(const FrameworkRule& framework, const Facts& facts, const Platform& platform,
                      const std::vector<const Device*>& kinds) {
  const auto is_unknown_of_one = [&](std::string_view fact) {
    return std::any_of(kinds.begin(), kinds.end(),
                       [&](const Device* device) { return look_up(fact, facts, device).is_unknown(); });
  };
  const std::vector<std::string>& compared = compared_facts(framework, platform.id);
  return is_unknown_of_one(platform.id == "cuda" ? "device.compute_capability" : "device.architecture") ||
         std::any_of(compared.begin(), compared.end(), [&](const std::string& fact) {
           return fact.starts_with("device.") ? is_unknown_of_one(fact) : look_up(fact, facts).is_unknown();
         });
}

void gather_of_build(const Build& build, const Facts& facts, const Platform& platform,
                     const std::vector<const Device*>& kinds, Leaves& leaves) {
  if (is_ruled_out(build, facts)) return;
  for (const Requirement& need : build.needs) gather(need.when, facts, nullptr, nullptr, leaves);
  for (const Device* device : kinds) {
    if (build.device) gather(*build.device, facts, &platform, device, leaves);
    gather_codes(build, facts, platform, *device, leaves);
  }
}

Leaves unknown_leaves(const Facts& facts, const Question& question) {
  Leaves leaves;
  std::map<const Platform*, std::vector<const Device*>> kinds;
  for (const FrameworkRule* framework : question.frameworks) {
    for (const SupportLevel& level : framework->support) gather(level.when, facts, nullptr, nullptr, leaves);
    std::map<const Platform*, bool> matters;
    for (const BuildRow& row : framework->builds) {
      const Platform* platform = facts.platform(row.platform);
      if (!platform || (row.platform != "cpu" && platform->devices.empty())) continue;
      const auto [own, is_first] = kinds.try_emplace(platform);
      if (is_first) own->second = kinds_of(*platform, question);
      const auto [one, is_new] = matters.try_emplace(platform);
      if (is_new) one->second = looks_at_unknown(*framework, facts, *platform, own->second);
      if (one->second) gather_of_build(row, facts, *platform, own->second, leaves);
    }
  }
  return leaves;
}

/// What a fact may be, as far as these comparisons can tell it apart, with words for it. Of versions that are only
/// held against limits, the highest limit, something older than all of them, and something newer than one that must be
/// exceeded, are enough.
std::vector<std::pair<Value, std::string>> values_of(const std::vector<Leaf>& leaves) {
  std::vector<std::pair<Value, std::string>> values;
  const auto is_limit = [](Op op) {
    return op == Op::at_least || op == Op::below || op == Op::at_most || op == Op::above;
  };
  const auto excludes_limit = [](Op op) { return op == Op::at_most || op == Op::above; };
  const Version* highest = nullptr;
  for (const Leaf& leaf : leaves)
    if (is_limit(leaf.op))
      for (const Value& wanted : leaf.wanted)
        if (const auto* version = std::get_if<Version>(&wanted); version && (!highest || *highest < *version))
          highest = version;
  const auto add = [&](const Value& value, std::string words) {
    if (std::none_of(values.begin(), values.end(), [&](const auto& one) { return one.second == words; }))
      values.emplace_back(value, std::move(words));
  };
  for (const Leaf& leaf : leaves) {
    if (leaf.op == Op::none) continue;  // holds for no value
    for (const Value& wanted : leaf.wanted) {
      if (const bool* flag = std::get_if<bool>(&wanted)) {
        add(*flag, *flag ? "yes" : "no");
        add(!*flag, *flag ? "no" : "yes");
      } else if (const auto* version = std::get_if<Version>(&wanted)) {
        if (!is_limit(leaf.op) || version == highest) add(wanted, to_text(wanted));
        if (excludes_limit(leaf.op))
          add(*Version::parse(version->text() + ".1"), fmt::format("newer than {}", version->text()));
        add(*Version::parse("0"), "older than any that is asked for");
      } else if (std::holds_alternative<std::string>(wanted)) {
        add(wanted, to_text(wanted));
        add(std::string("(another)"), "another");
      } else if (const auto* number = std::get_if<std::int64_t>(&wanted)) {
        add(wanted, to_text(wanted));
        add(*number - 1, fmt::format("under {}", *number));
        if (excludes_limit(leaf.op)) add(*number + 1, fmt::format("over {}", *number));
      }
    }
  }
  return values;
}

/// Gives the fact of a leaf's name this value, wherever it is unknown. Lists are facts that contain what is wanted.
void set_fact(World& world, const std::string& name, const Value& value, bool is_list) {
  Facts& facts = world.facts;
  world.changes[name] = to_text(value);
  Value given = value;
  if (is_list && std::holds_alternative<std::string>(value))
    given = std::vector<std::string>{std::get<std::string>(value)};
  const std::size_t slash = name.find('/');
  if (slash != name.npos) {
    const std::string fact = name.substr(slash + 1 + std::string_view("device.").size());
    for (Device& device : facts.platform(name.substr(0, slash))->devices)
      if (device.facts.at_by_name(fact).is_unknown()) device.facts.set_by_name(fact, Fact::of(given));
    return;
  }
  const std::size_t dot = name.find('.');
  if (Platform* platform = facts.platform(name.substr(0, dot)); platform && platform->id != "cpu")
    platform->facts.set_by_name(name.substr(dot + 1), Fact::of(given));
  else
    facts.host.set_by_name(name, Fact::of(given));
}

std::string why_unknown(const Facts& facts, const std::string& name) {
  const std::size_t slash = name.find('/');
  if (slash == name.npos) return look_up(name, facts).because;
  for (const Device& device : facts.platform(name.substr(0, slash))->devices) {
    const Fact fact = look_up(name.substr(slash + 1), facts, &device);
    if (fact.is_unknown()) return fact.because;
  }
  return "";
}

std::vector<Variable> fact_variables(const RuleBook& rules, const World& base, const Leaves& unknown, Trial& trial) {
  std::vector<Variable> variables;
  if (unknown.empty()) return variables;
  const Result as_it_is = trial.run(base);
  for (const auto& fact : unknown) {
    const auto& name = fact.first;  // no structured binding, which Clang lets no lambda capture in C++20
    const auto& leaves = fact.second;
    const std::size_t slash = name.find('/');
    const auto type = rules.vocabulary->find(slash == name.npos ? name : name.substr(slash + 1));
    const bool is_list = type != rules.vocabulary->end() && type->second == "list";
    struct Tried {
      std::pair<Value, std::string> value;
      Result outcome;
    };
    std::vector<Tried> tried;
    for (const auto& value : values_of(leaves)) {
      World world = base;
      set_fact(world, name, value.first, is_list);
      tried.push_back({value, trial.run(world)});
    }
    if (tried.empty()) continue;
    const auto sum = [](const Tried& one) {
      return std::accumulate(one.outcome.hardware.begin(), one.outcome.hardware.end(), 0);
    };
    const auto [worst, best] = std::minmax_element(tried.begin(), tried.end(),
                                                   [&](const Tried& a, const Tried& b) { return sum(a) < sum(b); });
    Variable variable;
    variable.swing = swing_between(worst->outcome, best->outcome);
    if (variable.swing == 0) continue;
    // What nobody looked at is taken to be as most machines are, so the better value is the expected one unless the
    // scores as they stand are those of the worse.
    const bool worse_stands = swing_between(as_it_is, worst->outcome) < swing_between(as_it_is, best->outcome);
    const Tried &expected = worse_stands ? *worst : *best, &otherwise = worse_stands ? *best : *worst;
    variable.unknown.subject =
        slash == name.npos ? name : fmt::format("{}.{}", name.substr(0, slash), name.substr(slash + 1));
    variable.unknown.because = why_unknown(base.facts, name);
    variable.unknown.find_out = "run rigfit on the machine itself, as the user who will work there";
    variable.unknown.expected.words = fmt::format("if {} is {}", variable.unknown.subject, expected.value.second);
    variable.unknown.otherwise.words = fmt::format("if it is {}", otherwise.value.second);
    const auto sets = [name, is_list](const Value& value) {
      return [=](World& world) { set_fact(world, name, value, is_list); };
    };
    variable.otherwise = sets(otherwise.value.first);
    variables.push_back(std::move(variable));
  }
  std::stable_sort(variables.begin(), variables.end(),
                   [](const Variable& a, const Variable& b) { return a.swing > b.swing; });
  return variables;
}

std::vector<Variable> level_variables(const std::vector<Candidate>& candidates) {
  std::vector<Variable> variables;
  for (const Candidate& candidate : candidates) {
    if (candidate.support.after.settled() || candidate.removed()) continue;
    const std::string id = candidate.rule->id;
    Variable variable;
    variable.unknown.subject = fmt::format("{} on {}", id, candidate.support.best_platform_after);
    variable.unknown.because = "nobody has confirmed how well it is supported";
    variable.unknown.find_out = "try it, and weigh what you see";
    variable.unknown.expected.words =
        fmt::format("if {} is supported at {} of 100", candidate.rule->name, candidate.support.after.low);
    variable.unknown.otherwise.words = fmt::format("if at {}", candidate.support.after.high);
    variable.otherwise = [id](World& world) { world.high.insert(id); };
    variables.push_back(std::move(variable));
  }
  return variables;
}

/// The world in which the variables at `others` have their other value, and all the rest the expected one.
World world_with(const World& base, const std::vector<Variable>& variables, const std::set<std::size_t>& others) {
  World world = base;
  for (const std::size_t n : others) variables[n].otherwise(world);
  return world;
}

/// Which variables move anything, those that decide first; what is first in each of their two cases is filled in.
std::vector<std::size_t> moving(const World& base, std::vector<Variable>& variables, Trial& trial,
                                const Result& expected) {
  std::vector<std::size_t> indices;
  for (std::size_t n = 0; n < variables.size(); ++n) {
    const Result outcome = trial.run(world_with(base, variables, {n}));
    if (swing_between(outcome, expected) == 0 && outcome.first == expected.first) continue;
    variables[n].unknown.expected.first = expected.first;
    variables[n].unknown.otherwise.first = outcome.first;
    indices.push_back(n);
  }
  std::stable_partition(indices.begin(), indices.end(), [&](std::size_t n) { return variables[n].unknown.decides(); });
  return indices;
}

}  // namespace

Scenarios try_scenarios(const RuleBook& rules, const Facts& facts, const Diagnosis& diagnosis, const Question& question,
                        const std::vector<Candidate>& candidates, ResolutionStore& store) {
  std::vector<Variable> variables = platform_variables(facts, diagnosis, question);
  const Leaves leaves = unknown_leaves(facts, question);
  std::vector<Variable> levels = level_variables(candidates);
  Scenarios scenarios;
  if (variables.empty() && leaves.empty() && levels.empty()) return scenarios;

  const World base{facts, {}, {}};
  Trial trial(rules, diagnosis, question, candidates, store);
  for (auto&& more : {fact_variables(rules, base, leaves, trial), std::move(levels)})
    variables.insert(variables.end(), more.begin(), more.end());
  const Result expected = trial.run(base);
  std::vector<std::size_t> tried = moving(base, variables, trial, expected);
  scenarios.left_out = tried.size() > most_unknowns ? tried.size() - most_unknowns : 0;
  tried.resize(tried.size() - scenarios.left_out);
  for (const std::size_t n : tried) scenarios.unknowns.push_back(variables[n].unknown);

  scenarios.runs = std::size_t{1} << tried.size();
  std::map<Names, std::size_t> counts;
  for (std::size_t run = 0; run < scenarios.runs; ++run) {
    std::set<std::size_t> others;
    for (std::size_t bit = 0; bit < tried.size(); ++bit)
      if (run >> bit & 1) others.insert(tried[bit]);
    ++counts[trial.run(world_with(base, variables, others)).first];
  }
  for (const auto& [first, count] : counts) scenarios.outcomes.push_back({first, count});
  std::stable_sort(scenarios.outcomes.begin(), scenarios.outcomes.end(),
                   [](const auto& a, const auto& b) { return a.count > b.count; });
  scenarios.confidence = counts.size() == 1                            ? "settled"
                         : counts[expected.first] * 2 > scenarios.runs ? "likely"
                                                                       : "open";
  return scenarios;
}

}  // namespace rigfit
