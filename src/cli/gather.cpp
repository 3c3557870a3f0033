#include "cli/gather.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/requests.hpp"
#include "analysis/version.hpp"
#include "cli/input.hpp"
#include "cli/output.hpp"
#include "cli/python_choice.hpp"
#include "collect/collect.hpp"
#include "evidence/ask_protocol.hpp"
#include "evidence/machine_file.hpp"
#include "facts/platforms.hpp"

namespace rigfit {
namespace {

/// "ask:prove-cuda 0" → "CUDA device 0", "ask:cuda" → "CUDA"
std::string worker_name(std::string_view key) {
  constexpr std::string_view asking = "ask:", proving = ask_prove_prefix;
  if (key.starts_with(asking)) key.remove_prefix(asking.size());
  if (!key.starts_with(proving)) return platform_name(key);
  key.remove_prefix(proving.size());
  const std::size_t space = std::min(key.find(' '), key.size());
  std::string name = platform_name(key.substr(0, space));
  if (space < key.size()) name += " device" + std::string(key.substr(space));
  return name;
}

/// Tarballs begin with gzip's, xz's or bzip2's mark, or with a name and NULs.
bool is_archive(std::string_view bytes) {
  using namespace std::string_view_literals;
  return bytes.starts_with("\x1f\x8b"sv) || bytes.starts_with("\xfd\x37zXZ"sv) || bytes.starts_with("BZh"sv) ||
         bytes.substr(0, 512).find('\0') != bytes.npos;
}

tl::expected<Evidence, std::string> read_machine_file(const std::string& path) {
  const auto text = read_input(path, MachineFileLimits{}.bytes);
  if (!text) return tl::unexpected(text.error());
  auto evidence = parse_machine_file(*text, path);
  if (!evidence && is_archive(*text))
    return tl::unexpected(fmt::format("{}: is not a machine file; use --root for a tarball", path));
  return evidence;
}

}  // namespace

tl::expected<Evidence, std::string> gather(const Look& look, const RuleBook& rules, std::string_view only) {
  if (look.stopwatch) look.stopwatch->done("rules");
  const auto given = answers_of_python(look);
  if (!given) return tl::unexpected(given.error());
  if (!look.from.empty()) {
    auto evidence = read_machine_file(look.from);
    if (look.stopwatch) look.stopwatch->done("machine file");
    if (evidence)
      for (const auto& [key, answer] : *given) evidence->set(key, answer);
    return evidence;
  }
  CollectOptions options;
  options.given = *given;
  options.root = look.root;
  options.tool = fmt::format("rigfit {}", tool_version());
  options.patience = look.patience;
  options.start_children = look.start_children;
  options.metadata = look.metadata;
  options.wake = look.wake;
  options.prove = look.proof.platforms;
  options.identify = look.identify;
  if (look.stopwatch) options.after_step = [&look](std::string_view step) { look.stopwatch->done(step); };
  ProgressLine progress;
  if (!look.proof.platforms.empty()) {
    options.proof_seconds = 30 + look.proof.seconds;
    options.child_environment = {fmt::format("{}={}", ask_proof_memory_variable, look.proof.memory_mib),
                                 fmt::format("{}={}", ask_proof_seconds_variable, look.proof.seconds)};
    options.progress = [&](std::string_view key, std::string_view where) {
      progress.show(fmt::format("{}: {}", worker_name(key), where));
    };
  }
  const ProbeList probes = probes_for(only);
  return collect(
      first_requests(probes), [&](const Evidence& evidence) { return next_requests(probes, evidence, rules.devices); },
      options);
}

tl::expected<Analysis, std::string> analyze_machine(const Look& look, const SharedRules& rules,
                                                    const Purpose& purpose) {
  auto evidence = gather(look, *rules, purpose.only);
  if (!evidence) return tl::unexpected(std::move(evidence.error()));
  if (!look.stopwatch) return analyze(rules, std::move(*evidence), purpose);
  return analyze(rules, std::move(*evidence), purpose, [&look](std::string_view step) { look.stopwatch->done(step); });
}

tl::expected<std::optional<Analysis>, std::string> analyze_as_it_is(const Analysis& changed, Purpose purpose) {
  if (!purpose.what_if.any()) return std::nullopt;
  purpose.what_if = {};
  auto today = analyze(changed.rules, changed.evidence, purpose);
  if (!today) return tl::unexpected(std::move(today.error()));
  return std::optional<Analysis>(std::move(*today));
}

tl::expected<ComparedAnalysis, std::string> analyze_compared(const Look& look, const SharedRules& rules,
                                                             const Purpose& purpose) {
  auto changed = analyze_machine(look, rules, purpose);
  if (!changed) return tl::unexpected(std::move(changed.error()));
  auto today = analyze_as_it_is(*changed, purpose);
  if (!today) return tl::unexpected(std::move(today.error()));
  return ComparedAnalysis{std::move(*changed), std::move(*today)};
}

}  // namespace rigfit
