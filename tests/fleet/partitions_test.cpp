#include "fleet/partitions.hpp"

#include <gmock/gmock.h>

namespace rigfit {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

std::vector<NamedNodes> parsed(std::string_view text) {
  const auto all = parse_partitions(text);
  EXPECT_TRUE(all) << all.error();
  return all.value_or(std::vector<NamedNodes>{});
}

TEST(Partitions, AsSinfoPrintsThem) {
  const auto all = parsed(
      "PARTITION AVAIL  TIMELIMIT  NODES  STATE NODELIST\n"
      "gpu*         up 2-00:00:00      1  down* gpu004\n"
      "gpu*         up 2-00:00:00      3   idle gpu[001-003]\n"
      "cpu          up   infinite      2  alloc login1,n7\n"
      "empty        up   infinite      0    n/a \n");
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_EQ(all[0].name, "gpu");
  EXPECT_THAT(all[0].nodes, ElementsAre("gpu001", "gpu002", "gpu003", "gpu004"));
  EXPECT_EQ(all[1].name, "cpu");
  EXPECT_THAT(all[1].nodes, ElementsAre("login1", "n7"));
}

TEST(Partitions, AsNodesetPrintsThemAndAsPeopleWriteThem) {
  const auto all = parsed("@gpu n[1-2]\n@gpu n[2-3]\r\n\n# ours\nrack: n9\n");
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_THAT(all[0].nodes, ElementsAre("n1", "n2", "n3"));
  EXPECT_EQ(all[1].name, "rack");
  EXPECT_THAT(all[1].nodes, ElementsAre("n9"));
}

TEST(Partitions, ErrorsNameTheLine) {
  for (const auto& [text, place] :
       {std::pair{"gpu n1\ncpu\n", "line 2"}, std::pair{"gpu n[1-\n", "line 1"}, std::pair{"* n1\n", "line 1"}}) {
    const auto all = parse_partitions(text);
    ASSERT_FALSE(all) << text;
    EXPECT_THAT(all.error(), HasSubstr(place));
  }
}

}  // namespace
}  // namespace rigfit
