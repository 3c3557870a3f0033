#include "probes/layers/best_device.hpp"

#include <gmock/gmock.h>

namespace rigfit {
namespace {

Device device(State state, std::string because = "") {
  Device one;
  one.state = state;
  one.because = std::move(because);
  return one;
}

TEST(BestDevice, ProvenThenReadyThenUnknownThenBlocked) {
  const std::vector<State> order{State::blocked, State::unknown, State::ready, State::proven};
  for (std::size_t n = 1; n < order.size(); ++n) {
    EXPECT_EQ(best_device({device(order[n - 1]), device(order[n])})->state, order[n]);
    EXPECT_EQ(best_device({device(order[n]), device(order[n - 1])})->state, order[n]);
  }
  EXPECT_EQ(best_device({device(State::ready, "first"), device(State::ready, "second")})->because, "first");
  EXPECT_EQ(best_device({}), nullptr);
}

TEST(BestDevice, ThePlatformStandsAsItDoes) {
  Platform platform;
  platform.devices = {device(State::blocked, "no driver"), device(State::proven, "a kernel ran")};
  platform.devices[1].layers.set(Layer::kernel_run, Truth::yes, "a kernel ran");
  stand_as_best_device(platform);
  EXPECT_EQ(platform.state, State::proven);
  EXPECT_EQ(platform.because, "a kernel ran");
  EXPECT_EQ(platform.layers[Layer::kernel_run].holds, Truth::yes);
}

TEST(Conclude, TheReasonIsThatOfTheState) {
  Device one;
  one.layers.set(Layer::bus, Truth::yes, "it is there");
  one.layers.set(Layer::kernel_driver, Truth::unknown, "not recorded");
  one.layers.set(Layer::device_node, Truth::yes, "it can be opened");
  one.layers.set(Layer::user_library, Truth::no, "no library");
  conclude(one);
  EXPECT_EQ(one.state, State::blocked);
  EXPECT_EQ(one.because, "no library");
  one.layers.set(Layer::user_library, Truth::yes, "there");
  conclude(one);
  EXPECT_EQ(one.state, State::unknown);
  EXPECT_EQ(one.because, "not recorded");
  // A runtime that answered has passed the driver, whatever the files showed.
  one.layers.set(Layer::kernel_driver, Truth::no, "no driver is bound");
  one.layers.set(Layer::runtime_init, Truth::yes, "it answered");
  conclude(one);
  EXPECT_EQ(one.state, State::ready);
  EXPECT_EQ(one.because, "");
}

}  // namespace
}  // namespace rigfit
