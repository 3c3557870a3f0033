// consumer MACHINE.json FRAMEWORK: what is wrong with a recorded machine, and which framework fits it. 1 when that is
// not FRAMEWORK.
#include <fstream>
#include <iostream>
#include <iterator>

#include "analysis/analysis.hpp"
#include "evidence/machine_file.hpp"
#include "report/report.hpp"
#include "rules/archive.hpp"

int main(int, char** arguments) {
  std::ifstream file(arguments[1], std::ios::binary);
  const auto evidence = rigfit::parse_machine_file(std::string(std::istreambuf_iterator<char>(file), {}), arguments[1]);
  if (!evidence) {
    std::cerr << evidence.error() << "\n";
    return 2;
  }
  const rigfit::SharedRules rules(rigfit::unpack_rules(rigfit::embedded_rule_book()));
  const auto analysis = rigfit::analyze(rules, *evidence);
  if (!analysis) {
    std::cerr << analysis.error() << "\n";
    return 2;
  }
  for (const rigfit::Finding& finding : analysis->diagnosis.findings) std::cout << finding.id << "\n";
  std::cout << rigfit::recommend_text(*analysis, {});
  const auto& places = analysis->recommendation->ranking.places;
  const auto& options = analysis->recommendation->ranking.table.options;
  return !places.empty() && options[places.front().option] == arguments[2] ? 0 : 1;
}
