#include "cli/options/help_text.hpp"

#include <fmt/format.h>

#include "cli/provers.hpp"

namespace rigfit {

const char* const exit_codes =
    "Exit codes:\n"
    "  recommend  0 recommended   1 a --require leaves no candidate, or none fits every --from\n"
    "             3 nothing is known about accelerators, or a --require could not be checked\n"
    "  probe      0 told what was seen\n"
    "  doctor     0 nothing is wrong, or only warnings     1 errors found   3 too little is known\n"
    "  prove      0 every device passed                    1 one failed, or none is there   3 not tried\n"
    "  capture    0 recorded\n"
    "  explain    0 explained\n"
    "  rules      0 done                                   1 `rules check` found a mistake\n"
    "  all        2 wrong usage, unreadable input, or output that could not be written";

const char* const examples =
    "Examples:\n"
    "  rigfit --profile research             weigh it as a researcher would\n"
    "  rigfit --priority ease_of_use=40      or by points of your own (20 is the default)\n"
    "  rigfit --ask                          answer five questions instead\n"
    "  rigfit --candidates pytorch,jax -v    two side by side, with every source\n"
    "  rigfit --require python=3.13          only what meets a demand\n"
    "  rigfit --from login.json --from node.json   one framework for several machines\n"
    "  rigfit doctor                         only what is wrong, and how to mend it\n"
    "  rigfit prove                          run a kernel on every accelerator and check its result\n"
    "  rigfit capture --output m.json        record this machine, to replay it with --from m.json";

const char* const about_priorities =
    "Priorities are points per factor, 20 unless told. What comes later in this list wins:\n"
    "  the default, --profile, --priorities FILE, --ask, --priority\n"
    "  A file may name the profile it builds on; --profile on the command line wins over it.\n"
    "Demands (--require), all of which a candidate has to meet after the remedies:\n"
    "  platform=tpu  memory>=24GiB  python=3.13  offline  os=windows  arch=aarch64  framework=pytorch,jax\n"
    "  FACTOR>=POINTS, such as production_readiness>=60";

std::string about_provers() {
  std::string usual, named;
  for (const Prover& prover : provers) {
    std::string& list = prover.warning.empty() ? usual : named;
    list += (list.empty() ? "" : ", ") + std::string(prover.platform);
  }
  return fmt::format("Only of these: {} (default: all that are there); {} only when named", usual, named);
}

std::string what_is_proven() {
  std::string lines = "What is run:";
  for (const Prover& prover : provers) lines += fmt::format("\n  {:<6} {}", prover.platform, prover.what);
  return lines;
}

}  // namespace rigfit
