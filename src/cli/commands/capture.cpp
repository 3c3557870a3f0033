#include <fmt/format.h>

#include "cli/gather.hpp"
#include "cli/input.hpp"
#include "cli/output.hpp"
#include "collect/collect.hpp"
#include "evidence/machine_file.hpp"

namespace rigfit {
namespace {

struct Capture {
  Look look;
  std::string output;  ///< a file; empty: stdout
};

void declare(Options& options, Capture& given) {
  add_look(options, given.look);
  add_proof(options, given.look, true);
  add_output(options, given.output);
  options.flag("--identify", "Also record the name of this host, and nothing else that identifies it",
               given.look.identify);
  options.check([&given] {
    if (given.look.identify && !(given.look.from.empty() && given.look.root.empty()))
      throw WrongUsage{"--identify is about this machine, not about a recording or a tree"};
  });
  options.exit_codes = "0 recorded";
  options.examples = "  rigfit capture --output m.json   record this machine, to replay it with --from";
}

int run(const Capture& given) {
  const auto rules = load_rule_book("");
  if (!rules) return complain(rules.error());
  if (given.look.identify)
    remark(fmt::format("rigfit: --identify adds the name of this host ({}), and nothing else", host_name_key));
  const auto evidence = gather(given.look, **rules);
  if (!evidence) return complain(evidence.error());
  return put(write_machine_file(*evidence), given.output);
}

}  // namespace

Run capture_command(Options& options) { return command_of<Capture>(options, declare, run); }

}  // namespace rigfit
