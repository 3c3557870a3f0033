#include "report/answer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "fact_names/device.hpp"
#include "judge/recommend/first_choice.hpp"
#include "report/text/citations.hpp"
#include "report/text/value_text.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

/// Nothing that is published of the first choice runs here: there is nothing to install.
bool has_no_build(const Recommendation& recommendation, const Candidate& first) {
  return !best_build(first.support).build && recommendation.install.empty();
}

/// "PyTorch 2.15 (CUDA 13.2)".
std::string build_name(const Candidate& candidate) {
  const Build* build = best_build(candidate.support).build;
  if (!build) return candidate.rule->name;
  const std::string platform = platform_name(build->platform);
  return fmt::format("{} {} ({})", candidate.rule->name, build->version,
                     build->runtime.empty() ? platform : platform + " " + build->runtime);
}

bool has_priorities(const Recommendation& recommendation) {
  for (const auto& [factor, points] : recommendation.points)
    if (points != recommendation.points.begin()->second) return true;
  return false;
}

/// "this machine", or what else it was weighed by.
std::string what_it_fits(const Report& report) {
  std::string machine = "this machine";
  append_to_list(machine, report.what_if, report.what_if.empty() ? "" : " ");
  if (!report.target_os.empty()) machine += fmt::format(" under {}", system_name(report.target_os));
  if (const Profile* profile = report.rules.profile(report.profile))
    return fmt::format("{} and the profile \"{}\"", machine, profile->id);
  return has_priorities(*report.recommendation) ? machine + " and your priorities" : machine;
}

bool is_after_a_fix(const Support& support) { return support.today.high < support.after.low; }

/// The heads of the columns of scores.
constexpr std::pair<std::string_view, std::string_view> short_factors[] = {{"ease_of_use", "ease"},
                                                                           {"model_availability", "models"},
                                                                           {"production_readiness", "production"},
                                                                           {"hardware_support", "hardware"},
                                                                           {"learning_resources", "learning"}};

/// Those that share the first place, with their builds.
std::vector<std::string> first_names(const Recommendation& recommendation) {
  std::vector<std::string> names;
  for (const Place& place : recommendation.ranking.places)
    if (place.rank == 1)
      names.push_back(build_name(*recommendation.candidate(recommendation.ranking.table.options[place.option])));
  return names;
}

/// An accelerator that is blocked, that a build may run on once it works, and for which no fix is known to be enough.
const Platform* idle_platform(const Report& report, const Support& support) {
  if (support.best_platform_after != "cpu") return nullptr;
  for (const Platform& platform : report.facts.platforms)
    if (platform.state == State::blocked && (support.accelerators > 0 || platform.devices.empty())) return &platform;
  return nullptr;
}

/// Under which condition the first fits best: nothing where it runs as the machine is.
std::string condition_here(const Report& report, const Support& first) {
  if (const std::string_view condition = condition_of(first); !condition.empty()) return std::string(condition);
  const Platform* idle = idle_platform(report, first);
  return idle ? fmt::format(" until {} works", platform_name(idle->id)) : "";
}

/// The platform whose GPUs an error keeps from being seen, where the first would leave them idle; empty for none.
std::string idle_unseen_platform(const Report& report, const Candidate& first) {
  if (first.support.best_platform_after != "cpu" || first.support.accelerators > 0) return "";
  return unseen_platform(report.facts, report.diagnosis);
}

std::string verdict_of(const Report& report) {
  const Recommendation& recommendation = *report.recommendation;
  const Candidate* first = first_choice(recommendation);
  if (!first)
    return recommendation.removed.empty() ? "No framework can be recommended for this machine."
                                          : "No framework meets every requirement on this machine.";
  if (recommendation.ranking.first_is_tied)
    return fmt::format("{} fit {} equally well.", listed(first_names(recommendation)), what_it_fits(report));
  if (has_no_build(recommendation, *first))
    return fmt::format("{} would fit {} best, but no published build of it runs here.", build_name(*first),
                       what_it_fits(report));
  if (const std::string platform = idle_unseen_platform(report, *first); !platform.empty())
    return fmt::format("{} is the best guess until {} works: which GPU is here shows only then.", build_name(*first),
                       platform);
  if (!is_determined(report.facts))
    return fmt::format("{} is the best guess: nothing is known about accelerators here.", build_name(*first));
  return fmt::format("{} fits {} best{}.", build_name(*first), what_it_fits(report),
                     condition_here(report, first->support));
}

