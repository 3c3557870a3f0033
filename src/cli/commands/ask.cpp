#include "ask/ask.hpp"

#include "cli/options/options.hpp"

namespace rigfit {
namespace {

/// The question and its arguments.
using Words = std::vector<std::string>;

void declare(Options& options, Words& given) {
  options.arguments("QUESTION", "", [&given](const Words& words) { given = words; });
  options.check([&given] {
    if (given.empty()) throw WrongUsage{"QUESTION is required"};
  });
}

int run(const Words& given) { return ask(given); }

}  // namespace

/// Hidden: loads a vendor's library in a process of its own, see ask/ask.hpp.
Run ask_command(Options& options) { return command_of<Words>(options, declare, run); }

}  // namespace rigfit
