// Runs a kernel in SPIR-V, as far as the one of rigfit needs it: one function whose only argument is a pointer to
// 32-bit numbers. What it does not know it refuses, as a GPU's compiler would.
#pragma once

#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <vector>

namespace fake {

class SpirvMachine {
 public:
  /// False, and `why`, when the module is none that it can run.
  bool load(const std::vector<std::uint32_t>& words) {
    if (words.size() < 5 || words[0] != 0x07230203 || words[1] != 0x00010000) return refuse("no SPIR-V 1.0");
    const std::uint32_t bound = words[3];
    std::vector<Words> instructions;
    for (std::size_t at = 5; at < words.size();) {
      const std::uint32_t count = words[at] >> 16;
      if (count == 0 || at + count > words.size()) return refuse("an instruction is cut");
      instructions.emplace_back(words.begin() + static_cast<std::ptrdiff_t>(at),
                                words.begin() + static_cast<std::ptrdiff_t>(at + count));
      at += count;
    }
    constants_.resize(bound);
    for (const Words& one : instructions)
      if (!declare(one, bound)) return false;
    if (!ended_ || !capabilities_[4] || !capabilities_[6] || !capabilities_[11]) return refuse("something is missing");
    return true;
  }

  const std::string& kernel() const { return kernel_; }
  const std::string& why() const { return why_; }

  /// As many work items as that.
  void run(std::uint32_t* memory, std::uint32_t items) const {
    std::vector<std::uint64_t> value = constants_;
    for (std::uint32_t item = 0; item < items; ++item)
      for (const Step& one : steps_) step(one, memory, item, value.data());
  }

 private:
  using Words = std::vector<std::uint32_t>;
  struct Step {
    std::uint32_t code, a, b, c;  ///< what stands behind the type, or behind the code where there is none
  };

  void step(const Step& one, std::uint32_t* memory, std::uint32_t item, std::uint64_t* value) const {
    const auto v = [&](std::uint32_t id) { return static_cast<std::uint32_t>(value[id]); };
    std::uint64_t& result = value[one.a];
    switch (one.code) {
      case 61:  // OpLoad
        result = one.b == global_id_ ? item : memory[value[one.b]];
        break;
      case 81:  // OpCompositeExtract: of the id only its first part is there
        result = one.c == 0 ? value[one.b] : 0;
        break;
      case 70:  // OpInBoundsPtrAccessChain: a pointer is an index here
        result = value[one.c];
        break;
      case 113:  // OpUConvert
        result = v(one.b);
        break;
      case 132:  // OpIMul
        result = v(one.b) * v(one.c);
        break;
      case 128:  // OpIAdd
        result = v(one.b) + v(one.c);
        break;
      case 194:  // OpShiftRightLogical
        result = v(one.b) >> v(one.c);
        break;
      case 198:  // OpBitwiseXor
        result = v(one.b) ^ v(one.c);
        break;
      default:  // OpStore
        memory[value[one.a]] = v(one.b);
    }
  }

  bool refuse(std::string why) {
    why_ = std::move(why);
    return false;
  }

  static std::string text_at(const Words& words, std::size_t at) {
    std::string text;
    for (; at < words.size(); ++at)
      for (int n = 0; n < 4; ++n) {
        const char c = static_cast<char>(words[at] >> (8 * n));
        if (c == '\0') return text;
        text += c;
      }
    return text;
  }

  bool declare(const Words& one, std::uint32_t bound) {
    // How many words each must have at least; what a result's type is must have been declared before.
    static const std::map<std::uint32_t, std::size_t> known{
        {17, 2},  {14, 3},  {15, 5},  {71, 3},  {19, 2},  {21, 4},  {23, 4}, {32, 4}, {33, 4},
        {43, 4},  {59, 4},  {54, 5},  {55, 3},  {248, 2}, {61, 4},  {81, 5}, {70, 5}, {113, 4},
        {132, 5}, {128, 5}, {194, 5}, {198, 5}, {62, 3},  {253, 1}, {56, 1}};
    const std::uint32_t code = one[0] & 0xffff;
    const auto it = known.find(code);
    if (it == known.end() || one.size() < it->second) return refuse("instruction " + std::to_string(code));
    if (code == 17) capabilities_[one[1]] = true;
    if (code == 15) kernel_ = text_at(one, 3);
    if (code == 71 && one[2] == 11 && one.size() > 3 && one[3] == 28) global_id_ = one[1];
    if (code == 56) ended_ = true;
    const bool is_type = code == 19 || code == 21 || code == 23 || code == 32 || code == 33;
    if (is_type) types_[one[1]] = true;
    const bool has_result = code == 43 || code == 59 || code == 54 || code == 55 || code == 61 || code == 81 ||
                            code == 70 || code == 113 || code == 132 || code == 128 || code == 194 || code == 198;
    if (has_result && (!types_[one[1]] || one[2] >= bound)) return refuse("a type that was not declared");
    if (code == 43) constants_[one[2]] = one[3];
    const bool is_step = code == 61 || code == 81 || code == 70 || code == 113 || code == 132 || code == 128 ||
                         code == 194 || code == 198;
    if (is_step && (one[2] >= bound || one[3] >= bound)) return refuse("an id beyond the bound");
    if (code == 62 && (one[1] >= bound || one[2] >= bound)) return refuse("an id beyond the bound");
    if (is_step) steps_.push_back({code, one[2], one[3], one.size() > 4 ? one[4] : 0});
    if (code == 62) steps_.push_back({code, one[1], one[2], 0});
    return true;
  }

  std::vector<Step> steps_;
  std::map<std::uint32_t, bool> capabilities_, types_;
  std::vector<std::uint64_t> constants_;
  std::uint32_t global_id_ = 0;
  std::string kernel_, why_;
  bool ended_ = false;
};

}  // namespace fake
