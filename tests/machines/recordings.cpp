#include "machines/recordings.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "evidence/machine_file.hpp"
#include "rules/archive.hpp"

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
    const auto machine = read_file(machine_path);
    const auto expect = read_file((entry.path() / "expect.json").string());
    if (!machine || !expect) {
      ADD_FAILURE() << recording.name << ": " << (machine ? "expect.json" : "machine.json") << " cannot be read";
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

const SharedRules& shared_rules() {
  static const SharedRules book(unpack_rules(embedded_rule_book()));
  return book;
}

Facts facts_of(const Evidence& evidence) { return facts_of(evidence, built_in_rules()); }

std::optional<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace rigfit
