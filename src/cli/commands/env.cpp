#include "report/env/env.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/gather.hpp"
#include "cli/input.hpp"
#include "cli/output.hpp"
#include "judge/recommend/check_wishes.hpp"
#include "judge/recommend/framework_word.hpp"
#include "text/edit_distance.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

struct EnvOptions {
  std::string kind;
  std::string framework;  ///< id or word; empty: what is recommended
  Look look;
  Tell tell;
  std::string rules, output;
  Wishes wishes;
};

const EnvKind* kind_named(std::string_view name) {
  const auto kinds = env_kinds();
  const auto row = std::find_if(kinds.begin(), kinds.end(), [&](const EnvKind& kind) { return kind.name == name; });
  return row == kinds.end() ? nullptr : &*row;
}

void check_kind(const EnvOptions& given) {
  std::vector<std::string> names;
  for (const EnvKind& kind : env_kinds()) names.emplace_back(kind.name);
  if (given.kind.empty()) throw WrongUsage{"KIND is missing: " + join(names)};
  if (!kind_named(given.kind))
    throw WrongUsage{fmt::format("`rigfit env` writes files for {}, not for \"{}\"{}", join(names), given.kind,
                                 did_you_mean(given.kind, names))};
}

std::string about_kinds() {
  std::string text = "Kinds:\n";
  for (const EnvKind& kind : env_kinds()) text += fmt::format("  {:<13} {}: {}\n", kind.name, kind.file, kind.about);
  text +=
      "A container's build is chosen by this machine's devices and drivers; its C\n"
      "library, Python and toolkit are those of its image. Containers get no GPU on\n"
      "macOS.";
  return text;
}

constexpr std::string_view env_examples =
    "  rigfit env uv --output pyproject.toml      for what is recommended here\n"
    "  rigfit env docker --framework jax --output Dockerfile\n"
    "  rigfit env apptainer --from node.json      for another machine, recorded";

void declare(Options& options, EnvOptions& given) {
  options.required_argument("KIND", "uv, pip, conda, pixi, docker, apptainer or devcontainer", given.kind);
  options.value("--framework", "ID", "This framework or runtime, not the recommended one", given.framework);
  add_points(options, given.wishes);
  add_look(options, given.look);
  add_rules(options, given.rules);
  add_output(options, given.output);
  options.check([&given] { check_kind(given); });
  options.notes = about_kinds();
  options.examples = env_examples;
  options.exit_codes = "0 written   1 there is no build for it";
}

int run(const EnvOptions& given) {
  const auto rules = load_rule_book(given.rules);
  if (!rules) return complain(rules.error());
  Wishes wishes = given.wishes;
  std::string framework;
  if (!given.framework.empty()) {
    framework = framework_meant(given.framework, **rules);
    wishes.candidates = {framework};
  }
  if (const std::string sentence = unknown_name(wishes, **rules); !sentence.empty()) return complain(sentence);
  const auto analysis = analyze_machine(given.look, *rules, {.wishes = wishes});
  if (!analysis) return complain(analysis.error());
  const EnvKind& kind = *kind_named(given.kind);
  const auto plan = plan_environment(*analysis, framework, kind);
  if (!plan) {
    complain(plan.error());
    return exit_no;
  }
  const int written = put(kind.write(*plan), given.output);
  if (written != exit_yes) return written;
  for (const std::string& warning : plan->warnings) remark(warning);
  return exit_yes;
}

}  // namespace

Run env_command(Options& options) { return command_of<EnvOptions>(options, declare, run); }

}  // namespace rigfit
