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
#include <nlohmann/json.hpp>
#include <set>

#include "analysis/analysis.hpp"
#include "ask/gpu_code.hpp"
#include "cli/options/priorities_file.hpp"
#include "collect/archive.hpp"
#include "collect/metadata.hpp"
#include "collect/redact.hpp"
#include "evidence/ask_protocol.hpp"
#include "evidence/machine_file.hpp"
#include "fuzz/condition_properties.hpp"
#include "fuzz/diff_properties.hpp"
#include "fuzz/fleet_properties.hpp"
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
/// A file in memory that holds the text; empty where that does not work.
std::string file_of(std::string_view text) {
  static const int file = ::memfd_create("fuzz", 0);
  if (::ftruncate(file, 0) != 0 || ::pwrite(file, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()))
    return "";
  return "/proc/self/fd/" + std::to_string(file);
}

std::string broken_archive(std::string_view text) {
  const std::string file = file_of(text);
  if (file.empty()) return "the text could not be kept";
  const ArchiveLimits limits{
      .total_bytes = 1u << 20, .member_bytes = 1u << 18, .members = 1000, .name_bytes = 256, .depth = 16};
  const auto tree = read_archive(file, limits);
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

/// A library of a framework.
std::string broken_gpu_code(std::string_view text) {
  const std::string file = file_of(text);
  if (file.empty()) return "the text could not be kept";
  nlohmann::ordered_json document;
  const GpuCodeAnswer answer = read_gpu_code(file, document);
  if (answer.status != ask_answered) return without_reason(true, answer.why);
  constexpr std::size_t smallest = 16;
  return document["fatbins"].get<std::size_t>() > text.size() / smallest ? "more than the file can hold" : "";
}
#endif

/// What the metadata server of Google's cloud, or who plays it, answers. The first byte chooses the attribute.
std::string broken_metadata(std::string_view text) {
  constexpr std::string_view paths[] = {"instance/attributes/accelerator-type",
                                        "instance/attributes/agent-worker-number",
                                        "instance/attributes/worker-network-endpoints",
                                        "instance/attributes/tpu-env",
                                        "instance/machine-type",
                                        "instance/hostname"};
  if (text.empty()) return "";
  const std::string_view path = paths[static_cast<unsigned char>(text[0]) % std::size(paths)];
  const Answer answer = read_metadata_answer(text.substr(1));
  if (!answer.found()) return answer.outcome == Outcome::failed ? without_reason(true, answer.why) : "";
  const Answer kept = without_identity(path, answer.text);
  if (!kept.found()) return "";
  if (path == paths[std::size(paths) - 1]) return "a name is kept";
  if (kept.text.find_first_of("@/") != kept.text.npos) return "an address or a path is kept";
  const Answer again = without_identity(path, kept.text);
  return again.found() && again.text == kept.text ? "" : "what was kept is not kept again";
}

/// What tools print beside their answer, and files that hold more than what is asked. The first byte chooses which.
std::string broken_redaction(std::string_view text) {
  if (text.empty()) return "";
  const auto kind = static_cast<unsigned char>(text[0]) % 5;
  text.remove_prefix(1);
  constexpr std::string_view files[] = {"/proc/version", "/proc/self/mountinfo", "/etc/modprobe.d/a.conf"};
  if (kind < 3) {
    const std::string once = without_strangers(files[kind], std::string(text));
    if (kind == 1) return once.size() > 2 * text.size() + 8 ? "more is kept than was there" : "";
    return without_strangers(files[kind], once) == once ? "" : "what was kept is not kept again";
  }
  if (kind == 3) {
    const std::string once = kept_output("system_profiler", std::string(text));
    return once.size() > text.size() + 2 ? "more is kept than was there" : "";
  }
  const std::string complaints = kept_complaints(text, "nvidia-smi");
  std::size_t digits = 0;
  for (const char c : complaints) {
    digits = c >= '0' && c <= '9' ? digits + 1 : 0;
    if (digits == 10) return "a serial number is kept";
  }
  return "";
}

/// Of a list of rows, or of members, those whose name stands in one of the files.
template <class NameOf>
void keep_named(nlohmann::json& list, const std::vector<RuleFile>& files, const NameOf& name_of) {
  for (auto row = list.begin(); row != list.end();) {
    const std::string name = '"' + name_of(row) + '"';
    const bool is_named = std::any_of(files.begin(), files.end(),
                                      [&](const RuleFile& file) { return file.text.find(name) != file.text.npos; });
    row = is_named ? std::next(row) : list.erase(row);
  }
}

/// The least of the built-in rules by which a rule file of each kind can be read: all of them take a hundred times as
/// long.
std::vector<RuleFile> few_rules() {
  std::vector<RuleFile> few, schemas;
  const auto is_one_of = [](const std::string& path, std::initializer_list<std::string_view> starts) {
    return std::any_of(starts.begin(), starts.end(), [&](std::string_view start) { return path.starts_with(start); });
  };
  for (const RuleFile& file : embedded_rules()) {
    if (file.path.starts_with("schema/")) schemas.push_back(file);
    if (is_one_of(file.path, {"facts/", "conditions", "factors", "levels", "exports", "frameworks/mlx"}))
      few.push_back(file);
  }
  std::vector<RuleFile> cited;
  for (const RuleFile& file : embedded_rules())
    if (file.path.starts_with("evidence")) {
      RuleFile some = file;
      auto json = nlohmann::json::parse(some.text);
      keep_named(json["evidence"], few, [](const auto& row) { return (*row)["id"].template get<std::string>(); });
      some.text = json.dump();
      cited.push_back(std::move(some));
    }
  for (const auto* more : {&cited, &schemas}) few.insert(few.end(), more->begin(), more->end());
  // And of those what the others do without.
  for (std::size_t n = few.size(); n-- > 0;) {
    if (few[n].path.starts_with("schema/") || few[n].path.starts_with("frameworks/")) continue;
    std::vector<RuleFile> fewer = few;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(n));
    const auto book = load_rules(fewer, false);
    if (book && incoherences(*book).empty()) few = std::move(fewer);
  }
  return few;
}

