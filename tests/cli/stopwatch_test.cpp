#include "cli/stopwatch.hpp"

#include <gmock/gmock.h>

#include <thread>

namespace rigfit {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::Ge;

TEST(Stopwatch, AddsUpWhatBelongsToOneStep) {
  const auto wait = [] { std::this_thread::sleep_for(std::chrono::milliseconds(2)); };
  Stopwatch stopwatch;
  wait();
  stopwatch.done("file");
  stopwatch.done("list");
  wait();
  stopwatch.done("file");
  const auto step = [](const char* name, const auto& milliseconds) {
    return testing::AllOf(Field(&Stopwatch::Step::name, name), Field(&Stopwatch::Step::milliseconds, milliseconds));
  };
  EXPECT_THAT(stopwatch.steps(),
              ElementsAre(step("start and options", Ge(0.0)), step("file", Ge(4.0)), step("list", Ge(0.0))));
}

TEST(TimingTable, HasALineAStepAndTheTotal) {
  EXPECT_EQ(timing_table({{"rules", 0.25}, {"round 1: file", 0.75}}),
            "rules              0.250 ms   25 %\n"
            "round 1: file      0.750 ms   75 %\n"
            "total              1.000 ms  100 %\n");
}

TEST(TimingTable, OfNothingHasNoShares) { EXPECT_EQ(timing_table({}), "total      0.000 ms    0 %\n"); }

}  // namespace
}  // namespace rigfit
