#include "report/builds/builds.hpp"

#include <fmt/format.h>

#include "cli/gather.hpp"
#include "cli/input.hpp"
#include "cli/options/format_option.hpp"
#include "cli/output.hpp"
#include "facts/platforms.hpp"
#include "judge/recommend/check_wishes.hpp"
#include "judge/recommend/framework_word.hpp"
#include "text/edit_distance.hpp"

namespace rigfit {
namespace {

struct BuildsOptions {
  Look look;
  Tell tell;
  std::string rules;
  BuildsWanted wanted;
  const BuildsFormat* format = &builds_formats().front();
};

void take_list(const std::vector<std::string>& lists, std::vector<std::string>& words) {
  for (std::string_view list : lists)
    while (true) {
      const std::size_t comma = list.find(',');
      words.emplace_back(list.substr(0, comma));
      if (comma == list.npos) break;
      list.remove_prefix(comma + 1);
    }
}

void take_platforms(const std::vector<std::string>& lists, std::vector<std::string>& ids) {
  take_list(lists, ids);
  std::vector<std::string> known;
  for (const PlatformInfo& platform : platforms()) known.emplace_back(platform.id);
  for (const std::string& id : ids)
    if (!platform_info(id)) throw WrongUsage{fmt::format("there is no platform \"{}\"{}", id, did_you_mean(id, known))};
}

constexpr std::string_view builds_examples =
    "  rigfit builds                         those for this machine, installed marked\n"
    "  rigfit builds --framework pytorch --platform cuda --all\n"
    "  rigfit builds --all --format html --output builds.html\n"
    "  rigfit builds --into setup.md         renew the marked block of a document";

void declare(Options& options, BuildsOptions& given) {
  options.values("--framework", "A,B,...", "These frameworks or runtimes alone",
                 [&given](const auto& lists) { take_list(lists, given.wanted.frameworks); });
  options.values("--platform", "A,B,...", "These platforms alone, whatever this machine has",
                 [&given](const auto& lists) { take_platforms(lists, given.wanted.platforms); });
  options.flag("--all", "Of every system, processor and platform", given.wanted.every_system);
  add_format(options, builds_formats(), given.format);
  add_look(options, given.look);
  add_rules(options, given.rules);
  add_style(options, given.tell);
  add_output(options, given.tell.output);
  add_into(options, given.tell, builds_formats(), given.format);
  options.examples = builds_examples;
  options.exit_codes = "0 listed   1 no build is for it";
}

int run(const BuildsOptions& given) {
  const auto rules = load_rule_book(given.rules);
  if (!rules) return complain(rules.error());
  BuildsWanted wanted = given.wanted;
  for (std::string& framework : wanted.frameworks) framework = framework_meant(framework, **rules);
  if (wanted.frameworks.empty())
    for (const FrameworkRule& framework : (*rules)->frameworks)
      if (framework.role == "framework") wanted.frameworks.push_back(framework.id);
  const Wishes wishes{.points = {}, .profile = {}, .candidates = wanted.frameworks, .demands = {}, .ratings = {}};
  if (const std::string sentence = unknown_name(wishes, **rules); !sentence.empty()) return complain(sentence);
  const auto analysis = analyze_machine(given.look, *rules, {.wishes = wishes});
  if (!analysis) return complain(analysis.error());
  const BuildsReport report = builds_of(*analysis, wanted);
  const int written = put_told(given.format->write(report, style_for(given.tell)), given.tell);
  if (written != exit_yes || given.tell.check) return softened(written, given.tell);
  return softened(report.tables.empty() ? exit_no : exit_yes, given.tell);
}

}  // namespace

Run builds_command(Options& options) { return command_of<BuildsOptions>(options, declare, run); }

}  // namespace rigfit
