#include <fmt/format.h>

#include "report/env/env.hpp"
#include "text/join.hpp"
#include "text/shell_word.hpp"

namespace rigfit {

std::string env_uv(const EnvPlan&);
std::string env_pip(const EnvPlan&);
std::string env_conda(const EnvPlan&);
std::string env_pixi(const EnvPlan&);
std::string env_docker(const EnvPlan&);
std::string env_apptainer(const EnvPlan&);
std::string env_devcontainer(const EnvPlan&);

std::span<const EnvKind> env_kinds() {
  static constexpr EnvKind rows[] = {
      {"uv", "pyproject.toml", "a project of uv, with its indexes and sources", false, env_uv},
      {"pip", "requirements.txt", "requirements of pip", false, env_pip},
      {"conda", "environment.yml", "an environment of conda, with wheels by pip", false, env_conda},
      {"pixi", "pixi.toml", "a workspace of pixi, with wheels", false, env_pixi},
      {"docker", "Dockerfile", "an image for Docker or Podman", true, env_docker},
      {"apptainer", "rigfit.def", "a definition for Apptainer", true, env_apptainer},
      {"devcontainer", "devcontainer.json", "a container to develop in", true, env_devcontainer},
  };
  return rows;
}

std::string comment_of(const EnvPlan& plan, std::string_view mark, const std::vector<std::string>& more) {
  std::string text = fmt::format("{} {}, written by rigfit, rules of {}.\n", mark, plan.title(), plan.as_of);
  for (const std::string& warning : plan.warnings) text += fmt::format("{} {}\n", mark, warning);
  for (const std::string& remark : plan.remarks) text += fmt::format("{} {}\n", mark, remark);
  for (const std::string& line : more) text += fmt::format("{} {}\n", mark, line);
  return text;
}

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string pip_arguments(const EnvPlan& plan) {
  std::vector<std::string> words;
  for (const PackageRequirement& package : plan.packages)
    words.push_back(shell_word(package.url.empty() ? package.text : package.url));
  if (!plan.index_url.empty()) words.push_back("--index-url " + plan.index_url);
  for (const std::string& index : plan.extra_indexes) words.push_back("--extra-index-url " + index);
  for (const std::string& links : plan.find_links) words.push_back("--find-links " + links);
  return join(words, " ");
}

bool has_own_ipc(const EnvPlan& plan) {
  return std::find(plan.docker_options.begin(), plan.docker_options.end(), "--ipc=host") == plan.docker_options.end();
}

std::string docker_run(const EnvPlan& plan) {
  // Frameworks hand data between processes through /dev/shm, of which Docker gives 64 MiB unless told otherwise.
  std::string command = "docker run --rm -it -v \"$PWD\":/app";
  if (has_own_ipc(plan)) command += " --shm-size=8g";
  for (const std::string& option : plan.docker_options) command += " " + option;
  for (const std::string& node : plan.groups_to_look_up) command += fmt::format(" --group-add=$(stat -c %g {})", node);
  return command;
}

}  // namespace rigfit
