#include "facts/cuda_code.hpp"

#include <algorithm>
#include <charconv>
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
  // Two numbers with a point between. This is asked of every target of every build, so nothing is allocated.
  const char* const end = text.data() + text.size();
  const auto [point, no_major] = std::from_chars(text.data(), end, target.major);
  if (no_major != std::errc{} || point == end || *point != '.') return std::nullopt;
  const auto [rest, no_minor] = std::from_chars(point + 1, end, target.minor);
  if (no_minor != std::errc{} || rest != end) return std::nullopt;
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
  const std::uint64_t major = capability.part(0), minor = capability.part(1);
  for (const std::string& text : targets) {
    const auto target = parse_target(text);
    if (!target) continue;
    const bool is_same_family = target->major == major;
    const bool is_exact = target->only == 'a' || is_tegra(target->major, target->minor) || is_tegra(major, minor);
    const bool runs = is_same_family && (is_exact ? target->minor == minor : target->minor <= minor);
    if (runs && target->has_binary) return CodeFit::binary;
    const bool is_newer = std::pair(target->major, target->minor) <= std::pair(major, minor);
    // PTX for "a" or "f" is translated for those alone.
    if (target->has_ptx && (target->only == ' ' ? is_newer : runs)) best = CodeFit::ptx;
  }
  return best;
}

}  // namespace rigfit
