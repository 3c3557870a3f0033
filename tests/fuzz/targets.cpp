#include "fuzz/targets.hpp"

#include <fcntl.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/mman.h>
#endif

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "analysis/analysis.hpp"
#include "cli/options/priorities_file.hpp"
#include "collect/archive.hpp"
#include "evidence/machine_file.hpp"
#include "fuzz/condition_properties.hpp"
#include "judge/check/policy.hpp"
#include "probes/text_parsers.hpp"
#include "rules/archive.hpp"
#include "rules/exported_rules.hpp"

namespace rigfit {
namespace {

const SharedRules& rules() {
  static const SharedRules all(unpack_rules(embedded_rule_book()));
  return all;
}

std::string without_reason(bool is_refused, const std::string& error) {
  return is_refused && error.empty() ? "it is refused without a reason" : "";
}

/// The first byte chooses the parser, so that one run tries all of a family and what one found serves the others.
FuzzTarget family_target(const std::string& family) {
  std::vector<TextParser> parsers = text_parsers();
  std::erase_if(parsers, [&](const TextParser& parser) { return parser.family != family; });
  return {family,
          [parsers](std::string_view text) -> std::string {
            if (text.empty()) return "";
            const TextParser& parser = parsers[static_cast<unsigned char>(text[0]) % parsers.size()];
            return parser.parse(text.substr(1)) > text.size()
                       ? parser.name + std::string(": more than the text can hold")
                       : "";
          },
          false};
}

std::string broken_machine(std::string_view text) {
  const auto evidence = parse_machine_file(text, "fuzz");
  if (!evidence) return without_reason(true, evidence.error());
  const std::string written = write_machine_file(*evidence);
  const auto again = parse_machine_file(written, "again");
  if (!again) return "what was written is refused: " + again.error();
  // A member that its kind of answer does not have (names of a file) is read and not written.
  const auto third = parse_machine_file(write_machine_file(*again), "third");
  if (!third || third->answers != again->answers || again->answers.size() != evidence->answers.size())
    return "what was written is something else";
  const auto analysis = analyze(rules(), *evidence, {.is_recommending = false});
  return analysis ? "" : "it is not judged: " + analysis.error();
}

#ifdef __linux__
std::string broken_archive(std::string_view text) {
  static const int file = ::memfd_create("fuzz", 0);
  if (::ftruncate(file, 0) != 0 || ::pwrite(file, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()))
    return "the text could not be kept";
  const ArchiveLimits limits{
      .total_bytes = 1u << 20, .member_bytes = 1u << 18, .members = 1000, .name_bytes = 256, .depth = 16};
  const auto tree = read_archive("/proc/self/fd/" + std::to_string(file), limits);
  if (!tree) return without_reason(true, tree.error());
  std::size_t total = 0;
  for (const auto& [path, member] : *tree) {
    if (!path.starts_with('/') || path.find("/../") != path.npos || path.ends_with("/.."))
      return "a path leads out: " + path;
    if (path.size() > limits.name_bytes + 1) return "a long path";
    total += path.size() + member.text.size();
  }
  return total > limits.total_bytes + 1 ? "more than the limit" : "";  // "/" is always there
}
#endif

/// A rule file among the built-in ones; the first byte chooses its kind.
std::string broken_rules(std::string_view text) {
  constexpr std::string_view kinds[] = {"frameworks/", "profiles/", "findings/fuzz/", "evidence/", "devices/",
                                        "tables/",     "packages/", "ratings/",       "facts/",    ""};
  if (text.empty()) return "";
  const std::string kind(kinds[static_cast<unsigned char>(text[0]) % std::size(kinds)]);
  const RuleFile file{kind.empty() ? "levels.json" : kind + "fuzz.json", std::string(text.substr(1)), "fuzz"};
  const auto book = load_rules(overlaid(embedded_rules(), {&file, 1}), true);
  return book ? "" : without_reason(true, book.error().reason);
}

std::string broken_export(std::string_view text) {
  const auto files = parse_exported_rules(text, "fuzz");
  return files ? "" : without_reason(true, files.error());
}

std::string broken_policy(std::string_view text) {
  const auto policy = parse_policy(text, "fuzz", *rules());
  return policy ? "" : without_reason(true, policy.error());
}

std::string broken_priorities(std::string_view text) {
  const auto priorities = parse_priorities(text, "fuzz", *rules());
  return priorities ? "" : without_reason(true, priorities.error());
}

std::string text_of(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<FuzzTarget> all_targets() {
  std::vector<FuzzTarget> targets{
      {"conditions", [](std::string_view text) { return broken_property(text, *rules()); }, true, 400},
      {"machine", broken_machine, true, 1u << 16},
#ifdef __linux__
      {"archive", broken_archive, true, 1u << 16},
#endif
      {"rules", broken_rules, true, 4096},
      {"exported", broken_export, true, 4096},
      {"policy", broken_policy, true, 1024},
      {"priorities", broken_priorities, true, 1024},
  };
  std::set<std::string> families;
  for (const TextParser& parser : text_parsers())
    if (families.insert(parser.family).second) targets.push_back(family_target(parser.family));
  return targets;
}

}  // namespace

const std::vector<FuzzTarget>& fuzz_targets() {
  static const std::vector<FuzzTarget> targets = all_targets();
  return targets;
}

const FuzzTarget* fuzz_target(std::string_view name) {
  for (const FuzzTarget& target : fuzz_targets())
    if (target.name == name) return &target;
  return nullptr;
}

std::vector<std::pair<std::string, std::string>> made_seeds(const FuzzTarget& target, const std::string& fixtures) {
  namespace fs = std::filesystem;
  std::vector<std::pair<std::string, std::string>> seeds;
  char number = 0;
  for (const TextParser& parser : text_parsers()) {
    if (parser.family != target.name) continue;
    const std::string mark(1, number++);
    seeds.emplace_back("sample-" + std::to_string(seeds.size()), mark + parser.sample);
    std::error_code error;
    if (fixtures.empty() || parser.fixtures[0] == '\0') continue;
    for (const auto& file : fs::recursive_directory_iterator(fixtures + "/" + parser.fixtures, error))
      if (file.is_regular_file(error) && file.file_size(error) <= target.longest * 4)
        seeds.emplace_back("recording-" + std::to_string(seeds.size()), mark + text_of(file.path()));
  }
  return seeds;
}

}  // namespace rigfit
