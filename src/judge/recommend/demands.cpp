#include "judge/recommend/demands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "fact_names/device.hpp"
#include "fact_names/host.hpp"
#include "fact_names/memory.hpp"
#include "fact_names/os.hpp"
#include "facts/platforms.hpp"
#include "judge/recommend/recommend.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

using Kind = Demand::Kind;

constexpr std::string_view understood =
    "platform=tpu, memory>=24GiB, python=3.13, offline, os=windows, arch=aarch64, framework=pytorch, or a factor such "
    "as ease_of_use>=60";

tl::unexpected<std::string> wrong(std::string_view text, std::string_view why) {
  return tl::unexpected(fmt::format("--require {}: {}", text, why));
}

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t comma = list.find(',');
    parts.emplace_back(list.substr(0, comma));
    if (comma == list.npos) return parts;
    list.remove_prefix(comma + 1);
  }
}

/// "24GiB", "24 GB", "512MiB" in bytes.
std::optional<std::int64_t> bytes_of(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0) return std::nullopt;
  std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  constexpr std::pair<std::string_view, double> units[] = {
      {"MiB", 1048576.0}, {"GiB", 1073741824.0}, {"TiB", 1099511627776.0}, {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12}};
  for (const auto& [name, factor] : units)
    if (unit == name && number * factor < 9e18) return static_cast<std::int64_t>(number * factor);
  return std::nullopt;
}

std::string gib(std::int64_t bytes) { return fmt::format("{:.1f} GiB", static_cast<double>(bytes) / 1073741824.0); }

/// Drivers keep a part of a card's memory for themselves: a card sold with 24 GB answers for 24 GiB.
bool is_enough(std::int64_t has, std::int64_t least) { return has >= least - least / 50; }

const Resolution* resolution_on(const Support& support, std::string_view platform) {
  for (const Resolution& resolution : support.resolutions)
    if (resolution.platform == platform) return &resolution;
  return nullptr;
}

