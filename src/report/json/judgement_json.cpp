#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "fact_names/device.hpp"
#include "judge/recommend/first_choice.hpp"
#include "report/json/report_members.hpp"
#include "report/text/value_text.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::ordered_json;

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json terms_json(const std::vector<Term>& terms) {
  Json list = Json::array();
  for (const Term& term : terms)
    list.push_back({{"fact", term.fact},
                    {"op", name_of(term.op)},
                    {"wanted", term.wanted},
                    {"seen", term.seen},
                    {"truth", name_of(term.truth)},
                    {"because", term.because},
                    {"sources", term.sources}});
  return list;
}

Json build_json(const Build* build, const Install* install) {
  if (!build) return nullptr;
  Json json{{"id", build->id},
            {"platform", build->platform},
            {"version", build->version},
            {"released", text_or_null(build->released)},
            {"runtime", text_or_null(build->runtime)},
            {"code_for", build->code_for ? Json(*build->code_for) : Json()},
            {"note", text_or_null(build->note)},
            {"evidence", build->evidence},
            {"origin", build->origin}};
  json["python_range"] = {build->python.least, build->python.most};
  json["python"] = install ? Json(install->python) : Json();
  json["python_here"] = install ? Json(name_of(install->python_here)) : Json();
  json["python_note"] = install ? text_or_null(install->python_note) : Json();
  json["pip"] = install ? Json(install->pip) : Json();
  json["uv"] = install ? Json(install->uv) : Json();
  json["check"] = install ? Json(install->check) : Json();
  return json;
}

Json rejection_json(const Rejection& rejection) {
  return {{"build", rejection.build},
          {"version", rejection.version},
          {"runtime", text_or_null(rejection.runtime)},
          {"requirement", rejection.requirement},
          {"reason", rejection.reason},
          {"cure", text_or_null(rejection.fix)},
          {"curable", rejection.fixable},
          {"truth", name_of(rejection.truth)}};
}

Json resolution_json(const Resolution& resolution) {
  Json json;
  json["platform"] = resolution.platform;
  json["build"] = build_json(resolution.chosen, resolution.install ? &*resolution.install : nullptr);
  json["after"] = build_json(resolution.after, resolution.install_after ? &*resolution.install_after : nullptr);
  json["devices"] = resolution.devices;
  json["devices_after"] = resolution.devices_after;
  json["maybe"] = resolution.maybe;
  json["unconfirmed_after"] = resolution.unconfirmed_after;
  json["rejected"] = Json::array();
  for (const Rejection& rejection : resolution.rejected) json["rejected"].push_back(rejection_json(rejection));
  json["nearest_miss"] = resolution.nearest_miss ? rejection_json(*resolution.nearest_miss) : Json();
  json["cures"] = Json::array();
  for (const Rejection& fix : resolution.fixes) json["cures"].push_back(rejection_json(fix));
  return json;
}

/// A settled score is a number; one that is not is null, with its ends beside it.
Json settled_or_null(const Score& score) { return score.settled() ? Json(score.low) : Json(); }

Json support_json(const Support& support) {
  Json json;
  json["today"] = settled_or_null(support.today);
  json["after"] = settled_or_null(support.after);
  json["today_range"] = {support.today.low, support.today.high};
  json["after_range"] = {support.after.low, support.after.high};
  json["terms"] = support.terms;
  json["sentence"] = support.sentence;
  json["best_platform"] = text_or_null(support.best_platform);
  json["best_platform_after"] = text_or_null(support.best_platform_after);
  json["remedies"] = support.remedies;
  json["evidence"] = support.evidence;
  json["resolutions"] = Json::array();
  for (const Resolution& resolution : support.resolutions) json["resolutions"].push_back(resolution_json(resolution));
  return json;
}

/// The resolution that the score of today stands on, when a build runs there.
const Resolution* chosen_resolution(const Support& support) {
  for (const Resolution& resolution : support.resolutions)
    if (resolution.platform == support.best_platform && resolution.chosen && resolution.install) return &resolution;
  return nullptr;
}

/// What rigfit would install were it chosen.
Json build_to_install_json(const Support& support) {
  const BestBuild best = best_build(support);
  return build_json(best.build, best.install);
}

/// When that build runs: today, after_fix, unknown; null where there is none.
Json install_when_json(const Support& support) {
  const Build* build = best_build(support).build;
  if (!build) return nullptr;
  const Truth today = runs_today(support, *build);
  return today == Truth::yes ? "today" : today == Truth::no ? "after_fix" : "unknown";
}

Json share_json(const Fraction& share) { return {{"exact", fraction_text(share)}, {"value", share.value()}}; }

