#pragma once

#include <map>
#include <string>
#include <string_view>

#include "probes/probe.hpp"

namespace rigfit {

/// The operating system: distribution, kernel, C library, WSL, Secure Boot, virtual machine, cloud, batch system.
extern const Probe os_probe;

/// os-release: shell-like assignments. https://www.freedesktop.org/software/systemd/man/latest/os-release.html
std::map<std::string, std::string, std::less<>> parse_os_release(std::string_view text);

}  // namespace rigfit
