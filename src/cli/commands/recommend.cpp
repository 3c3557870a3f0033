#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "cli/gather.hpp"
#include "cli/input.hpp"
#include "cli/options/priorities_file.hpp"
#include "cli/options/questions.hpp"
#include "cli/options/rule_words.hpp"
#include "cli/output.hpp"
#include "judge/recommend/candidates.hpp"
#include "judge/recommend/check_wishes.hpp"
#include "judge/recommend/framework_word.hpp"
#include "report/answer.hpp"

namespace rigfit {
namespace {

struct RecommendOptions : Judging {
  Wishes wishes;
  std::string priorities;  ///< a file of priorities; empty: none
  bool ask = false;        ///< ask for the priorities on the terminal
  std::string target_os;   ///< linux, darwin or windows: judge this hardware under it; empty: as it is
  WhatIf what_if;
  std::vector<std::string> machines;  ///< several machine files to be served by one framework; else empty
};

constexpr std::string_view about_priorities =
    "Priorities are points per factor, 20 unless given. What comes later wins:\n"
    "  the default, --profile, --priorities FILE, --ask, --priority\n"
    "  A file may name the profile it builds on; --profile wins over it.\n"
    "Demands (--require), all of which a candidate has to meet after the remedies:\n"
    "  platform=tpu  memory>=24GiB  python=3.13  offline  os=windows  arch=aarch64\n"
    "  framework=pytorch,jax  production_readiness>=60  pytorch>=2.8  cuda\n"
    "  and what `rigfit probe` lists:\n"
    "  \"any(cuda.devices: memory_total >= 24GiB) and not container\"";

constexpr std::string_view recommend_examples =
    "  rigfit --profile research            weigh it as a researcher would\n"
    "  rigfit --priority ease_of_use=40     or by points of your own\n"
    "  rigfit --ask                         answer five questions instead\n"
    "  rigfit --candidates pytorch,jax -v   two side by side, with every source\n"
    "  rigfit --require python=3.13         only what meets a demand\n"
    "  rigfit --with-gpu \"RTX 5090\"         what if: another GPU, compared with today\n"
    "  rigfit --from a.json --from b.json   one framework for several machines";

void take_candidates(const std::vector<std::string>& lists, std::vector<std::string>& candidates) {
  for (std::string_view list : lists)
    while (true) {
      const std::size_t comma = list.find(',');
      candidates.emplace_back(list.substr(0, comma));
      if (candidates.back().empty()) throw WrongUsage{"--candidates may not name an empty one"};
      if (comma == list.npos) break;
      list.remove_prefix(comma + 1);
    }
}

std::string target_of(const std::string& os) {
  if (os == "linux" || os == "windows" || os == "darwin") return os;
  if (os == "macos") return "darwin";
  refuse("--target-os", {"linux", "windows", "macos"}, os);
}

void declare(Options& options, RecommendOptions& given) {
  add_points(options, given.wishes);
  options.under("Priorities");
  options.value("--priorities", "FILE", "Points, profile and demands from a JSON file (- for stdin)", given.priorities);
  options.flag("--ask", "Ask five questions on the terminal for the points", given.ask);
  options.under("Candidates");
  options.values("--require", "DEMAND", "Leave out what does not meet this; may be repeated",
                 [&given](const auto& texts) {
                   if (texts.size() > most_demands)
                     throw WrongUsage{fmt::format("there are more than {} --require", most_demands)};
                   given.wishes.demands = texts;
                 });
  options.values("--candidates", "A,B,...", "Compare only these; two are shown side by side",
                 [&given](const auto& lists) { take_candidates(lists, given.wishes.candidates); });
  options.offer(framework_words);
  options.value("--target-os", "OS", "Judge this hardware under linux, windows or macos",
                [&given](const std::string& os) { given.target_os = target_of(os); });
  options.offer({"linux", "windows", "macos"});
  add_what_if(options, given.what_if);
  add_judging(options, given, true, &given.machines);
  options.check([&given] {
    if (!given.machines.empty() && given.what_if.any())
      throw WrongUsage{"--with-gpu, --with-driver and --without-gpu are for one machine, not for several --from"};
    const bool reads_stdin = given.priorities == "-" || given.look.from == "-" ||
                             std::count(given.machines.begin(), given.machines.end(), "-") > 0;
    if (given.ask && reads_stdin)
      throw WrongUsage{"--ask reads its answers from stdin, so that nothing else can be read from there"};
    if (!given.machines.empty() && !given.tell.format->write_choice)
      throw WrongUsage{fmt::format("--format {} is for one machine, not for several --from", given.tell.format->name)};
  });
  options.notes = about_priorities;
  options.examples = recommend_examples;
  options.exit_codes =
      "0 recommended   1 a --require leaves no candidate, or none fits every --from\n"
      "3 nothing is known about accelerators, or a --require could not be checked";
}

constexpr std::size_t largest_priorities_file = 1u << 16;  ///< one of 1 MiB takes half a minute to refuse

/// The file's priorities below those of the command line, its demands before them.
tl::expected<Wishes, std::string> with_file(Wishes wishes, const std::string& path, const RuleBook& rules) {
  if (path.empty()) return wishes;
  const auto text = read_input(path, largest_priorities_file);
  if (!text) return tl::unexpected(text.error());
  auto file = parse_priorities(*text, path == "-" ? "stdin" : path, rules);
  if (!file) return tl::unexpected(file.error());
  if (wishes.profile.empty()) wishes.profile = file->profile;
  wishes.points.insert(file->points.begin(), file->points.end());  // keeps what is there
  wishes.demands.insert(wishes.demands.begin(), file->demands.begin(), file->demands.end());
  return wishes;
}

/// The points as they are answered on the terminal; those of `settled` are not asked for.
tl::expected<Wishes, std::string> with_answers(Wishes wishes, const std::map<std::string, int>& settled,
                                               const RuleBook& rules) {
  if (::isatty(STDIN_FILENO) != 1)
    return tl::unexpected(std::string("--ask needs a terminal to ask on; stdin is none"));
  const auto question = question_of(rules, wishes);
  if (!question) return tl::unexpected(question.error());
  const Conversation conversation{[](std::string_view text) { std::cerr << text << std::flush; },
                                  []() -> std::optional<std::string> {
                                    std::string line;
                                    if (!std::getline(std::cin, line)) return std::nullopt;
                                    return line;
                                  }};
  auto points = ask_points(rules.factors, question->points, settled, conversation);
  if (!points) return tl::unexpected(std::string("the answers ended before the questions did"));
  wishes.points = std::move(*points);
  std::string again;
  for (const Factor& factor : question->factors)
    again += fmt::format(" --priority {}={}", factor.id, wishes.points.at(factor.id));
  remark("");
  remark("hint: the same without questions: rigfit" + (wishes.profile.empty() ? "" : " --profile " + wishes.profile) +
         again);
  return wishes;
}

int status_of(const Facts& facts, const Recommendation& recommendation) {
  if (recommendation.ranking.places.empty()) return recommendation.removed.empty() ? exit_unknown : exit_no;
  if (!is_determined(facts)) return exit_unknown;
  const Place& first = recommendation.ranking.places.front();
  return recommendation.candidate(recommendation.ranking.table.options[first.option])->unmet.empty() ? exit_yes
                                                                                                     : exit_unknown;
}

/// 1 when demands leave nobody, in either list; 3 when nothing is known about accelerators, or whether the first meets
/// the demands.
int status_of(const Analysis& analysis) {
  const int status = status_of(analysis.facts, *analysis.recommendation);
  if (!analysis.runtime || status == exit_no) return status;
  const int of_runtime = status_of(analysis.facts, *analysis.runtime);
  return of_runtime == exit_no ? exit_no : std::max(status, of_runtime);
}

int recommend_for_all(const RecommendOptions& given, const SharedRules& rules, const Purpose& purpose) {
  std::vector<NamedAnalysis> machines;
  bool determined = true;
  for (const std::string& file : given.machines) {
    Look look = given.look;
    look.from = file;
    auto analysis = analyze_machine(look, rules, purpose);
    if (!analysis) return complain(analysis.error());
    determined = determined && is_determined(analysis->facts);
    machines.push_back({file, std::move(*analysis)});
  }
  const CommonChoice choice = choose_for_all(machines);
  const int written = put_told(given.tell.format->write_choice(machines, choice, style_for(given.tell)), given.tell);
  if (written != exit_yes || given.tell.check) return softened(written, given.tell);
  return softened(!choice.found ? exit_no : determined ? exit_yes : exit_unknown, given.tell);
}

/// What questions cannot change is said before they are asked.
void remark_on_dominance(const Recommendation& recommendation) {
  const Ranking& ranking = recommendation.ranking;
  if (::isatty(STDIN_FILENO) != 1 || ranking.places.empty() || ranking.nearest) return;
  const std::string& first = recommendation.candidate(ranking.table.options[ranking.places.front().option])->rule->name;
  remark(ranking.places.size() > 1
             ? fmt::format("No priorities put another framework first on this machine: {} is at least as good in every "
                           "factor. Your answers change the totals only.",
                           first)
             : fmt::format("{} is the only framework that uses this hardware well enough to be ranked; your answers "
                           "change its total only.",
                           first));
  remark("");
}

int recommend_for_one(const RecommendOptions& given, const SharedRules& rules, Purpose purpose) {
  auto analysis = analyze_machine(given.look, rules, purpose);
  if (!analysis) return complain(analysis.error());
  if (given.ask) {
    remark_on_dominance(*analysis->recommendation);
    auto wishes = with_answers(std::move(purpose.wishes), given.wishes.points, *rules);
    if (!wishes) return complain(wishes.error());
    purpose.wishes = std::move(*wishes);
    analysis = analyze(rules, std::move(analysis->evidence), purpose);
    if (!analysis) return complain(analysis.error());
  }
  const auto today = analyze_as_it_is(*analysis, purpose);
  if (!today) return complain(today.error());
  const int written = put_report({*analysis, {.today = *today ? &**today : nullptr}}, given.tell);
  if (written != exit_yes || given.tell.check) return softened(written, given.tell);
  // Where an error keeps devices from being seen, the answer says so, and what to do first.
  if (!is_determined(analysis->facts) && unseen_platform(analysis->facts, analysis->diagnosis).empty())
    remark("hint: nothing is known about accelerators here, so this recommendation may be wrong");
  return softened(status_of(*analysis), given.tell);
}

int run(const RecommendOptions& given) {
  const auto rules = load_rule_book(given.rules);
  if (!rules) return complain(rules.error());
  auto wishes = with_file(given.wishes, given.priorities, **rules);
  if (!wishes) return complain(wishes.error());
  for (std::string& candidate : wishes->candidates) candidate = framework_meant(candidate, **rules);
  if (const std::string sentence = unknown_name(*wishes, **rules); !sentence.empty()) return complain(sentence);
  Purpose purpose{.wishes = *wishes, .target_os = given.target_os, .what_if = given.what_if};
  if (given.machines.empty()) return recommend_for_one(given, *rules, std::move(purpose));
  if (given.ask) wishes = with_answers(std::move(*wishes), given.wishes.points, **rules);
  if (!wishes) return complain(wishes.error());
  purpose.wishes = std::move(*wishes);
  return recommend_for_all(given, *rules, purpose);
}

}  // namespace

Run recommend_command(Options& options) { return command_of<RecommendOptions>(options, declare, run); }

}  // namespace rigfit
