#include "probes/cuda/compatibility.hpp"

#include <gmock/gmock.h>

namespace rigfit {
namespace {

Version version(std::string_view text) { return *Version::parse(text); }

TEST(CudaFit, GradesDriverAgainstBuild) {
  EXPECT_EQ(driver_fit(version("12.4"), version("13.0"), false), DriverFit::direct);
  EXPECT_EQ(driver_fit(version("12.8"), version("12.4"), false), DriverFit::minor_version);
  EXPECT_EQ(driver_fit(version("12"), version("12.2"), false), DriverFit::direct);
  EXPECT_EQ(driver_fit(version("13.0"), version("12.8"), false), DriverFit::no);
  EXPECT_EQ(driver_fit(version("13.0"), version("12.8"), true), DriverFit::forward_compat);
  EXPECT_EQ(driver_fit(version("10.2"), version("10.1"), false), DriverFit::no);
}

}  // namespace
}  // namespace rigfit
