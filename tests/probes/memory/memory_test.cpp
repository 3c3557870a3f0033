#include "probes/memory/memory.hpp"

#include <gmock/gmock.h>

namespace rigfit {
namespace {

TEST(Meminfo, IsInKibibytes) {
  const auto sizes = parse_meminfo("MemTotal:       16 kB\nHugePages_Total:       3\n");
  EXPECT_EQ(sizes.at("MemTotal"), 16384);
}

}  // namespace
}  // namespace rigfit
