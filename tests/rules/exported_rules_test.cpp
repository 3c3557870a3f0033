// One file that holds all rules: whole, or refused with the reason.
#include "rules/exported_rules.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "rules/archive.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;

std::vector<RuleFile> shipped_files() { return {embedded_rules().begin(), embedded_rules().end()}; }

const std::string& exported() {
  static const std::string text = exported_rules(embedded_rules(), "2026-11-23", "rigfit 0");
  return text;
}

std::string why_refused(const std::string& text) {
  const auto files = parse_exported_rules(text, "rules.json");
  return files ? "was taken" : files.error();
}

TEST(ExportedRules, ComeBackWhole) {
  auto files = parse_exported_rules(exported(), "rules.json");
  ASSERT_TRUE(files) << files.error();
  for (const RuleFile& file : *files) EXPECT_FALSE(file.path.starts_with("schema/")) << file.path;
  EXPECT_EQ(checksum_of(*files), checksum_of(embedded_rules()));
  for (const RuleFile& own : embedded_rules())
    if (own.path.starts_with("schema/")) files->push_back(own);
  const auto book = load_rules(*files, true);
  ASSERT_TRUE(book) << book.error().file << " " << book.error().key << ": " << book.error().reason;
  EXPECT_EQ(book->checksum, unpack_rules(embedded_rule_book()).checksum) << "the same rules, wherever they are from";
  EXPECT_EQ(book->framework("pytorch")->builds.size(),
            unpack_rules(embedded_rule_book()).framework("pytorch")->builds.size());
  EXPECT_EQ(book->overlays, std::vector<std::string>{"rules.json"}) << "named once";
}

TEST(ExportedRules, HaveAChecksumOfWhatTheyHold) {
  auto files = shipped_files();
  const std::string before = checksum_of(files);
  EXPECT_EQ(before.size(), 36u);
  std::reverse(files.begin(), files.end());
  for (RuleFile& file : files) file.text = Json::parse(file.text).dump(3), file.origin = "elsewhere";
  EXPECT_EQ(checksum_of(files), before) << "neither order nor white space nor origin is part of it";
  for (RuleFile& file : files)
    if (file.path == "levels.json") file.text.replace(file.text.find("100"), 3, "101");
  EXPECT_NE(checksum_of(files), before);
  EXPECT_THAT(exported(), HasSubstr(before));
}

TEST(ExportedRules, ThatAreDamagedAreRefused) {
  std::string changed = exported();
  changed.replace(changed.find("PyTorch"), 7, "PyTorcH");
  EXPECT_THAT(why_refused(changed), testing::AllOf(HasSubstr("is damaged"), HasSubstr("checksum")));
  for (const double part : {0.0, 0.1, 0.5, 0.999})
    EXPECT_THAT(
        why_refused(exported().substr(0, static_cast<std::size_t>(part * static_cast<double>(exported().size())))),
        HasSubstr("is damaged"))
        << part;
  Json fewer = Json::parse(exported());
  fewer["files"].erase("levels.json");
  EXPECT_THAT(why_refused(fewer.dump()), HasSubstr("is damaged"));
  fewer.erase("checksum");
  EXPECT_THAT(why_refused(fewer.dump()), HasSubstr("has no checksum"));
}

TEST(ExportedRules, AreToldFromOtherFiles) {
  EXPECT_THAT(why_refused("[]"), HasSubstr("is no file of `rigfit rules export`"));
  EXPECT_THAT(why_refused(R"({"schema": "rigfit.machine/1", "answers": {}})"), HasSubstr("is no file of"));
  Json newer = Json::parse(exported());
  newer["schema"] = "rigfit.rules/2";
  EXPECT_THAT(why_refused(newer.dump()), HasSubstr("is of the format rigfit.rules/2, and this rigfit reads"));
}

TEST(ExportedRules, OfANewerReleaseSayWhichKeyIsNotUnderstood) {
  Json document = Json::parse(exported());
  document["files"]["levels.json"]["novelty"] = true;
  std::vector<RuleFile> files;
  for (const auto& [path, file] : document["files"].items()) files.push_back({path, file.dump()});
  const auto again = parse_exported_rules(exported_rules(files, "2027-01-01", "rigfit 9"), "new.json");
  ASSERT_TRUE(again) << again.error();
  auto all = *again;
  for (const RuleFile& own : embedded_rules())
    if (own.path.starts_with("schema/")) all.push_back(own);
  const auto book = load_rules(all, true);
  ASSERT_FALSE(book);
  EXPECT_EQ(book.error().file, "levels.json");
}

}  // namespace
}  // namespace rigfit
