#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "facts/facts.hpp"

namespace rigfit {

/// A command of a rule as this system takes it. Rules say it for a shell of Linux, and for Docker:
/// - Podman has Docker's command line, but for GPUs, which it names by CDI
///   (https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/cdi-support.html); in other containers
///   `docker run` starts nothing, and the command is empty: the step's text has to do.
/// - Of the shells of Windows, a new terminal has PowerShell: `$env:A = "b"`. Both take double quotes alone.
/// Nothing where the system has nothing like it: the step is not given.
std::optional<std::string> command_here(std::string command, const Facts& facts);

/// The text of that step, which in a container tells that its command is for the host.
std::string text_here(std::string text, std::string_view command, const Facts& facts);

}  // namespace rigfit
