#include <fmt/format.h>

#include "export/cuda_values.hpp"
#include "export/shell_variables.hpp"
#include "export/x86_level.hpp"
#include "fact_names/host.hpp"
#include "fact_names/os.hpp"

namespace rigfit {
namespace {

// conda's virtual packages and the variables that take their place: CEP 30 and CEP 46, https://conda.org/learn/ceps/.
// An empty value means that there is no such package.

/// "6.1.0" of "6.1.0-28-amd64": what a version of conda may hold.
std::string numbers_of(const Version& version, std::size_t most) {
  std::string text;
  for (std::size_t n = 0; n < std::min(version.size(), most); ++n)
    text += (n == 0 ? "" : ".") + std::to_string(version.part(n));
  return text;
}

void add_cuda(const CudaValues& cuda, ShellVariables& shell) {
  constexpr std::string_view version = "CONDA_OVERRIDE_CUDA", arch = "CONDA_OVERRIDE_CUDA_ARCH";
  if (cuda.usable == Truth::no) {
    shell.set(version, "");
    shell.set(arch, "");
    return;
  }
  if (cuda.usable == Truth::unknown || !cuda.version) {
    shell.leave_out(version, cuda.usable == Truth::unknown ? "whether CUDA can be used is not known: " + cuda.because
                                                           : "which CUDA the driver supports is not known");
    shell.leave_out(arch, "it goes with CONDA_OVERRIDE_CUDA");
    return;
  }
  shell.set(version, fmt::format("{}.{}", cuda.version->part(0), cuda.version->part(1)));
  if (cuda.least_capability)
    shell.set(arch, fmt::format("{}.{}", cuda.least_capability->part(0), cuda.least_capability->part(1)));
  else
    shell.leave_out(arch, "the compute capability is not known of every GPU");
}

void add_linux(const HostFacts& host, ShellVariables& shell) {
  const auto* libc = host.get(fact::os::libc);
  if (const auto* glibc = host.get(fact::os::glibc_version))
    shell.set("CONDA_OVERRIDE_GLIBC", numbers_of(*glibc, 2));
  else if (libc && *libc != "glibc")
    shell.set("CONDA_OVERRIDE_GLIBC", "");
  else
    shell.leave_out("CONDA_OVERRIDE_GLIBC", "the C library's version is not known");
  if (const auto* kernel = host.get(fact::os::kernel))
    shell.set("CONDA_OVERRIDE_LINUX", numbers_of(*kernel, 4));
  else
    shell.leave_out("CONDA_OVERRIDE_LINUX", "the kernel's version is not known");
}

/// The name that archspec has for the CPU: its level, which is true of it whatever its model.
void add_archspec(const HostFacts& host, const ExportRules& rules, ShellVariables& shell) {
  constexpr std::string_view name = "CONDA_OVERRIDE_ARCHSPEC";
  const auto* arch = host.get(fact::host::arch);
  const std::vector<std::string> levels = x86_levels(host, rules);
  if (!levels.empty())
    shell.set(name, levels.size() == 1 ? "x86_64" : "x86_64_" + levels.back());
  else if (arch && *arch == "aarch64")
    shell.set(name, *arch);
  else
    shell.leave_out(name, "what the CPU can do is not known");
}

}  // namespace

Exported export_conda(const Analysis& analysis, const ExportWishes&) {
  const MachineValues values(analysis);
  const HostFacts& host = values.facts.host;
  const auto* family = host.get(fact::os::family);
  ShellVariables shell("conda's virtual packages of this machine; an empty value: it has no such package");
  if (!family) {
    shell.leave_out("CONDA_OVERRIDE_...", "the system is not known");
    return std::move(shell).finish();
  }
  if (*family == "darwin") {
    const auto* version = host.get(fact::os::macos_version);
    shell.set("CONDA_OVERRIDE_OSX", version ? std::optional(numbers_of(*version, 3)) : std::nullopt);
    return std::move(shell).finish();
  }
  add_cuda(cuda_values(values), shell);
  if (*family == "linux") {
    add_linux(host, shell);
    add_archspec(host, *analysis.rules->exports, shell);
  }
  return std::move(shell).finish();
}

}  // namespace rigfit
