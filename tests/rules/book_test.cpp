#include <gmock/gmock.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>

#include "evidence/strict_json.hpp"
#include "rules/archive.hpp"
#include "rules/json.hpp"
#include "rules/shipped_rules.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;

std::string text_of(const std::string& path) {
  for (const RuleFile& file : embedded_rules())
    if (file.path == path) return file.text;
  ADD_FAILURE() << "there is no rule file " << path;
  return "{}";
}

/// The error of the shipped rules with one file changed.
RuleError error_with(const std::string& path, const std::string& text) {
  const RuleFile changed{path, text};
  const auto loaded = load_rules(overlaid(embedded_rules(), {&changed, 1}), true);
  if (loaded) {
    ADD_FAILURE() << path << " was taken: " << text.substr(0, 200);
    return {};
  }
  return loaded.error();
}

RuleError error_after(const std::string& path, const std::function<void(Json&)>& change) {
  Json document = Json::parse(text_of(path));
  change(document);
  return error_with(path, document.dump());
}

TEST(ShippedRules, HoldToTheirSchemas) {
  EXPECT_GE(shipped().findings.size(), 40u);
  EXPECT_EQ(shipped().factors.size(), 5u);
  for (const char* id : {"pytorch", "tensorflow", "jax", "mlx"}) EXPECT_NE(shipped().framework(id), nullptr) << id;
}

TEST(ShippedRules, AreThePackedOnes) {
  EXPECT_EQ(pack_rules(shipped()), embedded_rule_book());
  const RuleBook again = unpack_rules(embedded_rule_book());
  EXPECT_EQ(pack_rules(again), embedded_rule_book());
  EXPECT_EQ(again.devices.rows().size(), shipped().devices.rows().size());
  EXPECT_EQ(again.framework("pytorch")->builds.size(), shipped().framework("pytorch")->builds.size());
  for (const std::size_t size : {std::size_t{0}, std::size_t{7}, embedded_rule_book().size() / 2})
    EXPECT_ANY_THROW(unpack_rules(embedded_rule_book().substr(0, size))) << size;
}

TEST(ShippedRules, EverySchemaRefusesFieldsItDoesNotKnow) {
  for (const RuleFile& file : embedded_rules()) {
    if (file.path.starts_with("schema/") || !file.path.ends_with(".json")) continue;
    Json document = Json::parse(file.text);
    Json* inner = &document;
    if (document.is_array()) inner = &document[0];
    (*inner)["nobody_knows_this"] = 1;
    const RuleError error = error_with(file.path, document.dump());
    EXPECT_EQ(error.file, file.path);
    EXPECT_NE(error.reason, "");
  }
}

TEST(ShippedRules, EveryFrameworkHasASentenceAndEvidenceForEachFactor) {
  for (const FrameworkRule& framework : shipped().frameworks)
    for (const Factor& factor : shipped().factors) {
      if (factor.from_probes) continue;
      const auto rating = framework.ratings.find(factor.id);
      ASSERT_NE(rating, framework.ratings.end()) << framework.id << " " << factor.id;
      EXPECT_GE(rating->second.score, 0);
      EXPECT_LE(rating->second.score, 100);
      EXPECT_NE(rating->second.sentence, "");
      EXPECT_FALSE(rating->second.evidence.empty()) << framework.id << " " << factor.id;
    }
}

TEST(ShippedRules, EveryCitationHasATitleAYearAndADirectLink) {
  ASSERT_FALSE(shipped().evidence->empty());
  for (const Citation& citation : shipped().evidence) {
    EXPECT_NE(citation.source.title, "") << citation.id;
    EXPECT_GE(citation.source.year, 2000) << citation.id;
    EXPECT_LE(citation.source.year, 2100) << citation.id;
    EXPECT_TRUE(citation.source.url.starts_with("https://") || citation.source.url.starts_with("http://"))
        << citation.id;
  }
  for (const FindingRule& rule : shipped().findings) {
    EXPECT_TRUE(rule.text->source.url.starts_with("https://")) << rule.id;
    EXPECT_GE(rule.text->source.year, 2000) << rule.id;
    if (rule.severity == "info") continue;  // says what is, and asks for nothing
    EXPECT_FALSE(rule.text->remedy.empty()) << rule.id;
    EXPECT_NE(rule.text->verify, "") << rule.id;
  }
  for (const Statistic& statistic : shipped().statistics)
    EXPECT_FALSE(statistic.evidence.empty()) << statistic.sentence;
}

