#pragma once

#include <cstdint>

namespace rigfit::cuda {

/// The kernel as PTX, which the driver compiles for whatever GPU is there: to[i] = from[i] * 3 + 7 for i < count, one
/// thread an element. Written in the oldest version and for the oldest target that drivers have taken since CUDA 5.5,
/// and since no source says that the newest still take code for targets below theirs, once more for the oldest target
/// of CUDA 13. (The compiler of CUDA 13.0, which the driver embeds too, takes the first for sm_75 to sm_121.)
/// https://docs.nvidia.com/cuda/parallel-thread-execution/ (release history)
struct Kernel {
  const char* label;
  const char* text;
};

inline constexpr const char* kernel_name = "rigfit_check";
constexpr std::uint32_t kernel_result(std::uint32_t from) { return from * 3 + 7; }

#define RIGFIT_KERNEL_BODY             \
  ".address_size 64\n"                 \
  ".visible .entry rigfit_check(\n"    \
  "  .param .u64 to,\n"                \
  "  .param .u64 from,\n"              \
  "  .param .u32 count)\n"             \
  "{\n"                                \
  "  .reg .pred %beyond;\n"            \
  "  .reg .b32 %r<6>;\n"               \
  "  .reg .b64 %d<5>;\n"               \
  "  ld.param.u64 %d0, [to];\n"        \
  "  ld.param.u64 %d1, [from];\n"      \
  "  ld.param.u32 %r0, [count];\n"     \
  "  mov.u32 %r1, %ctaid.x;\n"         \
  "  mov.u32 %r2, %ntid.x;\n"          \
  "  mov.u32 %r3, %tid.x;\n"           \
  "  mad.lo.u32 %r4, %r1, %r2, %r3;\n" \
  "  setp.ge.u32 %beyond, %r4, %r0;\n" \
  "  @%beyond bra done;\n"             \
  "  cvta.to.global.u64 %d0, %d0;\n"   \
  "  cvta.to.global.u64 %d1, %d1;\n"   \
  "  mul.wide.u32 %d2, %r4, 4;\n"      \
  "  add.u64 %d3, %d1, %d2;\n"         \
  "  ld.global.u32 %r5, [%d3];\n"      \
  "  mad.lo.u32 %r5, %r5, 3, 7;\n"     \
  "  add.u64 %d4, %d0, %d2;\n"         \
  "  st.global.u32 [%d4], %r5;\n"      \
  "done:\n"                            \
  "  ret;\n"                           \
  "}\n"

inline constexpr Kernel kernels[] = {
    {"3.2 sm_30", ".version 3.2\n.target sm_30\n" RIGFIT_KERNEL_BODY},
    {"6.3 sm_75", ".version 6.3\n.target sm_75\n" RIGFIT_KERNEL_BODY},
};
#undef RIGFIT_KERNEL_BODY

}  // namespace rigfit::cuda
