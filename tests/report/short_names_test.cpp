#include "report/text/short_names.hpp"

#include <gtest/gtest.h>

namespace rigfit {
namespace {

using Names = std::vector<std::string>;

TEST(ShortNames, LeaveOutWhatAllShare) {
  EXPECT_EQ(short_names({"login.json", "node.json"}), (Names{"login", "node"}));
  EXPECT_EQ(short_names({"/data/runs/a/machine.json", "/data/runs/b/machine.json"}), (Names{"a", "b"}));
  EXPECT_EQ(short_names({"m/cuda/ready/machine.json", "m/tpu/ready/machine.json"}), (Names{"cuda", "tpu"}));
  EXPECT_EQ(short_names({"m/cuda/ready.json", "m/cuda.json"}), (Names{"cuda/ready", "cuda"}));
}

TEST(ShortNames, KeepWhatNothingTellsApart) {
  EXPECT_EQ(short_names({"a.json", "a.json"}), (Names{"a.json", "a.json"}));
  EXPECT_EQ(short_names({"a.json"}), (Names{"a.json"}));
  EXPECT_EQ(short_names({"-", "a.json"}), (Names{"-", "a"}));
}

}  // namespace
}  // namespace rigfit
