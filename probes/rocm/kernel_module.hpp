#pragma once

#include <optional>
#include <string>
#include <vector>

#include "evidence/evidence.hpp"
#include "evidence/request.hpp"
#include "facts/fact.hpp"

namespace rigfit {

/// Words of the kernel's command line that decide over a graphics driver. The rest of that line names disks.
extern const std::vector<std::string> driver_words;

/// What tells whether amdgpu is loaded, and whose it is.
Requests amdgpu_first_look();
/// What tells why it is not: worth reading only when a GPU has no driver.
Requests amdgpu_second_look(const Evidence& evidence);

/// How the kernel module amdgpu stands.
struct AmdgpuModule {
  std::optional<bool> loaded;      ///< as /sys/module tells it
  std::optional<bool> live;        ///< initialised; empty when built in or not recorded
  std::string dkms_version;        ///< of AMD's own package; the kernel's own driver has none
  std::optional<bool> in_tree;     ///< loaded, and the kernel's own
  std::optional<bool> nomodeset;   ///< the command line forbids graphics drivers
  std::string blocked_by;          ///< "blacklist amdgpu in /etc/modprobe.d/x.conf"
  std::optional<bool> has_file;    ///< a module for the running kernel lies on disk
  std::optional<bool> dkms_built;  ///< the running kernel's module is one that DKMS built; empty without AMD's package
  std::vector<std::string> sources, blocked_sources, file_sources;
};
AmdgpuModule read_amdgpu_module(const Evidence& evidence);

/// What a modprobe configuration says against loading `module`, in its own words; empty for nothing.
/// https://man7.org/linux/man-pages/man5/modprobe.d.5.html
std::string modprobe_forbids(std::string_view text, std::string_view module);
/// The same for a kernel command line. https://docs.kernel.org/admin-guide/kernel-parameters.html
std::string command_line_forbids(std::string_view text, std::string_view module);

}  // namespace rigfit