TEST(ShippedRules, EveryFrameworkSaysItsLevelOnEveryPlatform) {
  for (const FrameworkRule& framework : shipped().frameworks) {
    if (framework.role != "framework") continue;
    std::set<std::string> platforms;
    for (const SupportLevel& level : framework.support) platforms.insert(level.platform);
    for (const char* platform : {"cuda", "rocm", "mps", "tpu", "xpu", "cpu"})
      EXPECT_TRUE(platforms.count(platform)) << framework.id << " says nothing of " << platform;
  }
}

TEST(RuleErrors, NameFileKeyAndReason) {
  const RuleError missing = error_after("frameworks/pytorch.json", [](Json& d) { d.erase("name"); });
  EXPECT_EQ(missing.file, "frameworks/pytorch.json");
  EXPECT_THAT(missing.reason, HasSubstr("name"));

  const RuleError type =
      error_after("frameworks/pytorch.json", [](Json& d) { d["ratings"]["ease_of_use"]["score"] = "ninety"; });
  EXPECT_EQ(type.file, "frameworks/pytorch.json");
  EXPECT_THAT(type.key, HasSubstr("/ratings/ease_of_use/score"));

  const RuleError range =
      error_after("frameworks/pytorch.json", [](Json& d) { d["ratings"]["ease_of_use"]["score"] = 101; });
  EXPECT_THAT(range.key, HasSubstr("/ratings/ease_of_use/score"));

  const RuleError syntax = error_with("frameworks/pytorch.json", "{\n  \"id\": ,\n}");
  EXPECT_EQ(syntax.file, "frameworks/pytorch.json");
  EXPECT_EQ(syntax.key, "line 2, column 9");

  const RuleError twice = error_with("frameworks/pytorch.json", R"({"id": "a", "id": "b"})");
  EXPECT_EQ(twice.key, "/id");
  EXPECT_THAT(twice.reason, HasSubstr("twice"));
}

TEST(RuleErrors, AReferenceThatLeadsNowhere) {
  const RuleError evidence = error_after("frameworks/pytorch.json",
                                         [](Json& d) { d["ratings"]["ease_of_use"]["evidence"] = {"NO-SUCH-ROW"}; });
  EXPECT_EQ(evidence.file, "frameworks/pytorch.json");
  EXPECT_THAT(evidence.reason, HasSubstr("NO-SUCH-ROW"));
  const RuleError need =
      error_after("frameworks/pytorch.json", [](Json& d) { d["builds"][0]["needs"].push_back("a_pony"); });
  EXPECT_THAT(need.reason, HasSubstr("a_pony"));
}

TEST(RuleErrors, AFactThatNoProbeTells) {
  const RuleError error = error_after("findings/cpu/memory.json", [](Json& d) {
    Json& list = d.is_array() ? d : d["findings"];
    list[0]["when"] = "container and memory.of_elephants known";
  });
  EXPECT_EQ(error.file, "findings/cpu/memory.json");
  EXPECT_EQ(error.key, "/findings/0/when");
  EXPECT_THAT(error.reason, HasSubstr("column 15: no fact or condition is named \"memory.of_elephants\""));
}

TEST(RuleErrors, APlaceholderThatIsNoFact) {
  const auto first = [](Json& d) -> Json& { return d.is_array() ? d[0] : d["findings"][0]; };
  EXPECT_THAT(
      error_after("findings/cpu/memory.json", [&](Json& d) { first(d)["cause"] = "It has {memory.of_elephants}"; })
          .reason,
      HasSubstr("memory.of_elephants"));
  const auto with_command = [&](const char* command) {
    return [=](Json& d) { first(d)["remedy"] = {{{"text", "Do it"}, {"command", command}}}; };
  };
  const RuleError command = error_after("findings/cpu/memory.json", with_command("free {memory.of_elephants}"));
  EXPECT_THAT(command.key, HasSubstr("/findings/0/remedy/0/command"));
  EXPECT_THAT(command.reason, HasSubstr("memory.of_elephants"));
  EXPECT_THAT(
      error_after("frameworks/pytorch.json", [](Json& d) { d["builds"][0]["packages"] = {"torch=={os.elephant}"}; })
          .key,
      HasSubstr("/packages"));
  Json fine = Json::parse(text_of("findings/cpu/memory.json"));
  with_command("docker ps --format '{{.Names}}' | awk '{print $1}'")(fine);
  const RuleFile changed{"findings/cpu/memory.json", fine.dump()};
  const auto loaded = load_rules(overlaid(embedded_rules(), {&changed, 1}), true);
  ASSERT_TRUE(loaded) << loaded.error().reason;
  const auto has_it = [](const FindingRule& rule) {
    return !rule.text->remedy.empty() &&
           rule.text->remedy[0].command == "docker ps --format '{{.Names}}' | awk '{print $1}'";
  };
  EXPECT_TRUE(std::any_of(loaded->findings.begin(), loaded->findings.end(), has_it));
}

