#include "report/explain/explain.hpp"

#include <fmt/format.h>

#include "cli/gather.hpp"
#include "cli/input.hpp"
#include "cli/options/rule_words.hpp"
#include "cli/output.hpp"
#include "judge/recommend/check_wishes.hpp"
#include "text/edit_distance.hpp"

namespace rigfit {
namespace {

/// What is behind one thing that is reported.
struct Explain {
  Look look;
  Tell tell;
  std::string rules;
  std::string item;
  Wishes wishes;  ///< points, profile and ratings under which numbers are explained
};

void declare(Options& options, Explain& given) {
  options.required_argument("ITEM", "Factor, framework, build, finding, source, fact, or a printed word", given.item);
  options.offer(explain_words);
  add_points(options, given.wishes);
  add_look(options, given.look);
  add_rules(options, given.rules);
  add_style(options, given.tell);
  add_output(options, given.tell.output);
  options.check([&given] {
    if (given.item.empty()) throw WrongUsage{"`rigfit explain` needs an item, such as pytorch.ease_of_use"};
  });
  options.exit_codes = "0 explained";
  options.examples =
      "  rigfit explain pytorch.hardware_support   why it has that score here\n"
      "  rigfit explain cuda.driver_version        where a fact was read";
}

int run(const Explain& given) {
  const auto rules = load_rule_book(given.rules);
  if (!rules) return complain(rules.error());
  if (const std::string sentence = unknown_name(given.wishes, **rules); !sentence.empty()) return complain(sentence);
  const auto analysis = analyze_machine(given.look, *rules, {.wishes = given.wishes});
  if (!analysis) return complain(analysis.error());
  if (const auto text = explain_text(*analysis, given.item, style_for(given.tell)))
    return put(*text, given.tell.output);
  std::vector<std::string> items = explainable_items(*analysis);
  for (std::string& word : explainable_words()) items.push_back(std::move(word));
  complain(fmt::format("nothing here is named \"{}\"{}", given.item, did_you_mean(given.item, items)));
  remark("hint: `rigfit rules` lists factors, frameworks and findings, `rigfit probe` the facts of this machine");
  return exit_wrong;
}

}  // namespace

Run explain_command(Options& options) { return command_of<Explain>(options, declare, run); }

}  // namespace rigfit
