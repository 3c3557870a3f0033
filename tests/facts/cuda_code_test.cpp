#include "facts/cuda_code.hpp"

#include <gmock/gmock.h>

namespace rigfit {
namespace {

Version version(std::string_view text) { return *Version::parse(text); }

TEST(CudaCode, CompiledCodeRunsOnLaterMinorsOfItsMajor) {
  EXPECT_EQ(code_fit({"8.0", "8.6"}, version("8.9")), CodeFit::binary);
  EXPECT_EQ(code_fit({"9.0"}, version("10.0")), CodeFit::no);
  EXPECT_EQ(code_fit({"10.0"}, version("12.0")), CodeFit::no);
  EXPECT_EQ(code_fit({"12.0"}, version("12.1")), CodeFit::binary);
  EXPECT_EQ(code_fit({"8.6"}, version("8.0")), CodeFit::no);
}

TEST(CudaCode, PtxServesWhatIsNewerAndSuffixesBind) {
  EXPECT_EQ(code_fit({"9.0+PTX"}, version("12.0")), CodeFit::ptx);
  EXPECT_EQ(code_fit({"12.0+PTX"}, version("9.0")), CodeFit::no);
  EXPECT_EQ(code_fit({"9.0a"}, version("9.0")), CodeFit::binary);
  EXPECT_EQ(code_fit({"10.0a"}, version("10.3")), CodeFit::no);
  EXPECT_EQ(code_fit({"10.0f"}, version("10.3")), CodeFit::binary);
  EXPECT_EQ(code_fit({"", "x", "9", "9.0.1"}, version("9.0")), CodeFit::no);
}

TEST(CudaCode, PtxAloneIsTranslated) {
  EXPECT_EQ(code_fit({"8.0", "PTX 9.0"}, version("9.0")), CodeFit::ptx);
  EXPECT_EQ(code_fit({"PTX 9.0"}, version("12.0")), CodeFit::ptx);
  EXPECT_EQ(code_fit({"PTX 9.0"}, version("8.9")), CodeFit::no);
  EXPECT_EQ(code_fit({"PTX 10.0f"}, version("10.3")), CodeFit::ptx);
  EXPECT_EQ(code_fit({"PTX 10.0a"}, version("10.3")), CodeFit::no);
  EXPECT_EQ(code_fit({"PTX ", "PTX x"}, version("9.0")), CodeFit::no);
}

// The chip of a Jetson and a card are no relatives, whatever their numbers.
TEST(CudaCode, OfServersDoesNotRunOnAJetsonNorTheOtherWay) {
  EXPECT_EQ(code_fit({"8.0", "8.6", "9.0", "12.0+PTX"}, version("8.7")), CodeFit::no);
  EXPECT_EQ(code_fit({"7.0"}, version("7.2")), CodeFit::no);
  EXPECT_EQ(code_fit({"8.7"}, version("8.9")), CodeFit::no);
  EXPECT_EQ(code_fit({"7.2", "8.7"}, version("8.7")), CodeFit::binary);
  EXPECT_EQ(code_fit({"11.0"}, version("11.0")), CodeFit::binary) << "Thor takes what servers take";
}

}  // namespace
}  // namespace rigfit
