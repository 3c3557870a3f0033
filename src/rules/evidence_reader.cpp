#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "rules/reader.hpp"
#include "text/edit_distance.hpp"

namespace rigfit {

void RuleReader::read_evidence(const RuleJson& file, const std::string& origin) {
  for (std::size_t n = 0; n < list(file, "evidence", "").size(); ++n) {
    const std::string where = item("", "evidence", n);
    const RuleJson& json = file["evidence"][n];
    Citation citation{text(json, "id", where),       text(json, "claim", where),
                      text_or(json, "value", where), read_source(json, where),
                      text_or(json, "date", where),  text_or(json, "reliability", where),
                      text_or(json, "topic", where), origin};
    if (book_.citation(citation.id)) throw BadRule{where + "/id", fmt::format("\"{}\" is there twice", citation.id)};
    book_.evidence.edit().push_back(std::move(citation));
  }
}

void RuleReader::read_factors(const RuleJson& file) {
  for (std::size_t n = 0; n < list(file, "factors", "").size(); ++n)
    book_.factors.push_back(factor(file["factors"][n], item("", "factors", n)));
}

void RuleReader::read_levels(const RuleJson& file) {
  for (const RuleJson& level : list(file, "levels", "")) {
    LevelWord word{text(level, "id", "/levels"), text(level, "about", "/levels"), std::nullopt};
    if (!at(level, "points", "/levels").is_null()) word.points = whole(level, "points", "/levels", 0, 100);
    book_.levels.push_back(std::move(word));
  }
}

void RuleReader::read_statistics(const RuleJson& file) {
  book_.verdict = text(file, "verdict", "");
  book_.verdict_evidence = cited(file, "verdict_evidence", "");
  for (std::size_t n = 0; n < list(file, "statistics", "").size(); ++n) {
    const std::string where = item("", "statistics", n);
    const RuleJson& json = file["statistics"][n];
    book_.statistics.edit().push_back({text(json, "value", where), text(json, "sentence", where),
                                       cited(json, "evidence", where), texts(json, "frameworks", where)});
  }
}

CitedSentence RuleReader::cited_sentence(const RuleJson& json, const std::string& where) const {
  return {text(json, "sentence", where), cited(json, "evidence", where)};
}

std::vector<CitedSentence> RuleReader::cited_sentences(const RuleJson& file, const char* key,
                                                       const std::string& where) const {
  std::vector<CitedSentence> sentences;
  const RuleJson& rows = list(file, key, where);
  for (std::size_t n = 0; n < rows.size(); ++n) sentences.push_back(cited_sentence(rows[n], item(where, key, n)));
  return sentences;
}

std::vector<std::string> RuleReader::cited(const RuleJson& object, const char* key, const std::string& where) const {
  std::vector<std::string> ids = texts(object, key, where);
  for (const std::string& id : ids)
    if (!book_.citation(id)) {
      std::vector<std::string> names;
      for (const Citation& citation : book_.evidence) names.push_back(citation.id);
      throw BadRule{where + "/" + key, fmt::format("no evidence is named \"{}\"{}", id, did_you_mean(id, names))};
    }
  return ids;
}

const Factor& RuleReader::require_factor(const std::string& factor, const std::string& where) const {
  if (const Factor* known = book_.factor(factor)) return *known;
  std::vector<std::string> names;
  for (const Factor& known : book_.factors) names.push_back(known.id);
  throw BadRule{where, fmt::format("no factor is named \"{}\"{}", factor, did_you_mean(factor, names))};
}

void RuleReader::require_framework(const std::string& framework, const std::string& where) const {
  if (book_.framework(framework)) return;
  std::vector<std::string> names;
  for (const FrameworkRule& known : book_.frameworks) names.push_back(known.id);
  throw BadRule{where, fmt::format("no framework is named \"{}\"{}", framework, did_you_mean(framework, names))};
}

}  // namespace rigfit