Json threshold_json(const std::optional<Flip::Threshold>& threshold, const Table& table) {
  if (!threshold) return nullptr;
  Json json;
  json["rival"] = table.options[threshold->rival];
  json["weight"] = share_json(threshold->weight);
  json["points"] = std::isfinite(threshold->points) ? Json(threshold->points) : Json();
  return json;
}

Json place_json(const Place& place, const Ranking& ranking, bool adequate) {
  Json json;
  json["id"] = ranking.table.options[place.option];
  json["rank"] = adequate ? Json(place.rank) : Json();
  json["score"] = Fraction::of(place.total, ranking.points_total).value();
  json["score_range"] = {Fraction::of(place.total, ranking.points_total).value(),
                         Fraction::of(place.total_high, ranking.points_total).value()};
  json["score_exact"] = fraction_text(Fraction::of(place.total, ranking.points_total));
  json["total"] = place.total;
  json["wins"] = place.wins;
  json["adequate"] = adequate;
  json["contributions"] = Json::object();
  for (std::size_t k = 0; k < place.contributions.size(); ++k)
    json["contributions"][ranking.table.factors[k]] = place.contributions[k];
  return json;
}

const Place* place_of(const Ranking& ranking, const std::string& id) {
  for (const Place& place : ranking.places)
    if (ranking.table.options[place.option] == id) return &place;
  return nullptr;
}

}  // namespace

Json source_json(const Source& source) { return {{"title", source.title}, {"url", source.url}, {"year", source.year}}; }

Json findings_json(const Report& report) {
  Json findings = Json::array();
  for (const Finding& finding : report.diagnosis.findings) {
    Json json;
    json["id"] = finding.id;
    json["severity"] = finding.severity;
    json["platform"] = finding.platform;
    json["title"] = finding.title;
    json["devices"] = Json::array();
    const Platform* platform = report.facts.platform(finding.platform);
    for (const std::size_t index : finding.devices) {
      Json device{{"index", index}};
      for (const DeviceFact<std::string> name : {fact::device::name, fact::device::pci_address}) {
        const auto* text =
            platform && index < platform->devices.size() ? platform->devices[index].facts.get(name) : nullptr;
        device[std::string(name.text())] = text ? Json(*text) : Json();
      }
      json["devices"].push_back(std::move(device));
    }
    json["cause"] = finding.cause;
    json["remedy"] = Json::array();
    for (const Remedy& step : finding.remedy)
      json["remedy"].push_back({{"text", step.text}, {"command", text_or_null(step.command)}});
    json["verify"] = finding.verify;
    json["curable"] = finding.fixable;
    json["folded_under"] = text_or_null(finding.folded_under);
    json["terms"] = terms_json(finding.terms);
    json["source"] = source_json(finding.source);
    findings.push_back(std::move(json));
  }
  return findings;
}

Json undecided_json(const Diagnosis& diagnosis) {
  Json list = Json::array();
  for (const Undecided& rule : diagnosis.undecided)
    list.push_back({{"id", rule.id}, {"title", rule.title}, {"terms", terms_json(rule.terms)}});
  return list;
}

/// What a rating is the weighted mean of; empty where it was rated as a whole.
Json parts_json(const Rating& rating, const Factor& factor) {
  Json list = Json::array();
  for (const RatingPart& part : rating.parts) {
    const auto named = std::find_if(factor.parts.begin(), factor.parts.end(),
                                    [&](const FactorPart& one) { return one.id == part.id; });
    list.push_back({{"id", part.id},
                    {"name", named == factor.parts.end() ? part.id : named->name},
                    {"weight", part.weight},
                    {"score", settled_or_null({part.score, part.high})},
                    {"score_range", {part.score, part.high}},
                    {"sentence", part.sentence},
                    {"confidence", part.confidence},
                    {"evidence", part.evidence}});
  }
  return list;
}

