#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "cli/commands/commands.hpp"
#include "cli/gather.hpp"
#include "cli/input.hpp"
#include "cli/options/priorities_file.hpp"
#include "cli/options/questions.hpp"
#include "cli/output.hpp"
#include "judge/recommend/candidates.hpp"
#include "judge/recommend/check_wishes.hpp"

namespace rigfit {
namespace {

constexpr std::size_t largest_priorities_file = 1u << 20;

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

int recommend_for_all(const RecommendOptions& options, const SharedRules& rules, const Purpose& purpose) {
  std::vector<NamedAnalysis> machines;
  bool determined = true;
  for (const std::string& file : options.machines) {
    Look look = options.look;
    look.from = file;
    auto analysis = analyze_machine(look, rules, purpose);
    if (!analysis) return complain(analysis.error());
    determined = determined && is_determined(analysis->facts);
    machines.push_back({file, std::move(*analysis)});
  }
  const CommonChoice choice = choose_for_all(machines);
  const int written = put(options.tell.format == Format::json ? common_json(machines, choice)
                                                              : common_text(machines, choice, style_for(options.tell)),
                          options.tell.output);
  if (written != exit_yes) return written;
  return softened(!choice.found ? exit_no : determined ? exit_yes : exit_unknown, options.tell);
}

}  // namespace

int recommend_command(const RecommendOptions& options) {
  const auto rules = load_rule_book(options.rules);
  if (!rules) return complain(rules.error());
  auto wishes = with_file(options.wishes, options.priorities, **rules);
  if (!wishes) return complain(wishes.error());
  if (const std::string sentence = unknown_name(*wishes, **rules); !sentence.empty()) return complain(sentence);
  if (options.ask) wishes = with_answers(std::move(*wishes), options.wishes.points, **rules);
  if (!wishes) return complain(wishes.error());
  const Purpose purpose{.wishes = *wishes, .target_os = options.target_os};
  if (!options.machines.empty()) return recommend_for_all(options, *rules, purpose);

  const auto analysis = analyze_machine(options.look, *rules, purpose);
  if (!analysis) return complain(analysis.error());
  const int written = put(
      options.tell.format == Format::json ? report_json(*analysis) : recommend_text(*analysis, style_for(options.tell)),
      options.tell.output);
  if (written != exit_yes) return written;
  if (!is_determined(analysis->facts))
    remark("hint: nothing is known about accelerators here, so this recommendation may be wrong");
  return softened(status_of(*analysis), options.tell);
}

}  // namespace rigfit