/// Candidates in the order of the table: those that are ranked, then those behind, then those that a demand removed.
std::vector<std::size_t> order_of(const Recommendation& recommendation) {
  std::vector<std::size_t> order;
  for (const Place& place : recommendation.ranking.places)
    for (std::size_t i = 0; i < recommendation.candidates.size(); ++i)
      if (recommendation.candidates[i].rule->id == recommendation.ranking.table.options[place.option])
        order.push_back(i);
  order.insert(order.end(), recommendation.behind.begin(), recommendation.behind.end());
  order.insert(order.end(), recommendation.removed.begin(), recommendation.removed.end());
  return order;
}

std::string total_text(const Place& place, const Ranking& ranking) {
  std::string low = decimal_text(place.total, ranking.points_total);
  if (place.total_high == place.total) return low;
  return fmt::format("{}-{}", low, decimal_text(place.total_high, ranking.points_total));
}

ReportAnswer::ScoreRow score_row(const Recommendation& recommendation, std::size_t option) {
  const Ranking& all = recommendation.ranking_of_all;
  const Candidate& candidate = recommendation.candidates[option];
  ReportAnswer::ScoreRow row{candidate.rule->id, candidate.rule->name, "", false, false, {}};
  for (const Place& place : recommendation.ranking.places)
    if (recommendation.ranking.table.options[place.option] == row.id) {
      row.is_ranked = true;
      row.is_first = place.rank == 1;
      row.total = total_text(place, recommendation.ranking);
    }
  for (const Place& place : all.places)
    if (place.option == option && row.total.empty()) row.total = total_text(place, all);
  for (std::size_t k = 0; k < all.table.factors.size(); ++k) {
    const FactorResult& result = all.by_factor[k];
    const Factor* factor = recommendation.factor(all.table.factors[k]);
    // An unsettled hardware score is ranked with its certain part, and shown with both ends.
    row.cells.push_back(
        {factor && factor->from_probes ? score_text(candidate.support.after)
                                       : fmt::format("{}", all.table.scores[option][k]),
         result.winner == option || std::find(result.tied.begin(), result.tied.end(), option) != result.tied.end()});
  }
  return row;
}

/// The first of the sentences in a text, without what follows a semicolon.
std::string first_clause(std::string_view text) {
  std::size_t end = std::min({text.find(". "), text.find("; "), text.size()});
  while (end > 0 && text[end - 1] == '.') --end;
  return std::string(text.substr(0, end));
}

/// The factor whose rating sets the first apart most; nothing where the hardware alone does.
std::string leading_reason(const Recommendation& recommendation, const Candidate& first) {
  const Ranking& all = recommendation.ranking_of_all;
  std::string reason;
  std::int64_t most = 0;
  for (std::size_t k = 0; k < all.table.factors.size(); ++k) {
    const auto rating = first.ratings.find(all.table.factors[k]);
    if (rating == first.ratings.end() || !all.by_factor[k].winner) continue;
    if (all.table.options[*all.by_factor[k].winner] != first.rule->id) continue;
    int next = 0;  // of the best of the others
    for (std::size_t i = 0; i < all.table.options.size(); ++i)
      if (i != *all.by_factor[k].winner) next = std::max(next, all.table.scores[i][k]);
    const std::int64_t lead = std::int64_t{all.table.scores[*all.by_factor[k].winner][k] - next} * all.table.points[k];
    if (lead <= most) continue;
    most = lead;
    reason = first_clause(rating->second.sentence);
  }
  return reason;
}

