#include "report/model_room.hpp"

#include <gmock/gmock.h>

#include "fact_names/device.hpp"

namespace rigfit {
namespace {

constexpr std::int64_t gib = std::int64_t{1} << 30;

/// Published models, whose weights and cache of 8192 tokens are known: parameters, layers, 8 heads of 128, 16 bits.
double bytes_of(double parameters, double bits, int layers) {
  return parameters * bits / 8 + 8192.0 * 2 * 2 * layers * 8 * 128;
}

TEST(ModelRoom, AgreesWithPublishedModels) {
  EXPECT_NEAR(model_bytes(8.03e9, 16), bytes_of(8.03e9, 16, 32), 1e6);
  EXPECT_NEAR(model_bytes(70.6e9, 4.5), bytes_of(70.6e9, 4.5, 80), 1e6);
  // Qwen2.5 32B has 64 layers, 8 heads of 128: the estimate is between its neighbors, within a tenth.
  EXPECT_NEAR(model_bytes(32.8e9, 4.5) / bytes_of(32.8e9, 4.5, 64), 1, 0.1);
}

TEST(ModelRoom, WhatIsSaidToFitDoesAndALittleMoreDoesNot) {
  for (const std::int64_t usable : {4 * gib, 8 * gib, 24 * gib, 80 * gib, 192 * gib, 1024 * gib}) {
    const ModelRoom room = room_in(usable);
    const double limit = 0.9 * static_cast<double>(usable);
    EXPECT_LE(model_bytes(static_cast<double>(room.in_16_bit), 16), limit);
    EXPECT_GT(model_bytes(static_cast<double>(room.in_16_bit) * 1.01, 16), limit);
    EXPECT_LE(model_bytes(static_cast<double>(room.in_4_bit), 4.5), limit);
    EXPECT_GT(room.in_4_bit, 2 * room.in_16_bit);
  }
}

TEST(ModelRoom, IsRoundedDown) {
  EXPECT_EQ(parameters_text(499'999'999), "");
  EXPECT_EQ(parameters_text(1'700'000'000), "1.5B");
  EXPECT_EQ(parameters_text(10'900'000'000), "10B");
  EXPECT_EQ(parameters_text(38'000'000'000), "35B");
  EXPECT_EQ(parameters_text(139'000'000'000), "130B");
}

TEST(ModelRoom, SaysWhatA24GiBCardHolds) {
  // By hand: 90 % of 24 GiB are 23.19e9 bytes; 8192 tokens of 140 kB (between the 8B and the 70B model) are 1.15e9 of
  // them.
  EXPECT_EQ(room_text(room_in(24 * gib), RoomOn::one),
            "room for about 11B parameters in 16-bit, 35B in 4-bit (8K context)");
  // 0.966e9 bytes; a weight takes 4.5 bits, and 8192 tokens of the 1.24B model's 32 kB take 0.2165 bytes for each
  // weight.
  EXPECT_EQ(room_text(room_in(gib), RoomOn::one), "room for about 1.0B parameters in 4-bit (8K context)");
  EXPECT_EQ(room_text(room_in(gib / 8), RoomOn::one), "");
}

TEST(ModelRoom, CountsWhatOneProcessCanUse) {
  Device device;
  EXPECT_FALSE(room_on(device)) << "unknown memory says nothing";
  device.facts.set(fact::device::memory_total_bytes, 80 * gib, {});
  EXPECT_EQ(room_on(device)->memory_bytes, 80 * gib);
  device.facts.set(fact::device::mig_instances, 2, {});
  EXPECT_FALSE(room_on(device)) << "of an instance whose memory nobody reported";
  device.facts.set(fact::device::memory_usable_bytes, 40 * gib, {});
  EXPECT_EQ(room_on(device)->memory_bytes, 40 * gib);
  Device shared;
  shared.facts.set(fact::device::memory_total_bytes, 64 * gib, {});
  shared.facts.set(fact::device::integrated, true, {});
  EXPECT_FALSE(room_on(shared)) << "how much of the host's memory it may use is not known";
}

TEST(ModelRoom, NamesTheFormatOfTheDevice) {
  Device device;
  device.facts.set(fact::device::memory_total_bytes, 16 * gib, {});
  EXPECT_EQ(room_on(device)->word, "16-bit");
  device.facts.set(fact::device::dtypes, std::vector<std::string>{"fp16", "int8"}, {});
  EXPECT_EQ(room_on(device)->word, "fp16");
  device.facts.set(fact::device::dtypes, std::vector<std::string>{"bf16", "fp16"}, {});
  EXPECT_EQ(room_on(device)->word, "bf16");
}

}  // namespace
}  // namespace rigfit
