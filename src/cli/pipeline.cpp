#include "cli/pipeline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "cli/input.hpp"
#include "cli/output.hpp"
#include "collect/collect.hpp"
#include "evidence/machine_file.hpp"
#include "report/text/value_text.hpp"
#include "text/edit_distance.hpp"

namespace rigfit {
namespace {

bool is_platform(std::string_view id) {
  return std::find(std::begin(platform_order), std::end(platform_order), id) != std::end(platform_order);
}

/// Puts the platforms into their order; what no probe read is unknown.
void complete(Facts& facts, std::string_view only) {
  std::vector<Platform> ordered;
  for (const std::string_view id : platform_order) {
    const bool is_wanted = only.empty() || only == id || id == "cpu";
    Platform* read = facts.platform(id);
    if (read && is_wanted) {
      ordered.push_back(std::move(*read));
      continue;
    }
    Platform platform;
    platform.id = id;
    platform.because = is_wanted ? "no probe reads it" : fmt::format("not looked at: only {} was asked for", only);
    ordered.push_back(std::move(platform));
  }
  facts.platforms = std::move(ordered);
}

template <class Items>
std::vector<std::string> ids_of(const Items& items) {
  std::vector<std::string> ids;
  for (const auto& item : items) ids.push_back(item.id);
  return ids;
}

std::string unknown_name(std::string_view kind, const std::string& name, const std::vector<std::string>& known) {
  std::string all;
  for (const std::string& one : known) all += (all.empty() ? "" : ", ") + one;
  const std::string hint = did_you_mean(name, known);
  return fmt::format("there is no {} \"{}\"{}", kind, name, hint.empty() ? "; there are: " + all : hint);
}

/// "ask:prove-cuda 0" → "CUDA device 0", "ask:cuda" → "CUDA"
std::string worker_name(std::string_view key) {
  constexpr std::string_view asking = "ask:", proving = "prove-";
  if (key.starts_with(asking)) key.remove_prefix(asking.size());
  if (key == "hip") return "HIP";
  if (!key.starts_with(proving)) return std::string(platform_name(key));
  key.remove_prefix(proving.size());
  const std::size_t space = std::min(key.find(' '), key.size());
  std::string name(platform_name(key.substr(0, space)));
  if (space < key.size()) name += " device" + std::string(key.substr(space));
  return name;
}

}  // namespace

ProbeList probes_for(std::string_view only) {
  const auto all = all_probes();
  const bool has_own = std::any_of(all.begin(), all.end(), [&](const Probe* probe) { return probe->id == only; });
  ProbeList chosen;
  for (const Probe* probe : all) {
    // A platform without a folder of its own is read by the probe of the common NPUs.
    const bool is_wanted =
        only.empty() || probe->id == only || !is_platform(probe->id) || (!has_own && probe->id == "npu");
    if (is_wanted || probe->id == "cpu") chosen.push_back(probe);
  }
  return chosen;
}

Requests first_requests(const ProbeList& probes) {
  Requests requests;
  for (const Probe* probe : probes) requests.insert(requests.end(), probe->looks_at.begin(), probe->looks_at.end());
  return requests;
}

Requests next_requests(const ProbeList& probes, const Evidence& evidence, const DeviceTable& devices) {
  Requests requests;
  for (const Probe* probe : probes) {
    if (!probe->next) continue;
    Requests more = probe->next(evidence, devices);
    std::move(more.begin(), more.end(), std::back_inserter(requests));
  }
  return requests;
}

tl::expected<Evidence, std::string> gather(const Look& look, const ProbeList& probes, const DeviceTable& devices) {
  if (!look.from.empty()) {
    const auto text = read_input(look.from, MachineFileLimits{}.bytes);
    if (!text) return tl::unexpected(text.error());
    auto evidence = parse_machine_file(*text, look.from);
    // Tarballs begin with gzip's, xz's or bzip2's mark, or with a name and NULs.
    const bool is_archive = text->starts_with("\x1f\x8b") ||
                            text->starts_with(
                                "\xfd"
                                "7zXZ") ||
                            text->starts_with("BZh") || text->substr(0, 512).find('\0') != text->npos;
    if (!evidence && is_archive)
      return tl::unexpected(fmt::format("{}: is no machine file; a tarball is looked at with --root", look.from));
    return evidence;
  }
  CollectOptions options;
  options.root = look.root;
  options.tool = fmt::format("rigfit {}", tool_version());
  options.patience = look.patience;
  options.start_children = look.start_children;
  options.metadata = look.metadata;
  options.wake = look.wake;
  options.prove = look.proof.platforms;
  ProgressLine progress;
  if (!look.proof.platforms.empty()) {
    options.proof_seconds = 30 + look.proof.seconds;
    options.child_environment = {fmt::format("RIGFIT_PROVE_MIB={}", look.proof.memory_mib),
                                 fmt::format("RIGFIT_PROVE_SECONDS={}", look.proof.seconds)};
    options.progress = [&](std::string_view key, std::string_view where) {
      progress.show(fmt::format("{}: {}", worker_name(key), where));
    };
  }
  return collect(
      first_requests(probes), [&](const Evidence& evidence) { return next_requests(probes, evidence, devices); },
      options);
}

Facts read_facts(const Evidence& evidence, const ProbeList& probes, const DeviceTable& devices, std::string_view only) {
  Facts facts;
  for (const Probe* probe : probes) facts.merge(probe->read(evidence, devices));
  complete(facts, only);
  return facts;
}

void complete_facts(const RuleBook& rules, Facts& facts) {
  derive(rules, facts);
  for (const Probe* probe : all_probes())
    if (probe->relate) probe->relate(facts);
}

Report diagnosed(const Evidence& evidence, const RuleBook& rules, Facts facts) {
  Report report;
  report.tool_version = tool_version();
  report.evidence = &evidence;
  report.rules = &rules;
  report.facts = std::move(facts);
  complete_facts(rules, report.facts);
  report.diagnosis = diagnose(rules, report.facts);
  return report;
}

std::string misspelt(const Wishes& wishes, const RuleBook& rules) {
  const Profile* profile = rules.profile(wishes.profile);
  const std::vector<std::string> factors = factors_of(rules, profile);
  const auto is_factor = [&](const std::string& id) { return std::count(factors.begin(), factors.end(), id) > 0; };
  for (const auto& [factor, points] : wishes.points)
    if (!is_factor(factor)) return unknown_name("factor", factor, factors);
  if (!wishes.profile.empty() && !profile) return unknown_name("profile", wishes.profile, ids_of(rules.profiles));
  for (const std::string& id : wishes.candidates)
    if (!rules.framework(id)) return unknown_name("framework", id, ids_of(rules.frameworks));
  for (const Demand& demand : wishes.demands) {
    if (demand.kind == Demand::Kind::factor && !is_factor(demand.factor))
      return unknown_name("factor", demand.factor, factors);
    for (const std::string& id : demand.values)
      if (demand.kind == Demand::Kind::framework && !rules.framework(id))
        return unknown_name("framework", id, ids_of(rules.frameworks));
  }
  std::vector<std::string> ratings = ids_of(rules.rating_sets);
  ratings.insert(ratings.begin(), std::string(default_ratings));
  if (!wishes.ratings.empty() && std::count(ratings.begin(), ratings.end(), wishes.ratings) == 0)
    return unknown_name("set of ratings", wishes.ratings, ratings);
  return "";
}

std::vector<std::string> factors_of(const RuleBook& rules, const Profile* profile) {
  std::vector<std::string> factors = ids_of(rules.factors);
  if (profile && profile->fit) factors.push_back(profile->fit->factor.id);
  return factors;
}

}  // namespace rigfit
