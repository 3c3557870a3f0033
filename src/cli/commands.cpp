#include "cli/commands.hpp"

namespace rigfit {

// A file in commands/ and a row here (with the declaration of its function) are all that a command needs.

Run recommend_command(Options&);
Run probe_command(Options&);
Run doctor_command(Options&);
Run check_command(Options&);
Run prove_command(Options&);
Run capture_command(Options&);
Run export_command(Options&);
Run builds_command(Options&);
Run env_command(Options&);
Run diff_command(Options&);
Run fleet_command(Options&);
Run explain_command(Options&);
Run rules_command(Options&);
Run completions_command(Options&);
Run man_command(Options&);
Run ask_command(Options&);

std::span<const Command> commands() {
  constexpr std::string_view ask = "Ask", automate = "Automate", program = "Program";
  static constexpr Command rows[] = {
      {"recommend", "Which framework fits this machine (the default)", recommend_command, ask},
      {"doctor", "Only what is wrong, why, and how to fix it", doctor_command, ask},
      {"probe", "All that was seen, and what is not known and why", probe_command, ask},
      {"explain", "What is behind anything that was printed", explain_command, ask},
      {"builds", "Published builds, and the drivers and GPUs they need", builds_command, ask},
      {"prove", "Run a kernel on every accelerator, check its result", prove_command, ask},
      {"check", "A gate: does this machine meet requirements?", check_command, automate},
      {"capture", "Record this machine as a file, for --from", capture_command, automate},
      {"fleet", "Many machines: which are alike, and which have problems", fleet_command, automate},
      {"export", "This machine for Slurm, Kubernetes, Ansible ...", export_command, automate},
      {"env", "pyproject.toml, Dockerfile ... of the recommendation", env_command, automate},
      {"diff", "What changed between two reports or recordings", diff_command, automate},
      {"rules", "The rules behind the answers, and schemas", rules_command, program},
      {"completions", "Completions for bash, zsh or fish", completions_command, program},
      {"man", "Manual pages", man_command, program},
      {"ask", "", ask_command},
  };
  return rows;
}

}  // namespace rigfit
