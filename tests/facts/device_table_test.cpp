#include "facts/device_table.hpp"

#include <gmock/gmock.h>

namespace rigfit {
namespace {

DeviceModel row(std::string vendor, std::string first, std::string last, std::string name, std::string bus = "pci") {
  DeviceModel model;
  model.bus = std::move(bus);
  model.vendor = std::move(vendor);
  model.device_first = std::move(first);
  model.device_last = std::move(last);
  model.name = std::move(name);
  return model;
}

TEST(DeviceTable, TheNarrowestRangeWins) {
  const DeviceTable table({row("10de", "2300", "23ff", "Hopper"), row("10de", "2330", "2330", "H100"),
                           row("1002", "2330", "2330", "other")});
  ASSERT_NE(table.find("10de", "2330"), nullptr);
  EXPECT_EQ(table.find("10de", "2330")->name, "H100");
  EXPECT_EQ(table.find("0x10DE", "0x23FF")->name, "Hopper");
  EXPECT_EQ(table.find("10de", "2400"), nullptr);
  EXPECT_EQ(table.find("8086", "2330"), nullptr);
}

TEST(DeviceTable, TheFirstOfSeveralAlikeWins) {
  const DeviceTable table({row("10de", "2331", "2331", "next"), row("10de", "2330", "2330", "first"),
                           row("10de", "2330", "2330", "second"), row("10de", "2330", "2330", "third")});
  EXPECT_EQ(table.find("10de", "2330")->name, "first");
  EXPECT_EQ(table.find("10de", "2331")->name, "next");
}

TEST(DeviceTable, IdsOfMoreThanSixteenBitsAreFoundWhole) {
  const DeviceTable table({row("10de", "12345", "12345", "long"), row("10de", "2346", "2346", "short")});
  ASSERT_NE(table.find("10de", "12345"), nullptr);
  EXPECT_EQ(table.find("10de", "12345")->name, "long");
  EXPECT_EQ(table.find("10de", "2345"), nullptr);
  EXPECT_EQ(table.find("10de", "12346"), nullptr);
}

TEST(DeviceTable, BusesAreApart) {
  const DeviceTable table({row("18d1", "9302", "9302", "Coral", "usb")});
  EXPECT_EQ(table.find("18d1", "9302"), nullptr);
  EXPECT_NE(table.find("18d1", "9302", "usb"), nullptr);
}

TEST(DeviceTable, WhatIsNoIdFindsNothing) {
  const DeviceTable table({row("10de", "0000", "ffff", "any")});
  for (const char* id : {"", "0x", "xyz", "12345678901234567890", "23 30"})
    EXPECT_EQ(table.find("10de", id), nullptr) << id;
}

}  // namespace
}  // namespace rigfit
