#include "probes/rocm/visibility.hpp"

#include <gmock/gmock.h>

namespace rigfit {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Evidence with(std::initializer_list<std::pair<const char*, const char*>> variables) {
  Evidence evidence;
  for (const char* name : {"ROCR_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "CUDA_VISIBLE_DEVICES"}) {
    Answer answer;
    answer.outcome = Outcome::absent;
    evidence.set(std::string("env:") + name, answer);
  }
  for (const auto& [name, value] : variables) {
    Answer answer;
    answer.outcome = Outcome::found;
    answer.text = value;
    evidence.set(std::string("env:") + name, answer);
  }
  return evidence;
}

std::vector<std::size_t> left(std::initializer_list<std::pair<const char*, const char*>> variables,
                              std::size_t gpus = 4) {
  return read_visibility(with(variables), gpus).left;
}

TEST(Visibility, WithoutVariablesAllAreLeft) {
  EXPECT_THAT(left({}), ElementsAre(0, 1, 2, 3));
  EXPECT_FALSE(read_visibility(with({}), 4).hides_all);
  EXPECT_FALSE(read_visibility(Evidence{}, 4).known) << "an environment that was not recorded says nothing";
}

TEST(Visibility, SetAndEmptyHidesAllForRocrAloneOnly) {
  EXPECT_TRUE(read_visibility(with({{"ROCR_VISIBLE_DEVICES", ""}}), 4).hides_all);
  EXPECT_THAT(left({{"HIP_VISIBLE_DEVICES", ""}}), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(left({{"CUDA_VISIBLE_DEVICES", ""}}), ElementsAre(0, 1, 2, 3));
}

TEST(Visibility, TheSecondFilterCountsWhatTheFirstLeaves) {
  EXPECT_THAT(left({{"ROCR_VISIBLE_DEVICES", "2,1"}, {"HIP_VISIBLE_DEVICES", "1"}}), ElementsAre(1));
  const Visibility both = read_visibility(with({{"ROCR_VISIBLE_DEVICES", "1"}, {"HIP_VISIBLE_DEVICES", "1"}}), 2);
  EXPECT_THAT(both.left, IsEmpty());
  EXPECT_TRUE(both.hides_all && both.is_second_filter);
}

TEST(Visibility, TheFirstBadEntryEndsTheList) {
  EXPECT_THAT(left({{"HIP_VISIBLE_DEVICES", "0,7,1"}}), ElementsAre(0));
  EXPECT_THAT(left({{"HIP_VISIBLE_DEVICES", "0, 1"}}), ElementsAre(0)) << "a space is no digit";
  EXPECT_THAT(left({{"HIP_VISIBLE_DEVICES", "1,00"}}), ElementsAre(1));
  EXPECT_THAT(left({{"ROCR_VISIBLE_DEVICES", "3,3,0"}}), ElementsAre(3)) << "each once";
  EXPECT_TRUE(read_visibility(with({{"HIP_VISIBLE_DEVICES", "-1"}}), std::nullopt).hides_all);
  EXPECT_TRUE(read_visibility(with({{"HIP_VISIBLE_DEVICES", "none"}}), std::nullopt).hides_all);
}

TEST(Visibility, CudaVisibleDevicesCountsOnlyWithoutHip) {
  const Visibility cuda = read_visibility(with({{"CUDA_VISIBLE_DEVICES", "1"}}), 2);
  EXPECT_TRUE(cuda.by_cuda_variable);
  EXPECT_THAT(cuda.left, ElementsAre(1));
  EXPECT_THAT(left({{"CUDA_VISIBLE_DEVICES", "-1"}, {"HIP_VISIBLE_DEVICES", "0"}}), ElementsAre(0));
}

TEST(Visibility, AUniqueIdNamesAGpuThatIsNotKnown) {
  const Visibility seen = read_visibility(with({{"ROCR_VISIBLE_DEVICES", "GPU-8d1457e2c20f59d2"}}), 2);
  EXPECT_FALSE(seen.certain);
  EXPECT_FALSE(seen.hides_all);
}

}  // namespace
}  // namespace rigfit
