#include "facts/platforms.hpp"

#include <gmock/gmock.h>

#include <set>

namespace rigfit {
namespace {

TEST(Platforms, HaveIdsAndNamesOfTheirOwn) {
  std::set<std::string_view> ids, names;
  for (const PlatformInfo& info : platforms()) {
    EXPECT_TRUE(ids.insert(info.id).second) << info.id;
    EXPECT_TRUE(names.insert(info.name).second) << info.name;
    EXPECT_EQ(platform_info(info.id), &info);
    EXPECT_EQ(platform_name(info.id), info.name);
    EXPECT_THAT(platform_list(), testing::HasSubstr(std::string(info.id)));
  }
  EXPECT_TRUE(ids.count("cpu"));
}

TEST(Platforms, ThatAreNoneAreCalledByTheirId) {
  EXPECT_EQ(platform_info("abacus"), nullptr);
  EXPECT_EQ(platform_name("abacus"), "abacus");
}

TEST(Platforms, AreMeantByOtherWordsToo) {
  EXPECT_EQ(usual_word_for("NVIDIA"), "cuda");
  EXPECT_EQ(usual_word_for("gpu"), "accelerator");
  EXPECT_EQ(usual_word_for("cuda"), "");
  EXPECT_EQ(usual_word_for(""), "");
}

TEST(Platforms, WarnOnlyOfAProof) {
  for (const PlatformInfo& info : platforms())
    if (!info.warning.empty()) EXPECT_FALSE(info.proof.empty()) << info.id;
}

}  // namespace
}  // namespace rigfit
