#pragma once

#include <optional>
#include <string>
#include <vector>

#include "evidence/evidence.hpp"
#include "evidence/request.hpp"
#include "facts/fact.hpp"

namespace rigfit {

/// The version files of ROCm below /opt. To look further, there has to be something named rocm.
Requests rocm_version_files();
/// Where the libraries of ROCm lie: below /opt, and where distributions put their own.
Requests rocm_libraries_look();
/// What ROCm needs under WSL2, where there is no amdgpu, no KFD and no PCI bus.
/// https://github.com/ROCm/librocdxg
Requests rocm_wsl_look();

/// ROCm on disk. Python wheels bring their own and need none of it.
struct RocmUserSpace {
  std::vector<std::string> versions, version_sources;  ///< newest first
  std::string hip_library;                             ///< path of libamdhip64
  std::string shadowing;                               ///< a distribution's libhsa-runtime64 beside that of /opt/rocm
  std::optional<bool> has_wsl_library;                 ///< librocdxg
  std::vector<std::string> library_sources, wsl_sources;
  bool looked_for_libraries = false;
};
RocmUserSpace read_rocm_user_space(const Evidence& evidence);

}  // namespace rigfit