Json frameworks_json(const Recommendation& recommendation) {
  Json frameworks = Json::array();
  for (const Candidate& candidate : recommendation.candidates) {
    Json json;
    json["id"] = candidate.rule->id;
    json["name"] = candidate.rule->name;
    json["role"] = candidate.rule->role;
    json["hardware_support"] = support_json(candidate.support);
    json["factors"] = Json::object();
    for (const Factor& factor : recommendation.factors) {
      Json& entry = json["factors"][factor.id];
      if (factor.from_probes) {
        entry["score"] = settled_or_null(candidate.support.after);
        entry["sentence"] = candidate.support.sentence;
        entry["evidence"] = candidate.support.evidence;
        continue;
      }
      const auto rating = candidate.ratings.find(factor.id);
      const bool rated = rating != candidate.ratings.end();
      entry["score"] = rated ? settled_or_null({rating->second.score, rating->second.high}) : Json();
      if (rated) entry["score_range"] = {rating->second.score, rating->second.high};
      entry["sentence"] = rated ? rating->second.sentence : "";
      entry["confidence"] = rated ? rating->second.confidence : "";
      entry["evidence"] = rated ? Json(rating->second.evidence) : Json::array();
      entry["parts"] = rated ? parts_json(rating->second, factor) : Json::array();
    }
    const Resolution* resolution = chosen_resolution(candidate.support);
    json["build"] = resolution ? build_json(resolution->chosen, &*resolution->install) : Json();
    json["build_to_install"] = build_to_install_json(candidate.support);
    json["install"] = resolution ? Json(resolution->install->pip) : Json();
    json["install_uv"] = resolution ? Json(resolution->install->uv) : Json();
    json["check"] = resolution ? Json(resolution->install->check) : Json();
    json["adequate"] = candidate.adequate;
    json["inadequate_because"] = text_or_null(candidate.inadequate_because);
    json["unmet_demands"] = Json::array();
    for (const Unmet& unmet : candidate.unmet)
      json["unmet_demands"].push_back({{"demand", recommendation.demands[unmet.demand].text},
                                       {"met", name_of(unmet.met)},
                                       {"because", unmet.because}});
    json["choose_when"] = candidate.choose_when;
    frameworks.push_back(std::move(json));
  }
  return frameworks;
}

Json comparison_json(const Recommendation& recommendation) {
  const Ranking& all = recommendation.ranking_of_all;
  Json json;
  json["factors"] = Json::array();
  for (std::size_t k = 0; k < all.table.factors.size(); ++k) {
    Json factor;
    factor["id"] = all.table.factors[k];
    const Factor* known = recommendation.factor(all.table.factors[k]);
    factor["name"] = known ? known->name : all.table.factors[k];
    factor["points"] = all.table.points[k];
    factor["at_0"] = known ? known->at_0 : "";
    factor["at_100"] = known ? known->at_100 : "";
    factor["scale"] = Json::object();
    if (known)
      for (const auto& [score, words] : anchors_of(*known)) factor["scale"][std::to_string(score)] = words;
    factor["scores"] = Json::object();
    for (std::size_t i = 0; i < all.table.options.size(); ++i)
      factor["scores"][all.table.options[i]] = all.table.scores[i][k];
    if (k < all.by_factor.size()) {
      const FactorResult& result = all.by_factor[k];
      factor["winner"] = result.winner ? Json(all.table.options[*result.winner]) : Json();
      factor["tied"] = Json::array();
      for (const std::size_t option : result.tied) factor["tied"].push_back(all.table.options[option]);
    }
    json["factors"].push_back(std::move(factor));
  }
  json["ties"] = all.tied_factors;
  json["tie_margin"] = tie_margin;
  json["wins"] = Json::object();
  for (const Place& place : all.places) json["wins"][all.table.options[place.option]] = place.wins;
  return json;
}

Json demands_json(const Recommendation& recommendation) {
  Json list = Json::array();
  for (std::size_t n = 0; n < recommendation.demands.size(); ++n) {
    Json removes = Json::array(), unchecked = Json::array();
    for (const Candidate& candidate : recommendation.candidates)
      for (const Unmet& unmet : candidate.unmet)
        if (unmet.demand == n) (unmet.met == Truth::no ? removes : unchecked).push_back(candidate.rule->id);
    list.push_back({{"demand", recommendation.demands[n].text},
                    {"removes", removes},
                    {"removes_all", removes.size() == recommendation.candidates.size()},
                    {"unchecked", unchecked}});
  }
  return list;
}

Json scenarios_json(const Scenarios& scenarios) {
  Json json;
  json["confidence"] = scenarios.confidence;
  json["cases"] = scenarios.runs;
  json["outcomes"] = Json::array();
  for (const auto& outcome : scenarios.outcomes)
    json["outcomes"].push_back({{"first", outcome.first}, {"cases", outcome.count}});
  json["unknowns"] = Json::array();
  for (const Unknown& unknown : scenarios.unknowns)
    json["unknowns"].push_back(
        {{"subject", unknown.subject},
         {"because", unknown.because},
         {"find_out", unknown.find_out},
         {"decides", unknown.decides()},
         {"expected", {{"case", unknown.expected.words}, {"first", unknown.expected.first}}},
         {"otherwise", {{"case", unknown.otherwise.words}, {"first", unknown.otherwise.first}}}});
  json["left_out"] = scenarios.left_out;
  return json;
}