TEST(RuleErrors, ANamedRemedyIsThereAndFitsTheFinding) {
  const RuleError unknown =
      error_after("findings/cpu/memory.json", [](Json& d) { d["findings"][0]["remedy"] = {"nvidia_drivers"}; });
  EXPECT_EQ(unknown.key, "/findings/0/remedy/0");
  EXPECT_THAT(unknown.reason, HasSubstr("no remedy is named \"nvidia_drivers\"; did you mean \"nvidia_driver\""));
  const RuleError alone =
      error_after("findings/cpu/memory.json", [](Json& d) { d["findings"][0]["remedy"] = "nvidia_drivers"; });
  EXPECT_EQ(alone.key, "/findings/0/remedy");
  const RuleError step =
      error_after("remedies.json", [](Json& d) { d["remedies"]["nvidia_driver"]["steps"][0]["when"] = "containers"; });
  EXPECT_EQ(step.file, "remedies.json");
  EXPECT_EQ(step.key, "/remedies/nvidia_driver/steps/0/when");
  const RuleError device =
      error_after("remedies.json", [](Json& d) { d["remedies"]["nvidia_driver"]["of_device"] = true; });
  EXPECT_THAT(device.reason, HasSubstr("is about a device"));
}

TEST(ShippedRules, NameEveryRemedyThatTheyKeep) {
  std::set<std::string> named;
  for (const RuleFile& file : embedded_rules())
    if (file.path.starts_with("findings/")) {
      const Json read = Json::parse(file.text);  // what a loop is over has to outlive it
      for (const Json& finding : read["findings"]) {
        const Json& remedy = finding["remedy"];
        for (const Json& step : remedy.is_array() ? remedy : Json::array({remedy}))
          if (step.is_string()) named.insert(step.get<std::string>());
      }
    }
  const Json remedies = Json::parse(text_of("remedies.json"));
  for (const auto& [name, remedy] : remedies["remedies"].items())
    EXPECT_TRUE(named.count(name)) << "no finding names the remedy " << name;
}

TEST(RuleErrors, ASentenceWithAnOpenBracketIsRefused) {
  const RuleError error = error_after("findings/cpu/memory.json",
                                      [](Json& d) { d["findings"][0]["cause"] = "It runs[[ with {os.kernel}"; });
  EXPECT_EQ(error.key, "/findings/0/cause");
}

TEST(RuleErrors, EveryCutOfAFileIsRefused) {
  const std::string whole = text_of("profiles/research.json");
  ASSERT_TRUE(parse_strict_json(whole, most_rule_depth));
  for (std::size_t size = 0; size + 2 < whole.size(); ++size)
    EXPECT_FALSE(parse_strict_json(std::string_view(whole).substr(0, size), most_rule_depth)) << size;
  // What the reader of JSON refuses, the rule book refuses, and names the file.
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, whole.size() / 3, whole.size() / 2, whole.size() - 3})
    EXPECT_EQ(error_with("profiles/research.json", whole.substr(0, size)).file, "profiles/research.json") << size;
}

TEST(RuleErrors, AnIdTwiceALinkWithoutASchemeAndASourceOfTheFuture) {
  const RuleError twice =
      error_after("frameworks/pytorch.json", [](Json& d) { d["builds"][1]["id"] = d["builds"][0]["id"]; });
  EXPECT_THAT(twice.reason, HasSubstr("twice"));
  EXPECT_THAT(error_after("evidence.json", [](Json& d) { d["evidence"].push_back(d["evidence"][0]); }).reason,
              HasSubstr("twice"));
  EXPECT_EQ(error_after("evidence.json", [](Json& d) { d["evidence"][0]["source"]["url"] = "example.org"; }).file,
            "evidence.json");
  EXPECT_THAT(error_after("evidence.json", [](Json& d) { d["evidence"][0]["source"]["year"] = 2099; }).reason,
              HasSubstr("2099"));
}

TEST(RuleErrors, ARatingALevelOrABuildWithoutASource) {
  for (const char* pointer : {"/ratings/ease_of_use/evidence", "/support/0/evidence", "/builds/0/evidence"})
    EXPECT_EQ(
        error_after("frameworks/pytorch.json", [&](Json& d) { d[Json::json_pointer(pointer)] = Json::array(); }).file,
        "frameworks/pytorch.json")
        << pointer;
}

