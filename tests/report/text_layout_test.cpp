#include "report/text/text_layout.hpp"

#include <gmock/gmock.h>

namespace rigfit {
namespace {

TextStyle narrow() { return {false, 40, false}; }

TEST(Page, ParagraphsAreIndentedAndHang) {
  Page page(narrow());
  page.bullet("one two three four five six seven eight nine");
  EXPECT_EQ(page.take(),
            "  - one two three four five six seven\n"
            "    eight nine\n");
}

TEST(Page, FieldsPutTextBesideTheirLabel) {
  Page page(narrow());
  page.field("CPU", "a processor with a name that is very long", 8, 2);
  EXPECT_EQ(page.take(),
            "  CPU     a processor with a name that\n"
            "          is very long\n");
}

TEST(Page, TablesAlignTheirColumns) {
  Page page(narrow());
  page.table({{}, {true, false}, {false, true}},
             {{{"a"}, {"1"}, {"x"}}, {{"bbb"}, {"100"}, {"words that need more than one line here"}}}, 1);
  EXPECT_EQ(page.take(),
            " a      1  x\n"
            " bbb  100  words that need more than one\n"
            "           line here\n");
}

TEST(Page, TablesAlignWideCharacters) {
  Page page(narrow());
  page.table({{}, {}}, {{{"日本"}, {"x"}}, {{"abcd"}, {"y"}}});
  EXPECT_EQ(page.take(), "日本  x\nabcd  y\n");
}

TEST(Page, ShortRowsAreFilledUp) {
  Page page(narrow());
  page.table({{}, {}}, {{{"a"}}, {}, {{"b"}, {"c"}}});
  EXPECT_EQ(page.take(), "a\n\nb  c\n");
}

TEST(Page, CommandsAreNeverBroken) {
  Page page(narrow());
  page.command("pip install torch --index-url https://download.pytorch.org/whl/cu130", 4);
  EXPECT_EQ(page.take(), "    pip install torch --index-url https://download.pytorch.org/whl/cu130\n");
}

TEST(Page, NoTextOfAMachineReachesTheTerminalAsACommand) {
  for (const bool colour : {false, true}) {
    Page page({colour, 80, false});
    const std::string evil = "GPU\x1b[2J\x1b]52;c;x\x07\nnext";
    page.heading(evil);
    page.paragraph(evil);
    page.bullet(evil);
    page.field(evil, evil, 10);
    page.command(evil, 2);
    page.table({{}, {false, true}}, {{{evil}, {evil, Tint::bad}}});
    const std::string text = page.take();
    EXPECT_EQ(text.find("\x1b[2J"), text.npos);
    EXPECT_EQ(text.find("\x1b]"), text.npos);
    EXPECT_EQ(text.find('\x07'), text.npos);
    if (!colour) EXPECT_EQ(text.find('\x1b'), text.npos);
  }
}

TEST(Page, ColourIsSwitchedOffAgain) {
  Page page({true, 80, false});
  page.paragraph("bad", 0, 0, Tint::bad);
  EXPECT_EQ(page.take(), "\x1b[31mbad\x1b[0m\n");
}

TEST(Page, AWidthOfNothingIsSurvived) {
  Page page({false, 0, false});
  page.table({{}, {false, true}}, {{{std::string(50, 'a')}, {"some words"}}}, 10);
  page.field("label", "text", 60, 30);
  EXPECT_FALSE(page.take().empty());
}

}  // namespace
}  // namespace rigfit
