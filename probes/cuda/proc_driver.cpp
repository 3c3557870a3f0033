#include "probes/cuda/proc_driver.hpp"

#include "probes/parse/text.hpp"

namespace rigfit {

// NVRM version: NVIDIA UNIX x86 Kernel Module  304.137  Thu Sep 14 13:46:03 PDT 2017
// NVRM version: NVIDIA UNIX x86_64 Kernel Module  375.74  Wed Jun 14 01:39:39 PDT 2017
// NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  550.144.03  Release Build  (root@…)
KernelModule parse_proc_driver_version(std::string_view text) {
  KernelModule module;
  for (const std::string_view line : lines_of(text)) {
    if (!line.starts_with("NVRM version:")) continue;
    const auto words = words_of(line);
    for (std::size_t n = 2; n < words.size(); ++n) {
      if (words[n] == "Open") module.kind = "open";
      // "… Kernel Module for ARCH" of the open one, "… ARCH Kernel Module" of the other.
      if (words[n] == "for" && n + 1 < words.size()) module.arch = words[n + 1];
      if (words[n] == "Kernel" && words[n - 1] != "Open" && words[n - 1] != "UNIX") module.arch = words[n - 1];
      if (words[n][0] >= '0' && words[n][0] <= '9' && contains(words[n], ".")) {
        module.version = words[n];
        break;
      }
    }
    if (module.kind.empty() && !module.version.empty()) module.kind = "proprietary";
  }
  return module;
}

}  // namespace rigfit
