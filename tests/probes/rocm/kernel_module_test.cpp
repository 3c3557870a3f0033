#include "probes/rocm/kernel_module.hpp"

#include <gmock/gmock.h>

namespace rigfit {
namespace {

TEST(AmdgpuModule, WhatModprobeForbids) {
  EXPECT_EQ(modprobe_forbids("# no\nblacklist nouveau\n blacklist amdgpu \n", "amdgpu"), "\"blacklist amdgpu\"");
  EXPECT_EQ(modprobe_forbids("install amdgpu /bin/false\n", "amdgpu"), "\"install amdgpu /bin/false\"");
  for (const char* harmless : {"", "#blacklist amdgpu\n", "blacklist amdgpu_xcp\n", "options amdgpu dc=1\n",
                               "install amdgpu /sbin/modprobe --ignore-install amdgpu\n", "blacklist"})
    EXPECT_EQ(modprobe_forbids(harmless, "amdgpu"), "") << harmless;
}

TEST(AmdgpuModule, WhatTheCommandLineForbids) {
  EXPECT_EQ(command_line_forbids("quiet modprobe.blacklist=nouveau,amdgpu", "amdgpu"),
            "\"modprobe.blacklist=nouveau,amdgpu\"");
  EXPECT_EQ(command_line_forbids("module_blacklist=amdgpu", "amdgpu"), "\"module_blacklist=amdgpu\"");
  for (const char* harmless : {"", "quiet amdgpu.dc=1", "modprobe.blacklist=nouveau", "modprobe.blacklist="})
    EXPECT_EQ(command_line_forbids(harmless, "amdgpu"), "") << harmless;
}

}  // namespace
}  // namespace rigfit
