#include "text/edit_distance.hpp"

#include <gmock/gmock.h>

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
  EXPECT_EQ(nearest("x", {}), "");
  EXPECT_EQ(nearest("", {"probe"}), "");
  EXPECT_EQ(nearest(std::string(100'000, 'a'), {"probe"}), "") << "not worth the time";
  EXPECT_EQ(did_you_mean("zzzz", {"probe"}), "");
}

}  // namespace
}  // namespace rigfit
