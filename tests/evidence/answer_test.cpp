#include "evidence/answer.hpp"

#include <gmock/gmock.h>

#include "evidence/request.hpp"

namespace rigfit {
namespace {

TEST(Outcome, NamesReadBack) {
  for (const Outcome outcome : {Outcome::found, Outcome::absent, Outcome::denied, Outcome::failed, Outcome::crashed,
                                Outcome::timed_out, Outcome::stuck, Outcome::skipped, Outcome::not_recorded})
    EXPECT_EQ(parse_outcome(name_of(outcome)), outcome) << name_of(outcome);
  EXPECT_EQ(parse_outcome("fine"), std::nullopt);
  EXPECT_EQ(parse_outcome(""), std::nullopt);
}

TEST(Request, KeysAreThoseOfTheMachineFile) {
  EXPECT_EQ(key_of(file("/etc/os-release")), "file:/etc/os-release");
  EXPECT_EQ(key_of(link("/proc/self/exe")), "link:/proc/self/exe");
  EXPECT_EQ(key_of(list("/sys/bus/pci/devices")), "list:/sys/bus/pci/devices");
  EXPECT_EQ(key_of(node("/dev/kfd")), "node:/dev/kfd");
  EXPECT_EQ(key_of(env("CUDA_VISIBLE_DEVICES")), "env:CUDA_VISIBLE_DEVICES");
  EXPECT_EQ(key_of(command("nvidia-smi", {"-q", "-x"})), "command:nvidia-smi -q -x");
  EXPECT_EQ(key_of(ask("nvml")), "ask:nvml");
}

}  // namespace
}  // namespace rigfit