/// "its build for CUDA 13.2 supports your GPU (sm_89)", or what the support is otherwise.
std::string hardware_reason(const Report& report, const Candidate& first) {
  const Support& support = first.support;
  const Build* build = best_build(support).build;
  const Platform* platform = report.facts.platform(support.best_platform_after);
  for (const Resolution& resolution : support.resolutions) {
    if (!build || resolution.platform != support.best_platform_after || !platform) continue;
    const bool is_today = resolution.chosen == build;
    const auto& devices = is_today ? resolution.devices : resolution.devices_after;
    if (support.best_platform_after == "cpu" || devices.empty()) break;
    const PlatformInfo* info = platform_info(platform->id);
    const bool is_gpu = info && info->device.find("GPU") != std::string_view::npos;
    std::vector<std::string> codes;
    for (const std::size_t index : devices)
      if (index < platform->devices.size()) {
        const std::string code = value_or_nothing(fact::device::architecture, platform->devices[index].facts);
        if (!code.empty() && std::find(codes.begin(), codes.end(), code) == codes.end()) codes.push_back(code);
      }
    const std::string noun = is_gpu ? "GPU" : "device";
    const std::string all = devices.size() == 2 ? "both" : fmt::format("all {}", devices.size());
    const std::string which = support.accelerators == 1 ? "your " + noun
                              : devices.size() == support.accelerators
                                  ? fmt::format("{} {}s", all, noun)
                                  : fmt::format("{} of your {} accelerators", devices.size(), support.accelerators);
    return fmt::format("its {} build {} {}{}", platform_name(platform->id),
                       resolution.unconfirmed_after && !is_today ? "may support" : "supports", which,
                       codes.empty() ? "" : fmt::format(" ({})", join(codes)));
  }
  if (support.best_platform_after == "cpu" && build)
    return support.accelerators > 0 ? "its CPU build runs here and leaves the accelerators idle"
                                    : "its CPU build runs here";
  return has_no_build(*report.recommendation, first) ? "no published build runs here" : first_clause(support.sentence);
}

std::string why_of(const Report& report, const Candidate& first) {
  std::string why = leading_reason(*report.recommendation, first);
  append_to_list(why, hardware_reason(report, first), "; ");
  return why;
}

std::string points_text(double points) {
  return points < 1000 ? fmt::format("{:.1f}", points) : fmt::format("{:.0f}", points);
}

/// The priority that changes the first place with the fewest points, alone.
std::string flip_text(const Recommendation& recommendation) {
  const Ranking& ranking = recommendation.ranking;
  std::string text;
  double least = 0;
  for (const Flip& flip : ranking.flips)
    for (const auto& [side, word] : {std::pair{&flip.below, "fewer"}, {&flip.above, "more"}}) {
      if (!*side || !std::isfinite((*side)->points) || (*side)->points <= 0) continue;
      const double change = std::abs((*side)->points - ranking.table.points[flip.factor]);
      if (!text.empty() && change >= least) continue;
      least = change;
      text = fmt::format("{} leads where {} has {} than {} points (now {})",
                         recommendation.candidate(ranking.table.options[(*side)->rival])->rule->name,
                         short_factor_name(ranking.table.factors[flip.factor]), word, points_text((*side)->points),
                         ranking.table.points[flip.factor]);
    }
  return text;
}

std::string share_text(const Recommendation& recommendation) {
  const Ranking& ranking = recommendation.ranking;
  const std::size_t first = ranking.places.front().option;
  if (first >= ranking.first_share.size()) return "";
  return fmt::format("first under {} of all priorities", percent_text(ranking.first_share[first]));
}

/// How the weights stand: whether, and where, other priorities put another first.
std::string weights_text(const Recommendation& recommendation) {
  const Ranking& ranking = recommendation.ranking;
  if (ranking.places.size() < 2)
    return recommendation.behind.empty() ? "" : "no other framework uses as much of this hardware";
  if (!ranking.nearest) return "no choice of weights puts another framework first";
  if (ranking.first_is_tied) return "the totals are equal: your priorities decide";
  std::string text = share_text(recommendation);
  if (ranking.too_close) append_to_list(text, fmt::format("a lead under {} points", close_margin), "; ");
  if (const std::string flip = flip_text(recommendation); !flip.empty()) append_to_list(text, flip, "; ");
  return text;
}

