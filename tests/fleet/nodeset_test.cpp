#include "fleet/nodeset.hpp"

#include <gmock/gmock.h>

namespace rigfit {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

using Names = std::vector<std::string>;

std::string folded(const Names& names) { return fold_nodes(names); }

// The examples of ClusterShell's manual, tried with `nodeset -f` 1.9.1.
TEST(FoldNodes, ConsecutiveNumbersBecomeRanges) {
  EXPECT_EQ(folded({"n1", "n2", "n3", "n7", "n10"}), "n[1-3,7,10]");
  EXPECT_EQ(folded({"n10", "n2", "n1", "n2"}), "n[1-2,10]");
  EXPECT_EQ(folded({"gpu099", "gpu100", "gpu101"}), "gpu[099-101]");
}

TEST(FoldNodes, PaddedNumbersAreOtherNodes) {
  EXPECT_EQ(folded({"n1", "n01", "n2"}), "n[1-2,01]");
  EXPECT_EQ(folded({"n9", "n09", "n10"}), "n[9,09-10]");
}

TEST(FoldNodes, OneNameStaysItself) {
  EXPECT_EQ(folded({"gpu001"}), "gpu001");
  EXPECT_EQ(folded({"login"}), "login");
  EXPECT_EQ(folded({}), "");
}

TEST(FoldNodes, SeveralPatternsAreSorted) {
  EXPECT_EQ(folded({"login", "gpu2", "gpu1", "cpu7"}), "cpu7,gpu[1-2],login");
}

TEST(FoldNodes, SeveralNumbersFoldInEach) {
  EXPECT_EQ(folded({"n1-ib0", "n1-ib1", "n2-ib0", "n2-ib1"}), "n[1-2]-ib[0-1]");
  EXPECT_EQ(folded({"r1n1", "r1n2", "r2n1"}), "r1n[1-2],r2n1");
}

TEST(FoldNodes, NumbersTooLongForAnyNodeAreText) {
  EXPECT_EQ(folded({"x1234567890123456789", "x1234567890123456790"}), "x1234567890123456789,x1234567890123456790");
}

TEST(ExpandNodes, RangesStepsAndBrackets) {
  EXPECT_THAT(*expand_nodes("n[1-3,7]"), ElementsAre("n1", "n2", "n3", "n7"));
  EXPECT_THAT(*expand_nodes("n[1-7/3],login"), ElementsAre("login", "n1", "n4", "n7"));
  EXPECT_THAT(*expand_nodes("n[08-11]"), ElementsAre("n08", "n09", "n10", "n11"));
  EXPECT_THAT(*expand_nodes("n[1-2]-ib[0-1]"), ElementsAre("n1-ib0", "n1-ib1", "n2-ib0", "n2-ib1"));
  EXPECT_THAT(*expand_nodes("n1,n1 n2\n"), ElementsAre("n1", "n2"));
  EXPECT_THAT(*expand_nodes(""), IsEmpty());
}

TEST(ExpandNodes, MistakesAreNamed) {
  for (const char* wrong : {"n[1-", "n]1", "n[3-1]", "n[a]", "n[1-2/0]", "n[]", "n[1,]", "n[01-100]", "n[5/2]"})
    EXPECT_FALSE(expand_nodes(wrong)) << wrong;
  EXPECT_THAT(expand_nodes("n[3-1]").error(), HasSubstr("3-1"));
}

TEST(ExpandNodes, NoSetTakesAllMemory) {
  EXPECT_FALSE(expand_nodes("n[0-999999999999999999]"));
  EXPECT_FALSE(expand_nodes("n[0-9999]x[0-9999]"));
  EXPECT_THAT(*expand_nodes("n[0-99999]"), SizeIs(100'000));
  EXPECT_FALSE(expand_nodes("n[0-99999]", 99'999));
  EXPECT_THAT(expand_nodes(std::string(60'000, 'x') + "[1-4000000]").error(), HasSubstr("255 bytes"));
  EXPECT_TRUE(expand_nodes(std::string(250, 'x') + "[1-3]"));
}

TEST(NodeOrder, NumbersSortAsNumbers) { EXPECT_THAT(node_order({"n10", "n9", "a2", "n01"}), ElementsAre(2, 1, 3, 0)); }

// Reports and files of strangers name nodes: every byte may be in a name.
TEST(FoldNodes, NamesMayHoldAnyByte) {
  const std::string zero("a\0b", 3),
      two("a\0\0"
          "1",
          4),
      escape(
          "a\1"
          "0b",
          4);
  for (const Names& names : {Names{zero}, Names{two, "a1"}, Names{zero, escape}, Names{two, zero + "1", zero + "2"}}) {
    const std::string text = folded(names);
    for (const std::string& name : names)
      EXPECT_THAT(text, HasSubstr(name.substr(0, name.find_last_not_of("0123456789") + 1)));
  }
  EXPECT_EQ(folded({zero}), zero);
  EXPECT_EQ(folded({zero, escape}), zero + "," + escape);
}

TEST(FoldNodes, WhatIsFoldedExpandsToTheSame) {
  const Names names{"a1", "a2", "a10", "b03x", "b04x", "r1n1", "r1n2", "r2n1", "r2n2", "plain"};
  EXPECT_THAT(*expand_nodes(folded(names)), testing::UnorderedElementsAreArray(names));
}

}  // namespace
}  // namespace rigfit
