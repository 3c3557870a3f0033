#include "probes/mps/mach_o.hpp"

#include <algorithm>
#include <cstdint>

namespace rigfit {
namespace {

std::uint32_t big(std::string_view text, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t n = 0; n < 4; ++n) value = value << 8 | static_cast<unsigned char>(text[at + n]);
  return value;
}

std::uint32_t little(std::string_view text, std::size_t at) {
  const std::uint32_t v = big(text, at);
  return v >> 24 | (v >> 8 & 0xff00U) | (v << 8 & 0xff0000U) | v << 24;
}

// mach/machine.h: the type's top byte is 1 for 64 bits; the subtype's low byte tells arm64e.
std::string processor(std::uint32_t type, std::uint32_t subtype) {
  switch (type) {
    case 0x0100000c:
      return (subtype & 0xffU) == 2 ? "arm64e" : "arm64";
    case 0x01000007:
      return "x86_64";
    case 7:
      return "i386";
    case 18:
      return "ppc";
    case 0x01000012:
      return "ppc64";
    default:
      return "";
  }
}

}  // namespace

std::vector<std::string> parse_mach_o(std::string_view head) {
  std::vector<std::string> processors;
  const auto add = [&](std::string name) {
    if (!name.empty() && std::find(processors.begin(), processors.end(), name) == processors.end())
      processors.push_back(std::move(name));
  };
  if (head.size() < 12) return processors;
  const std::uint32_t magic = big(head, 0);
  if (magic == 0xcafebabe || magic == 0xcafebabf) {  // universal: a table, big-endian whatever it holds
    const std::uint32_t count = big(head, 4);
    if (count > 8) return processors;  // a Java class begins with the same bytes; there its version follows
    const std::size_t row = magic == 0xcafebabe ? 20 : 32;
    for (std::size_t n = 0; n < count && 8 + n * row + 8 <= head.size(); ++n)
      add(processor(big(head, 8 + n * row), big(head, 12 + n * row)));
  } else if (magic == 0xcffaedfe || magic == 0xcefaedfe) {
    add(processor(little(head, 4), little(head, 8)));
  } else if (magic == 0xfeedface || magic == 0xfeedfacf) {
    add(processor(big(head, 4), big(head, 8)));
  }
  return processors;
}

}  // namespace rigfit