DemandAnswer check_platform(const Demand& demand, const Candidate& candidate, const Facts& facts) {
  std::vector<std::string> reasons;
  Truth met = Truth::no;
  for (const std::string& id : demand.values) {
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

DemandAnswer check_memory(const Demand& demand, const Candidate& candidate, const Facts& facts) {
  const std::string& id = candidate.support.best_platform_after;
  const Platform* platform = facts.platform(id);
  const Resolution* resolution = resolution_on(candidate.support, id);
  if (id.empty() || id == "cpu" || !platform || !resolution) {
    const auto* bytes = facts.host.get(fact::memory::usable_bytes);
    if (!bytes) return {Truth::unknown, "how much memory this machine has is not known."};
    if (is_enough(*bytes, demand.least)) return {};
    return {Truth::no,
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
  if (is_enough(most, demand.least)) return {};
  if (any_unknown) return {Truth::unknown, "how much memory its accelerator has is not known."};
  return {Truth::no,
          fmt::format("the largest accelerator that {} can use here has {}.", candidate.rule->name, gib(most))};
}

/// Whether some published build holds all that it needs of this kind, in a world where only `world` is known.
bool has_build(const Candidate& candidate, std::string_view kind, const Facts& world) {
  return std::any_of(candidate.rule->builds.begin(), candidate.rule->builds.end(), [&](const Build& build) {
    return std::all_of(build.needs.begin(), build.needs.end(), [&](const Requirement& need) {
      return need.name != kind || holds(need.when, world) == Truth::yes;
    });
  });
}

DemandAnswer check_published(const Demand& demand, const Candidate& candidate, std::string_view kind,
                             HostFact<std::string> fact) {
  for (const std::string& value : demand.values) {
    Facts world;
    world.host.set(fact, value, {});
    if (has_build(candidate, kind, world)) return {};
  }
  return {Truth::no, fmt::format("{} publishes no build for {}.", candidate.rule->name, join(demand.values, " or "))};
}

}  // namespace

tl::expected<Demand, std::string> parse_demand(std::string_view text) {
  Demand demand;
  demand.text = text;
  if (text == "offline") return demand;
  const std::size_t sign = text.find_first_of("<>=");
  if (sign == text.npos || sign == 0) return wrong(text, fmt::format("is no demand; understood are {}", understood));
  const std::string_view key = text.substr(0, sign);
  const bool is_least = text.substr(sign).starts_with(">=");
  const std::string_view value = text.substr(sign + (is_least ? 2 : 1));
  if (text[sign] == '<' || (text[sign] == '>' && !is_least)) return wrong(text, "only = and >= are understood");
  if (value.empty()) return wrong(text, "names no value");
  if (key == "memory") {
    const auto bytes = bytes_of(value);
    if (!is_least || !bytes) return wrong(text, "is written like memory>=24GiB (MiB, GiB, TiB, MB, GB or TB)");
    demand.kind = Kind::memory;
    demand.least = *bytes;
    return demand;
  }
  if (is_least) {
    demand.kind = Kind::factor;
    demand.factor = key;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), demand.least);
    if (error != std::errc() || end != value.data() + value.size() || demand.least < 0 || demand.least > 100)
      return wrong(text, "asks of a factor a whole number from 0 to 100");
    return demand;
  }
  demand.values = split(value);
  if (std::find(demand.values.begin(), demand.values.end(), "") != demand.values.end())
    return wrong(text, "names an empty value");
  if (key == "platform") {
    demand.kind = Kind::platform;
    for (const std::string& id : demand.values)
      if (!platform_info(id))
        return wrong(text, fmt::format("\"{}\" is none of the platforms {}", id, platform_list()));
  } else if (key == "python") {
    demand.kind = Kind::python;
    const auto version = Version::parse(demand.values.front());
    if (demand.values.size() != 1 || !version || !demand.values.front().starts_with("3."))
      return wrong(text, "is written like python=3.13");
  } else if (key == "os") {
    demand.kind = Kind::os;
    for (std::string& os : demand.values) {
      if (os == "macos") os = "darwin";
      if (os != "linux" && os != "darwin" && os != "windows") return wrong(text, "is linux, macos or windows");
    }
  } else if (key == "arch") {
    demand.kind = Kind::arch;
    for (std::string& arch : demand.values) {
      if (arch == "arm64") arch = "aarch64";
      if (arch == "amd64") arch = "x86_64";
      if (arch != "x86_64" && arch != "aarch64") return wrong(text, "is x86_64 or aarch64");
    }
  } else if (key == "framework") {
    demand.kind = Kind::framework;
  } else {
    return wrong(text, fmt::format("\"{}\" is nothing that can be demanded; understood are {}", key, understood));
  }
  return demand;
}

BuildDemands build_demands(const std::vector<Demand>& demands) {
  BuildDemands result;
  for (const Demand& demand : demands)
    if (demand.kind == Kind::python) result.python = Version::parse(demand.values.front());
  return result;
}

DemandAnswer check_demand(const Demand& demand, const Candidate& candidate, const Facts& facts) {
  switch (demand.kind) {
    case Kind::platform:
      return check_platform(demand, candidate, facts);
    case Kind::memory:
      return check_memory(demand, candidate, facts);
    case Kind::python: {
      const Resolution* best = resolution_on(candidate.support, candidate.support.best_platform_after);
      if (best && best->after) return {};
      return {Truth::no,
              fmt::format("{} has no build for Python {} here.", candidate.rule->name, demand.values.front())};
    }
    case Kind::offline: {
      const Resolution* best = resolution_on(candidate.support, candidate.support.best_platform_after);
      if (!best || !best->install_after) return {Truth::no, fmt::format("{} has no build here.", candidate.rule->name)};
      if (!offline_commands(best->install_after->pip).empty()) return {};
      return {Truth::no, fmt::format("{} is not installed with pip, so rigfit does not know how to carry it over.",
                                     candidate.rule->name)};
    }
    case Kind::os:
      return check_published(demand, candidate, "os", fact::os::family);
    case Kind::arch:
      return check_published(demand, candidate, "arch", fact::host::arch);
    case Kind::framework:
      if (std::find(demand.values.begin(), demand.values.end(), candidate.rule->id) != demand.values.end()) return {};
      return {Truth::no, fmt::format("{} is not {}.", candidate.rule->name, join(demand.values, " or "))};
    case Kind::factor: {
      const auto rating = candidate.ratings.find(demand.factor);
      const bool is_rated = rating != candidate.ratings.end();
      const Score score = is_rated ? Score{rating->second.score, rating->second.score} : candidate.support.after;
      if (score.low >= demand.least) return {};
      if (score.high >= demand.least)
        return {Truth::unknown, fmt::format("{} of {} is {} to {}, which is not established.", demand.factor,
                                            candidate.rule->name, score.low, score.high)};
      return {Truth::no, fmt::format("{} of {} is {}.", demand.factor, candidate.rule->name, score.low)};
    }
  }
  return {};
}

std::vector<std::string> offline_commands(const std::string& pip) {
  constexpr std::string_view install = " install ";
  const std::size_t at = pip.find(install);
  const std::size_t name = pip.find("pip");
  if (at == pip.npos || name == pip.npos || name > at) return {};
  const std::string rest = pip.substr(at + install.size());
  // What is fetched already fits: no index is asked on the other side.
  std::string local = rest;
  for (const std::string_view option : {"--index-url ", "--extra-index-url ", "--find-links ", "-f "}) {
    const std::size_t begin = local.find(option);
    if (begin == local.npos) continue;
    const std::size_t end = local.find(' ', begin + option.size());
    local.erase(begin, end == local.npos ? local.npos : end + 1 - begin);
  }
  while (local.ends_with(' ')) local.pop_back();
  return {fmt::format("{} download --dest wheels {}", pip.substr(0, at), rest),
          fmt::format("{} install --no-index --find-links wheels {}", pip.substr(0, at), local)};
}

}  // namespace rigfit
