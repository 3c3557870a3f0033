#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

namespace rigfit::level_zero {

// The kernel "mix", with the steps of mixed(), as Level Zero takes it: SPIR-V 1.0 for OpenCL. The numbers are those of
// the specification: https://registry.khronos.org/SPIR-V/specs/unified1/SPIRV.html
//
//     void mix(uint* numbers) { uint at = get_global_id(0), z = numbers[at] * 2654435761 + at;
//                               z = (z ^ (z >> 15)) * 2246822519; numbers[at] = z ^ (z >> 13); }

class SpirvModule {
 public:
  explicit SpirvModule(std::uint32_t bound) : words_{0x07230203, 0x00010000, 0, bound, 0} {}

  /// One instruction: its code, operands, a literal string (empty: none), and what follows that.
  void add(std::uint32_t code, std::initializer_list<std::uint32_t> operands, std::string_view text = {},
           std::initializer_list<std::uint32_t> rest = {}) {
    const std::size_t begin = words_.size();
    words_.push_back(0);
    words_.insert(words_.end(), operands);
    if (!text.empty())  // four characters a word, the first in the lowest byte, and at least one zero behind them
      for (std::size_t at = 0; at <= text.size(); at += 4) {
        std::uint32_t word = 0;
        for (std::size_t n = 0; n < 4 && at + n < text.size(); ++n)
          word |= static_cast<std::uint32_t>(static_cast<unsigned char>(text[at + n])) << (8 * n);
        words_.push_back(word);
      }
    words_.insert(words_.end(), rest);
    words_[begin] = static_cast<std::uint32_t>(words_.size() - begin) << 16 | code;
  }

  const std::vector<std::uint32_t>& words() const { return words_; }

 private:
  std::vector<std::uint32_t> words_;
};

/// What the instructions of the kernel define.
enum KernelId : std::uint32_t {
  none,
  void_type,
  uint,
  ulong,
  ulong3,
  input_pointer,
  global_pointer,
  function_type,
  global_id,
  mix,
  numbers,
  label,
  id3,
  id,
  element,
  number,
  at,
  factor_1,
  factor_2,
  shift_1,
  shift_2,
  product,
  sum,
  shifted,
  folded,
  product_2,
  shifted_2,
  result,
  bound
};

inline std::vector<std::uint32_t> kernel_module() {
  // clang-format off
  SpirvModule m(bound);
  for (const std::uint32_t capability : {4, 5, 6, 11}) m.add(17, {capability});  // Addresses, Linkage, Kernel, Int64
  m.add(14, {2, 2});                                             // OpMemoryModel Physical64 OpenCL
  m.add(15, {6, mix}, "mix", {global_id});                       // OpEntryPoint Kernel
  m.add(71, {global_id, 11, 28});                                // OpDecorate BuiltIn GlobalInvocationId
  m.add(71, {global_id, 22});                                    // OpDecorate Constant
  m.add(71, {global_id, 41}, "__spirv_BuiltInGlobalInvocationId", {1});  // OpDecorate LinkageAttributes … Import
  m.add(19, {void_type});                                        // OpTypeVoid
  m.add(21, {uint, 32, 0});                                      // OpTypeInt
  m.add(21, {ulong, 64, 0});
  m.add(23, {ulong3, ulong, 3});                                 // OpTypeVector
  m.add(32, {input_pointer, 1, ulong3});                         // OpTypePointer Input
  m.add(32, {global_pointer, 5, uint});                          // OpTypePointer CrossWorkgroup
  m.add(33, {function_type, void_type, global_pointer});         // OpTypeFunction
  m.add(43, {uint, factor_1, 2654435761U});                      // OpConstant
  m.add(43, {uint, factor_2, 2246822519U});
  m.add(43, {uint, shift_1, 15});
  m.add(43, {uint, shift_2, 13});
  m.add(59, {input_pointer, global_id, 1});                      // OpVariable Input
  m.add(54, {void_type, mix, 0, function_type});                 // OpFunction
  m.add(55, {global_pointer, numbers});                          // OpFunctionParameter
  m.add(248, {label});                                           // OpLabel
  m.add(61, {ulong3, id3, global_id, 2, 32});                    // OpLoad Aligned 32
  m.add(81, {ulong, id, id3, 0});                                // OpCompositeExtract
  m.add(70, {global_pointer, element, numbers, id});             // OpInBoundsPtrAccessChain
  m.add(61, {uint, number, element, 2, 4});                      // OpLoad Aligned 4
  m.add(113, {uint, at, id});                                    // OpUConvert
  m.add(132, {uint, product, number, factor_1});                 // OpIMul
  m.add(128, {uint, sum, product, at});                          // OpIAdd
  m.add(194, {uint, shifted, sum, shift_1});                     // OpShiftRightLogical
  m.add(198, {uint, folded, sum, shifted});                      // OpBitwiseXor
  m.add(132, {uint, product_2, folded, factor_2});
  m.add(194, {uint, shifted_2, product_2, shift_2});
  m.add(198, {uint, result, product_2, shifted_2});
  m.add(62, {element, result, 2, 4});                            // OpStore Aligned 4
  m.add(253, {});                                                // OpReturn
  m.add(56, {});                                                 // OpFunctionEnd
  // clang-format on
  return m.words();
}

}  // namespace rigfit::level_zero
