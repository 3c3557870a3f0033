#include "fleet/tally.hpp"

#include <gmock/gmock.h>

#include "fleet/reports.hpp"

namespace rigfit {
namespace {

using fleet_test::report;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct Judged {
  int count = 0;
  Tally tally{[this](std::string_view) -> tl::expected<Record, std::string> {
    ++count;
    return Record{};
  }};
  void read(const std::string& text, std::string_view label = {}) { tally.read(text, {0, 0}, label); }
};

TEST(Tally, OneBehindTheOtherInAnyLayout) {
  const std::string one = report();
  for (const std::string& text : {one + "\n" + one + "\n", one + one, one + "\r\n" + one,
                                  "[" + one + ",\n" + one + "]\n", "{\n" + one.substr(1) + "\n{\n " + one.substr(1)}) {
    Judged judged;
    judged.read(text);
    EXPECT_THAT(judged.tally.entries, SizeIs(2)) << text.substr(0, 30);
    EXPECT_THAT(judged.tally.problems, IsEmpty()) << text.substr(0, 30);
    EXPECT_THAT(judged.tally.records, SizeIs(1));
  }
}

TEST(Tally, LinesAreCounted) {
  Judged judged;
  judged.read("\n" + report() + "\n\n" + report({.driver = "535.183.01"}) + "\n");
  EXPECT_THAT(judged.tally.entries, ElementsAre(Field(&Entry::line, 1), Field(&Entry::line, 3)));
  EXPECT_THAT(judged.tally.records, SizeIs(2));
}

TEST(Tally, AKnownReportWithADamagedEndIsNotTaken) {
  Judged judged;
  const std::string one = report();
  judged.read(one + "\n" + one.substr(0, one.size() - 2) + "\n" + one + "\n");
  EXPECT_THAT(judged.tally.entries, SizeIs(2));
  ASSERT_THAT(judged.tally.problems, SizeIs(1));
  EXPECT_EQ(judged.tally.problems[0].line, 1u);
}

TEST(Tally, EveryCutIsOneProblemAndTheRestIsRight) {
  const std::string one = report(), other = report({.gpus = 7});
  for (std::size_t size = 1; size < one.size(); size += 37) {
    Judged judged;
    judged.read(other + "\n" + one.substr(0, size) + "\n" + other + "\n" + one + "\n");
    EXPECT_THAT(judged.tally.entries, SizeIs(3)) << size;
    EXPECT_EQ(judged.tally.problem_count, 1u) << size;
  }
}

TEST(Tally, TextThatIsNoJsonIsOneProblemHoweverLong) {
  Judged judged;
  judged.read("Traceback:\n  File x\nKeyError\n" + report() + "\nbash: rigfit: not found\n");
  EXPECT_THAT(judged.tally.entries, SizeIs(1));
  EXPECT_THAT(judged.tally.problems, ElementsAre(Field(&Problem::line, 0), Field(&Problem::line, 4)));
}

TEST(Tally, LinesThatSeveralTasksWroteAreNamed) {
  Judged judged;
  const std::string one = report();
  judged.read(one.substr(0, 700) + one.substr(0, 300) + one.substr(700) + "\n");
  ASSERT_THAT(judged.tally.problems, SizeIs(1));
  EXPECT_THAT(judged.tally.problems[0].reason, HasSubstr("srun -o"));
}

TEST(Tally, LabelsMayBeSetsOfNodes) {
  Judged judged;
  judged.read(report(), "n[1-3]");
  EXPECT_THAT(judged.tally.entries, SizeIs(3));
  EXPECT_THAT(judged.tally.labels, ElementsAre("", "n1", "n2", "n3"));
}

TEST(Tally, FoldedBlocksNameTheirNodes) {
  Judged judged;
  judged.read("-----\nn[1-2] (2)\n-----\n" + report() + "\n-----\nn3\n-----\n" + report({.gpus = 7}) + "\n");
  EXPECT_THAT(judged.tally.entries, SizeIs(3));
  EXPECT_THAT(judged.tally.problems, IsEmpty());
}

// "changing" may stand elsewhere, too; what is read a second time is the same.
TEST(Tally, AKnownReportIsReadLikeANewOne) {
  const std::string nested = R"({"schema":"rigfit.report/1","x":{"changing":{"recorded":"2026-11-23T04:00:00Z"}}})",
                    inside = R"({"schema":"rigfit.report/1","x":{"a":1,"changing":{}},"y":2})",
                    named = R"({"node":"a","schema":"rigfit.report/1","changing":{},"node":"b"})",
                    renamed = R"({"node":"a","schema":"rigfit.report/1","changing":{}})";
  for (const auto& [first, second] : {std::pair{nested, nested}, {inside, inside}, {named, renamed}}) {
    Judged judged;
    judged.read(first + "\n" + second + "\n");
    EXPECT_THAT(judged.tally.entries, SizeIs(2)) << first;
    EXPECT_THAT(judged.tally.problems, IsEmpty()) << first;
  }
  Judged both;
  both.read(named + "\n" + renamed + "\n");
  EXPECT_EQ(both.tally.labels[both.tally.entries.at(1).label], "a");
}

TEST(Tally, HeadersDoNotNameMoreNodesThanThereAre) {
  Judged judged;
  std::string text;
  for (int n = 0; n < 200; ++n) text += "-----\nn[1-900000]\n-----\n" + report() + "\n" + report() + "\n";
  judged.read(text + "-----\nlast\n-----\n" + report() + "\n");
  EXPECT_EQ(judged.tally.entries.size(), 900'001u) << "one set, and a single node at any time";
  EXPECT_EQ(judged.tally.problem_count, 399u);
  ASSERT_FALSE(judged.tally.problems.empty());
  EXPECT_THAT(judged.tally.problems[0].reason, HasSubstr("more than 1048576 nodes"));
  Judged strange;
  strange.read("-----\n,\n-----\n" + report() + "\n");
  EXPECT_THAT(strange.tally.entries, SizeIs(1)) << "no node, and a report all the same";
}

TEST(Tally, TheMemberNodeNamesEachReportItself) {
  Judged judged;
  const std::string first = report({.node = "a"}), second = report({.node = "b"});
  judged.read(first + "\n" + second + "\n" + report() + "\n");
  ASSERT_THAT(judged.tally.entries, SizeIs(3));
  EXPECT_EQ(judged.tally.labels[judged.tally.entries[0].label], "a");
  EXPECT_EQ(judged.tally.labels[judged.tally.entries[1].label], "b");
  EXPECT_EQ(judged.tally.entries[2].label, 0u);
  // At the beginning it is in what is remembered.
  Judged early;
  const auto with = [](const std::string& node) { return "{\"node\":\"" + node + "\"," + report().substr(1); };
  early.read(with("a") + "\n" + with("a") + "\n" + with("b") + "\n");
  ASSERT_THAT(early.tally.entries, SizeIs(3));
  EXPECT_EQ(early.tally.labels[early.tally.entries[1].label], "a");
  EXPECT_EQ(early.tally.labels[early.tally.entries[2].label], "b");
}

TEST(Tally, EqualMachineFilesAreJudgedOnce) {
  Judged judged;
  const std::string machine = R"({"schema":"rigfit.machine/1","os":"linux","answers":{}})";
  judged.read(machine + "\n" + machine + "\n");
  EXPECT_EQ(judged.count, 1);
  EXPECT_THAT(judged.tally.entries, SizeIs(2));
}

TEST(Tally, OtherDocumentsAreNamed) {
  Judged judged;
  judged.read("{\"schema\":\"rigfit.check/1\"}\n{\"a\":1}\n");
  ASSERT_THAT(judged.tally.problems, SizeIs(2));
  EXPECT_THAT(judged.tally.problems[0].reason, HasSubstr("rigfit.check/1"));
}

}  // namespace
}  // namespace rigfit
