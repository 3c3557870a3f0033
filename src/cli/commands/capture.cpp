#include "cli/commands/commands.hpp"
#include "cli/gather.hpp"
#include "cli/input.hpp"
#include "cli/output.hpp"
#include "evidence/machine_file.hpp"

namespace rigfit {

int capture_command(const CaptureOptions& options) {
  const auto rules = load_rule_book("");
  if (!rules) return complain(rules.error());
  const auto evidence = gather(options.look, **rules);
  if (!evidence) return complain(evidence.error());
  return put(write_machine_file(*evidence), options.output);
}

}  // namespace rigfit
