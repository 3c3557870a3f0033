#include "probes/layers/node_access.hpp"

#include <gmock/gmock.h>

namespace rigfit {
namespace {

using testing::HasSubstr;

NodeAccess access(Answer answer) {
  Evidence evidence;
  evidence.set("node:/dev/x", std::move(answer));
  return access_to_node(evidence, "/dev/x");
}

Answer node(std::optional<bool> may_be_used, std::string opens = "") {
  Answer answer;
  answer.outcome = Outcome::found;
  answer.node = Node{};
  answer.node->mode = "0660";
  answer.node->group = "render";
  answer.node->readable = answer.node->writable = may_be_used;
  answer.node->opens = std::move(opens);
  return answer;
}

Answer ended(Outcome outcome) {
  Answer answer;
  answer.outcome = outcome;
  return answer;
}

TEST(NodeAccess, IsUsableOrDenied) {
  EXPECT_EQ(access(node(true)).problem, NodeProblem::none);
  EXPECT_EQ(access(node(true)).layer.holds, Truth::yes);
  const NodeAccess denied = access(node(false));
  EXPECT_EQ(denied.problem, NodeProblem::denied);
  EXPECT_EQ(denied.layer.holds, Truth::no);
  EXPECT_THAT(denied.layer.because, HasSubstr("mode 0660, group render"));
  EXPECT_THAT(denied.layer.sources, testing::ElementsAre("node:/dev/x"));
}

TEST(NodeAccess, AFilterIsNoMatterOfPermissions) {
  EXPECT_EQ(access(node(true, "EPERM")).problem, NodeProblem::filtered);
  EXPECT_EQ(access(node(true, "EPERM")).layer.holds, Truth::no);
  EXPECT_EQ(access(node(true, "ENODEV")).problem, NodeProblem::failing);
  EXPECT_EQ(access(node(false, "EACCES")).problem, NodeProblem::denied);
  EXPECT_EQ(access(node(true, "ok")).problem, NodeProblem::none);
}

TEST(NodeAccess, AFolderThatIsClosedKeepsItsNodes) {
  EXPECT_EQ(access(ended(Outcome::denied)).problem, NodeProblem::denied);
  EXPECT_EQ(access(ended(Outcome::denied)).layer.holds, Truth::no);
  EXPECT_EQ(access(ended(Outcome::absent)).problem, NodeProblem::missing);
}

TEST(NodeAccess, WhatWasNotSeenIsUnknown) {
  for (const NodeAccess& one : {access(node(std::nullopt)), access(ended(Outcome::not_recorded)),
                                access(ended(Outcome::failed)), access(ended(Outcome::found))}) {
    EXPECT_EQ(one.problem, NodeProblem::unknown);
    EXPECT_EQ(one.layer.holds, Truth::unknown);
  }
}

TEST(NodeAccess, WhatIsThereTellsMoreThanWhatIsNot) {
  EXPECT_TRUE(tells_more(NodeProblem::none, NodeProblem::denied));
  EXPECT_TRUE(tells_more(NodeProblem::filtered, NodeProblem::unknown));
  EXPECT_TRUE(tells_more(NodeProblem::unknown, NodeProblem::missing));
  EXPECT_FALSE(tells_more(NodeProblem::denied, NodeProblem::failing));
}

}  // namespace
}  // namespace rigfit
