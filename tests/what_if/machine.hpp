#pragma once

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <string>

#include "analysis/analysis.hpp"
#include "analysis/built_in.hpp"
#include "evidence/machine_file.hpp"

namespace rigfit {

/// One of tests/machines, by its folder: "cuda/ready-two-gpus".
inline Evidence recorded(const std::string& name) {
  std::ifstream file(RIGFIT_MACHINES "/" + name + "/machine.json", std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  auto evidence = parse_machine_file(text, name);
  EXPECT_TRUE(evidence) << name << ": " << evidence.error();
  return evidence ? std::move(*evidence) : Evidence{};
}

inline Analysis analyzed(const std::string& name, const Purpose& purpose = {}) {
  auto analysis = analyze(built_in(), recorded(name), purpose);
  EXPECT_TRUE(analysis) << name << ": " << analysis.error();
  return analysis ? std::move(*analysis) : Analysis{built_in(), {}};
}

}  // namespace rigfit
