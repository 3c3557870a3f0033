// Every machine file, damaged in every way that a file can be, byte by byte: none crashes the program, holds it up, or
// makes a machine better than the whole file does by what was lost. RIGFIT_MUTATIONS=1000 damages each so many times,
// not fifty.
#include <gmock/gmock.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>
#include <string>

#include "evidence/machine_file.hpp"
#include "facts/platforms.hpp"
#include "machines/recordings.hpp"

namespace rigfit {
namespace {

using Dice = std::mt19937;

std::size_t below(Dice& dice, std::size_t most) { return most == 0 ? 0 : dice() % most; }

void change(std::string& text, Dice& dice) {
  for (std::size_t n = below(dice, 8) + 1; n > 0; --n) text[below(dice, text.size())] = static_cast<char>(dice());
}
void flip(std::string& text, Dice& dice) {
  char& byte = text[below(dice, text.size())];
  byte = static_cast<char>(byte ^ (1 << below(dice, 8)));
}
void lose(std::string& text, Dice& dice) {
  constexpr std::size_t sizes[] = {1, 1, 2, 5, 50};
  text.erase(below(dice, text.size()), sizes[below(dice, std::size(sizes))]);
}
void double_part(std::string& text, Dice& dice) {
  constexpr std::size_t sizes[] = {1, 5, 50, 500};
  const std::size_t at = below(dice, text.size());
  text.insert(at, text.substr(at, sizes[below(dice, std::size(sizes))]));
}
void move_part(std::string& text, Dice& dice) {
  const std::size_t at = below(dice, text.size());
  const std::string part = text.substr(at, 40);
  text.erase(at, 40);
  text.insert(below(dice, text.size()), part);
}
void cut(std::string& text, Dice& dice) { text.resize(below(dice, text.size())); }

/// Where a line begins that is one answer, and where it ends.
std::pair<std::size_t, std::size_t> some_line(const std::string& text, Dice& dice) {
  const std::size_t at = below(dice, text.size()), begin = at == 0 ? 0 : text.rfind('\n', at - 1) + 1;
  return {begin, std::min(text.find('\n', at), text.size() - 1) + 1};
}
void lose_line(std::string& text, Dice& dice) {
  const auto [begin, end] = some_line(text, dice);
  text.erase(begin, end - begin);
}
void double_key(std::string& text, Dice& dice) {
  const auto [begin, end] = some_line(text, dice);
  text.insert(begin, text.substr(begin, end - begin));
}
void number_too_large(std::string& text, Dice& dice) {
  constexpr std::string_view numbers[] = {"99999999999999999999", "-1", "1e308", "0x", "18446744073709551616"};
  const std::size_t at = text.find_first_of("0123456789", below(dice, text.size()));
  if (at != text.npos) text.replace(at, 1, numbers[below(dice, std::size(numbers))]);
}

using Damage = void (*)(std::string&, Dice&);
constexpr Damage damages[] = {change,    flip, flip,      lose,       double_part,
                              move_part, cut,  lose_line, double_key, number_too_large};

bool is_usable(State state) { return state == State::ready || state == State::proven; }

/// Whether an answer says something that it did not say in the whole file: that is evidence, a loss is not.
bool says_something_new(const Evidence& whole, const Evidence& damaged) {
  if (whole.os != damaged.os || whole.arch != damaged.arch) return true;
  return std::any_of(damaged.answers.begin(), damaged.answers.end(), [&](const auto& entry) {
    const auto before = whole.answers.find(entry.first);
    return before == whole.answers.end() || before->second != entry.second;
  });
}

int rounds() {
  const char* given = std::getenv("RIGFIT_MUTATIONS");
  return given ? std::atoi(given) : 50;
}

TEST(Mutation, OfAMachineFileNeverCrashesNorMakesAMachineBetterByALoss) {
  std::size_t runs = 0, read = 0, gained = 0;
  for (const Recording& recording : recordings()) {
    const std::string whole = write_machine_file(recording.evidence);
    const Facts before = facts_of(recording.evidence);
    std::seed_seq seed(recording.name.begin(), recording.name.end());
    Dice dice(seed);
    for (int round = 0; round < rounds(); ++round, ++runs) {
      std::string text = whole;
      damages[below(dice, std::size(damages))](text, dice);
      const std::clock_t begin = std::clock();
      const auto evidence = parse_machine_file(text, "damaged");
      if (!evidence) {
        EXPECT_NE(evidence.error(), "") << recording.name << ", round " << round;
        continue;
      }
      ++read;
      const Facts after = facts_of(*evidence);
      EXPECT_LT(std::clock() - begin, CLOCKS_PER_SEC) << recording.name << ", round " << round;
      ASSERT_EQ(after.platforms.size(), before.platforms.size());
      for (std::size_t n = 0; n < after.platforms.size(); ++n) {
        if (!is_usable(after.platforms[n].state) || is_usable(before.platforms[n].state)) continue;
        ++gained;
        // What stood in the way of a blocked one may have been seen by the lost answer alone.
        EXPECT_TRUE(says_something_new(recording.evidence, *evidence) || before.platforms[n].state == State::blocked)
            << recording.name << ", round " << round << ": " << after.platforms[n].id << " became usable";
      }
    }
  }
  EXPECT_GT(read, runs / 10) << "some damage has to get beyond the parser";
  std::printf("%zu damaged files, %zu could be read, in %zu a platform became usable by what they said\n", runs, read,
              gained);
}

}  // namespace
}  // namespace rigfit
