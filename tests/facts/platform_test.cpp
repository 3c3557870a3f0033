#include "facts/platform.hpp"

#include <gmock/gmock.h>

namespace rigfit {
namespace {

constexpr Truth no = Truth::no, unknown = Truth::unknown, yes = Truth::yes;

Layers layers(std::array<Truth, layer_count> holds) {
  Layers layers;
  for (std::size_t n = 0; n < layer_count; ++n) layers.set(static_cast<Layer>(n), holds[n], "because");
  return layers;
}

TEST(State, FollowsFromTheLayers) {
  struct Row {
    std::array<Truth, layer_count> holds;  // bus, kernel driver, device node, user library, runtime, kernel
    State state;
  };
  const std::vector<Row> rows{
      {{no, no, no, no, unknown, unknown}, State::absent},
      {{no, unknown, unknown, yes, unknown, unknown}, State::absent},  // a library alone is no device
      {{unknown, unknown, unknown, unknown, unknown, unknown}, State::unknown},
      {{unknown, yes, unknown, yes, unknown, unknown}, State::unknown},
      {{yes, no, no, no, unknown, unknown}, State::blocked},
      {{yes, yes, no, yes, unknown, unknown}, State::blocked},
      {{yes, yes, yes, no, unknown, unknown}, State::blocked},
      {{yes, yes, yes, yes, no, unknown}, State::blocked},
      {{yes, unknown, unknown, no, unknown, unknown}, State::blocked},
      {{yes, yes, yes, unknown, unknown, unknown}, State::unknown},
      {{yes, unknown, yes, yes, unknown, unknown}, State::unknown},
      {{yes, yes, yes, yes, unknown, unknown}, State::ready},
      {{unknown, yes, yes, yes, unknown, unknown}, State::ready},  // containers hide the bus
      {{no, yes, yes, yes, yes, unknown}, State::ready},
      {{unknown, unknown, unknown, unknown, yes, unknown}, State::ready},
      {{yes, yes, yes, yes, yes, no}, State::blocked},
      {{yes, yes, yes, yes, yes, yes}, State::proven},
  };
  for (const Row& row : rows) EXPECT_EQ(state_of(layers(row.holds)), row.state) << testing::PrintToString(row.holds);
}

TEST(State, LosingKnowledgeNeverMakesItBetter) {
  const auto usable = [](State state) { return state == State::ready || state == State::proven; };
  for (int code = 0; code < 729; ++code) {
    std::array<Truth, layer_count> holds{};
    for (int n = 0, rest = code; n < 6; ++n, rest /= 3)
      holds[static_cast<std::size_t>(n)] = static_cast<Truth>(rest % 3);
    if (usable(state_of(layers(holds)))) continue;
    for (std::size_t n = 0; n + 2 < layer_count; ++n) {  // below runtime and kernel, whose "no" is itself a result
      auto less = holds;
      less[n] = unknown;
      EXPECT_FALSE(usable(state_of(layers(less)))) << testing::PrintToString(holds) << " without layer " << n;
    }
  }
}

TEST(Names, AreThoseOfTheReport) {
  EXPECT_EQ(name_of(State::not_applicable), "not_applicable");
  EXPECT_EQ(name_of(State::proven), "proven");
  EXPECT_EQ(name_of(Layer::kernel_driver), "kernel_driver");
  EXPECT_EQ(name_of(Layer::runtime_init), "runtime_init");
}

}  // namespace
}  // namespace rigfit