Json ranking_json(const Recommendation& recommendation) {
  Json list = Json::array();
  const Ranking& ranking = recommendation.ranking;
  for (const Place& place : ranking.places) {
    Json json = place_json(place, ranking, true);
    // Wins are those of the comparison of all candidates, so that they add up to the table that is shown.
    if (const Place* among_all = place_of(recommendation.ranking_of_all, ranking.table.options[place.option]))
      json["wins"] = among_all->wins;
    json["first_share"] =
        place.option < ranking.first_share.size() ? share_json(ranking.first_share[place.option]) : Json();
    list.push_back(std::move(json));
  }
  for (const auto* others : {&recommendation.behind, &recommendation.removed})
    for (const std::size_t index : *others) {
      const Candidate& candidate = recommendation.candidates[index];
      if (const Place* place = place_of(recommendation.ranking_of_all, candidate.rule->id)) {
        Json json = place_json(*place, recommendation.ranking_of_all, candidate.adequate);
        json["rank"] = nullptr;
        json["removed_by_demand"] = candidate.removed();
        list.push_back(std::move(json));
      }
    }
  return list;
}

Json recommendation_json(const Recommendation& recommendation) {
  const Ranking& ranking = recommendation.ranking;
  Json json;
  const bool any = !ranking.places.empty();
  json["framework"] = any ? Json(ranking.table.options[ranking.places.front().option]) : Json();
  json["because"] = Json::array();
  json["because_evidence"] = Json::array();
  for (const CitedSentence& reason : recommendation.because) {
    json["because"].push_back(reason.sentence);
    json["because_evidence"].push_back(reason.evidence);
  }
  json["cautions"] = recommendation.cautions;
  const Candidate* first = first_choice(recommendation);
  json["install"] = text_or_null(recommendation.install);
  json["build"] = first ? build_to_install_json(first->support) : Json();
  json["install_when"] = first ? install_when_json(first->support) : Json();
  json["install_uv"] = text_or_null(recommendation.install_uv);
  json["build_note"] = text_or_null(recommendation.build_note);
  json["python_note"] = text_or_null(recommendation.python_note);
  json["check"] = text_or_null(recommendation.check);
  json["install_note"] = text_or_null(recommendation.install_note);
  json["offline"] = recommendation.offline;
  json["advice"] = Json::array();
  for (const CitedSentence& advice : recommendation.advice)
    json["advice"].push_back({{"sentence", advice.sentence}, {"evidence", advice.evidence}});
  json["nearest_candidate"] = !any && !recommendation.removed.empty()
                                  ? Json(recommendation.candidates[recommendation.removed.front()].rule->id)
                                  : Json();
  json["certain"] = ranking.certain;
  json["confidence"] = recommendation.scenarios.confidence;
  json["tied"] = ranking.first_is_tied;
  json["too_close"] = ranking.too_close;
  Json& sensitivity = json["sensitivity"] = Json::object();
  sensitivity["factors"] = Json::object();
  for (const Flip& flip : ranking.flips)
    sensitivity["factors"][ranking.table.factors[flip.factor]] = {{"weight", share_json(flip.weight_now)},
                                                                  {"below", threshold_json(flip.below, ranking.table)},
                                                                  {"above", threshold_json(flip.above, ranking.table)}};
  sensitivity["break_even"] = Json::object();
  for (const BreakEven& even : ranking.break_evens)
    sensitivity["break_even"][ranking.table.factors[even.factor]] = {
        {"score", even.score_now}, {"ties_at", even.score ? share_json(*even.score) : Json()}};
  sensitivity["nearest_change"] = nullptr;
  if (ranking.nearest) {
    Json& nearest = sensitivity["nearest_change"];
    nearest = Json::object();
    nearest["rival"] = ranking.table.options[ranking.nearest->rival];
    nearest["moved"] = share_json(ranking.nearest->moved);
    nearest["moves"] = Json::array();
    for (const auto& move : ranking.nearest->moves)
      nearest["moves"].push_back({{"from", ranking.table.factors[move.from]},
                                  {"to", ranking.table.factors[move.to]},
                                  {"share", share_json(move.share)}});
  }
  sensitivity["first_share_is_exact"] = ranking.share_is_exact;
  sensitivity["first_share"] = Json::object();
  for (std::size_t i = 0; i < ranking.first_share.size(); ++i)
    sensitivity["first_share"][ranking.table.options[i]] = share_json(ranking.first_share[i]);
  return json;
}

}  // namespace rigfit
