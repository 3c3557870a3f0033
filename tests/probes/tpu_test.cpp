#include <gmock/gmock.h>

#include "probes/python/packages.hpp"
#include "probes/tpu/holders.hpp"
#include "probes/tpu/instance.hpp"
#include "probes/tpu/libtpu.hpp"

namespace rigfit {
namespace {

TEST(Tpu, BoundsMultiply) {
  EXPECT_EQ(product_of_bounds("2,2,1"), 4);
  EXPECT_EQ(product_of_bounds("1"), 1);
  for (const char* text : {"", "2,,1", "2x2", "-1,2", "0,1", "65", "64,64,64,64,64"})
    EXPECT_EQ(product_of_bounds(text), std::nullopt) << text;
}

TEST(Tpu, GenerationOfATypeName) {
  EXPECT_EQ(generation_of_type("v4-16"), "v4");
  EXPECT_EQ(generation_of_type("v5litepod-8"), "v5e");
  EXPECT_EQ(generation_of_type("v5p-8"), "v5p");
  EXPECT_EQ(generation_of_type("v6e-1"), "v6e");
  EXPECT_EQ(generation_of_type("tpu7x-8"), "v7x");
  EXPECT_EQ(generation_of_type("nvidia-tesla-t4"), "");
  EXPECT_EQ(generation_of_type(""), "");
}

TEST(Tpu, WhoHoldsALock) {
  constexpr std::string_view locks =
      "1: FLOCK  ADVISORY  WRITE 611 00:19:1024 0 EOF\n"
      "2: POSIX  ADVISORY  WRITE 1234 08:01:262174 0 EOF\n"
      "2: -> POSIX  ADVISORY  WRITE 1500 08:01:999 0 EOF\n"
      "3: OFDLCK ADVISORY  READ  -1 00:06:10 0 0\n";
  EXPECT_EQ(lock_holder(locks, "08:01:262174"), 1234);
  EXPECT_EQ(lock_holder(locks, "08:01:999"), 0) << "who waits for it does not hold it";
  EXPECT_EQ(lock_holder(locks, "00:06:10"), 0) << "a lock that belongs to no process";
  EXPECT_EQ(lock_holder(locks, "08:01:2"), 0);
  EXPECT_EQ(lock_holder(locks, ""), 0);
  EXPECT_EQ(lock_holder("1: FLOCK", "08:01:2"), 0);
}

TEST(Tpu, OnlyALibraryForThisMachineIsOne) {
  std::string head = std::string(
                         "\x7f"
                         "ELF\x02\x01\x01",
                         7) +
                     std::string(57, '\0');
  head[16] = 3, head[18] = 62;
  EXPECT_TRUE(is_elf_x86_64(head));
  std::string arm = head;
  arm[18] = static_cast<char>(183);
  EXPECT_FALSE(is_elf_x86_64(arm));
  EXPECT_FALSE(is_elf_x86_64(head.substr(0, 10)));
  EXPECT_FALSE(is_elf_x86_64(""));
  EXPECT_FALSE(is_elf_x86_64("<html>404 not found</html>"));
}

TEST(Packages, FoldersOfPip) {
  EXPECT_EQ(parse_dist_info("jaxlib-0.11.0.dist-info")->name, "jaxlib");
  EXPECT_EQ(parse_dist_info("jaxlib-0.11.0.dist-info")->version, "0.11.0");
  EXPECT_EQ(parse_dist_info("Jax_Metal-0.1.1.dist-info")->name, "jax_metal");
  for (const char* name : {"jaxlib", "jaxlib.dist-info", "-1.dist-info", "x-.dist-info", ".dist-info", ""})
    EXPECT_FALSE(parse_dist_info(name)) << name;
}

TEST(Packages, OfEveryListedFolder) {
  Evidence evidence;
  Answer list;
  list.outcome = Outcome::found;
  list.names = {"libtpu-0.0.44.dist-info", "readme.txt"};
  evidence.set("list:~/.local/lib/python3.12/site-packages", list);
  evidence.set("list:/usr/lib/python3/dist-packages", list);
  evidence.set("list:/usr/lib", list);
  ASSERT_EQ(installed_packages(evidence).size(), 2u);
  EXPECT_EQ(installed_packages(evidence)[1].folder, "~/.local/lib/python3.12/site-packages");
}

}  // namespace
}  // namespace rigfit
