#include "judge/recommend/framework_word.hpp"

#include <gtest/gtest.h>

#include "rules/book.hpp"

namespace rigfit {
namespace {

RuleBook rules() {
  RuleBook book;
  for (const auto& [id, name, package] : {std::tuple{"pytorch", "PyTorch", "torch<2.16"},
                                          {"tensorflow", "TensorFlow", "tensorflow[and-cuda]<2.22"},
                                          {"llamacpp", "llama.cpp", "llama-cpp-python"}}) {
    FrameworkRule rule;
    rule.id = id;
    rule.name = name;
    Build build;
    build.packages = {package};
    rule.builds.push_back(build);
    book.frameworks.push_back(rule);
  }
  return book;
}

TEST(FrameworkMeant, ByIdNamePackageOrInShort) {
  const RuleBook book = rules();
  EXPECT_EQ(framework_meant("tf", book), "tensorflow");
  EXPECT_EQ(framework_meant("torch", book), "pytorch");
  EXPECT_EQ(framework_meant("PyTorch", book), "pytorch");
  EXPECT_EQ(framework_meant("llama.cpp", book), "llamacpp");
  EXPECT_EQ(framework_meant("pytorch", book), "pytorch");
}

TEST(FrameworkMeant, AMisspelledPackageMeansItsFramework) {
  const RuleBook book = rules();
  EXPECT_EQ(no_such_framework("torchh", book), "there is no framework \"torchh\"; did you mean \"pytorch\"?");
  EXPECT_EQ(no_such_framework("tensorflo", book), "there is no framework \"tensorflo\"; did you mean \"tensorflow\"?");
  EXPECT_EQ(no_such_framework("keras", book),
            "there is no framework \"keras\"; there are: pytorch, tensorflow, llamacpp");
}

TEST(FrameworkMeant, TheWordItselfWhereItMeansNone) {
  EXPECT_EQ(framework_meant("keras", rules()), "keras");
  EXPECT_EQ(framework_meant("ort", rules()), "ort") << "no such framework in these rules";
  EXPECT_EQ(framework_meant("", rules()), "");
}

}  // namespace
}  // namespace rigfit
