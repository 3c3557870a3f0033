#include <gmock/gmock.h>

#include "probes/tpu/holders.hpp"
#include "probes/tpu/instance.hpp"
#include "probes/tpu/libtpu.hpp"
#include "probes/tpu/tpu_info.hpp"

namespace rigfit {
namespace {

TEST(TpuInfo, TablesDrawnWithBoxes) {
  const TpuListing listing = parse_tpu_info(
      "TPU Chips\n┏━━━━━━━━━━━━━┳━━━━━━━━━━━━━┳━━━━━━━━━┳━━━━━━┓\n┃ Device      ┃ Type        ┃ Cores   ┃ PID  ┃\n"
      "┡━━━━━━━━━━━━━╇━━━━━━━━━━━━━╇━━━━━━━━━╇━━━━━━┩\n│ /dev/accel0 │ TPU v2 chip │ 2       │ 1017 │\n"
      "│ /dev/accel1 │ TPU v2 chip │ 2       │ 1017 │\n└─────────────┴─────────────┴─────────┴──────┘\n"
      "┃ Device ┃ Memory usage         ┃ Duty cycle ┃\n│ 0      │ 1.00 GiB / 8.00 GiB  │      0.00% │\n"
      "│ 1      │ 1.00 GiB / 8.00 GiB  │      0.00% │\n│ 4      │ 1.00 GiB / 8.00 GiB  │      0.00% │\n"
      "│ 5      │ 1.00 GiB / 8.00 GiB  │      0.00% │\n");
  EXPECT_THAT(listing.nodes, testing::ElementsAre("/dev/accel0", "/dev/accel1"));
  EXPECT_EQ(listing.generation, "v2");
  EXPECT_EQ(listing.accelerator_type, "");
  EXPECT_EQ(listing.memory_bytes_per_chip, std::int64_t{16} << 30);
}

TEST(TpuInfo, VersionsAlone) {
  EXPECT_EQ(
      parse_tpu_info("- tpu-info version: 0.9.1\n- libtpu version: 0.0.21\n- accelerator type: v5e\n").libtpu_version,
      "0.0.21");
  EXPECT_EQ(parse_tpu_info("- libtpu version: N/A (incompatible environment)\n").libtpu_version, "");
}

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

}  // namespace
}  // namespace rigfit
