#include "evidence/evidence.hpp"

#include <gmock/gmock.h>

namespace rigfit {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Answer found(std::string text) {
  Answer answer;
  answer.outcome = Outcome::found;
  answer.text = std::move(text);
  return answer;
}

Answer names(std::vector<std::string> list) {
  Answer answer = found("");
  answer.names = std::move(list);
  return answer;
}

TEST(Evidence, AMissingKeyIsNotRecordedAndNeverAbsent) {
  const Evidence evidence;
  EXPECT_EQ(evidence.file("/etc/os-release").outcome, Outcome::not_recorded);
  EXPECT_FALSE(evidence.node("/dev/kfd").absent());
  EXPECT_EQ(evidence.text("/etc/os-release"), "");
}

TEST(Evidence, TextIsOnlyThatOfAFileThatWasFound) {
  Evidence evidence;
  evidence.set("file:/a", found("text"));
  Answer denied = found("left over");
  denied.outcome = Outcome::denied;
  evidence.set("file:/b", denied);
  EXPECT_EQ(evidence.text("/a"), "text");
  EXPECT_EQ(evidence.text("/b"), "");
}

TEST(Evidence, CommandsOfAProgramAndNotOfItsNamesakes) {
  Evidence evidence;
  for (const char* key :
       {"command:nvidia-smi", "command:nvidia-smi -q -x", "command:nvidia-smi-old -L", "command:nvidia"})
    evidence.set(key, found(key));
  std::vector<std::string> lines;
  for (const auto& [line, answer] : evidence.commands("nvidia-smi")) {
    lines.emplace_back(line);
    EXPECT_EQ(answer->text, "command:" + lines.back());
  }
  EXPECT_THAT(lines, ElementsAre("nvidia-smi", "nvidia-smi -q -x"));
}

TEST(Expand, ByListsOnTheWay) {
  Evidence evidence;
  evidence.set("list:/sys/class/kfd/kfd/topology/nodes", names({"0", "1", "10"}));
  EXPECT_THAT(
      evidence.expand("/sys/class/kfd/kfd/topology/nodes/*/properties"),
      ElementsAre("/sys/class/kfd/kfd/topology/nodes/0/properties", "/sys/class/kfd/kfd/topology/nodes/1/properties",
                  "/sys/class/kfd/kfd/topology/nodes/10/properties"));
}

TEST(Expand, ByKeysWhereNoListWasRecorded) {
  Evidence evidence;
  evidence.set("file:/proc/driver/nvidia/gpus/0000:01:00.0/information", found("Model: x"));
  evidence.set("file:/proc/driver/nvidia/gpus_old/1/information", found("y"));
  evidence.set("file:/proc/driver/nvidia/gpus/0000:02:00.0/information", Answer{});
  EXPECT_THAT(evidence.expand("/proc/driver/nvidia/gpus/*/information"),
              ElementsAre("/proc/driver/nvidia/gpus/0000:01:00.0/information"));
}

TEST(Expand, StarsInTwoComponentsAndInsideOne) {
  Evidence evidence;
  evidence.set("list:/usr/lib", names({"python3.11", "python3", "perl"}));
  evidence.set("list:/usr/lib/python3.11", names({"site-packages"}));
  EXPECT_THAT(evidence.expand("/usr/lib/python3.*/site-*"), ElementsAre("/usr/lib/python3.11/site-packages"));
}

TEST(Expand, WithoutAStarIsThePathItself) {
  EXPECT_THAT(Evidence{}.expand("/etc/os-release"), ElementsAre("/etc/os-release"));
  EXPECT_THAT(Evidence{}.expand("relative/*"), IsEmpty());
  EXPECT_THAT(Evidence{}.expand(""), IsEmpty());
}

TEST(Matches, AStarStaysWithinOneComponent) {
  EXPECT_TRUE(matches("libcuda.so.*", "libcuda.so.580.82.07"));
  EXPECT_TRUE(matches("*", ""));
  EXPECT_TRUE(matches("a*b*c", "a--b--b--c"));
  EXPECT_TRUE(matches("renderD*", "renderD128"));
  EXPECT_FALSE(matches("renderD*", "card0"));
  EXPECT_FALSE(matches("a*c", "a/c"));
  EXPECT_FALSE(matches("", "a"));
  EXPECT_FALSE(matches("a*b", "a"));
}

}  // namespace
}  // namespace rigfit
