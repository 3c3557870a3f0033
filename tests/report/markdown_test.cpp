#include <gmock/gmock.h>

#include "report/formats.hpp"
#include "report/markdown/markdown_text.hpp"
#include "report/markdown/marked_block.hpp"
#include "report/markdown/redacted.hpp"
#include "report/sample.hpp"
#include "text/utf8.hpp"

namespace rigfit {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string written(std::string_view format, const Report& report, bool verbose = false) {
  return format_named(format)->write(report, {false, 100, verbose});
}

std::string plain(std::string_view words) { return markdown::text(words).source(); }

TEST(MarkdownText, LeavesOrdinaryTextAlone) {
  for (const char* words :
       {"PyTorch 2.15 (CUDA 13.2) fits this machine best.", "NVIDIA RTX 4090, 24 GiB, bf16 fp8 (sm_89)",
        "a-b + c: 79.4%", "Prozessor für µ-Rechner ™ 日本語", "R&D at AT&T & more"})
    EXPECT_EQ(plain(words), words[0] == 'R' ? "R\\&D at AT\\&T & more" : std::string(words));
}

TEST(MarkdownText, TakesTheForceOutOfMarkup) {
  EXPECT_EQ(plain("<script>alert(1)</script>"), "\\<script\\>alert(1)\\</script\\>");
  EXPECT_EQ(plain("a|b"), "a\\|b");
  EXPECT_EQ(plain("`x` *y* _z_ ~s~ [l](u) ![i](u) {j} $m$ \\"),
            "\\`x\\` \\*y\\* \\_z\\_ \\~s\\~ \\[l\\](u) !\\[i\\](u) \\{j\\} \\$m\\$ \\\\");
  EXPECT_EQ(plain("&lt;b&gt; &#60;"),
            "\\&lt;b\\&gt; \\&#\u2060"
            "60;");
}

TEST(MarkdownText, MakesNoLinksAndNoMentionsOfWhatLooksLikeThem) {
  EXPECT_EQ(plain("https://evil.example www.evil.example mailto:a"),
            "https\\://evil.example www\\.evil.example mailto\\:a");
  EXPECT_EQ(plain("@torvalds #1"),
            "@\u2060torvalds #\u2060"
            "1");
}

TEST(MarkdownText, IsOneLineOfUtf8) {
  EXPECT_EQ(plain("a\nb\r\n\tc"), "a b   c");
  EXPECT_EQ(plain("a\u202e"
                  "b\x1b[2J\xff"),
            "a\ufffd"
            "b\ufffd\\[2J\ufffd");
  EXPECT_LT(plain(std::string(10'000, 'x')).size(), 1100u);
  EXPECT_TRUE(is_utf8(plain(std::string(999, 'x') + "日本語")));
}

TEST(MarkdownText, LinksOnlyToAddresses) {
  EXPECT_EQ(markdown::link("a [b]", "https://example.org/x?y=1").source(), "[a \\[b\\]](https://example.org/x?y=1)");
  for (const char* url : {"javascript:alert(1)", "https://a b", "https://a)b", "https://a\nb", "data:text/html,x", ""})
    EXPECT_EQ(markdown::link("a", url).source(), "a") << url;
}

TEST(MarkdownText, CodeSpansHoldNothingThatEndsThem) {
  EXPECT_EQ(markdown::code("sm_90 <b>").source(), "`sm_90 <b>`");
  EXPECT_EQ(markdown::code("a`b").source(), "a\\`b");
  EXPECT_EQ(markdown::code("a|b").source(), "a\\|b") << "a table would end the cell there";
}

TEST(MarkdownText, CommandsInASentenceAreCode) {
  EXPECT_EQ(markdown::prose("see `rigfit -v` <b>").source(), "see `rigfit -v` \\<b\\>");
  EXPECT_EQ(markdown::prose("`a|b`").source(), "a\\|b") << "what a table could not hold is text";
  EXPECT_EQ(markdown::prose("one ` alone").source(), plain("one ` alone"));
}

TEST(MarkdownDocument, NothingAtTheStartOfALineBeginsABlock) {
  for (const char* words :
       {"# a", "- a", "+ a", "=== a", "1. a", "12) a", ":::note", "!!! note", "    a", "> a", "--- "}) {
    markdown::Document document;
    document.paragraph(markdown::text(words));
    const std::string text = document.take();
    EXPECT_TRUE(text[0] == '\\' || text[0] == 'a' || text.find('\\') < 3) << text;
  }
}

TEST(MarkdownDocument, AFenceIsLongerThanWhatItHolds) {
  markdown::Document document;
  document.code_block("sh", {"echo '```'", "<!-- rigfit:end -->"});
  const std::string text = document.take();
  EXPECT_THAT(text, AllOf(testing::StartsWith("````sh\n"), testing::EndsWith("\n````\n")));
  EXPECT_THAT(text, Not(HasSubstr(block_end)));
}

TEST(MarkdownDocument, TablesHaveAsManyCellsInEachRow) {
  markdown::Document document;
  document.table({{markdown::text("A")}, {markdown::text("B"), true}},
                 {{markdown::text("1|2"), markdown::text("")}, {markdown::text("x")}});
  EXPECT_EQ(document.take(), "| A | B |\n| --- | ---: |\n| 1\\|2 | |\n| x | |\n");
}

TEST(MarkdownReport, SaysWhatTheMachineNeeds) {
  const Sample sample;
  const std::string text = written("markdown", sample.analysis);
  for (const char* part : {"## Alpha", "### This machine", "### Comparison", "| Ease of use | 50 |", "**90**",
                           "Alpha is easy. ([E-a](https://example.org/a))", "pip install alpha", "No driver is bound",
                           "`cuda.driver.not_bound`", "```sh\nsudo apt install nvidia-driver\n```",
                           "[Driver guide (2026)](https://example.org/driver)", "rules as of 2026-01-02"})
    EXPECT_THAT(text, HasSubstr(part));
  EXPECT_EQ(text, written("markdown", sample.analysis)) << "byte by byte";
}

TEST(MarkdownReport, HoldsNothingThatChangesByItself) {
  Sample sample;
  sample.analysis.facts.host.set_by_name("memory.available_bytes", Fact::of(std::int64_t{1} << 30));
  Device& gpu = sample.analysis.facts.platforms[0].devices[0];
  gpu.facts.set_by_name("memory_free_bytes", Fact::of(std::int64_t{2} << 30));
  gpu.facts.set_by_name("compute_processes", Fact::of(std::int64_t{3}));
  sample.analysis.evidence.recorded = "2026-11-26T10:00:00Z";
  const auto all = [&] {
    std::string text = written("issue", sample.analysis);
    for (const auto part : {Scope::Part::recommendation, Scope::Part::machine, Scope::Part::findings})
      text += written("markdown", Report(sample.analysis, {part}), true);
    return text;
  };
  const std::string before = all();
  sample.analysis.facts.host.set_by_name("memory.available_bytes", Fact::of(std::int64_t{5} << 30));
  gpu.facts.set_by_name("memory_free_bytes", Fact::of(std::int64_t{6} << 30));
  gpu.facts.set_by_name("compute_processes", Fact::of(std::int64_t{7}));
  for (auto& [key, answer] : sample.analysis.evidence.answers) answer.seconds = 3.25;
  sample.analysis.evidence.recorded = "2026-11-26T11:00:00Z";
  EXPECT_EQ(all(), before);
}

TEST(IssueReport, IsFoldedAndNamesNobody) {
  Sample sample;
  sample.analysis.facts.host.set_by_name("python.prefix", Fact::of(std::string("/home/al_ice.b/venv")));
  sample.analysis.diagnosis.findings[0].cause = "Seen in /Users/bob/x for GPU-12345678-9abc-def0-1234-56789abcdef0.";
  const std::string text = written("issue", sample.analysis);
  EXPECT_THAT(text, AllOf(testing::StartsWith("<details>\n<summary>rigfit"), testing::EndsWith("</details>\n")));
  EXPECT_THAT(text, AllOf(HasSubstr("~/venv"), HasSubstr("~/x"), HasSubstr("cuda.driver.not_bound")));
  for (const char* name : {"al_ice", "al\\_ice", "bob", "12345678"}) EXPECT_THAT(text, Not(HasSubstr(name)));
}

TEST(Redacted, CrossesOutWhatNamesSomebody) {
  EXPECT_EQ(redacted("/home/alice/x /home/bob"), "~/x ~");
  EXPECT_EQ(redacted("C:\\Users\\Alice Smith\\venv"), "C:~\\venv");
  EXPECT_EQ(redacted("GPU-8f3c1a2b-0000-1111-2222-333344445555,"), "GPU-(removed),");
  EXPECT_EQ(redacted("aa:bb:cc:dd:ee:ff"), "(removed)");
  EXPECT_EQ(redacted("mail alice.b+c@example.org now"), "mail (removed) now");
}

TEST(Redacted, LeavesWhatNamesNobody) {
  for (const char* text : {"0000:01:00.0", "580.65.06", "a@", "@b", "12.4.5.8", "/home/", "torch==2.8.0+cu128",
                           "10de:2684", "/usr/lib/python3"})
    EXPECT_EQ(redacted(text), text);
}

constexpr const char* document = "# Title\n\n<!-- rigfit:begin -->\nold\n<!-- rigfit:end -->\n\nRest\n";

TEST(MarkedBlock, TakesThePlaceOfWhatStoodThere) {
  const auto renewed = with_block(document, "new\n");
  ASSERT_TRUE(renewed);
  EXPECT_EQ(*renewed, "# Title\n\n<!-- rigfit:begin -->\n\nnew\n\n<!-- rigfit:end -->\n\nRest\n");
  EXPECT_EQ(with_block(*renewed, "new\n"), *renewed) << "what is up to date stays as it is, byte by byte";
}

TEST(MarkedBlock, KeepsTheLineEndsOfTheDocument) {
  EXPECT_EQ(with_block("a\r\n <!-- rigfit:begin --> \r\n<!-- rigfit:end -->", "x\n"),
            "a\r\n <!-- rigfit:begin --> \r\n\r\nx\r\n\r\n<!-- rigfit:end -->");
}

TEST(MarkedBlock, NeedsOneOfEachMarkInOrder) {
  for (const char* text : {"", "no marks", "<!-- rigfit:begin -->\n", "<!-- rigfit:end -->\n<!-- rigfit:begin -->\n",
                           "in `<!-- rigfit:begin -->` a line\n<!-- rigfit:end -->\n"})
    EXPECT_FALSE(with_block(text, "x\n")) << text;
  EXPECT_THAT(with_block(std::string(document) + document, "x\n").error(), HasSubstr("2 lines"));
}

}  // namespace
}  // namespace rigfit
