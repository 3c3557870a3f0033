#pragma once

#include <string>
#include <string_view>

#include "evidence/evidence.hpp"
#include "facts/platform.hpp"

namespace rigfit {

/// What amdgpu and KFD, its compute part, wrote into the kernel's log: log_says and log_line of the devices and of the
/// platform, device.kfd_refuses ("old": a chip from before those that KFD serves, for which nothing has code; "new": a
/// later kernel may serve it), and the layers of a GPU that is lost. After the layers.
void read_amdgpu_log(const Evidence& evidence, Platform& platform);

/// "old" or "new" by what KFD says: it names chips from before Vega by their code name, later ones by the version of
/// their graphics block. Empty for other messages.
std::string kfd_refusal_in(std::string_view line);

}  // namespace rigfit
