#include "evidence/base64.hpp"

#include <gmock/gmock.h>

namespace rigfit {
namespace {

// RFC 4648, section 10.
TEST(Base64, TestVectorsOfTheRfc) {
  for (const auto& [bytes, text] : {std::pair{"", ""},
                                    {"f", "Zg=="},
                                    {"fo", "Zm8="},
                                    {"foo", "Zm9v"},
                                    {"foob", "Zm9vYg=="},
                                    {"fooba", "Zm9vYmE="},
                                    {"foobar", "Zm9vYmFy"}}) {
    EXPECT_EQ(to_base64(bytes), text);
    EXPECT_EQ(from_base64(text), bytes);
  }
}

TEST(Base64, EveryByteComesBack) {
  std::string bytes;
  for (int n = 0; n < 256; ++n) {
    bytes.push_back(static_cast<char>(n));
    EXPECT_EQ(from_base64(to_base64(bytes)), bytes);
  }
}

TEST(Base64, WhatIsNotBase64IsRefused) {
  for (const char* text : {"Zg", "Zg=", "Zg===", "Z===", "====", "Zm9v Zm9v", "Zm9*", "=Zm9", "Zm=v"})
    EXPECT_EQ(from_base64(text), std::nullopt) << text;
}

}  // namespace
}  // namespace rigfit
