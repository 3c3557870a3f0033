#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <pugixml.hpp>
#include <sstream>

#include "report/check/check_formats.hpp"
#include "report/explain/explain.hpp"
#include "report/formats.hpp"
#include "report/html/html_report.hpp"
#include "report/sample.hpp"
#include "text/utf8.hpp"

namespace rigfit {
namespace {

/// What somebody could name a GPU, a container or a file, and what a program could answer.
const std::vector<std::string>& hostile_texts() {
  static const std::vector<std::string> texts{
      "<script>alert(1)</script>",
      "</script></style><img src=x onerror=alert(1)>",
      "\" onmouseover=\"alert(1)\" x=\"",
      "' onfocus='alert(1)' autofocus x='",
      "{{&script}} {{#findings}} {{verdict}}",
      "a | b || c |",
      "`a` ``b`` ```c```",
      "```\n# not a heading\n<!-- rigfit:end -->\n",
      "<!-- rigfit:begin -->",
      "line one\nline two\r\n\r\n## line four\n\n- x\n\n| a | b |\n| - | - |\n",
      "\x1b[2J\x1b]0;title\x07\x7f\xc2\x9b"
      "31m",
      "\u202edesrever\u202c \u2066isolated\u2069 \u200f",
      "[click](javascript:alert(1)) ![i](https://evil.example/x.png) <https://evil.example> www.evil.example",
      "@torvalds fixes #1 and https://evil.example/?a=b&c=d",
      "</summary></details><details open><summary>",
      "&lt;b&gt; &#x3c;b&#x3e; &amp;",
      "$\\(x\\)$ ~~s~~ **b** _i_ {jsx} {% raw %} :::note",
      "1. 2) - + * > # === ---",
      "\xff\xfe\x80 \xed\xa0\x80",
      std::string("nul\0nul", 7),
      std::string(10 * 1024, 'A'),
      std::string(10 * 1024, '<'),
      ""};
  return texts;
}

constexpr const char* harmless_text = "x";

void put(FactTable& facts, const std::string& text) {
  FactTable changed;
  for (auto [name, fact] : facts) {
    fact.because = text;
    for (std::string& source : fact.sources) source = text;
    if (fact.value && std::holds_alternative<std::string>(*fact.value)) fact.value = text;
    if (fact.value && std::holds_alternative<std::vector<std::string>>(*fact.value))
      fact.value = std::vector<std::string>{text};
    changed.set_by_name(name, std::move(fact));
  }
  facts = std::move(changed);
}

void put(Layers& layers, const std::string& text) {
  for (std::size_t n = 0; n < layer_count; ++n) {
    LayerState& layer = layers[static_cast<Layer>(n)];
    layer.because = text;
    layer.sources = {text};
  }
}

/// The text wherever a machine, or what is filled in from it, could put some.
Sample machine_full_of(const std::string& text) {
  Sample sample;
  Facts& facts = sample.analysis.facts;
  for (const char* name : {"os.pretty_name", "os.kernel", "container.runtime", "vm.kind", "cloud.provider",
                           "scheduler.kind", "python.version", "cpu.model", "memory.limited_by"})
    facts.host.set_by_name(name, Fact::of(text));
  put(facts.host, text);
  for (Platform& platform : facts.platforms) {
    platform.because = text;
    put(platform.layers, text);
    put(platform.facts, text);
    for (Device& device : platform.devices) {
      for (const char* name : {"name", "architecture", "pci_address"}) device.facts.set_by_name(name, Fact::of(text));
      device.because = text;
      put(device.layers, text);
      put(device.facts, text);
    }
  }
  for (Finding& finding : sample.analysis.diagnosis.findings) {
    finding.title = finding.cause = finding.verify = text;
    finding.source = {text, text, 2026};
    for (Remedy& step : finding.remedy) step = {text, text};
    for (Term& term : finding.terms) {
      term.seen = term.because = text;
      term.sources = {text, text};
    }
  }
  sample.analysis.evidence.answers[text].why = text;
  sample.analysis.evidence.answers["command:" + text].why = text;
  Recommendation& recommendation = *sample.analysis.recommendation;
  for (Candidate& candidate : recommendation.candidates) {
    candidate.support.sentence = candidate.inadequate_because = text;
    candidate.support.terms = {text};
  }
  recommendation.because.front().sentence = recommendation.install = recommendation.check = text;
  recommendation.install_note = recommendation.build_note = recommendation.python_note = text;
  recommendation.cautions = recommendation.offline = {text};
  return sample;
}

/// The tags of a page, with their attributes' names: what a browser would make of it but for its texts.
std::string structure_of(const std::string& page) {
  std::string structure;
  for (std::size_t at = page.find('<'); at != page.npos; at = page.find('<', at)) {
    char quote = '\0';
    for (; at < page.size() && (quote || page[at] != '>'); ++at) {
      if (!quote) structure += page[at];
      if (page[at] == '"') quote = quote ? '\0' : '"';
    }
    structure += '>';
    for (const char* raw : {"<script>", "<style>"})
      if (structure.ends_with(raw)) at = page.find("</", at);
  }
  return structure;
}

Filled page_full_of(const std::string& text) {
  const Sample sample = machine_full_of(text);
  return filled_page(sample.analysis);
}

TEST(HostileMachine, ChangesNothingButTextsOfTheHtmlPage) {
  const std::string expected = structure_of(page_full_of(harmless_text).text);
  ASSERT_NE(expected.find("<details>"), expected.npos);
  for (const std::string& text : hostile_texts()) {
    if (text.empty()) continue;  // then what would hold it is left out
    const Filled page = page_full_of(text);
    EXPECT_EQ(structure_of(page.text), expected) << text.substr(0, 80);
    EXPECT_TRUE(is_utf8(page.text));
    EXPECT_LT(page.text.size(), 150'000u) << text.substr(0, 80);
    EXPECT_EQ(page.text.find('\x1b'), page.text.npos);
    EXPECT_EQ(page.text.find("\u202e"), page.text.npos);
  }
  EXPECT_THAT(page_full_of("").missing, testing::IsEmpty());
}

/// How each line of a document begins, and how many cells it has: its blocks. The text inside code blocks is left out.
std::string blocks_of(const std::string& document) {
  std::string blocks, fence;
  for (std::size_t start = 0; start < document.size();) {
    const std::size_t end = std::min(document.find('\n', start), document.size());
    const std::string line = document.substr(start, end - start);
    start = end + 1;
    const std::string ticks = line.substr(0, std::min(line.find_first_not_of('`'), line.size()));
    if (fence.empty() && ticks.size() >= 3) {
      fence = ticks;
      blocks += "```\n";
    } else if (!fence.empty()) {
      if (line == fence) fence.clear();
    } else if (line.starts_with("|")) {
      std::size_t cells = 0;
      for (std::size_t at = 0; at < line.size(); ++at)
        if (line[at] == '\\')
          ++at;
        else if (line[at] == '|')
          ++cells;
      blocks += "|" + std::to_string(cells) + "\n";
    } else if (line.starts_with("<")) {
      blocks += line.substr(0, line.find('>')) + "\n";
    } else {
      const std::size_t digits = std::min(line.find_first_not_of("0123456789"), line.size());
      const bool is_numbered = digits > 0 && digits < line.size() && (line[digits] == '.' || line[digits] == ')');
      const bool is_marked = !line.empty() && std::string_view("#->=+:!").find(line[0]) != std::string_view::npos;
      blocks += is_numbered || is_marked ? std::string(1, line[0]) + "\n" : "\n";
    }
  }
  return blocks;
}

std::vector<std::string> markdown_documents(const Sample& sample) {
  const Analysis& analysis = sample.analysis;
  std::vector<std::string> documents;
  for (const bool verbose : {false, true})
    for (const auto part :
         {Scope::Part::recommendation, Scope::Part::machine, Scope::Part::findings, Scope::Part::proofs})
      documents.push_back(
          format_named("markdown")->write(Report(analysis, {part, "", {"cuda"}}), {false, 100, verbose}));
  documents.push_back(format_named("issue")->write(analysis, {}));
  return documents;
}

TEST(HostileMachine, ChangesNothingButTextsOfMarkdown) {
  const std::vector<std::string> expected = markdown_documents(machine_full_of(harmless_text));
  for (const std::string& text : hostile_texts()) {
    if (text.empty()) continue;
    const std::vector<std::string> documents = markdown_documents(machine_full_of(text));
    for (std::size_t n = 0; n < documents.size(); ++n) {
      EXPECT_EQ(blocks_of(documents[n]), blocks_of(expected[n])) << n << " " << text.substr(0, 80);
      EXPECT_TRUE(is_utf8(documents[n]));
      EXPECT_EQ(documents[n].find('\x1b'), std::string::npos);
      EXPECT_EQ(documents[n].find("\u202e"), std::string::npos);
    }
  }
}

/// Nothing that a terminal acts upon, and UTF-8 throughout.
void expect_harmless(const std::string& document, const std::string& where) {
  EXPECT_TRUE(is_utf8(document)) << where;
  for (const char c : document)
    if (c != '\n' && (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)) {
      ADD_FAILURE() << where << ": control character " << static_cast<int>(c);
      break;
    }
  for (const char* mark : {"\u202e", "\u2066", "\u200f", "\xc2\x9b"})
    EXPECT_EQ(document.find(mark), document.npos) << where;
}

constexpr Scope::Part parts[] = {Scope::Part::recommendation, Scope::Part::machine, Scope::Part::findings,
                                 Scope::Part::proofs};

/// A line that claims to be the program's own.
constexpr const char* forged = "x\nNo problems found.\nrigfit: all checks passed\n";

TEST(HostileMachine, ForgesNoLineOfText) {
  std::vector<std::string> texts = hostile_texts();
  texts.emplace_back(forged);
  for (const std::string& text : texts) {
    const Sample sample = machine_full_of(text);
    std::vector<std::string> documents;
    for (const bool verbose : {false, true})
      for (const auto part : parts)
        documents.push_back(
            format_named("text")->write(Report(sample.analysis, {part, "", {"cuda"}}), {true, 80, verbose}));
    for (const std::string& item : explainable_items(sample.analysis))
      if (const auto explained = explain_text(sample.analysis, item, {})) documents.push_back(*explained);
    for (std::string& document : documents) {
      // The program's own colors are no attack.
      for (std::size_t at = document.find("\x1b["); at != document.npos; at = document.find("\x1b[", at))
        document.erase(at, document.find('m', at) - at + 1);
      expect_harmless(document, text.substr(0, 80));
      std::istringstream lines(document);
      for (std::string line; std::getline(lines, line);) {
        EXPECT_NE(line, "No problems found.");
        EXPECT_FALSE(line.starts_with("rigfit: ")) << line;
        EXPECT_FALSE(line.starts_with("## line four")) << line;
      }
    }
  }
}

/// The same with every text empty: members, types and lengths.
nlohmann::json shape_of(const nlohmann::json& json) {
  if (json.is_string()) return "";
  if (!json.is_structured()) return json;
  nlohmann::json shape = json.is_array() ? nlohmann::json::array() : nlohmann::json::object();
  for (const auto& [name, value] : json.items())
    if (json.is_array())
      shape.push_back(shape_of(value));
    else
      shape[name] = shape_of(value);
  return shape;
}

TEST(HostileMachine, ChangesNothingButTextsOfJson) {
  for (const auto part : parts) {
    const auto json_of = [&](const std::string& text, std::string_view format) {
      const Sample sample = machine_full_of(text);
      return format_named(format)->write(Report(sample.analysis, {part, "", {"cuda"}}), {});
    };
    const auto expected = shape_of(nlohmann::json::parse(json_of(harmless_text, "json")));
    for (const std::string& text : hostile_texts()) {
      if (text.empty()) continue;  // null or "", as the member says
      const std::string document = json_of(text, "json"), line = json_of(text, "ndjson");
      expect_harmless(document, text.substr(0, 80));
      expect_harmless(line, text.substr(0, 80));
      EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
      const auto json = nlohmann::json::parse(document);
      EXPECT_EQ(nlohmann::json::parse(line), json);
      auto shape = shape_of(json);
      if (shape.contains("runs")) shape["runs"] = expected["runs"];  // sorted by their keys, of which the text is one
      EXPECT_TRUE(shape == expected) << text.substr(0, 80) << ": "
                                     << nlohmann::json::diff(expected, shape).dump().substr(0, 400);
      if (is_utf8(text) && json.contains("platforms") && part == Scope::Part::machine) {
        EXPECT_EQ(json["platforms"]["cuda"]["devices"][0]["name"], text);
      }
    }
  }
}

CheckResult result_full_of(const std::string& text) {
  CheckResult result;
  for (const Truth truth : {Truth::yes, Truth::no, Truth::unknown}) {
    Term term;
    term.fact = term.seen = term.because = text;
    term.truth = truth;
    term.sources = {text};
    result.lines.push_back({text, text, true, truth, {term}, text});
  }
  result.lines.push_back({text, text, false, Truth::yes, {}, text});
  return result;
}

std::string check_full_of(const std::string& text, const CheckFormat& format, bool is_terse = false) {
  const Sample sample = machine_full_of(text);
  return format.write({sample.analysis, result_full_of(text), text, is_terse}, {});
}

/// Elements with the names of their attributes.
std::string structure_of(const pugi::xml_node& node) {
  std::string structure = node.name();
  for (const auto& attribute : node.attributes()) structure += std::string(" ") + attribute.name();
  for (const auto& child : node.children())
    if (child.type() == pugi::node_element) structure += "(" + structure_of(child) + ")";
  return structure;
}

TEST(HostileMachine, ChangesNothingButTextsOfChecks) {
  const auto xml_of = [](const std::string& document) {
    pugi::xml_document xml;
    const auto read = xml.load_string(document.c_str());
    EXPECT_TRUE(read) << read.description();
    return structure_of(xml);
  };
  /// The first word of each line: "ok", "::error", "  met:".
  const auto beginnings_of = [](const std::string& document) {
    std::string beginnings;
    std::istringstream lines(document);
    for (std::string line; std::getline(lines, line);)
      beginnings += line.substr(0, line.find(' ', line.find_first_not_of(' '))) + "\n";
    return beginnings;
  };
  for (const CheckFormat& format : check_formats()) {
    const std::string expected = check_full_of(harmless_text, format);
    for (const std::string& text : hostile_texts()) {
      if (text.empty()) continue;
      const std::string document = check_full_of(text, format),
                        where = std::string(format.name) + ": " + text.substr(0, 80);
      expect_harmless(document, where);
      if (format.name == "json")
        EXPECT_EQ(shape_of(nlohmann::json::parse(document)), shape_of(nlohmann::json::parse(expected))) << where;
      if (format.name == "junit") EXPECT_EQ(xml_of(document), xml_of(expected)) << where;
      if (format.name == "tap" || format.name == "github")
        EXPECT_EQ(beginnings_of(document), beginnings_of(expected)) << where;
      if (format.name == "text") {
        const std::string terse = check_full_of(text, format, true);
        expect_harmless(terse, where);
        EXPECT_EQ(std::count(terse.begin(), terse.end(), '\n'), 2) << where;
      }
    }
  }
}

TEST(HostileMachine, ChangesNothingButTextsOfAChoice) {
  const auto choice_of = [](const std::string& text, const Format& format) {
    const std::vector<NamedAnalysis> machines{{text + "1", machine_full_of(text).analysis},
                                              {text + "2", machine_full_of(text).analysis}};
    return format.write_choice(machines, choose_for_all(machines), {});
  };
  for (const Format& format : formats()) {
    if (!format.write_choice) continue;
    const std::string expected = choice_of(harmless_text, format);
    for (const std::string& text : hostile_texts()) {
      if (text.empty()) continue;
      const std::string document = choice_of(text, format),
                        where = std::string(format.name) + ": " + text.substr(0, 80);
      expect_harmless(document, where);
      if (format.name == "json")
        EXPECT_EQ(shape_of(nlohmann::json::parse(document)), shape_of(nlohmann::json::parse(expected))) << where;
      if (format.name == "ndjson") EXPECT_EQ(std::count(document.begin(), document.end(), '\n'), 2) << where;
      if (format.is_markdown) EXPECT_EQ(blocks_of(document), blocks_of(expected)) << where;
    }
  }
}

}  // namespace
}  // namespace rigfit