TEST(Overlay, ChangesOneRatingOfAFrameworkByItsId) {
  const RuleFile site{"frameworks/ours.json", R"({"extends": "pytorch", "ratings": {"ease_of_use": {"score": 12}}})",
                      "/site/frameworks/ours.json"};
  const auto book = load_rules(overlaid(embedded_rules(), {&site, 1}), true);
  ASSERT_TRUE(book) << book.error().reason;
  const FrameworkRule& changed = *book->framework("pytorch");
  const FrameworkRule& before = *shipped().framework("pytorch");
  EXPECT_EQ(changed.ratings.at("ease_of_use").score, 12);
  EXPECT_EQ(changed.ratings.at("ease_of_use").sentence, before.ratings.at("ease_of_use").sentence);
  EXPECT_EQ(changed.ratings.at("model_availability").score, before.ratings.at("model_availability").score);
  EXPECT_EQ(changed.builds.size(), before.builds.size());
  EXPECT_EQ(book->frameworks.size(), shipped().frameworks.size());
  EXPECT_EQ(changed.origin, "/site/frameworks/ours.json");
  EXPECT_THAT(book->overlays, testing::ElementsAre("/site/frameworks/ours.json"));
  EXPECT_EQ(book->framework("jax")->origin, "built-in");
}

TEST(Overlay, AddsAFrameworkAndItsSources) {
  Json own = Json::parse(text_of("frameworks/mlx.json"));
  own["id"] = "ours";
  for (Json& build : own["builds"]) build["id"] = "ours-" + build["id"].get<std::string>();
  own["ratings"]["ease_of_use"]["evidence"] = {"SITE-01"};
  Json source = Json::parse(text_of("evidence.json"));
  source["evidence"] = Json::array({source["evidence"][0]});
  source["evidence"][0]["id"] = "SITE-01";
  source["evidence"][0]["topic"] = "ease_of_use";
  const std::vector<RuleFile> site{{"evidence/site.json", source.dump(), "/site/evidence/site.json"},
                                   {"frameworks/ours.json", own.dump(), "/site/frameworks/ours.json"}};
  const auto book = load_rules(overlaid(embedded_rules(), site), true);
  ASSERT_TRUE(book) << book.error().file << ": " << book.error().key << ": " << book.error().reason;
  EXPECT_EQ(book->frameworks.size(), shipped().frameworks.size() + 1);
  EXPECT_EQ(book->citation("SITE-01")->origin, "/site/evidence/site.json");
}

TEST(Overlay, OfAnIdThatIsNotThereIsRefused) {
  const RuleFile site{"frameworks/ours.json", R"({"extends": "pytroch"})"};
  const auto book = load_rules(overlaid(embedded_rules(), {&site, 1}), true);
  ASSERT_FALSE(book);
  EXPECT_EQ(book.error().file, "frameworks/ours.json");
  EXPECT_EQ(book.error().key, "/extends");
}

TEST(Overlay, ThatClaimsAnIdWithoutExtendingIsRefused) {
  for (const auto& [path, id] : {std::pair{"frameworks/", "pytorch"}, {"profiles/", "edge"}}) {
    Json own = Json::parse(text_of(std::string(path) + id + ".json"));
    const RuleFile site{std::string(path) + "ours.json", own.dump(), "/site/ours.json"};
    const auto book = load_rules(overlaid(embedded_rules(), {&site, 1}), true);
    ASSERT_FALSE(book) << path;
    EXPECT_EQ(book.error().key, "/id") << path;
    own["extends"] = id;
    const RuleFile changed{std::string(path) + "ours.json", own.dump(), "/site/ours.json"};
    EXPECT_TRUE(load_rules(overlaid(embedded_rules(), {&changed, 1}), true)) << path;
  }
  Json alias = Json::parse(text_of("profiles/education.json"));
  alias["id"] = "site";
  alias["aliases"] = {"research"};
  const RuleFile site{"profiles/zz-site.json", alias.dump(), "/site/zz-site.json"};
  const auto book = load_rules(overlaid(embedded_rules(), {&site, 1}), true);
  ASSERT_FALSE(book);
  EXPECT_EQ(book.error().key, "/aliases");
}

TEST(Overlay, ReplacesItsNamesakeAndAddsTheRest) {
  const std::vector<RuleFile> below{{"a.json", "1"}, {"b.json", "2"}}, above{{"b.json", "3"}, {"c.json", "4"}};
  const auto both = overlaid(below, above);
  ASSERT_EQ(both.size(), 3u);
  std::map<std::string, std::string> text;
  for (const RuleFile& file : both) text[file.path] = file.text;
  EXPECT_EQ(text, (std::map<std::string, std::string>{{"a.json", "1"}, {"b.json", "3"}, {"c.json", "4"}}));
}

}  // namespace
}  // namespace rigfit
