#include "judge/diagnose/command_here.hpp"

#include <gtest/gtest.h>

#include "fact_names/container.hpp"
#include "fact_names/os.hpp"

namespace rigfit {
namespace {

Facts of_system(const std::string& family, const std::string& runtime = "") {
  Facts facts;
  facts.host.set(fact::os::family, family, {});
  if (!runtime.empty()) facts.host.set(fact::container::runtime, runtime, {});
  return facts;
}

TEST(CommandHere, IsTheRulesOwnOnLinux) {
  for (const char* command : {"unset CUDA_VISIBLE_DEVICES", "sudo dmesg | grep Xid", "docker run --gpus all IMAGE"})
    EXPECT_EQ(command_here(command, of_system("linux")), command);
  EXPECT_EQ(command_here("docker run --gpus all IMAGE", of_system("linux", "docker")), "docker run --gpus all IMAGE");
}

TEST(CommandHere, StartsNoContainerOfAnotherRuntime) {
  EXPECT_EQ(command_here("docker run --gpus all IMAGE", of_system("linux", "podman")),
            "podman run --device nvidia.com/gpu=all IMAGE");
  EXPECT_EQ(command_here("docker run --device=/dev/dri IMAGE", of_system("linux", "podman")),
            "podman run --device=/dev/dri IMAGE");
  EXPECT_EQ(command_here("docker run --device=/dev/dri IMAGE", of_system("linux", "lxc")), "");
  EXPECT_EQ(command_here("nvidia-smi -L", of_system("linux", "lxc")), "nvidia-smi -L");
}

TEST(CommandHere, TellsInAContainerWhatIsForTheHost) {
  const Facts container = of_system("linux", "docker");
  EXPECT_EQ(text_here("Read the log.", "sudo dmesg | grep Xid", container), "Read the log (on the host).");
  EXPECT_EQ(text_here("On the host: read the log.", "sudo dmesg", container), "On the host: read the log.");
  EXPECT_EQ(text_here("See the GPUs.", "nvidia-smi -L", container), "See the GPUs.");
  EXPECT_EQ(text_here("Read the log.", "sudo dmesg | grep Xid", of_system("linux")), "Read the log.");
}

TEST(CommandHere, IsOfPowerShellOnWindows) {
  const Facts windows = of_system("windows");
  EXPECT_EQ(command_here("unset A B", windows), "Remove-Item Env:A, Env:B");
  EXPECT_EQ(command_here("export HIP_VISIBLE_DEVICES=0", windows), "$env:HIP_VISIBLE_DEVICES = \"0\"");
  EXPECT_EQ(command_here("nvidia-smi -L; echo \"$CUDA_VISIBLE_DEVICES\"", windows),
            "nvidia-smi -L; echo $env:CUDA_VISIBLE_DEVICES");
  EXPECT_EQ(command_here("nvidia-smi -L; export CUDA_VISIBLE_DEVICES=0", windows),
            "nvidia-smi -L; $env:CUDA_VISIBLE_DEVICES = \"0\"");
  EXPECT_EQ(command_here("echo \"$CUDA_VISIBLE_DEVICES\"", windows), "echo $env:CUDA_VISIBLE_DEVICES");
  EXPECT_EQ(command_here("sudo nvidia-smi -i 0 -c 0", windows), "nvidia-smi -i 0 -c 0");
  EXPECT_EQ(command_here("nvidia-smi -L; nvcc --version", windows), "nvidia-smi -L; nvcc --version");
  EXPECT_EQ(command_here("python3 -c 'import torch; print(torch.ones(1, device=\"cuda\"))'", windows),
            "py -c \"import torch; print(torch.ones(1, device='cuda'))\"");
  EXPECT_EQ(command_here(".venv\\Scripts\\python -c \"import jax; print(1)\"", windows),
            ".venv\\Scripts\\python -c \"import jax; print(1)\"");
  EXPECT_EQ(command_here("python3 -m pip install torch", windows), "py -m pip install torch");
  EXPECT_EQ(command_here("python3.12 -m pip install torch", windows), "py -3.12 -m pip install torch");
  EXPECT_EQ(command_here("", windows), "");
  for (const char* command :
       {"sudo dmesg | grep Xid", "ls -l /dev/dri", "ldconfig -p", "cat /proc/cmdline", "sudo nvidia-modprobe -c 0 -u",
        "stat -c %G /x", "AMD_LOG_LEVEL=4 rocminfo", "nvidia-smi -L; sudo dmesg"})
    EXPECT_EQ(command_here(command, windows), std::nullopt) << command;
}

}  // namespace
}  // namespace rigfit
