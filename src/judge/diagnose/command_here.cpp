#include "judge/diagnose/command_here.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "fact_names/container.hpp"
#include "fact_names/os.hpp"

namespace rigfit {
namespace {

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != text.npos; at += to.size()) text.replace(at, from.size(), to);
}

/// "unset A B" → "Remove-Item Env:A, Env:B"
std::string unset_on_windows(std::string_view names) {
  std::string command = "Remove-Item ";
  for (bool is_first = true; !names.empty(); is_first = false) {
    const std::string_view name = names.substr(0, names.find(' '));
    command += (is_first ? "Env:" : ", Env:") + std::string(name);
    names.remove_prefix(std::min(name.size() + 1, names.size()));
  }
  return command;
}

/// "export A=b" → "$env:A = "b""
std::string set_on_windows(std::string_view assignment) {
  const std::size_t equals = assignment.find('=');
  return fmt::format("$env:{} = \"{}\"", assignment.substr(0, equals), assignment.substr(equals + 1));
}

/// -c 'print("a")' → -c "print('a')"; what is in double quotes already stays as it is.
std::string program_on_windows(std::string command) {
  constexpr std::string_view opening = " -c '";
  const std::size_t open = command.find(opening), close = command.rfind('\'');
  if (open == command.npos) return command;
  for (std::size_t at = open + opening.size(); at < close; ++at)
    if (command[at] == '"') command[at] = '\'';
  command[open + opening.size() - 1] = command[close] = '"';
  return command;
}

/// What only a Unix has.
bool is_of_unix(std::string_view command) {
  for (const std::string_view sign :
       {"sudo ",   "/dev/",     "/etc/",      "/sys/",    "/proc/",  "/usr/",   "dmesg",  "ldconfig",
        "lspci",   "systemctl", "journalctl", "modprobe", "modinfo", "mokutil", "grep",   "stat -c",
        "$(",      "$HOME",     "$LD_",       "$USER",    "ls -l",   "uname",   "ulimit", "newgrp",
        "export ", "unset ",    "ps -o",      "rm /",     "| tail",  "| head"})
    if (command.find(sign) != command.npos) return true;
  const std::string_view first = command.substr(0, command.find(' '));  // "NAME=1 program" is a Unix shell's
  return first.size() < command.size() && first.find('=') != first.npos;
}

std::optional<std::string> on_windows(std::string command) {
  constexpr std::string_view unset = "unset ", set = "export ", echo = "echo \"$", python = "python";
  if (command.starts_with("python3 ")) command.replace(0, python.size() + 1, "py");
  if (command.starts_with("python3.")) command.replace(0, python.size(), "py -");
  replace_all(command, " python3 ", " py ");
  const bool has_program = command.find(" -c '") != command.npos || command.find(" -c \"") != command.npos;
  if (has_program && command.find("py") != command.npos) return program_on_windows(std::move(command));
  if (command.starts_with("sudo nvidia-smi")) command.erase(0, 5);  // by an administrator
  if (command.starts_with(unset) && command.find_first_of("$;&") == command.npos)
    return unset_on_windows(std::string_view(command).substr(unset.size()));
  if (command.starts_with(set) && command.find('=') != command.npos && command.find_first_of("$~;&\"") == command.npos)
    return set_on_windows(std::string_view(command).substr(set.size()));
  if (command.starts_with(echo) && command.ends_with('"'))
    return "echo $env:" + command.substr(echo.size(), command.size() - echo.size() - 1);
  constexpr std::string_view then = "; ";
  if (const std::size_t end = command.find(then); end != command.npos) {
    const auto first = on_windows(command.substr(0, end)), rest = on_windows(command.substr(end + then.size()));
    return first && rest ? std::optional(*first + std::string(then) + *rest) : std::nullopt;
  }
  return is_of_unix(command) ? std::nullopt : std::optional(std::move(command));
}

/// What changes the hardware or its driver, or reads the kernel's log: no work for within a container.
bool is_for_host(std::string_view command) {
  for (const std::string_view sign : {"sudo dmesg", "sudo nvidia-smi", "sudo amd-smi", "sudo hl-smi", "sudo modprobe",
                                      "sudo nvidia-modprobe", "sudo tee /sys/", "sudo tee /etc/modprobe.d"})
    if (command.find(sign) != command.npos) return true;
  return false;
}

}  // namespace

std::string text_here(std::string text, std::string_view command, const Facts& facts) {
  if (!facts.host.has(fact::container::runtime) || !is_for_host(command) || text.find("host") != text.npos) return text;
  return text.insert(text.ends_with('.') ? text.size() - 1 : text.size(), " (on the host)");
}

std::optional<std::string> command_here(std::string command, const Facts& facts) {
  const std::string* family = facts.host.get(fact::os::family);
  if (family && *family == "windows") return on_windows(std::move(command));
  constexpr std::string_view docker = "docker run";
  const std::string* runtime = facts.host.get(fact::container::runtime);
  if (!runtime || *runtime == "docker" || command.find(docker) == command.npos) return command;
  if (*runtime != "podman") return std::string();
  replace_all(command, "docker run --gpus all", "podman run --device nvidia.com/gpu=all");
  replace_all(command, docker, "podman run");
  return command;
}

}  // namespace rigfit
