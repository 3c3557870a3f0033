#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "report/html/html_report.hpp"
#include "report/html/html_text.hpp"
#include "report/sample.hpp"
#include "text/utf8.hpp"

namespace rigfit {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using Json = nlohmann::ordered_json;

TEST(HtmlText, IsHarmlessInTextAndInAttributes) {
  EXPECT_EQ(html_text("a < b & \"c\" 'd' > e"), "a &lt; b &amp; &quot;c&quot; &#39;d&#39; &gt; e");
  EXPECT_EQ(html_text("x\ny\u202ez\x1b\xff"), "x y\ufffdz\ufffd\ufffd");
  EXPECT_LT(html_text(std::string(10'000, '<')).size(), 10'000u);
  EXPECT_TRUE(is_utf8(html_text(std::string(1999, 'x') + "日本語")));
}

TEST(HtmlText, DataEndsNoScript) {
  EXPECT_EQ(json_in_html("[\"</script><!--&\"]"), "[\"\\u003c/script\\u003e\\u003c!--\\u0026\"]");
}

std::string filled(std::string_view page, const Json& values) { return fill(page, values).text; }

TEST(Template, FillsInTexts) {
  EXPECT_EQ(filled("a {{x}} {{y.z}} {{n}}", {{"x", "<b>"}, {"y", {{"z", "1"}}}, {"n", 7}}), "a &lt;b&gt; 1 7");
  EXPECT_THAT(fill("{{x}} {{y.z}}", {{"y", {{"a", 1}}}}).missing, testing::ElementsAre("x", "y.z"));
  EXPECT_THAT(fill("{{x}}", {{"x", nullptr}}).missing, IsEmpty()) << "it is known to be nothing";
}

TEST(Template, RepeatsAndLeavesOut) {
  const Json values{{"list", {{{"a", 1}}, {{"a", 2}}}},
                    {"none", Json::array()},
                    {"on", true},
                    {"words", {"x", "y"}},
                    {"text", "t"},
                    {"empty", ""},
                    {"zero", 0}};
  EXPECT_EQ(filled("{{#list}}[{{a}}{{text}}]{{/list}}", values), "[1t][2t]");
  EXPECT_EQ(filled("{{#none}}x{{/none}}{{^none}}y{{/none}}", values), "y");
  EXPECT_EQ(filled("{{#on}}x{{/on}}{{^on}}y{{/on}}{{#empty}}z{{/empty}}{{#text}}({{text}}){{/text}}", values), "x(t)");
  EXPECT_EQ(filled("{{#words}}{{.}};{{/words}}", values), "x;y;");
  EXPECT_EQ(filled("{{#zero}}{{zero}}{{/zero}}", values), "0") << "a number is something";
  EXPECT_EQ(filled("{{#none}}{{#list}}{{unknown}}{{/list}}{{/none}}", values), "");
}

TEST(Template, AMarkOnALineOfItsOwnLeavesNoLine) {
  EXPECT_EQ(filled("<ul>\n{{#words}}\n<li>{{.}}</li>\n{{/words}}\n</ul>\n", {{"words", {"x", "y"}}}),
            "<ul>\n<li>x</li>\n<li>y</li>\n</ul>\n");
}

TEST(Template, ConstantsComeFromNowhereElse) {
  EXPECT_EQ(fill("{{&c}}", {{"c", "<value>"}}, {{"c", "<constant>"}}).text, "<constant>");
  EXPECT_THAT(fill("{{&d}}", {{"d", "<value>"}}).text, Not(HasSubstr("value")));
}

TEST(Template, SectionsThatDoNotMatchAreMistakes) {
  for (const char* page : {"{{#a}}", "{{/a}}", "{{#a}}{{/b}}", "{{a"})
    EXPECT_THROW(fill(page, {{"a", 1}}), std::logic_error);
}

TEST(HtmlReport, HoldsTheWholeReport) {
  const Sample sample;
  const Filled page = filled_page(sample.analysis);
  EXPECT_THAT(page.missing, IsEmpty());
  for (const char* part :
       {"<title>Alpha", "A for most, B for some.", "Alpha is easy.", "Beta is easy.", "80-100", "Choose Alpha when",
        "You like Beta.", "85%", "of people like Alpha.", "https://example.org/a", "pip install alpha", "It is close",
        "No driver is bound", "sudo apt install nvidia-driver", "Driver guide", "2026-01-02", "Kernel driver"})
    EXPECT_THAT(page.text, HasSubstr(part));
  EXPECT_EQ(page.text, filled_page(sample.analysis).text) << "byte by byte";
}

TEST(HtmlReport, HoldsTheMachineAloneWhereNothingWasRecommended) {
  Sample sample;
  sample.analysis.recommendation.reset();
  const Filled page = filled_page(sample.analysis);
  EXPECT_THAT(page.missing, IsEmpty());
  EXPECT_THAT(page.text, HasSubstr("sm_90"));
  EXPECT_THAT(page.text, Not(HasSubstr("id=\"ranking\"")));
}

TEST(HtmlReport, LoadsNothingAndLetsNothingElseIn) {
  const Sample sample;
  const std::string text = filled_page(sample.analysis).text;
  EXPECT_THAT(text, HasSubstr("default-src 'none'; style-src 'sha256-"));
  for (const char* part : {" style=\"", " onclick", "<iframe", "<img", "src=\"http", "@import", "url(http", "unsafe"})
    EXPECT_THAT(text, Not(HasSubstr(part)));
}

}  // namespace
}  // namespace rigfit
