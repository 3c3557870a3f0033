#include "fleet/tally.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <random>

#include "fleet/reports.hpp"

namespace rigfit {
namespace {

using fleet_test::Given;
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
  std::vector<std::string> labels() const {
    std::vector<std::string> all;
    for (const Entry& entry : tally.entries) all.emplace_back(tally.label(entry));
    return all;
  }
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
  EXPECT_EQ(judged.tally.problems[1].reason, "text that is not JSON: \"bash: rigfit: not found\"");
}

/// What was read of a text, in a form that can be compared.
std::string outcome(const Tally& tally) {
  std::string text = fmt::format("{} problems;", tally.problem_count);
  for (const Entry& entry : tally.entries)
    text += fmt::format(" {}:{}:{}", tally.label(entry), entry.recorded, record_key(tally.records[entry.record]));
  return text;
}

TEST(Tally, WhatWasReadBeforeChangesNothing) {
  // Damage of every kind, in every place: to a tally that has seen all parts, and to one that has not.
  std::mt19937 random(17);
  const std::string one = report({.finding = "w", .severity = "warning"});
  for (int n = 0; n < 3000; ++n) {
    std::string damaged = one;
    const std::size_t at = random() % damaged.size(), size = random() % 40;
    switch (random() % 4) {
      case 0:
        damaged.erase(at, size);
        break;
      case 1:
        damaged[at] = "{}[],:\"\\0a "[random() % 11];
        break;
      case 2:
        damaged.insert(at, damaged.substr(random() % damaged.size(), size));
        break;
      default:
        std::swap(damaged[at], damaged[random() % damaged.size()]);
    }
    if (damaged.find("\n{") != damaged.npos) continue;
    Judged fresh, seasoned;
    for (int other = 0; other < 3; ++other) seasoned.read(report({.memory_bytes = 1081101176832 + other}) + "\n");
    seasoned.read(report({.driver = "535.183.01"}) + "\n" + one + "\n");
    seasoned.tally.entries.clear();
    fresh.read(damaged + "\n");
    seasoned.read(damaged + "\n");
    EXPECT_EQ(outcome(fresh.tally), outcome(seasoned.tally)) << damaged;
  }
}

Members last() {
  Members members;
  members.add(Member::changing);
  return members;
}

TEST(KnownParts, OnlyWhatDiffersIsRead) {
  KnownParts parts(false);
  const auto members = [](const Given& given) {
    const std::string text = report(given);
    return text.substr(0, text.find(",\"changing\""));
  };
  const auto first = parts.read(members({}), last());
  ASSERT_TRUE(first);
  const std::size_t all = parts.read_bytes();
  const auto second = parts.read(members({.memory_bytes = 1081101000000}), last());
  ASSERT_TRUE(second);
  EXPECT_TRUE(*first == *second);
  EXPECT_LT(parts.read_bytes() - all, all / 2);
  const auto third = parts.read(members({.driver = "535.183.01"}), last());
  ASSERT_TRUE(third);
  EXPECT_TRUE(*first != *third);
  EXPECT_EQ(record_key(parts.record(*third)), record_key(read_report(report({.driver = "535.183.01"}))->record));
  KnownParts exact(true);
  EXPECT_TRUE(exact.read(members({}), last()) != exact.read(members({.memory_bytes = 1081101000000}), last()));
}

TEST(KnownParts, IndentedReportsAreCutToo) {
  KnownParts parts(false);
  const std::string text = nlohmann::ordered_json::parse(report()).dump(2);
  const std::string members = text.substr(0, text.find(",\n  \"changing\""));
  ASSERT_TRUE(parts.read(members, last()));
  const std::size_t all = parts.read_bytes();
  ASSERT_TRUE(parts.read(members, last()));
  EXPECT_EQ(parts.read_bytes(), all);
}

TEST(KnownParts, WhatIsNoReportIsLeftToOthers) {
  KnownParts parts(false);
  for (const char* members : {"", "{", "{\"schema\":\"rigfit.machine/1\"", "{\"a\":1", "{,\"machine\":{}",
                              "{\"schema\":\"rigfit.report/1\",\"node\":\"n1\",\"machine\":{}",
                              "{\"schema\":\"rigfit.report/1\",,\"machine\":{}"})
    EXPECT_FALSE(parts.read(members, last())) << members;
}

TEST(Tally, AReportWithAMemberTwiceOrWithoutOneIsNone) {
  const std::string one = report(), tail = one.substr(one.find("\"changing\""));
  const std::size_t machine = one.find("\"machine\""), platforms = one.find("\"platforms\"");
  const std::string twice = one.substr(0, platforms) + one.substr(machine), without = one.substr(0, machine) + tail;
  // Known or not.
  Judged judged;
  judged.read(twice + "\n" + without + "\n" + one + "\n" + twice + "\n" + without + "\n");
  EXPECT_THAT(judged.tally.entries, SizeIs(1));
  ASSERT_THAT(judged.tally.problems, SizeIs(4));
  EXPECT_THAT(judged.tally.problems[0].reason, HasSubstr("twice"));
  EXPECT_THAT(judged.tally.problems[1].reason, HasSubstr("no \"machine\""));
  // A schema at the end is read like any other.
  Judged end;
  end.read("{" + one.substr(one.find("\"part\""), one.size() - one.find("\"part\"") - 1) +
           ",\"schema\":\"rigfit.check/1\"}\n");
  EXPECT_THAT(end.tally.entries, IsEmpty());
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
  EXPECT_THAT(judged.labels(), ElementsAre("n1", "n2", "n3"));
}

TEST(Tally, FoldedBlocksNameTheirNodes) {
  Judged judged;
  judged.read("-----\nn[1-2] (2)\n-----\n" + report() + "\n-----\nn3\n-----\n" + report({.gpus = 7}) + "\n");
  EXPECT_THAT(judged.tally.entries, SizeIs(3));
  EXPECT_THAT(judged.tally.problems, IsEmpty());
}

// "changing" may stand elsewhere, too; what is read a second time is the same.
TEST(Tally, AKnownReportIsReadLikeANewOne) {
  const std::string begin = R"({"schema":"rigfit.report/1","machine":{},"platforms":{},)", end = R"("changing":{}})";
  const std::string nested = begin + R"("x":{"changing":{"recorded":"2026-11-23T04:00:00Z"}},)" + end,
                    inside = begin + R"("x":{"a":1,"changing":{}},"y":2,)" + end,
                    of_a = R"({"node":"a",)" + begin.substr(1) + end, of_b = R"({"node":"b",)" + begin.substr(1) + end;
  for (const std::string& one : {nested, inside, of_a}) {
    Judged judged;
    judged.read(one + "\n" + one + "\n");
    EXPECT_THAT(judged.tally.entries, SizeIs(2)) << one;
    EXPECT_THAT(judged.tally.problems, IsEmpty()) << one;
  }
  Judged both;
  both.read(of_a + "\n" + of_b + "\n");
  ASSERT_THAT(both.tally.entries, SizeIs(2));
  EXPECT_EQ(both.tally.label(both.tally.entries[0]), "a");
  EXPECT_EQ(both.tally.label(both.tally.entries[1]), "b");
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
  EXPECT_THAT(judged.labels(), ElementsAre("a", "b", ""));
  // At the beginning it is in what is remembered.
  Judged early;
  const auto with = [](const std::string& node) { return "{\"node\":\"" + node + "\"," + report().substr(1); };
  early.read(with("a") + "\n" + with("a") + "\n" + with("b") + "\n");
  EXPECT_THAT(early.labels(), ElementsAre("a", "a", "b"));
}

TEST(Tally, EqualMachineFilesAreJudgedOnce) {
  Judged judged;
  const std::string machine = R"({"schema":"rigfit.machine/1","os":"linux","answers":{}})";
  judged.read(machine + "\n" + machine + "\n");
  EXPECT_EQ(judged.count, 1);
  EXPECT_THAT(judged.tally.entries, SizeIs(2));
}

TEST(Tally, AnswersOfAnsibleNameTheirHosts) {
  Judged judged;
  judged.read(
      "n1 | CHANGED | rc=0 >>\n" + report() +
      "\nn2 | UNREACHABLE! => {\n    \"changed\": false,\n    \"msg\": \"no route\"\n}\nn3 | FAILED | rc=127 >>\n"
      "rigfit: not found\nn4 | CHANGED | rc=0 >>\n" +
      report({.gpus = 7}) + "\n");
  EXPECT_THAT(judged.labels(), ElementsAre("n1", "n4"));
  EXPECT_THAT(judged.tally.problems, ElementsAre(Field(&Problem::label, "n2"), Field(&Problem::label, "n3")));
}

TEST(Tally, AByteOrderMarkIsPassedOver) {
  Judged judged;
  judged.read("\xef\xbb\xbf" + report() + "\r\n");
  EXPECT_THAT(judged.tally.entries, SizeIs(1));
  EXPECT_THAT(judged.tally.problems, IsEmpty());
}

TEST(Tally, OtherDocumentsAreNamed) {
  Judged judged;
  judged.read("{\"schema\":\"rigfit.check/1\"}\n{\"a\":1}\n");
  ASSERT_THAT(judged.tally.problems, SizeIs(2));
  EXPECT_THAT(judged.tally.problems[0].reason, HasSubstr("rigfit.check/1"));
}

}  // namespace
}  // namespace rigfit
