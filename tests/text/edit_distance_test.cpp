#include "text/edit_distance.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>
#include <string>

namespace rigfit {
namespace {

TEST(EditDistance, CountsInsertionsDeletionsReplacementsAndSwaps) {
  EXPECT_EQ(edit_distance("", ""), 0u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("doctor", "doctor"), 0u);
  EXPECT_EQ(edit_distance("docter", "doctor"), 1u);
  EXPECT_EQ(edit_distance("dcotor", "doctor"), 1u) << "a swap is one mistake";
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
}

TEST(EditDistance, IsTheSameBelowALimit) {
  std::mt19937 dice(5);
  const auto word = [&] {
    std::string text(dice() % 9, ' ');
    for (char& c : text) c = static_cast<char>('a' + dice() % 3);
    return text;
  };
  for (int n = 0; n < 5000; ++n) {
    const std::string a = word(), b = word();
    const std::size_t whole = edit_distance(a, b);
    EXPECT_EQ(whole, edit_distance(b, a));
    for (std::size_t most = 0; most < 9; ++most)
      EXPECT_EQ(edit_distance(a, b, most), std::min(whole, most + 1)) << a << " " << b << " " << most;
  }
}

TEST(Nearest, NamesWhatWasMeant) {
  const std::vector<std::string> commands{"recommend", "probe", "doctor", "capture", "rules"};
  EXPECT_EQ(nearest("docter", commands), "doctor");
  EXPECT_EQ(nearest("recomend", commands), "recommend");
  EXPECT_EQ(nearest("porbe", commands), "probe");
  EXPECT_EQ(nearest("rec", commands), "recommend") << "the start of a name means it";
  EXPECT_EQ(nearest("--form", {"--from", "--format"}), "--format") << "before a word that a slip would give";
  EXPECT_EQ(nearest("cud", {"cuda.asleep", "cuda", "cuda.driver"}), "cuda") << "the shortest one that begins so";
}

TEST(Nearest, IsSilentWhenNothingIsNear) {
  EXPECT_EQ(nearest("frobnicate", {"probe", "doctor"}), "");
  EXPECT_EQ(nearest("yaml", {"text", "json", "html"}), "") << "two of four letters are wrong";
  EXPECT_EQ(nearest("x", {}), "");
  EXPECT_EQ(nearest("", {"probe"}), "");
  EXPECT_EQ(nearest(std::string(100'000, 'a'), {"probe"}), "") << "not worth the time";
  EXPECT_EQ(did_you_mean("zzzz", {"probe"}), "");
}

}  // namespace
}  // namespace rigfit
