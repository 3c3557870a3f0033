#include "text/join.hpp"

#include <gmock/gmock.h>

#include <vector>

namespace rigfit {
namespace {

TEST(Join, PutsSomethingBetweenEachTwo) {
  EXPECT_EQ(join(std::vector<std::string>{}), "");
  EXPECT_EQ(join(std::vector<std::string>{"a"}), "a");
  EXPECT_EQ(join(std::vector<std::string_view>{"a", "b", "c"}), "a, b, c");
  EXPECT_EQ(join(std::vector<const char*>{"arm64", "x86_64"}, " and "), "arm64 and x86_64");
  EXPECT_EQ(join(std::vector<std::string>{"", "b", ""}, "/"), "/b/") << "empty words count";
}

TEST(Join, ListsGrow) {
  std::string list;
  append_to_list(list, "a");
  append_to_list(list, "b");
  append_to_list(list, "c", "; ");
  EXPECT_EQ(list, "a, b; c");
}

}  // namespace
}  // namespace rigfit
