#include "rules/short_forms.hpp"

#include <algorithm>

#include "fact_names/device.hpp"
#include "facts/platforms.hpp"
#include "rules/kept_away.hpp"

namespace rigfit {
namespace {

using Op = Condition::Op;
using Type = NameKind::Type;

/// A second name for a fact: of each platform that declares it, or of the host.
struct Alias {
  std::string_view name, fact;
};
constexpr Alias of_platforms[] = {{".driver", ".driver_version"}};
constexpr Alias of_devices[] = {{"arch", "architecture"}};
constexpr Alias of_host[] = {{"host.memory", "memory.usable"}};

/// Platforms, and all accelerators.
std::vector<std::string> subjects() {
  std::vector<std::string> all;
  for (const PlatformInfo& platform : platforms()) all.emplace_back(platform.id);
  all.emplace_back(short_form::accelerator);
  return all;
}

bool is_subject(std::string_view name) { return name == short_form::accelerator || platform_info(name); }

ConditionNames of_rules(const ConditionNames& names) { return {names.facts, names.conditions}; }

/// The same where a name of a platform's facts is written behind its id.
std::optional<NameKind> kind_of_form(std::string_view rest) {
  if (rest.empty() || rest == short_form::proven) return NameKind{Type::boolean, {}};
  if (rest == short_form::devices) return NameKind{Type::integer, {}};
  if (rest == short_form::memory_sum) return NameKind{Type::size, {}};
  return std::nullopt;
}

Condition is_yes(std::string_view fact) {
  Condition condition;
  condition.op = Op::is;
  condition.fact = fact;
  condition.wanted = {true};
  return condition;
}

Condition of_parts(Op op, std::vector<Condition> parts) {
  Condition condition;
  condition.op = op;
  condition.parts = std::move(parts);
  return condition;
}

// --- facts
// ------------------------------------------------------------------------------------------------------------

bool is_usable(State state) { return state == State::ready || state == State::proven; }

/// Why a state is what it is: its reason and what was read, by the lowest layer that fails or else those that hold.
Fact explained(Fact fact, State state, const std::string& because, const Layers& layers) {
  fact.because = because;
  const Truth deciding = state == State::unknown ? Truth::unknown : truth_of(is_usable(state));
  for (std::size_t n = 0; n < layer_count; ++n) {
    const LayerState& layer = layers[static_cast<Layer>(n)];
    if (layer.holds != deciding) continue;
    for (const std::string& source : layer.sources)
      if (std::find(fact.sources.begin(), fact.sources.end(), source) == fact.sources.end())
        fact.sources.push_back(source);
    if (deciding == Truth::yes) continue;
    if (!layer.because.empty() && (fact.because.empty() || state == State::blocked)) fact.because = layer.because;
    break;
  }
  if (fact.because.empty() && !is_usable(state)) {
    fact.because = name_of(state);
    std::replace(fact.because.begin(), fact.because.end(), '_', ' ');
  }
  return fact;
}

Fact usable_fact(State state, const std::string& because, const Layers& layers) {
  Fact fact = state == State::unknown ? Fact::unknown("") : Fact::of(is_usable(state));
  return explained(std::move(fact), state, because, layers);
}

Fact proven_fact(const Platform& platform) {
  if (platform.state == State::proven) {
    Fact fact = Fact::of(true, platform.layers[Layer::kernel_run].sources);
    fact.because = platform.because;
    return fact;
  }
  if (platform.state != State::ready) return usable_fact(platform.state, platform.because, platform.layers);
  const LayerState& run = platform.layers[Layer::kernel_run];
  if (run.holds == Truth::no) {
    Fact fact = Fact::of(false, run.sources);
    fact.because = run.because;
    return fact;
  }
  Fact fact = Fact::unknown("no kernel was run: --prove does that", run.sources);
  fact.was_asked = false;
  return fact;
}

void add_device_forms(Device& device, const Platform& platform, bool leaves_none) {
  Fact usable = usable_fact(device.state, device.because, device.layers);
  if (!leaves_none && is_kept_away(device)) {
    usable = Fact::of(false);
    usable.because = "the environment or the scheduler keeps it from this process";
  }
  if (!is_usable(platform.state) && platform.state != State::unknown)
    usable = usable_fact(platform.state, platform.because, platform.layers);
  device.facts.set_by_name(short_form::own_usable, std::move(usable));
  const Fact& own = device.facts.at(fact::device::memory_usable_bytes);
  device.facts.set_by_name(short_form::own_memory,
                           own.known() ? own : device.facts.at(fact::device::memory_total_bytes));
}

/// Of "accelerator": that there may be others, of platforms of which nothing is known.
constexpr const char* has_others = "may_have_others";

/// The devices of a platform that can be used.
struct Usable {
  std::int64_t sure = 0, maybe = 0;  ///< how many
  bool may_have_others = false;      ///< there may be devices that are not listed
  std::int64_t memory = 0;           ///< of the sure ones
  bool is_memory_whole = true;
  std::vector<std::string> sources;  ///< of the memory
};

Usable usable_devices(const Platform& platform) {
  Usable usable;
  usable.may_have_others =
      platform.facts.has_by_name(has_others) ||
      (platform.devices.empty() && (is_usable(platform.state) || platform.state == State::unknown));
  for (const Device& device : platform.devices) {
    const Fact& can = device.facts.at_by_name(short_form::own_usable);
    if (!can.known()) ++usable.maybe;
    if (!can.known() || !std::get<bool>(*can.value)) continue;
    ++usable.sure;
    const Fact& memory = device.facts.at_by_name(short_form::own_memory);
    const auto* bytes = device.facts.get_by_name<std::int64_t>(short_form::own_memory);
    if (!bytes || *bytes < 0 || usable.memory > INT64_MAX / 2 - *bytes) {
      usable.is_memory_whole = false;
      continue;
    }
    usable.memory += *bytes;
    for (const std::string& source : memory.sources)
      if (std::find(usable.sources.begin(), usable.sources.end(), source) == usable.sources.end())
        usable.sources.push_back(source);
  }
  return usable;
}

/// Why none can be used: of the platform, or of its first device.
std::string why_none(const Platform& platform) {
  if (is_usable(platform.state) && !platform.devices.empty())
    return platform.devices.front().facts.at_by_name(short_form::own_usable).because;
  return usable_fact(platform.state, platform.because, platform.layers).because;
}

/// A number, or all that it may be.
Fact device_count(const Platform& platform, const Usable& usable) {
  constexpr std::int64_t most_values = 4096;
  const std::vector<std::string>& sources = platform.layers[Layer::bus].sources;
  if (usable.sure == 0 && usable.may_have_others)
    return Fact::unknown(platform.because.empty() ? "its devices are not known" : platform.because, sources);
  if (usable.maybe > most_values) return Fact::unknown("whether its devices can be used is not known", sources);
  std::vector<std::int64_t> values;
  const std::int64_t more = usable.may_have_others ? most_values : usable.maybe;
  for (std::int64_t n = usable.sure; n <= usable.sure + more; ++n) values.emplace_back(n);
  const std::string because = usable.may_have_others ? "there may be others"
                              : usable.maybe > 0     ? "whether all of them can be used is not known"
                              : usable.sure == 0     ? why_none(platform)
                                                     : "";
  Fact fact = Fact::one_of(std::move(values), because, sources);
  fact.because = because;
  return fact;
}

Fact memory_sum(const Platform& platform, const Usable& usable) {
  const bool is_whole = usable.is_memory_whole && usable.maybe == 0 && !usable.may_have_others;
  if (is_whole && usable.sure == 0) {
    Fact none = Fact::of(std::int64_t{0}, platform.layers[Layer::bus].sources);
    none.because = why_none(platform);
    return none;
  }
  if (is_whole) return Fact::of(usable.memory, usable.sources);
  Fact fact = Fact::unknown("the memory of all devices that can be used is not known", usable.sources);
  // At least what is known.
  if (usable.memory > 0) fact.may_be = {Value(usable.memory), Value(std::int64_t{INT64_MAX})};
  return fact;
}

/// All devices of accelerators that may compute, as one platform.
Platform all_accelerators(const Facts& facts) {
  Platform all;
  all.id = short_form::accelerator;
  all.state = State::absent;
  all.because = "no accelerator was found";
  // The best there is; where none can be used, one that is there but blocked says more than one nobody knows of.
  const auto rank = [](State state) {
    constexpr State order[] = {State::absent,  State::not_applicable, State::unknown,
                               State::blocked, State::ready,          State::proven};
    return std::find(std::begin(order), std::end(order), state) - std::begin(order);
  };
  bool any_unknown = false, may_have_others = false;
  std::vector<std::string> looked_at;
  for (const Platform& platform : facts.platforms) {
    const PlatformInfo* info = platform_info(platform.id);
    if (!info || !info->is_accelerator) continue;
    any_unknown = any_unknown || platform.state == State::unknown;
    may_have_others = may_have_others || (platform.state == State::unknown && platform.devices.empty());
    if (platform.state != State::not_applicable && rank(platform.state) > rank(all.state)) {
      all.state = platform.state;
      all.because =
          std::string(info->name) + ": " + usable_fact(platform.state, platform.because, platform.layers).because;
      all.layers = platform.layers;
      for (std::size_t n = 0; n < layer_count; ++n)
        if (std::string& why = all.layers[static_cast<Layer>(n)].because; !why.empty())
          why = std::string(info->name) + ": " + why;
    }
    const LayerState& bus = platform.layers[Layer::bus];
    if (bus.holds == Truth::no)
      for (const std::string& source : bus.sources)
        if (std::find(looked_at.begin(), looked_at.end(), source) == looked_at.end()) looked_at.push_back(source);
    std::copy_if(platform.devices.begin(), platform.devices.end(), std::back_inserter(all.devices),
                 [](const Device& device) { return device.state != State::absent; });
  }
  if (all.state == State::blocked && any_unknown) {
    all.state = State::unknown;
    all.because += "; whether there is another is not known";
  }
  if (all.state == State::absent) all.layers.set(Layer::bus, Truth::no, all.because, std::move(looked_at));
  if (may_have_others) all.facts.set_by_name(has_others, Fact::of(true));
  return all;
}

void add_platform_forms(const Platform& platform, HostFacts& host) {
  host.set_by_name(platform.id, usable_fact(platform.state, platform.because, platform.layers));
  host.set_by_name(platform.id + std::string(short_form::proven), proven_fact(platform));
  const Usable usable = usable_devices(platform);
  host.set_by_name(platform.id + std::string(short_form::memory_sum), memory_sum(platform, usable));
  host.set_by_name(platform.id + std::string(short_form::devices), device_count(platform, usable));
}

}  // namespace

std::optional<DeviceForm> device_form(std::string_view name, const ConditionNames& names) {
  if (name == "memory") name = "accelerator.memory";
  const std::size_t dot = name.find('.');
  if (dot == name.npos || !is_subject(name.substr(0, dot))) return std::nullopt;
  DeviceForm form{std::string(name.substr(0, dot)), {}};
  std::string_view rest = name.substr(dot + 1);
  if (rest == "memory") {
    form.name = {std::string(short_form::memory), {Type::size, {}}};
    return form;
  }
  for (const Alias& alias : of_devices)
    if (rest == alias.name) rest = alias.fact;
  const ConditionNames rules = of_rules(names);
  // What the platform itself has under that name is meant first.
  if (resolve_name(name, rules, ConditionScope::machine)) return std::nullopt;
  auto resolved = resolve_name(rest, rules, ConditionScope::device);
  if (!resolved || !resolved->fact.starts_with("device.")) return std::nullopt;
  form.name = std::move(*resolved);
  return form;
}

std::optional<ResolvedName> machine_form(std::string_view name, const ConditionNames& names) {
  if (name == "memory.sum") name = "accelerator.memory.sum";
  for (const Alias& alias : of_host)
    if (name == alias.name)
      if (auto fact = resolve_name(alias.fact, of_rules(names), ConditionScope::machine)) return std::move(*fact);
  const std::size_t dot = std::min(name.find('.'), name.size());
  if (!is_subject(name.substr(0, dot))) return std::nullopt;
  if (auto kind = kind_of_form(name.substr(dot))) return ResolvedName{std::string(name), std::move(*kind)};
  for (const Alias& alias : of_platforms)
    if (name.substr(dot) == alias.name)
      if (auto fact = resolve_name(std::string(name.substr(0, dot)) + std::string(alias.fact), of_rules(names),
                                   ConditionScope::machine))
        return std::move(*fact);
  return std::nullopt;
}

Condition over_devices(const std::string& platform, Condition leaf, bool is_any) {
  Condition quantified;
  quantified.devices_of = platform;
  quantified.op = is_any ? Op::some : Op::every;
  if (is_any) {
    quantified.parts.push_back(of_parts(Op::all, {is_yes(short_form::usable), std::move(leaf)}));
  } else {
    Condition unusable = of_parts(Op::negate, {is_yes(short_form::usable)});
    quantified.parts.push_back(of_parts(Op::any, {std::move(unusable), std::move(leaf)}));
  }
  // Without a device that can be used, nothing is met: all( ) of no devices would be yes.
  return of_parts(Op::all, {is_yes(platform), std::move(quantified)});
}

std::int64_t enough_memory(std::int64_t wanted) { return wanted - wanted / 50; }

bool is_device_memory(std::string_view fact) {
  return fact == short_form::memory || fact.ends_with(short_form::memory_sum);
}

std::vector<std::string> all_short_forms(const ConditionNames& names) {
  std::vector<std::string> all{"memory", "memory.sum"};
  for (const Alias& alias : of_host) all.emplace_back(alias.name);
  for (const std::string& subject : subjects()) {
    for (const std::string_view form :
         {std::string_view(), short_form::proven, short_form::devices, short_form::memory_sum})
      all.push_back(subject + std::string(form));
    for (const Alias& alias : of_platforms)
      if (names.facts.count(subject + std::string(alias.fact))) all.push_back(subject + std::string(alias.name));
    all.push_back(subject + ".memory");
    for (const Alias& alias : of_devices) all.push_back(subject + "." + std::string(alias.name));
    for (const char* common : {"compute_capability", "name", "memory_total"}) all.push_back(subject + "." + common);
  }
  return all;
}

Facts with_short_forms(Facts facts) {
  for (Platform& platform : facts.platforms) {
    // What keeps every device away is a mistake, of which a finding tells: all count, as for the recommendation.
    const bool leaves_none = std::all_of(platform.devices.begin(), platform.devices.end(), is_kept_away);
    for (Device& device : platform.devices) add_device_forms(device, platform, leaves_none);
  }
  facts.platforms.push_back(all_accelerators(facts));
  for (const Platform& platform : facts.platforms) add_platform_forms(platform, facts.host);
  return facts;
}

}  // namespace rigfit
