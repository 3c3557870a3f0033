#include "judge/what_if/what_if.hpp"
#include "what_if/machine.hpp"

namespace rigfit {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

tl::expected<SupposedGpu, std::string> named(std::string_view text) { return supposed_gpu(text, built_in()->devices); }

// What the makers sell: https://developer.nvidia.com/cuda-gpus,
// https://rocm.docs.amd.com/en/latest/reference/gpu-arch-specs.html
struct Sold {
  const char *text, *platform, *name, *architecture;
  std::size_t count;
};

TEST(SupposedGpu, IsWhatIsSoldUnderTheName) {
  for (const Sold& sold : {Sold{"RTX 5090", "cuda", "NVIDIA GeForce RTX 5090", "sm_120", 1},
                           {"2x RTX 5090", "cuda", "NVIDIA GeForce RTX 5090", "sm_120", 2},
                           {"8 x NVIDIA GeForce RTX 4090", "cuda", "NVIDIA GeForce RTX 4090", "sm_89", 8},
                           {"4\u00d7 geforce rtx 3090", "cuda", "NVIDIA GeForce RTX 3090", "sm_86", 4},
                           {"rtx4090", "cuda", "NVIDIA GeForce RTX 4090", "sm_89", 1},
                           {"4090", "cuda", "NVIDIA GeForce RTX 4090", "sm_89", 1},
                           {"8xH100", "cuda", "NVIDIA H100", "sm_90", 8},
                           {"MI300X", "rocm", "AMD Instinct MI300X", "gfx942", 1},
                           {"2x Instinct MI300X", "rocm", "AMD Instinct MI300X", "gfx942", 2},
                           {"RX 7900 XTX", "rocm", "AMD RX 7900 XTX", "gfx1100", 1},
                           {"Arc B580", "xpu", "Intel Arc B580", "xe2", 1}}) {
    const auto gpu = named(sold.text);
    ASSERT_TRUE(gpu) << sold.text << ": " << gpu.error();
    EXPECT_EQ(gpu->platform, sold.platform) << sold.text;
    EXPECT_EQ(gpu->name, sold.name) << sold.text;
    EXPECT_EQ(gpu->count, sold.count) << sold.text;
    EXPECT_THAT(gpu->architectures, ElementsAre(sold.architecture)) << sold.text;
  }
}

TEST(SupposedGpu, HasTheMemoryThatItIsSoldWithWhereThatIsKnown) {
  constexpr std::int64_t gib = std::int64_t{1} << 30;
  EXPECT_EQ(named("MI300X")->memory_bytes, 192 * gib);
  EXPECT_EQ(named("A100 80GB")->memory_bytes, 80 * gib) << "as the text says";
  EXPECT_EQ(named("A100 40 GB")->memory_bytes, 40 * gib);
  EXPECT_EQ(named("GTX 1060")->memory_bytes, std::nullopt) << "sold with 3, 5 and 6 GB";
}

TEST(SupposedGpu, NamesThatMeanNothingGetTheNearestProduct) {
  for (const auto& [text, meant] : {std::pair{"RTX 509O", "RTX 5090"}, {"MI300Y", "MI300"}, {"Arc B58O", "Arc B580"}}) {
    const auto gpu = named(text);
    ASSERT_FALSE(gpu) << text;
    EXPECT_THAT(gpu.error(), HasSubstr(text));
    EXPECT_THAT(gpu.error(), HasSubstr("did you mean"));
    EXPECT_THAT(gpu.error(), HasSubstr(meant)) << text;
  }
  for (const char* text : {"", " ", "2x", "x", "GeForce", "toaster", "0x RTX 5090", "65x RTX 5090",
                           "99999999999999999999x RTX 5090", "\xff\x1b"})
    EXPECT_FALSE(named(text)) << text;
}

}  // namespace
}  // namespace rigfit
