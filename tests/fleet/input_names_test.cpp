#include "fleet/input_names.hpp"

#include <gmock/gmock.h>

namespace rigfit {
namespace {

using testing::ElementsAre;

std::vector<std::string> named(const std::vector<std::string>& paths, const std::string& root = "") {
  std::vector<FleetInput> inputs;
  for (const std::string& path : paths) inputs.push_back({path, root});
  return node_names(inputs);
}

TEST(NodeNames, FilesOfSrun) {
  EXPECT_THAT(named({"out.gpu001.json", "out.gpu002.json"}), ElementsAre("gpu001", "gpu002"));
  EXPECT_THAT(named({"d/out.gpu001.json.gz", "d/out.gpu002.json.gz"}), ElementsAre("gpu001", "gpu002"));
}

TEST(NodeNames, FilesOfClush) {
  EXPECT_THAT(named({"day/n1", "day/n2"}, "day"), ElementsAre("n1", "n2"));
  EXPECT_THAT(named({"day/n1.example.org", "day/n2.example.org"}, "day"), ElementsAre("n1", "n2"));
}

TEST(NodeNames, TreesOfAnsibleFetch) {
  EXPECT_THAT(named({"f/gpu1/etc/ansible/facts.d/rigfit.json", "f/gpu2/etc/ansible/facts.d/rigfit.json"}, "f"),
              ElementsAre("gpu1", "gpu2"));
  EXPECT_THAT(named({"f/gpu1/etc/rigfit.json"}, "f"), ElementsAre("gpu1"));
}

TEST(NodeNames, RanksOfMpirun) {
  EXPECT_THAT(named({"o/1/rank.0/stdout", "o/1/rank.1/stdout"}, "o"), ElementsAre("rank.0", "rank.1"));
}

TEST(NodeNames, OneFileIsItsStem) {
  EXPECT_THAT(named({"some/all.ndjson.gz"}), ElementsAre("all"));
  EXPECT_THAT(named({"stdin"}), ElementsAre("stdin"));
}

TEST(NodeNames, AFileThatIsCalledMachineIsNamedByItsFolder) {
  EXPECT_THAT(named({"some/gpu7/machine.json"}), ElementsAre("gpu7"));
  EXPECT_THAT(named({"machine.json"}), ElementsAre("machine"));
  EXPECT_THAT(named({"a/gpu7/machine.json", "a/gpu8/machine.json"}), ElementsAre("gpu7", "gpu8"));
}

// cuda/ and mps/ tell some apart, the folders below them all.
TEST(NodeNames, TheFolderThatTellsAllApart) {
  EXPECT_THAT(named({"cuda/a/machine.json", "cuda/b/machine.json", "mps/c/machine.json"}), ElementsAre("a", "b", "c"));
  EXPECT_THAT(named({"n1/a/machine.json", "n1/b/machine.json", "n2/a/machine.json"}), ElementsAre("n1", "n1", "n2"));
}

TEST(NodeNames, GroupsAreNamedByThemselves) {
  EXPECT_THAT(node_names({{"a/n1.json", "a"}, {"b/n1.json", "b"}, {"a/n2.json", "a"}}), ElementsAre("n1", "n1", "n2"));
}

TEST(NodeNames, TheSameNameTwiceStays) { EXPECT_THAT(named({"n1.json", "n1.json.gz"}), ElementsAre("n1", "n1")); }

}  // namespace
}  // namespace rigfit
