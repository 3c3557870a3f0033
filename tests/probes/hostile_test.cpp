// No text crashes a parser, hangs it, or makes it tell of more than the text can hold.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "probes/text_parsers.hpp"

namespace rigfit {
namespace {

/// A parser may not find more than there are bytes, whatever a number in the text claims.
void expect_bounded(const TextParser& parser, const std::string& text) {
  EXPECT_LE(parser.parse(text), text.size() + 1) << parser.name;
}

TEST(Hostile, EverySampleIsUnderstoodWhole) {
  for (const TextParser& parser : text_parsers()) EXPECT_GT(parser.parse(parser.sample), 0u) << parser.name;
}

TEST(Hostile, EveryCut) {
  for (const TextParser& parser : text_parsers())
    for (std::size_t size = 0; size <= parser.sample.size(); ++size)
      expect_bounded(parser, parser.sample.substr(0, size));
}

TEST(Hostile, ChangedBytes) {
  std::uint32_t dice = 12345;
  const auto roll = [&] { return dice ^= dice << 13, dice ^= dice >> 17, dice ^= dice << 5; };
  for (const TextParser& parser : text_parsers())
    for (int round = 0; round < 2000; ++round) {
      std::string text = parser.sample;
      for (std::uint32_t n = roll() % 8 + 1; n > 0; --n) {
        const std::size_t at = roll() % text.size();
        switch (roll() % 3) {
          case 0:
            text[at] = static_cast<char>(roll());
            break;
          case 1:
            text.insert(at, text.substr(roll() % text.size(), roll() % 40));
            break;
          default:
            text.erase(at, roll() % 10);
            break;
        }
        if (text.empty()) text = " ";
      }
      expect_bounded(parser, text);
    }
}

TEST(Hostile, EveryParserOnEveryOthersText) {
  for (const TextParser& parser : text_parsers())
    for (const TextParser& other : text_parsers()) expect_bounded(parser, other.sample);
}

TEST(Hostile, LongAndDeep) {
  constexpr std::size_t size = 1u << 20;
  std::string deep_xml, deep_json;
  for (int n = 0; n < 50000; ++n) deep_xml += "<a>", deep_json += "[";
  for (const TextParser& parser : text_parsers()) {
    for (const char c : {'\0', ' ', '\n', '|', ':', ',', '0', '9', '[', '{', '<', '"', '\xff'})
      expect_bounded(parser, std::string(size, c));
    expect_bounded(parser, deep_xml);
    expect_bounded(parser, deep_json);
    expect_bounded(parser, "{\"devices\": " + deep_json);
    std::string many;
    while (many.size() < size) many += parser.sample;
    expect_bounded(parser, many);
  }
}

TEST(Hostile, NumbersThatDoNotFit) {
  for (const char* number : {"99999999999999999999999999", "-9223372036854775809", "-1", "1e999", "0x", "NaN"})
    for (const TextParser& parser : text_parsers()) {
      std::string text = parser.sample;
      for (std::size_t n = 0; n < text.size(); ++n)
        if (text[n] >= '0' && text[n] <= '9') {
          text.replace(n, 1, number);
          n += std::string_view(number).size();
        }
      expect_bounded(parser, text);
    }
}

}  // namespace
}  // namespace rigfit
