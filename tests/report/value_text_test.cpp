#include "report/text/value_text.hpp"

#include <gmock/gmock.h>

#include "fact_names/device.hpp"

namespace rigfit {
namespace {

TEST(Wording, Sizes) {
  EXPECT_EQ(size_text(0), "0 bytes");
  EXPECT_EQ(size_text(1023), "1023 bytes");
  EXPECT_EQ(size_text(512ll << 20), "512 MiB");
  EXPECT_EQ(size_text(80ll << 30), "80.0 GiB");
  EXPECT_EQ(size_text(85'520'809'984), "79.6 GiB");
}

TEST(Wording, FactsCarryWhyTheyAreNotKnown) {
  EXPECT_EQ(fact_text("memory.total_bytes", Fact::of(std::int64_t{16} << 30)), "16.0 GiB");
  EXPECT_EQ(fact_text("count", Fact::of(std::int64_t{1} << 30)), "1073741824") << "only sizes are sizes";
  EXPECT_EQ(fact_text("x", Fact::of_none("no driver")), "none (no driver)");
  EXPECT_THAT(fact_text("x", Fact::unknown("it was denied")), testing::HasSubstr("it was denied"));
  EXPECT_EQ(fact_text("x", Fact::of(std::vector<std::string>{})), "(empty)");
}

TEST(Wording, Lists) {
  EXPECT_EQ(listed({}), "");
  EXPECT_EQ(listed({"a"}), "a");
  EXPECT_EQ(listed({"a", "b"}), "a and b");
  EXPECT_EQ(listed({"a", "b", "c"}), "a, b and c");
  EXPECT_EQ(count_text(1, "error"), "1 error");
  EXPECT_EQ(count_text(2, "error"), "2 errors");
  EXPECT_EQ(count_text(0, "tie"), "0 ties");
}

TEST(Wording, TotalsAreRoundedHalfUpFromExactIntegers) {
  EXPECT_EQ(decimal_text(0, 100), "0.0");
  EXPECT_EQ(decimal_text(8450, 100), "84.5");
  EXPECT_EQ(decimal_text(8449, 100), "84.5");
  EXPECT_EQ(decimal_text(8444, 100), "84.4");
  EXPECT_EQ(decimal_text(8445, 100), "84.5");
  EXPECT_EQ(decimal_text(9996, 100), "100.0");
  EXPECT_EQ(decimal_text(1, 3), "0.3");
  EXPECT_EQ(decimal_text(500'000'000, 5'000'000), "100.0");
}

TEST(Wording, Shares) {
  EXPECT_EQ(fraction_text(Fraction::of(6, 14)), "3/7");
  EXPECT_EQ(fraction_text(Fraction::of(1, 1)), "1");
  EXPECT_EQ(percent_text(Fraction::of(1, 1)), "100%");
  EXPECT_EQ(percent_text(Fraction::of(999, 1000)), "over 99%") << "not all of them";
  EXPECT_EQ(percent_text(Fraction::of(1, 1000)), "under 1%") << "not none of them";
  EXPECT_EQ(percent_text(Fraction::of(0, 1)), "0%");
}

TEST(Wording, AScoreThatIsNotSettledShowsBothEnds) {
  EXPECT_EQ(score_text({70, 70}), "70");
  EXPECT_EQ(score_text({0, 100}), "0-100");
}

TEST(Wording, ADeviceInALine) {
  Device device;
  EXPECT_EQ(device_line(device), "unnamed device");
  device.facts.set(fact::device::name, Fact::of(std::string("NVIDIA H100")));
  EXPECT_EQ(device_line(device), "NVIDIA H100");
  device.facts.set(fact::device::architecture, Fact::of(std::string("sm_90")));
  device.facts.set(fact::device::memory_total_bytes, Fact::of(std::int64_t{80} << 30));
  device.facts.set(fact::device::pci_address, Fact::unknown("not recorded"));
  EXPECT_EQ(device_line(device), "NVIDIA H100 (sm_90, 80.0 GiB)");
}

}  // namespace
}  // namespace rigfit
