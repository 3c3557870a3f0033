#include "judge/recommend/candidates.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "judge/recommend/check_wishes.hpp"
#include "rules/short_forms.hpp"

namespace rigfit {
namespace {

constexpr int default_points = 20;

/// The first row for this framework whose condition holds. Where there is none, nobody knows: anything.
Rating fit_of(const Fit& fit, const std::string& framework, const Facts& facts) {
  for (const FitRating& row : fit.ratings)
    if (row.framework == framework && holds(row.when, facts) == Truth::yes) return row.rating;
  Rating unknown;
  unknown.high = 100;
  unknown.sentence = fit.otherwise;
  unknown.confidence = "low";
  return unknown;
}

std::map<std::string, Rating> ratings_of(const Question& question, const FrameworkRule& framework, const Facts& facts) {
  std::map<std::string, Rating> ratings = framework.ratings;
  const auto take = [&](const Ratings& others) {
    const auto it = others.find(framework.id);
    if (it == others.end()) return;
    for (const auto& [factor, rating] : it->second) ratings[factor] = rating;
  };
  if (question.ratings)
    take(question.ratings->ratings);
  else if (question.profile)
    take(question.profile->ratings);
  if (question.profile && question.profile->fit)
    ratings[question.profile->fit->factor.id] = fit_of(*question.profile->fit, framework.id, facts);
  for (const auto& [factor, weights] : question.weights)
    if (const auto rating = ratings.find(factor); rating != ratings.end())
      rating->second = weighted(std::move(rating->second), weights);
  return ratings;
}

/// What the others of a candidate's role can do here, and whether anybody at all puts the accelerators to use.
struct Field {
  std::map<std::string, int> best_of_role;
  int best = 0;
  bool uses_accelerators = false;
};

bool is_on_cpu(const Candidate& candidate) { return candidate.support.best_platform_after == "cpu"; }

Field field_of(const std::vector<Candidate>& candidates) {
  Field field;
  for (const Candidate& candidate : candidates) {
    if (candidate.removed()) continue;
    const int own = candidate.support.after.low;
    int& best = field.best_of_role[candidate.rule->role];
    best = std::max(best, own);
    field.best = std::max(field.best, own);
    field.uses_accelerators = field.uses_accelerators ||
                              (candidate.support.accelerators > 0 && !is_on_cpu(candidate) && own >= adequate_least);
  }
  return field;
}

/// Nothing where it is adequate. The sentence may be empty where no words were wanted.
std::optional<std::string> why_inadequate(const Question& question, const Candidate& candidate, const Field& field) {
  const Support& support = candidate.support;
  const int own = support.after.low;
  if (field.best == 0) return std::nullopt;  // nothing runs here: then nothing is worse than the others
  if (own == 0 && support.after.high == 0) return support.sentence;
  if (!question.hardware_counts) return std::nullopt;
  constexpr std::string_view lifts = "With --priority hardware_support=0 rigfit ranks it, too.";
  if (field.uses_accelerators && is_on_cpu(candidate))
    return fmt::format("It would leave the hardware idle, as it runs on the CPU here. {}", lifts);
  const auto of_role = field.best_of_role.find(candidate.rule->role);
  const int best = of_role == field.best_of_role.end() ? 0 : of_role->second;
  if (support.accelerators > 0 && best >= adequate_least && (own < adequate_least || own < best - adequate_behind_best))
    return fmt::format("Its hardware support here is {} of 100, and {} is possible. {}", own, best, lifts);
  return std::nullopt;
}

void judge_adequacy(const Question& question, std::vector<Candidate>& candidates) {
  const Field field = field_of(candidates);
  for (Candidate& candidate : candidates) {
    const std::optional<std::string> why = why_inadequate(question, candidate, field);
    candidate.adequate = !why;
    candidate.inadequate_because = why.value_or("");
  }
}

}  // namespace

tl::expected<Question, std::string> question_of(const RuleBook& rules, const Wishes& wishes) {
  if (std::string sentence = unknown_name(wishes, rules); !sentence.empty()) return tl::unexpected(std::move(sentence));
  Question question;
  question.factors = rules.factors;
  for (const Factor& factor : rules.factors) {
    question.points[factor.id] = default_points;
    for (const FactorPart& part : factor.parts) question.weights[factor.id][part.id] = part.weight;
  }
  if (!wishes.profile.empty()) {
    question.profile = rules.profile(wishes.profile);
    for (const auto& [factor, value] : question.profile->points) question.points[factor] = value;
    for (const auto& [factor, weights] : question.profile->parts) question.weights[factor] = weights;
    if (question.profile->fit) {
      question.factors.push_back(question.profile->fit->factor);
      question.points[question.profile->fit->factor.id] = question.profile->fit->points;
    }
  }
  if (!wishes.ratings.empty() && wishes.ratings != default_ratings) question.ratings = rules.rating_set(wishes.ratings);
  for (const auto& [factor, value] : wishes.points) question.points[factor] = value;
  for (const std::string& text : wishes.demands)
    if (auto demand = parse_demand(text, rules, question.profile)) question.demands.push_back(std::move(*demand));
  question.all_zero =
      std::all_of(question.points.begin(), question.points.end(), [](const auto& p) { return p.second == 0; });
  for (Factor& factor : question.factors)
    if (factor.from_probes) {
      question.hardware_counts = question.points.at(factor.id) > 0 || question.all_zero;
      factor.from_probes = !question.ratings;
    }

  std::vector<std::string> ids = wishes.candidates;
  if (ids.empty() && question.ratings)
    for (const auto& [framework, ratings] : question.ratings->ratings) ids.push_back(framework);
  if (ids.empty() && question.profile) ids = question.profile->candidates;
  if (ids.empty())
    for (const FrameworkRule& framework : rules.frameworks)
      if (framework.role == "framework") ids.push_back(framework.id);
  for (const std::string& id : ids) {
    const FrameworkRule* framework = rules.framework(id);
    if (std::find(question.frameworks.begin(), question.frameworks.end(), framework) == question.frameworks.end())
      question.frameworks.push_back(framework);
  }
  return question;
}

void judge_candidates(const Question& question, const Facts& facts, std::vector<Candidate>& candidates) {
  const Facts world = question.demands.empty() ? Facts{} : with_short_forms(facts);
  for (Candidate& candidate : candidates) {
    candidate.unmet.clear();
    for (std::size_t n = 0; n < question.demands.size(); ++n) {
      DemandAnswer answer = check_demand(question.demands[n], candidate, world);
      if (answer.met != Truth::yes) candidate.unmet.push_back({n, answer.met, std::move(answer.because)});
    }
  }
  judge_adequacy(question, candidates);
}

std::vector<Candidate> assess_candidates(const RuleBook& rules, const Facts& facts, const Diagnosis& diagnosis,
                                         const Question& question, const SupposedWorld* world) {
  std::vector<Candidate> candidates(question.frameworks.size());
  for (std::size_t n = 0; n < candidates.size(); ++n) {
    candidates[n].rule = question.frameworks[n];
    if (world && world->words == Wording::none) continue;
    candidates[n].ratings = ratings_of(question, *question.frameworks[n], facts);
    candidates[n].choose_when = question.frameworks[n]->choose_when;
    if (question.ratings) {
      const auto sentences = question.ratings->choose_when.find(candidates[n].rule->id);
      candidates[n].choose_when =
          sentences == question.ratings->choose_when.end() ? std::vector<std::string>{} : sentences->second;
    }
  }
  std::vector<Support> supports =
      assess_support(rules, facts, diagnosis, question.frameworks, build_demands(question.demands), world);
  for (std::size_t n = 0; n < candidates.size(); ++n) candidates[n].support = std::move(supports[n]);
  judge_candidates(question, facts, candidates);
  return candidates;
}

bool facts_decide(const Question& question) {
  return !question.demands.empty() || (question.profile && question.profile->fit);
}

Table table_of(const Question& question, const std::vector<Candidate>& candidates, const std::vector<Candidate>& rated,
               const std::vector<std::size_t>& which) {
  Table table;
  bool is_settled = true;
  for (const Factor& factor : question.factors) {
    table.factors.push_back(factor.id);
    table.points.push_back(question.points.at(factor.id));
  }
  for (const std::size_t n : which) {
    const Candidate& candidate = candidates[n];
    table.options.push_back(candidate.rule->id);
    table.scores.emplace_back();
    table.highs.emplace_back();
    for (const Factor& factor : question.factors) {
      const Score score = factor.from_probes ? candidate.support.after : score_of(rated[n], factor);
      table.scores.back().push_back(score.low);
      table.highs.back().push_back(score.high);
      is_settled = is_settled && score.settled();
    }
  }
  if (is_settled) table.highs.clear();
  return table;
}

Score score_of(const Candidate& candidate, const Factor& factor) {
  if (factor.from_probes) return candidate.support.after;
  const Rating& rating = candidate.ratings.at(factor.id);
  return {rating.score, rating.high};
}

std::vector<std::size_t> ranked(const std::vector<Candidate>& candidates) {
  std::vector<std::size_t> which;
  for (std::size_t n = 0; n < candidates.size(); ++n)
    if (candidates[n].adequate && !candidates[n].removed()) which.push_back(n);
  return which;
}

}  // namespace rigfit