std::string facts_count(std::size_t count) {
  return count == 1 ? "the unknown fact" : fmt::format("the {} unknown facts", count);
}

/// Whatever the unknown facts are, and whatever the weights: both in one clause where neither changes anything.
std::string settled_text(const Recommendation& recommendation, const Candidate& first) {
  const Scenarios& scenarios = recommendation.scenarios;
  const Ranking& ranking = recommendation.ranking;
  const bool is_any_weight = ranking.places.size() >= 2 && !ranking.nearest;
  const std::size_t unknown = scenarios.unknowns.size();
  if (unknown == 0 || scenarios.confidence != "settled") return "";
  if (is_any_weight)
    return fmt::format("{} stays first whatever the weights and {} are", first.rule->name, facts_count(unknown));
  return fmt::format("{} stays first whatever {} turn{} out to be", first.rule->name, facts_count(unknown),
                     unknown == 1 ? "s" : "");
}

/// What the unknown facts could change.
std::string unknowns_text(const Recommendation& recommendation, const Candidate& first) {
  const Scenarios& scenarios = recommendation.scenarios;
  if (scenarios.unknowns.empty()) return "";
  if (scenarios.confidence == "settled") return settled_text(recommendation, first);
  for (const Unknown& unknown : scenarios.unknowns)
    if (unknown.decides())
      return fmt::format("{}: it depends on {} ({})", scenarios.confidence == "likely" ? "likely" : "open",
                         unknown.subject, first_clause(unknown.find_out));
  return fmt::format("{}: it depends on {} together", scenarios.confidence == "likely" ? "likely" : "open",
                     facts_count(scenarios.unknowns.size()));
}

std::string firm_of(const Recommendation& recommendation, const Candidate& first) {
  std::string text = unknowns_text(recommendation, first);
  const bool is_said = text == settled_text(recommendation, first) && !text.empty() && !recommendation.ranking.nearest;
  if (is_said && recommendation.ranking.places.size() >= 2) return text;
  if (const std::string weights = weights_text(recommendation); !weights.empty()) append_to_list(text, weights, "; ");
  return text;
}

std::string better_of(const Candidate& first) {
  const Rejection* newer = newer_build(first.support);
  if (!newer) return "";
  if (newer->requirement == "driver" && !newer->least.empty())
    return fmt::format("driver {} or later would allow {} {}", newer->least, first.rule->name, newer->version);
  return fmt::format("{} {} needs a fix: {}", first.rule->name, newer->version,
                     first_clause(newer->fix.empty() ? newer->reason : newer->fix));
}

ReportAnswer::Fix fix_of(const Finding& finding) {
  ReportAnswer::Fix fix{finding.id, finding.title, finding.cause, "", "", ""};
  // The steps up to the first that is a command.
  for (const Remedy& step : finding.remedy) {
    append_to_list(fix.step, as_sentence(step.text), " ");
    fix.command = step.command;
    if (fix.command.empty()) continue;
    constexpr std::string_view other = "Or ";
    fix.command_step = as_sentence(step.text.starts_with(other) ? capital(step.text.substr(other.size())) : step.text);
    break;
  }
  return fix;
}

/// What the first lacks before its build runs, where no finding says it.
std::optional<ReportAnswer::Fix> fix_of_build(const Candidate& first) {
  if (!is_after_a_fix(first.support)) return std::nullopt;
  for (const Resolution& resolution : first.support.resolutions)
    if (resolution.platform == first.support.best_platform_after && !resolution.fixes.empty()) {
      const Rejection& lack = resolution.fixes.front();
      // Reasons speak of the build as "it".
      const std::string title =
          lack.reason.starts_with("it ") ? first.rule->name + lack.reason.substr(2) : capital(lack.reason);
      return ReportAnswer::Fix{"", title, lack.reason, lack.fix, "", ""};
    }
  return std::nullopt;
}

