#include "cli/commands.hpp"

namespace rigfit {

// A file in commands/ and a row here (with the declaration of its function) are all that a command needs.

Run recommend_command(Options&);
Run probe_command(Options&);
Run doctor_command(Options&);
Run check_command(Options&);
Run prove_command(Options&);
Run capture_command(Options&);
Run explain_command(Options&);
Run rules_command(Options&);
Run ask_command(Options&);

std::span<const Command> commands() {
  static constexpr Command rows[] = {
      {"recommend", "Which framework fits this machine and your priorities (the default)", recommend_command},
      {"probe", "All that was seen, layer by layer, and what is not known and why", probe_command},
      {"doctor", "Only what is wrong, why, and how to fix it", doctor_command},
      {"check", "Hold this machine against requirements: a gate for clusters and CI", check_command},
      {"prove", "Run a kernel on every accelerator and check its result", prove_command},
      {"capture", "Record this machine as a machine file, for --from", capture_command},
      {"explain", "What is behind one thing that was reported: its sources, or the evidence read", explain_command},
      {"rules", "The rules behind the answers: list, evidence, schema NAME, show ID, check DIR", rules_command},
      {"ask", "", ask_command},
  };
  return rows;
}

}  // namespace rigfit
