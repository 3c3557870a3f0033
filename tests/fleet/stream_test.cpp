#include "fleet/stream.hpp"

#include <gmock/gmock.h>

#include "fleet/report_reader.hpp"

namespace rigfit {
namespace {

using testing::ElementsAre;
using testing::Pair;
using testing::UnorderedElementsAre;

using Taken = std::vector<std::pair<std::string, std::string>>;

struct Result {
  Taken taken;
  std::size_t stray = 0;
  bool were_cut = false;
};

Result demultiplexed(const std::string& text, std::size_t piece) {
  Result result;
  Demultiplexer nodes(
      [&](std::string_view label, std::string_view one, std::size_t) { result.taken.emplace_back(label, one); },
      [](std::string_view one) {
        const auto read = read_report(one);
        return read && read->size == one.size();
      });
  for (std::size_t at = 0; at < text.size(); at += piece) nodes.add(std::string_view(text).substr(at, piece));
  nodes.finish();
  result.stray = nodes.stray_lines();
  result.were_cut = nodes.were_cut();
  return result;
}

TEST(KindOfStream, IsToldByTheFirstLines) {
  EXPECT_EQ(kind_of_stream("{\n  \"schema\": 1}\n"), StreamKind::plain);
  EXPECT_EQ(kind_of_stream("gpu001: {\ngpu002: {\n"), StreamKind::labelled);
  EXPECT_EQ(kind_of_stream("srun: job 4711 queued\n 0: {\"a\":1}\n"), StreamKind::labelled);
  EXPECT_EQ(kind_of_stream("---------------\nn[1-3] (3)\n---------------\n{}\n"), StreamKind::folded);
  EXPECT_EQ(kind_of_stream("  \"a\": {\n"), StreamKind::plain);
  EXPECT_EQ(kind_of_stream(""), StreamKind::plain);
}

TEST(FoldedHeader, OfAnsibleIsALineAHost) {
  const std::string text = "gpu001 | CHANGED | rc=0 >>\n{\n}\n";
  EXPECT_EQ(folded_header(text).nodes, "gpu001");
  EXPECT_EQ(text[folded_header(text).size], '{');
  const std::string unreachable = "gpu002 | UNREACHABLE! => {\n    \"msg\": \"x\"\n}\n";
  EXPECT_EQ(folded_header(unreachable).nodes, "gpu002");
  EXPECT_EQ(unreachable[folded_header(unreachable).size], '{');
  EXPECT_EQ(kind_of_stream(text), StreamKind::folded);
  for (const char* other : {"a b | CHANGED | rc=0 >>\n{", "gpu001 | CHANGED >>\n{", "{\"a\": \"x | rc=0 >>\"}\n"})
    EXPECT_EQ(folded_header(other).size, 0u) << other;
}

TEST(Starts, AreBracesAtTheBeginningOfALine) {
  const std::string text = "{\n  \"a\": [\n    {}\n  ]\n}\n{\"b\":1}\n";
  EXPECT_EQ(text.substr(next_start(text, 0), 4), "{\"b\"");
  EXPECT_EQ(next_start(text, text.size() - 3), text.size());
  EXPECT_EQ(last_start(text), next_start(text, 0));
  EXPECT_EQ(last_start("{\n}"), 0u);
}

TEST(Demultiplexer, LinesOfSeveralNodesMayInterleave) {
  const std::string text = "n1: {\nn2: {\nn2:   \"a\": 2\nn1:   \"a\": 1\nn1: }\nn2: }\nn1: {\"a\": 3}\n";
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, text.size()})
    EXPECT_THAT(demultiplexed(text, piece).taken,
                ElementsAre(Pair("n1", "{  \"a\": 1}"), Pair("n2", "{  \"a\": 2}"), Pair("n1", "{\"a\": 3}")));
}

TEST(Demultiplexer, PiecesOfALineAreJoined) {
  // srun -l of Slurm 22.05 labels each 1,024 bytes of a line anew.
  const std::string document = "{\"a\":\"" + std::string(2500, 'x') + "}y\"}";
  std::string text;
  for (std::size_t at = 0; at < document.size(); at += 1024) text += " 3: " + document.substr(at, 1024) + "\n";
  const Result result = demultiplexed(text, 500);
  EXPECT_THAT(result.taken, ElementsAre(Pair("3", document)));
  EXPECT_TRUE(result.were_cut);
}

TEST(Demultiplexer, MessagesOfTheLauncherAreStray) {
  const Result result = demultiplexed("srun: job 1 queued\nn1: {}\nhello\n", 5);
  EXPECT_THAT(result.taken, ElementsAre(Pair("n1", "{}")));
  EXPECT_EQ(result.stray, 2u);
  EXPECT_FALSE(result.were_cut);
}

TEST(Demultiplexer, WhatNeverEndsIsTakenAtTheEnd) {
  EXPECT_THAT(demultiplexed("n1: {\"a\":\nn2: {}", 3).taken,
              UnorderedElementsAre(Pair("n1", "{\"a\":"), Pair("n2", "{}")));
}

TEST(FoldedHeader, NamesTheNodes) {
  const std::string text = "---------------\nn[1-3] (3)\n---------------\n{}\n";
  const FoldedHeader header = folded_header(text);
  EXPECT_EQ(header.nodes, "n[1-3]");
  EXPECT_EQ(text.substr(header.size), "{}\n");
  EXPECT_EQ(folded_header("-----\nn1\n").size, 0u);
  EXPECT_EQ(folded_header("--\nn1\n--\n").size, 0u);
}

}  // namespace
}  // namespace rigfit
