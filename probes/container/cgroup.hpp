#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "evidence/evidence.hpp"
#include "facts/fact.hpp"

namespace rigfit {

/// One control group that holds this process, as a folder.
struct CgroupFolder {
  std::string path;  ///< "/sys/fs/cgroup/memory/docker/ab12"
  bool is_v2 = false;
};

/// The group of this process for `controller` ("memory", "cpu") and all its ancestors, as far as their trees are
/// mounted here: innermost first. A limit on any of them binds.
/// https://docs.kernel.org/admin-guide/cgroup-v2.html https://docs.kernel.org/admin-guide/cgroup-v1/
std::vector<CgroupFolder> cgroup_folders(const Evidence& evidence, std::string_view controller);

/// Whether the folders above are all there are: unknown when /proc/self/cgroup or its mounts were not recorded.
Truth cgroups_are_known(const Evidence& evidence);

}  // namespace rigfit
