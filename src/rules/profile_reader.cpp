#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "rules/reader.hpp"

namespace rigfit {

void RuleReader::read_profile(const RuleJson& file) {
  Profile profile;
  profile.id = text(file, "id", "");
  profile.name = text(file, "name", "");
  profile.about = text(file, "about", "");
  profile.aliases = texts(file, "aliases", "");
  for (const auto& [factor, points] : at(file, "points", "").items()) {
    require_factor(factor, "/points/" + factor);
    profile.points[factor] = whole(file["points"], factor.c_str(), "/points", 0, 1'000'000);
  }
  profile.parts = part_weights(file);
  profile.reasons = cited_sentences(file, "reasons", "");
  profile.advice = cited_sentences(file, "advice", "");
  profile.candidates = texts(file, "candidates", "");
  for (const std::string& id : profile.candidates) require_framework(id, "/candidates");
  profile.ratings = ratings_by_framework(file, "ratings");
  if (file.contains("fit")) profile.fit = fit(file["fit"]);
  if (file.contains("runtimes")) {
    const RuleJson& runtimes = file["runtimes"];
    profile.runtimes = RuntimeSlot{text(runtimes, "about", "/runtimes"), texts(runtimes, "candidates", "/runtimes")};
    for (const std::string& id : profile.runtimes->candidates) require_framework(id, "/runtimes/candidates");
  }
  std::vector<std::string> names = profile.aliases;
  names.push_back(profile.id);
  for (const std::string& name : names)
    if (const Profile* other = book_.profile(name))
      throw BadRule{name == profile.id ? "/id" : "/aliases",
                    fmt::format("\"{}\" is the profile \"{}\" already; \"extends\" changes one", name, other->id)};
  book_.profiles.edit().push_back(std::move(profile));
}

Fit RuleReader::fit(const RuleJson& json) const {
  Fit fit;
  fit.factor = factor(json, "/fit");
  if (book_.factor(fit.factor.id)) throw BadRule{"/fit/id", "is the id of a factor that is there already"};
  fit.points = whole(json, "points", "/fit", 0, 1'000'000);
  fit.otherwise = text(json, "otherwise", "/fit");
  for (std::size_t n = 0; n < list(json, "ratings", "/fit").size(); ++n) {
    const std::string where = item("/fit", "ratings", n);
    const RuleJson& one = json["ratings"][n];
    FitRating row;
    row.framework = text(one, "framework", where);
    require_framework(row.framework, where + "/framework");
    if (const auto when = optional_condition(one, "when", where)) row.when = *when;
    row.rating = rating(one, fit.factor, where);
    fit.ratings.push_back(std::move(row));
  }
  return fit;
}

void RuleReader::read_rating_set(const RuleJson& file) {
  RatingSet set;
  set.id = text(file, "id", "");
  if (book_.rating_set(set.id)) throw BadRule{"/id", fmt::format("\"{}\" is there twice", set.id)};
  if (set.id == default_ratings) throw BadRule{"/id", "is the name of the ratings in the framework files"};
  set.name = text(file, "name", "");
  set.about = text(file, "about", "");
  set.verdict = text(file, "verdict", "");
  const RuleJson& choose = at(file, "choose_when", "");
  for (const auto& [framework, sentences] : choose.items()) {
    require_framework(framework, "/choose_when");
    set.choose_when[framework] = texts(choose, framework.c_str(), "/choose_when");
  }
  set.ratings = ratings_by_framework(file, "ratings");
  for (const auto& [framework, ratings] : set.ratings)
    for (const Factor& factor : book_.factors)
      if (!ratings.count(factor.id))
        throw BadRule{"/ratings/" + framework, fmt::format("has no rating for \"{}\"", factor.id)};
  for (const auto& [factor, json] : at(file, "today", "").items()) {
    const std::string where = "/today/" + factor;
    require_factor(factor, where);
    set.today[factor] = {text(json, "verdict", where), cited_sentence(json, where)};
  }
  book_.rating_sets.edit().push_back(std::move(set));
}

Ratings RuleReader::ratings_by_framework(const RuleJson& file, const char* key) const {
  Ratings ratings;
  if (!file.contains(key)) return ratings;
  for (const auto& [framework, factors] : file[key].items()) {
    const std::string where = fmt::format("/{}/{}", key, framework);
    require_framework(framework, where);
    for (const auto& [factor, json] : factors.items()) {
      const std::string place = where + "/" + factor;
      ratings[framework][factor] = rating(json, require_factor(factor, place), place);
    }
  }
  return ratings;
}

}  // namespace rigfit
