// What the fuzzer starts from, and what it has found, without clang.
#include <gmock/gmock.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

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

using Dice = std::mt19937;

std::size_t below(Dice& dice, std::size_t most) { return most == 0 ? 0 : dice() % most; }

/// Changes a text in a few places, some of them by parts of another.
std::string damaged(std::string text, const std::string& other, Dice& dice) {
  for (std::size_t n = below(dice, 6) + 1; n > 0; --n) {
    const std::size_t at = below(dice, text.size() + 1);
    switch (below(dice, 5)) {
      case 0:
        text.insert(at, 1, static_cast<char>(dice()));
        break;
      case 1:
        text.erase(at, below(dice, 20) + 1);
        break;
      case 2:
        if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1 << below(dice, 8)));
        break;
      case 3:
        text.insert(at, text.substr(below(dice, text.size() + 1), below(dice, 60)));
        break;
      default:
        text.insert(at, other.substr(below(dice, other.size() + 1), below(dice, 60)));
        break;
    }
  }
  return text;
}

// Without clang, and without its sense of what is new, but everywhere: RIGFIT_FUZZ_SECONDS for each target, 0.2 if not
// set.
TEST(FuzzSeeds, DamagedHoldToo) {
  const char* given = std::getenv("RIGFIT_FUZZ_SECONDS");
  const std::chrono::duration<double> each(given ? std::atof(given) : 0.2);
  const char* shared = std::getenv("RIGFIT_SHARED");
  for (const FuzzTarget& target : fuzz_targets()) {
    std::vector<std::string> seeds;
    for (auto& [name, text] : made_seeds(target, shared ? shared + std::string("/fixtures") : ""))
      seeds.push_back(std::move(text));
    if (target.has_seeds)
      for (const auto& file : fs::directory_iterator(fs::path(RIGFIT_SEEDS) / target.name))
        seeds.push_back(text_of(file.path()));
    Dice dice(static_cast<unsigned>(seeds.size()));
    std::size_t count = 0;
    const auto begin = std::chrono::steady_clock::now();
    while (std::chrono::steady_clock::now() - begin < each) {
      const std::string text = damaged(seeds[below(dice, seeds.size())], seeds[below(dice, seeds.size())], dice);
      const std::clock_t started = std::clock();
      const std::string broken = target.broken(text);
      const double seconds = static_cast<double>(std::clock() - started) / CLOCKS_PER_SEC;
      ++count;
      if (broken.empty() && seconds < 2) continue;
      std::ofstream("fuzz-broken-" + target.name, std::ios::binary) << text;
      ADD_FAILURE() << target.name << ": " << broken << " after " << seconds << " s; the text is in fuzz-broken-"
                    << target.name;
      break;
    }
    std::printf("%s: %zu texts in %g s\n", target.name.c_str(), count, each.count());
  }
}

TEST(FuzzSeeds, HaveATargetEach) {
  for (const auto& folder : fs::directory_iterator(RIGFIT_SEEDS))
    EXPECT_TRUE(fuzz_target(folder.path().filename().string())) << folder.path();
}

// Else what the target tries would be refused whatever it is.
TEST(FuzzSeeds, OfRulesAreTakenByTheFewRulesBesideThem) {
  for (const auto& file : fs::directory_iterator(RIGFIT_SEEDS "/rules"))
    EXPECT_EQ(rule_file_error(text_of(file.path())), "") << file.path();
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