/// A rule file among built-in ones; the first byte chooses its kind.
tl::expected<RuleBook, RuleError> with_rule_file(std::string_view text) {
  constexpr std::string_view kinds[] = {"frameworks/", "profiles/", "findings/fuzz/", "evidence/", "devices/",
                                        "tables/",     "packages/", "ratings/",       "facts/",    ""};
  const std::string kind(kinds[static_cast<unsigned char>(text[0]) % std::size(kinds)]);
  const RuleFile file{kind.empty() ? "levels.json" : kind + "fuzz.json", std::string(text.substr(1)), "fuzz"};
  static const std::vector<RuleFile> others = few_rules();
  return load_rules(overlaid(others, {&file, 1}), true);
}

std::string broken_rules(std::string_view text) {
  if (text.empty()) return "";
  const auto book = with_rule_file(text);
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
      {"gpu-code", broken_gpu_code, true, 4096},
#endif
      {"rules", broken_rules, true, 4096},
      {"exported", broken_export, true, 4096},
      {"policy", broken_policy, true, 1024},
      {"report", [](std::string_view text) { return broken_report(text, *rules()); }, true, 1u << 14},
      {"stream", broken_stream, true, 4096},
      {"nodes", broken_nodes, true, 512},
      {"input-names", broken_input_names, true, 1024},
      {"diff", broken_difference, true, 1u << 13},
      {"metadata", broken_metadata, true, 1024},
      {"redact", broken_redaction, true, 4096},
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

std::string rule_file_error(std::string_view text) {
  const auto book = with_rule_file(text);
  return book ? "" : book.error().file + ": " + book.error().key + ": " + book.error().reason;
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