/// No framework has a build for what is on that platform: to fix it would change nothing here.
bool is_without_build(const Report& report, const Candidate* first, std::string_view platform) {
  const Platform* here = report.facts.platform(platform);
  if (!first || !here || here->devices.empty()) return false;
  const std::vector<std::string>& names = first->support.without_build;
  return std::all_of(here->devices.begin(), here->devices.end(), [&](const Device& device) {
    const std::string* name = device.facts.get(fact::device::name);
    return name && std::find(names.begin(), names.end(), *name) != names.end();
  });
}

/// The error that stands in the way of the first's platform; else of another platform that is blocked.
std::optional<ReportAnswer::Fix> fix_first_of(const Report& report, const Candidate* first) {
  const Finding* primary = nullptr;
  const auto is_left_out = [&](const Finding& finding) {
    return !finding.folded_under.empty() || is_without_build(report, first, finding.platform);
  };
  for (const Finding& finding : report.diagnosis.findings) {
    if (finding.severity != "error" || is_left_out(finding)) continue;
    const bool is_of_first = first && finding.platform == first->support.best_platform_after;
    const bool was_of_first = first && primary && primary->platform == first->support.best_platform_after;
    if (!primary || (is_of_first && !was_of_first)) primary = &finding;
  }
  if (primary) return fix_of(*primary);
  // A warning may be what blocks; what is only noted is as somebody meant it.
  for (const Finding& finding : report.diagnosis.findings)
    if (finding.explains_block && finding.severity != "info" && !is_left_out(finding)) return fix_of(finding);
  return first ? fix_of_build(*first) : std::nullopt;
}

/// "The JAX plugin and jaxlib differ; Secure Boot is on; and 2 more".
std::string warning_of(const Report& report) {
  constexpr std::size_t most = 2;
  std::string text;
  std::size_t count = 0;
  for (const Finding& finding : report.diagnosis.findings)
    if (finding.severity == "warning" && finding.folded_under.empty() && ++count <= most)
      append_to_list(text, finding.title, "; ");
  if (count > most) append_to_list(text, fmt::format("and {} more", count - most), "; ");
  return text;
}

void split_commands(std::string_view text, std::vector<std::string>& lines) {
  constexpr std::string_view between = " && ";
  for (std::size_t at = text.find(between); at != text.npos; at = text.find(between)) {
    lines.emplace_back(text.substr(0, at));
    text.remove_prefix(at + between.size());
  }
  if (!text.empty()) lines.emplace_back(text);
}

ReportAnswer::Commands install_of(const Recommendation& recommendation, const Candidate& first) {
  ReportAnswer::Commands commands;
  if (const Build* build = best_build(first.support).build) commands.python = range_text(build->python);
  split_commands(recommendation.install, commands.lines);
  return commands;
}

std::vector<std::string> more_of(const Report& report) {
  std::vector<std::string> more{"rigfit doctor",
                                fmt::format("-v ({}, as of {})", count_text(count_citations_used(report), "source"),
                                            report.rules.as_of.empty() ? "no date" : report.rules.as_of)};
  const Ranking& ranking = report.recommendation->ranking;
  if (ranking.nearest || ranking.places.size() < 2) more.emplace_back("--ask");
  return more;
}

/// What was removed by a demand, and why.
std::string demand_note(const Recommendation& recommendation, const Candidate& candidate) {
  for (const Unmet& unmet : candidate.unmet)
    if (unmet.met == Truth::no)
      return fmt::format("{} is left out by {}: {}", candidate.rule->name, recommendation.demands[unmet.demand].text,
                         as_sentence(unmet.because));
  return "";
}

std::vector<std::string> notes_of(const Report& report) {
  const Recommendation& recommendation = *report.recommendation;
  std::vector<std::string> notes = notes_on(recommendation);
  for (const std::size_t index : recommendation.removed)
    if (std::string note = demand_note(recommendation, recommendation.candidates[index]); !note.empty())
      notes.push_back(std::move(note));
  notes.insert(notes.end(), report.assumptions.begin(), report.assumptions.end());
  if (!report.target_os.empty())
    notes.push_back(fmt::format("Judged under {}: of the system, its drivers and its Python nothing is known here.",
                                system_name(report.target_os)));
  if (const auto age = rules_age_days(report); age && *age > rules_old_after_days)
    notes.push_back(fmt::format("The rules are {} older than this look at the machine; a newer rigfit has newer ones.",
                                count_text(static_cast<std::size_t>(*age), "day")));
  return notes;
}

