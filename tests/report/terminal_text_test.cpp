#include "report/text/terminal_text.hpp"

#include <gmock/gmock.h>

#include "text/utf8.hpp"

namespace rigfit {
namespace {

using testing::ElementsAre;

constexpr const char* replaced = "\xef\xbf\xbd";

TEST(Clean, LeavesOrdinaryTextAlone) {
  EXPECT_EQ(clean("NVIDIA H100 80GB HBM3"), "NVIDIA H100 80GB HBM3");
  EXPECT_EQ(clean("Prozessor für µ-Rechner ™ 日本語 \U0001f600"), "Prozessor für µ-Rechner ™ 日本語 \U0001f600");
}

TEST(Clean, TakesTheForceOutOfEscapeSequences) {
  EXPECT_EQ(clean("a\x1b[2Jb"), std::string("a") + replaced + "[2Jb");
  EXPECT_EQ(clean("\x1b]0;title\x07"), std::string(replaced) + "]0;title" + replaced);
  EXPECT_EQ(clean("\xc2\x9b"
                  "31m"),
            std::string(replaced) + "31m")
      << "CSI as one C1 control";
  EXPECT_EQ(clean(std::string_view("a\0b", 3)), std::string("a") + replaced + "b");
  EXPECT_EQ(clean("a\x7f"), std::string("a") + replaced);
}

TEST(Clean, MakesOneLineOfMany) { EXPECT_EQ(clean("a\nb\tc\r\n"), "a b c  "); }

TEST(Clean, TakesTheForceOutOfDirectionMarks) {
  EXPECT_EQ(clean("a\u202e"
                  "b"),
            std::string("a") + replaced + "b");
  EXPECT_EQ(clean("\u2066x\u2069"), std::string(replaced) + "x" + replaced);
}

TEST(Clean, ReplacesWhatIsNotUtf8) {
  EXPECT_EQ(clean("caf\xe9"), std::string("caf") + replaced);
  EXPECT_EQ(clean("\xc0\xaf"), std::string(replaced) + replaced) << "overlong";
  EXPECT_EQ(clean("\xed\xa0\x80"), std::string(replaced) + replaced + replaced) << "surrogate";
  EXPECT_EQ(clean("\xe2\x82"), std::string(replaced) + replaced) << "cut";
}

TEST(Clean, AnyBytesBecomePrintableUtf8) {
  std::uint32_t state = 7;
  for (int round = 0; round < 200; ++round) {
    std::string bytes(64, 0);
    for (char& c : bytes) {
      state ^= state << 13, state ^= state >> 17, state ^= state << 5;
      c = static_cast<char>(state);
    }
    const std::string cleaned = clean(bytes);
    EXPECT_TRUE(is_utf8(cleaned));
    for (const char c : cleaned) EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
    EXPECT_EQ(clean(cleaned), cleaned);
  }
}

TEST(Width, CountsColumnsAndNotBytes) {
  EXPECT_EQ(width_of(""), 0);
  EXPECT_EQ(width_of("abc"), 3);
  EXPECT_EQ(width_of("für"), 3);
  EXPECT_EQ(width_of("日本"), 4) << "East Asian wide";
  EXPECT_EQ(width_of("ＧＰＵ"), 6) << "fullwidth";
  EXPECT_EQ(width_of("한국"), 4);
  EXPECT_EQ(width_of("e\u0301"), 1) << "combining";
  EXPECT_EQ(width_of("\U0001f600"), 2) << "emoji";
}

TEST(Wrap, BreaksAtSpaces) {
  EXPECT_THAT(wrap("one two three", 7), ElementsAre("one two", "three"));
  EXPECT_THAT(wrap("one", 7), ElementsAre("one"));
  EXPECT_THAT(wrap("", 7), ElementsAre(""));
  EXPECT_THAT(wrap("  a   b  ", 7), ElementsAre("a b"));
}

TEST(Wrap, CutsAWordThatIsTooLong) { EXPECT_THAT(wrap("a abcdefgh", 4), ElementsAre("a", "abcd", "efgh")); }

TEST(Wrap, KeepsAnAddressWhole) {
  EXPECT_THAT(wrap("see https://example.org/a/long/path now", 10),
              ElementsAre("see", "https://example.org/a/long/path", "now"));
}

TEST(Wrap, NeverSplitsACharacterAndCountsItsColumns) {
  EXPECT_THAT(wrap("日本語", 4), ElementsAre("日本", "語"));
  EXPECT_THAT(wrap("日本語", 1), ElementsAre("日", "本", "語")) << "two columns are the least there is";
  for (const int width : {2, 3, 5, 8})
    for (const std::string& line : wrap("für 日本語 \U0001f600\U0001f600 GPUs überall", width)) {
      EXPECT_TRUE(is_utf8(line));
      EXPECT_LE(width_of(line), width);
    }
}

TEST(Wrap, TheFirstLineMayHaveAnotherWidth) { EXPECT_THAT(wrap("aa bb cc", 2, 5), ElementsAre("aa bb", "cc")); }

TEST(EscapeForTerminal, WritesWhatATerminalWouldActUponAsEscapes) {
  EXPECT_EQ(escape_for_terminal("{\"a\": \"b\"}\n"), "{\"a\": \"b\"}\n");
  EXPECT_EQ(escape_for_terminal("\xc2\x9b"), "\\u009b");
  EXPECT_EQ(escape_for_terminal("\x7f"), "\\u007f");
  EXPECT_EQ(escape_for_terminal("\u202e"), "\\u202e");
  EXPECT_EQ(escape_for_terminal("日本"), "日本");
}

}  // namespace
}  // namespace rigfit
