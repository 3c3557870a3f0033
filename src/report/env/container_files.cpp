#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "report/env/env.hpp"
#include "text/join.hpp"

namespace rigfit {
namespace {

constexpr const char* own_python = "/opt/venv/bin/python";

/// What installs the packages, or nothing where the image has them.
std::vector<std::string> install_steps(const EnvPlan& plan) {
  std::vector<std::string> steps = plan.base->setup;
  if (plan.packages.empty()) return steps;
  const std::string variable = plan.build->environment.empty() ? "" : plan.build->environment + " ";
  steps.emplace_back("python3 -m venv /opt/venv");
  steps.push_back(fmt::format("{}{} -m pip install --no-cache-dir {}", variable, own_python, pip_arguments(plan)));
  return steps;
}

bool has_venv(const EnvPlan& plan) { return !plan.packages.empty(); }

std::string check_command(const EnvPlan& plan) {
  return fmt::format("{} -c \"{}\"", has_venv(plan) ? "python" : "python3", plan.build->check);
}

}  // namespace

/// https://docs.docker.com/reference/dockerfile/
std::string env_docker(const EnvPlan& plan) {
  const std::string run = docker_run(plan) + " " + plan.name();
  std::string text = comment_of(plan, "#",
                                {fmt::format("Build: docker build -t {} -f Dockerfile .", plan.name()), "Run:   " + run,
                                 fmt::format("Check: {} {}", run, check_command(plan))});
  text += fmt::format("FROM {}\n", plan.image);
  if (plan.access)
    for (const std::string& variable : plan.access->environment) text += fmt::format("ENV {}\n", variable);
  for (const std::string& step : install_steps(plan)) text += fmt::format("RUN {}\n", step);
  if (has_venv(plan)) text += "ENV PATH=/opt/venv/bin:$PATH\n";
  text += "WORKDIR /app\nCMD [\"bash\"]\n";
  return text;
}

/// https://apptainer.org/docs/user/latest/definition_files.html
std::string env_apptainer(const EnvPlan& plan) {
  const std::string options =
      plan.access && !plan.access->apptainer.empty() ? join(plan.access->apptainer, " ") + " " : "";
  const std::string run = fmt::format("apptainer exec {}{}.sif", options, plan.name());
  std::string text = comment_of(plan, "#",
                                {fmt::format("Build: apptainer build {}.sif rigfit.def", plan.name()),
                                 fmt::format("Run:   apptainer run {}{}.sif SCRIPT.py", options, plan.name()),
                                 fmt::format("Check: {} {}", run, check_command(plan))});
  text += fmt::format("Bootstrap: docker\nFrom: {}\n\n%post\n    set -e\n", plan.image);
  for (const std::string& step : install_steps(plan)) text += fmt::format("    {}\n", step);
  text += "\n%environment\n    export LC_ALL=C.UTF-8\n";
  if (has_venv(plan)) text += "    export PATH=/opt/venv/bin:$PATH\n";
  if (plan.access)
    for (const std::string& variable : plan.access->environment) text += fmt::format("    export {}\n", variable);
  text += fmt::format("\n%runscript\n    exec {} \"$@\"\n", has_venv(plan) ? "python" : "python3");
  return text;
}

/// https://containers.dev/implementors/json_reference/
std::string env_devcontainer(const EnvPlan& plan) {
  nlohmann::ordered_json json;
  json["name"] = plan.title();
  json["image"] = plan.image;
  json["runArgs"] = nlohmann::ordered_json::array();
  if (has_own_ipc(plan)) json["runArgs"].push_back("--shm-size=8g");
  for (const std::string& option : plan.docker_options) json["runArgs"].push_back(option);
  if (plan.access)
    for (const std::string& variable : plan.access->environment) {
      const std::size_t equals = variable.find('=');
      json["containerEnv"][variable.substr(0, equals)] = variable.substr(equals + 1);
    }
  if (has_venv(plan)) json["remoteEnv"]["PATH"] = "/opt/venv/bin:${containerEnv:PATH}";
  // Nobody else opens the nodes of devices whose group is not known.
  json["remoteUser"] = "root";
  if (const auto steps = install_steps(plan); !steps.empty()) json["onCreateCommand"] = join(steps, " && ");
  if (has_venv(plan)) json["customizations"]["vscode"]["settings"]["python.defaultInterpreterPath"] = own_python;
  return json.dump(2) + "\n";
}

}  // namespace rigfit
