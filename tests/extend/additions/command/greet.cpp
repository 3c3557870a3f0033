// A command that a test adds to a copy of the sources.
#include "cli/options/options.hpp"
#include "cli/output.hpp"

namespace rigfit {
namespace {

void declare(Options& options, std::string& name) {
  options.value("--name", "NAME", "Whom to greet", name);
  options.exit_codes = "0 greeted";
}

int run(const std::string& name) { return put("Hello, " + name + "\n", ""); }

}  // namespace

Run greet_command(Options& options) { return command_of<std::string>(options, declare, run); }

}  // namespace rigfit
