#include "probes/cuda/failure_signs.hpp"

#include <gmock/gmock.h>

namespace rigfit {
namespace {

Answer answered(Outcome outcome, std::string text = "", std::string err = "") {
  Answer answer;
  answer.outcome = outcome;
  answer.text = std::move(text);
  answer.err = std::move(err);
  return answer;
}

PciDevice gpu(std::string driver) {
  PciDevice device;
  device.address = "0000:01:00.0";
  device.driver = std::move(driver);
  return device;
}

TEST(Trouble, IsAReasonToReadTheLog) {
  const auto with_nvml = [](const std::string& text) {
    Evidence evidence;
    evidence.set("ask:nvml", answered(Outcome::found, text));
    return evidence;
  };
  const std::string good = R"({"device_count": 1, "devices": [{"index": 0, "name": "NVIDIA L4"}]})";
  EXPECT_FALSE(has_failure_signs({}, {}));
  EXPECT_FALSE(has_failure_signs({}, {gpu("nvidia")}));
  EXPECT_FALSE(has_failure_signs({}, {gpu("nouveau")})) << "another driver explains itself";
  EXPECT_FALSE(has_failure_signs(with_nvml(good), {gpu("nvidia")}));
  EXPECT_TRUE(has_failure_signs({}, {gpu("")}));
  EXPECT_TRUE(has_failure_signs(with_nvml(good), {gpu("nvidia"), gpu("nvidia")})) << "one is missing";
  EXPECT_TRUE(has_failure_signs(with_nvml(R"({"error": {"code": 999, "text": "Unknown Error"}})"), {gpu("nvidia")}));
  EXPECT_TRUE(has_failure_signs(
      with_nvml(
          R"({"device_count": 1, "devices": [{"errors": {"handle": "GPU is lost"}, "error_codes": {"handle": 15}}]})"),
      {gpu("nvidia")}));
  EXPECT_TRUE(has_failure_signs(with_nvml(R"({"device_count": 1, "devices": [{"remapped_rows": {"pending": true}}]})"),
                                {gpu("nvidia")}));
  Evidence evidence = with_nvml(good);
  evidence.set("ask:prove-cuda 0", answered(Outcome::found, R"({"index":0,"passed":true})"));
  EXPECT_FALSE(has_failure_signs(evidence, {gpu("nvidia")}));
  evidence.set("ask:prove-cuda 0", answered(Outcome::found, "{ \"index\": 0,\n  \"passed\": false }"));
  EXPECT_TRUE(has_failure_signs(evidence, {gpu("nvidia")})) << "however the document is laid out";
  evidence.set("ask:prove-cuda 0", answered(Outcome::crashed));
  EXPECT_TRUE(has_failure_signs(evidence, {gpu("nvidia")}));
}

}  // namespace
}  // namespace rigfit