bool is_any_blocked(const Facts& facts) {
  return std::any_of(facts.platforms.begin(), facts.platforms.end(), [](const Platform& platform) {
    return platform.state == State::blocked ||
           std::any_of(platform.devices.begin(), platform.devices.end(),
                       [](const Device& device) { return device.state == State::blocked; });
  });
}

}  // namespace

std::string unseen_platform(const Facts& facts, const Diagnosis& diagnosis) {
  for (const Finding& finding : diagnosis.findings) {
    const Platform* platform = facts.platform(finding.platform);
    const PlatformInfo* info = platform_info(finding.platform);
    if (finding.severity == "error" && info && info->is_accelerator && platform && platform->state == State::unknown)
      return platform_name(platform->id);
  }
  return "";
}

std::string short_factor_name(std::string_view factor) {
  for (const auto& [id, name] : short_factors)
    if (factor == id) return std::string(name);
  return std::string(factor.substr(0, factor.find('_')));
}

std::string long_factor_name(std::string_view name) {
  for (const auto& [id, short_name] : short_factors)
    if (name == short_name) return std::string(id);
  return std::string(name);
}

std::string states_text(const Facts& facts) {
  std::string states;
  for (const Platform& platform : facts.platforms)
    if (platform.id != "cpu" && platform.state != State::absent && platform.state != State::not_applicable &&
        (platform.state != State::unknown || !platform.devices.empty()))
      append_to_list(states, fmt::format("{} {}", platform_name(platform.id), spaced(name_of(platform.state))));
  if (!states.empty()) return states;
  return is_determined(facts) ? "no accelerator" : "accelerators unknown";
}

std::string findings_count(const Report& report) {
  std::vector<std::string> words;
  bool is_any_problem = false;
  for (const auto& [severity, name] : {std::pair{"error", "error"}, {"warning", "warning"}, {"info", "note"}}) {
    const auto count = std::count_if(report.diagnosis.findings.begin(), report.diagnosis.findings.end(),
                                     [wanted = std::string_view(severity)](const Finding& finding) {
                                       return finding.severity == wanted && finding.folded_under.empty();
                                     });
    if (count == 0) continue;
    words.push_back(count_text(static_cast<std::size_t>(count), name));
    is_any_problem = is_any_problem || std::string_view(severity) != "info";
  }
  const bool is_known = is_determined(report.facts);
  if (words.empty()) return is_known ? "No problems found" : "Too little is known to find problems";
  const bool is_well = !is_any_problem && is_known && !is_any_blocked(report.facts);
  return is_well ? "No problems found, " + words.front() : listed(words);
}

ReportAnswer answer_of(const Report& report) {
  const Recommendation& recommendation = *report.recommendation;
  const Candidate* first = first_choice(recommendation);
  ReportAnswer answer;
  answer.verdict = verdict_of(report);
  answer.first = listed(first_names(recommendation));
  answer.machine = machine_line(report.facts.host);
  answer.platforms = platform_lines(report.facts);
  for (const std::string& factor : recommendation.ranking_of_all.table.factors) {
    answer.factor_ids.push_back(factor);
    answer.factors.push_back(short_factor_name(factor));
  }
  for (const std::size_t option : order_of(recommendation)) answer.scores.push_back(score_row(recommendation, option));
  if (first) {
    answer.why = why_of(report, *first);
    answer.firm = firm_of(recommendation, *first);
    answer.install = install_of(recommendation, *first);
    answer.check = recommendation.check;
  }
  answer.fix_first = fix_first_of(report, first);
  if (first && !answer.fix_first) answer.better = better_of(*first);
  if (!answer.fix_first) answer.warning = warning_of(report);
  answer.notes = notes_of(report);
  answer.findings = findings_count(report);
  answer.more = more_of(report);
  return answer;
}

}  // namespace rigfit
