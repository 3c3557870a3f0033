// What the fuzzer starts from, and what it has found, without clang.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "fuzz/condition_properties.hpp"
#include "judge/check/requirements.hpp"
#include "rules/archive.hpp"

namespace rigfit {
namespace {

const RuleBook& rules() {
  static const RuleBook book = unpack_rules(embedded_rule_book());
  return book;
}

TEST(FuzzSeeds, OfConditionsHold) {
  std::size_t count = 0, understood = 0;
  for (const auto& file : std::filesystem::directory_iterator(RIGFIT_SEEDS "/conditions")) {
    std::ifstream stream(file.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    EXPECT_EQ(broken_property(text, rules()), "") << file.path();
    understood += parse_check_requirement(text, rules()).has_value();
    ++count;
  }
  EXPECT_GE(count, 40u);
  EXPECT_GE(understood, count / 2) << "most seeds have to get beyond the parser";
}

}  // namespace
}  // namespace rigfit
