// A libFuzzer target for the language of conditions. `./dev fuzz` runs it.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "fuzz/condition_properties.hpp"
#include "rules/archive.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const rigfit::RuleBook book = rigfit::unpack_rules(rigfit::embedded_rule_book());
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string broken = rigfit::broken_property(text, book);
  if (broken.empty()) return 0;
  std::fprintf(stderr, "%s\n", broken.c_str());
  std::abort();
}
