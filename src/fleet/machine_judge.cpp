#include "fleet/machine_judge.hpp"

#include <fmt/format.h>

#include <unordered_map>

#include "evidence/machine_file.hpp"
#include "fleet/report_facts.hpp"
#include "report/changing_facts.hpp"
#include "report/report.hpp"

namespace rigfit {
namespace {

void add_facts(std::string& key, const FactTable& facts) {
  for (const auto& [name, fact] : facts) {
    if (is_changing_fact(name)) continue;
    key += name;
    key += '\x1f';
    key += to_text(fact);
    key += '\x1e';
  }
}

void add_layers(std::string& key, const Layers& layers) {
  for (std::size_t n = 0; n < layer_count; ++n) {
    const LayerState& layer = layers[static_cast<Layer>(n)];
    key += static_cast<char>('0' + static_cast<int>(layer.holds));
    key += layer.because;
    key += '\x1e';
  }
}

/// Equal for machines of which the same is said.
std::string key_of(const Facts& facts) {
  std::string key;
  add_facts(key, facts.host);
  for (const Platform& platform : facts.platforms) {
    key += fmt::format("{}\x1f{}\x1f{}\x1e", platform.id, static_cast<int>(platform.state), platform.because);
    add_layers(key, platform.layers);
    add_facts(key, platform.facts);
    for (const Device& device : platform.devices) {
      key += fmt::format("device\x1f{}\x1f{}\x1e", static_cast<int>(device.state), device.because);
      add_layers(key, device.layers);
      add_facts(key, device.facts);
    }
  }
  return key;
}

std::vector<NodeAnswer> answers_of(const CheckResult& result) {
  std::vector<NodeAnswer> answers;
  for (const CheckedLine& line : result.lines) {
    answers.push_back({line.text, line.applies, line.met});
    // What meets it is another value on every node, perhaps.
    if (line.applies && line.met == Truth::no) answers.back().found = line.found;
  }
  return answers;
}

tl::expected<Record, std::string> judged(const FleetQuestion& question, Evidence evidence) {
  auto analysis = analyze(question.rules, std::move(evidence), question.purpose);
  if (!analysis) return tl::unexpected(std::move(analysis.error()));
  // By way of the report, so that a machine and its report are the same to a fleet.
  auto document = read_report(report_json(*analysis, true));
  if (!document) return tl::unexpected(document.error().reason);
  if (!question.requirements.empty()) document->record.answers = answers_of(check(*analysis, question.requirements));
  return std::move(document->record);
}

}  // namespace

JudgeMachine machine_judge(std::shared_ptr<const FleetQuestion> question) {
  auto known = std::make_shared<std::unordered_map<std::string, Record>>();
  return [question = std::move(question), known](std::string_view text) -> tl::expected<Record, std::string> {
    auto evidence = parse_machine_file(text, "machine file");
    if (!evidence) return tl::unexpected(std::move(evidence.error()));
    std::string key = key_of(facts_of(*evidence, *question->rules));
    if (const auto found = known->find(key); found != known->end()) return found->second;
    auto record = judged(*question, std::move(*evidence));
    constexpr std::size_t most_known = 4096;  // a key is tens of kilobytes
    if (record && known->size() < most_known) known->emplace(std::move(key), *record);
    return record;
  };
}

CompleteReport requirement_check(std::shared_ptr<const FleetQuestion> question) {
  if (question->requirements.empty()) return {};
  return [question = std::move(question)](std::string_view text, Record& record) -> tl::expected<void, std::string> {
    const auto machine = read_back(text, *question->rules);
    if (!machine) return tl::unexpected(machine.error());
    record.answers =
        answers_of(check(question->requirements, *question->rules, machine->facts, machine->diagnosis,
                         machine->recommendation ? &*machine->recommendation : nullptr, is_determined(machine->facts)));
    return {};
  };
}

}  // namespace rigfit
