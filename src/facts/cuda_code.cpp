#include "facts/cuda_code.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <utility>

namespace rigfit {
namespace {

/// A CUDA target: "9.0a" → 9, 0, 'a'.
struct Target {
  std::uint64_t major = 0, minor = 0;
  char only = ' ';  ///< 'a': that one; 'f': its family
  bool has_ptx = false, has_binary = true;
};

std::optional<Target> parse_target(std::string_view text) {
  Target target;
  constexpr std::string_view alone = "PTX ";
  if (text.starts_with(alone)) target.has_ptx = true, target.has_binary = false, text.remove_prefix(alone.size());
  if (text.ends_with("+PTX")) target.has_ptx = true, text.remove_suffix(4);
  if (text.ends_with("a") || text.ends_with("f")) target.only = text.back(), text.remove_suffix(1);
  const auto version = Version::parse(text);
  if (!version || version->parts().size() != 2) return std::nullopt;
  target.major = version->part(0);
  target.minor = version->part(1);
  return target;
}

/// The GPUs inside of Jetson's chips up to Orin: code for other GPUs does not run on them, nor theirs on others.
/// https://docs.nvidia.com/cuda/cuda-c-programming-guide/index.html#binary-compatibility
bool is_tegra(std::uint64_t major, std::uint64_t minor) {
  constexpr std::pair<std::uint64_t, std::uint64_t> capabilities[] = {{3, 2}, {5, 3}, {6, 2}, {7, 2}, {8, 7}};
  return std::find(std::begin(capabilities), std::end(capabilities), std::pair(major, minor)) != std::end(capabilities);
}

}  // namespace

std::string_view name_of(CodeFit fit) { return fit == CodeFit::binary ? "binary" : fit == CodeFit::ptx ? "ptx" : "no"; }

CodeFit code_fit(const std::vector<std::string>& targets, const Version& capability) {
  CodeFit best = CodeFit::no;
  for (const std::string& text : targets) {
    const auto target = parse_target(text);
    if (!target) continue;
    const bool is_same_family = target->major == capability.part(0);
    const bool is_exact = target->only == 'a' || is_tegra(target->major, target->minor) ||
                          is_tegra(capability.part(0), capability.part(1));
    const bool runs =
        is_same_family && (is_exact ? target->minor == capability.part(1) : target->minor <= capability.part(1));
    if (runs && target->has_binary) return CodeFit::binary;
    const bool is_newer = std::pair(target->major, target->minor) <= std::pair(capability.part(0), capability.part(1));
    // PTX for "a" or "f" is translated for those alone.
    if (target->has_ptx && (target->only == ' ' ? is_newer : runs)) best = CodeFit::ptx;
  }
  return best;
}

}  // namespace rigfit
