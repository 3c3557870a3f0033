#include "machines/recordings.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>

#include "evidence/machine_file.hpp"

namespace rigfit {
namespace {

std::vector<Recording> read_recordings() {
  namespace fs = std::filesystem;
  std::vector<Recording> all;
  for (const auto& entry : fs::recursive_directory_iterator(RIGFIT_MACHINES)) {
    if (!fs::exists(entry.path() / "machine.json")) continue;
    Recording recording;
    recording.name = entry.path().lexically_relative(RIGFIT_MACHINES).generic_string();
    const std::string machine_path = (entry.path() / "machine.json").string();
    const auto machine = read_input(machine_path, 64u << 20);
    const auto expect = read_input((entry.path() / "expect.json").string(), 1u << 20);
    if (!machine || !expect) {
      ADD_FAILURE() << (machine ? expect.error() : machine.error());
      continue;
    }
    auto evidence = parse_machine_file(*machine, machine_path);
    recording.expect = nlohmann::json::parse(*expect, nullptr, false);
    if (!evidence || !recording.expect.is_object()) {
      ADD_FAILURE() << recording.name << ": " << (evidence ? "expect.json is no JSON object" : evidence.error());
      continue;
    }
    recording.evidence = std::move(*evidence);
    all.push_back(std::move(recording));
  }
  std::sort(all.begin(), all.end(), [](const Recording& a, const Recording& b) { return a.name < b.name; });
  return all;
}

}  // namespace

const std::vector<Recording>& recordings() {
  static const std::vector<Recording> all = read_recordings();
  return all;
}

const RuleBook& built_in_rules() {
  static const RuleBook book = [] {
    auto loaded = load_rule_book("");
    if (!loaded) ADD_FAILURE() << loaded.error();
    return loaded ? std::move(*loaded) : RuleBook{};
  }();
  return book;
}

Facts facts_of(const Evidence& evidence) {
  Facts facts = read_facts(evidence, probes_for(""), built_in_rules().devices);
  complete_facts(built_in_rules(), facts);
  return facts;
}

}  // namespace rigfit
