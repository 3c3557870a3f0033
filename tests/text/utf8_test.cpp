#include "text/utf8.hpp"

#include <gmock/gmock.h>

namespace rigfit {
namespace {

TEST(Utf8, WellFormedText) {
  for (const char* text : {"", "plain", "Gr\xc3\xbc\xc3\x9f", "\xe6\x97\xa5\xe6\x9c\xac", "\xf0\x9f\x90\xa7",
                           "\xef\xbf\xbd", "\xf4\x8f\xbf\xbf"})
    EXPECT_TRUE(is_utf8(text)) << text;
}

TEST(Utf8, IllFormedText) {
  for (const char* text : {"\x80", "\xc3", "\xc3(", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf0\x80\x80\xaf",
                           "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xff", "ok\xe6\x97"})
    EXPECT_FALSE(is_utf8(text)) << testing::PrintToString(std::string(text));
}

TEST(Utf8, CodePointsOneByOne) {
  const std::string text = "a\xc3\xbc\xe6\x97\xf0\x9f\x90\xa7";
  std::vector<std::optional<char32_t>> all;
  for (std::size_t at = 0; at < text.size();) all.push_back(next_code_point(text, at));
  EXPECT_THAT(all, testing::ElementsAre(U'a', U'\u00fc', std::nullopt, std::nullopt, U'\U0001f427'))
      << "each byte of a broken sequence by itself";
}

}  // namespace
}  // namespace rigfit
