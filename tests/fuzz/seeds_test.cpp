// What the fuzzer starts from, and what it has found, without clang.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "fuzz/condition_properties.hpp"
#include "fuzz/targets.hpp"
#include "judge/check/requirements.hpp"
#include "rules/archive.hpp"

namespace rigfit {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

TEST(FuzzSeeds, OfEveryTargetHold) {
  for (const FuzzTarget& target : fuzz_targets()) {
    std::size_t count = 0;
    if (target.has_seeds)
      for (const auto& file : fs::directory_iterator(fs::path(RIGFIT_SEEDS) / target.name)) {
        EXPECT_EQ(target.broken(text_of(file.path())), "") << file.path();
        ++count;
      }
    for (const auto& [name, text] : made_seeds(target, "")) {
      EXPECT_EQ(target.broken(text), "") << target.name << " " << name;
      ++count;
    }
    EXPECT_GT(count, 0u) << target.name;
  }
}

TEST(FuzzSeeds, HaveATargetEach) {
  for (const auto& folder : fs::directory_iterator(RIGFIT_SEEDS))
    EXPECT_TRUE(fuzz_target(folder.path().filename().string())) << folder.path();
}

TEST(FuzzSeeds, OfConditionsGetBeyondTheParser) {
  const RuleBook rules = unpack_rules(embedded_rule_book());
  std::size_t count = 0, understood = 0;
  for (const auto& file : fs::directory_iterator(RIGFIT_SEEDS "/conditions")) {
    understood += parse_check_requirement(text_of(file.path()), rules).has_value();
    ++count;
  }
  EXPECT_GE(count, 40u);
  EXPECT_GE(understood, count / 2);
}

}  // namespace
}  // namespace rigfit
