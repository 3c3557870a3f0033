#include "probes/container/container.hpp"

#include <gmock/gmock.h>

#include "fact_names/container.hpp"
#include "probes/recorded.hpp"

namespace rigfit {
namespace {

TEST(Container, KnowsTheGroupsOfSeveralRuntimes) {
  for (const auto& [line, runtime] : std::initializer_list<std::pair<const char*, const char*>>{
           {"0::/lxc.payload.web/init.scope\n", "lxc"},
           {"0::/kubepods.slice/pod1.slice/crio-0f.scope\n", "cri-o"},
           {"0::/libpod_parent/libpod-0f\n", "podman"},
           {"4:memory:/ecs/task/0f\n", "docker"}})
    EXPECT_EQ(
        to_text(
            container_probe.read(recorded("linux", "file:/proc/1/cgroup", line), {}).host.at(fact::container::runtime)),
        runtime);
}

TEST(Container, TheRootMountNamesItsRuntime) {
  for (const auto& [storage, runtime] : std::initializer_list<std::pair<const char*, const char*>>{
           {"/var/lib/docker/overlay2/l/ABC", "docker"},
           {"/home/me/.local/share/containers/storage/overlay/l/ABC", "podman"},
           {"/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/7/fs", "containerd"}}) {
    const std::string line =
        std::string("473 387 0:143 / / rw,relatime - overlay overlay rw,lowerdir=") + storage + "\n";
    EXPECT_EQ(to_text(container_probe.read(recorded("linux", "file:/proc/self/mountinfo", line), {})
                          .host.at(fact::container::runtime)),
              runtime);
  }
}

}  // namespace
}  // namespace rigfit
