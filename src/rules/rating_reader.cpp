#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "rules/reader.hpp"
#include "text/edit_distance.hpp"

namespace rigfit {
namespace {

constexpr int largest_weight = 1'000'000;

/// A whole number, or both ends of what it may be: [0, 100].
std::pair<int, int> score_of(const RuleJson& json, const std::string& where) {
  const RuleJson& score = at(json, "score", where);
  if (!score.is_array()) {
    const int settled = whole(json, "score", where, 0, 100);
    return {settled, settled};
  }
  const bool are_numbers = score.size() == 2 && score[0].is_number_integer() && score[1].is_number_integer();
  const int low = are_numbers ? score[0].get<int>() : -1, high = are_numbers ? score[1].get<int>() : -1;
  if (low < 0 || high > 100 || low > high)
    throw BadRule{where + "/score", "is neither a score from 0 to 100 nor the two ends of one, the lower first"};
  return {low, high};
}

const FactorPart* part_named(const Factor& factor, const std::string& id) {
  const auto it = std::find_if(factor.parts.begin(), factor.parts.end(), [&](const auto& one) { return one.id == id; });
  return it == factor.parts.end() ? nullptr : &*it;
}

void require_part(const Factor& factor, const std::string& id, const std::string& where) {
  if (part_named(factor, id)) return;
  std::vector<std::string> names;
  for (const FactorPart& known : factor.parts) names.push_back(known.id);
  throw BadRule{where, fmt::format("{} has no part \"{}\"{}", factor.id, id, did_you_mean(id, names))};
}

Weights weights_of(const Factor& factor) {
  Weights weights;
  for (const FactorPart& part : factor.parts) weights[part.id] = part.weight;
  return weights;
}

}  // namespace

Factor RuleReader::factor(const RuleJson& json, const std::string& where) {
  Factor factor;
  factor.id = text(json, "id", where);
  factor.name = text(json, "name", where);
  factor.about = text(json, "about", where);
  factor.at_0 = text(json, "at_0", where);
  factor.at_25 = text(json, "at_25", where);
  factor.at_50 = text(json, "at_50", where);
  factor.at_75 = text(json, "at_75", where);
  factor.at_100 = text(json, "at_100", where);
  factor.from_probes = flag(json, "from_probes", where);
  factor.not_shown_by = texts(json, "not_shown_by", where);
  for (std::size_t n = 0; n < list(json, "parts", where).size(); ++n) {
    const std::string place = item(where, "parts", n);
    const RuleJson& part = json["parts"][n];
    factor.parts.push_back({text(part, "id", place), text(part, "name", place), text(part, "about", place),
                            whole(part, "weight", place, 1, largest_weight)});
  }
  factor.weights_about = factor.parts.empty() ? "" : text(json, "weights_about", where);
  return factor;
}

Rating RuleReader::rating(const RuleJson& json, const Factor& factor, const std::string& where) const {
  Rating rating;
  rating.sentence = text(json, "sentence", where);
  rating.confidence = text(json, "confidence", where);
  rating.parts = rating_parts(json, factor, where);
  if (json.contains("score")) {
    // A site that gives one score for the whole means that one.
    std::tie(rating.score, rating.high) = score_of(json, where);
    if (json.contains("evidence") || rating.parts.empty())
      rating.evidence = rating_evidence(json, factor, where);
    else
      rating.evidence = weighted(rating, weights_of(factor)).evidence;
    rating.parts.clear();
    return rating;
  }
  if (rating.parts.empty()) throw BadRule{where, "has neither a \"score\" nor \"parts\""};
  return weighted(std::move(rating), weights_of(factor));
}

RatingPart RuleReader::rating_part(const RuleJson& json, const Factor& factor, const std::string& where) const {
  RatingPart part;
  std::tie(part.score, part.high) = score_of(json, where);
  part.sentence = text(json, "sentence", where);
  part.confidence = text(json, "confidence", where);
  part.evidence = rating_evidence(json, factor, where);
  return part;
}

std::vector<RatingPart> RuleReader::rating_parts(const RuleJson& json, const Factor& factor,
                                                 const std::string& where) const {
  std::vector<RatingPart> parts;
  if (!json.contains("parts")) return parts;
  const std::string place = where + "/parts";
  const RuleJson& given = at(json, "parts", where);
  for (const auto& [id, part] : given.items()) require_part(factor, id, place + "/" + id);
  for (const FactorPart& known : factor.parts) {
    if (!given.contains(known.id)) throw BadRule{place, fmt::format("does not rate \"{}\"", known.id)};
    parts.push_back(rating_part(given[known.id], factor, place + "/" + known.id));
    parts.back().id = known.id;
  }
  return parts;
}

std::vector<std::string> RuleReader::rating_evidence(const RuleJson& json, const Factor& factor,
                                                     const std::string& where) const {
  std::vector<std::string> ids = cited(json, "evidence", where);
  if (ids.empty()) throw BadRule{where + "/evidence", "is empty: no rating without evidence"};
  for (const std::string& id : ids) {
    const std::string& topic = book_.citation(id)->topic;
    if (!topic.empty() && std::count(factor.not_shown_by.begin(), factor.not_shown_by.end(), topic) > 0)
      throw BadRule{where + "/evidence",
                    fmt::format("{} is about {}, which shows nothing of {}", id, topic, factor.id)};
  }
  return ids;
}

std::map<std::string, Weights> RuleReader::part_weights(const RuleJson& file) const {
  std::map<std::string, Weights> weights;
  if (!file.contains("parts")) return weights;
  for (const auto& [id, parts] : file["parts"].items()) {
    const std::string where = "/parts/" + id;
    const Factor& factor = require_factor(id, where);
    int sum = 0;
    for (const auto& [part, weight] : parts.items()) {
      require_part(factor, part, where + "/" + part);
      sum += weights[id][part] = whole(parts, part.c_str(), where, 0, largest_weight);
    }
    if (sum == 0) throw BadRule{where, "leaves no part any weight"};
  }
  return weights;
}

std::vector<std::pair<int, std::string>> anchors_of(const Factor& factor) {
  return {{0, factor.at_0}, {25, factor.at_25}, {50, factor.at_50}, {75, factor.at_75}, {100, factor.at_100}};
}

Rating weighted(Rating rating, const Weights& weights) {
  if (rating.parts.empty()) return rating;
  std::int64_t sum = 0, low = 0, high = 0;
  std::vector<const RatingPart*> counted;
  rating.evidence.clear();
  for (RatingPart& part : rating.parts) {
    const auto weight = weights.find(part.id);
    part.weight = weight == weights.end() ? 0 : weight->second;
    if (part.weight == 0) continue;
    counted.push_back(&part);
    sum += part.weight;
    low += std::int64_t{part.weight} * part.score;
    high += std::int64_t{part.weight} * part.high;
    for (const std::string& id : part.evidence)
      if (std::count(rating.evidence.begin(), rating.evidence.end(), id) == 0) rating.evidence.push_back(id);
  }
  if (sum == 0) return rating;
  const auto mean = [&](std::int64_t total) { return static_cast<int>((2 * total + sum) / (2 * sum)); };
  rating.score = mean(low);
  rating.high = mean(high);
  if (counted.size() == 1) {
    rating.sentence = counted.front()->sentence;
    rating.confidence = counted.front()->confidence;
  }
  return rating;
}

}  // namespace rigfit
