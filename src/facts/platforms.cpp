#include "facts/platforms.hpp"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <utility>

#include "text/join.hpp"

namespace rigfit {
namespace {

constexpr PlatformInfo rows[] = {
    {"cuda", "CUDA", true, true, "NVIDIA GPU", "a kernel on random data, and copies within device memory"},
    {"rocm", "ROCm", true, true, "AMD GPU", "a kernel that hiprtc compiles, and copies within device memory"},
    {"mps", "MPS", true, true, "Apple GPU", "a kernel on random data through Metal (never tried on macOS)"},
    {"tpu", "TPU", true, true, "TPU", "starts libtpu and counts its devices; no kernel is run",
     "libtpu takes every TPU chip of this host, and its lock, until this is done; what starts on them meanwhile fails"},
    {"xpu", "XPU", true, false, "Intel GPU", "a kernel in SPIR-V through Level Zero (never tried on an Intel GPU)"},
    {"gaudi", "Gaudi", true},
    {"neuron", "Neuron", true},
    {"ascend", "Ascend", true},
    {"npu", "NPU"},
    {"cpu", "CPU"},
};

}  // namespace

std::span<const PlatformInfo> platforms() { return rows; }

const PlatformInfo* platform_info(std::string_view id) {
  const auto* row =
      std::find_if(std::begin(rows), std::end(rows), [&](const PlatformInfo& one) { return one.id == id; });
  return row == std::end(rows) ? nullptr : row;
}

std::string platform_name(std::string_view id) {
  const PlatformInfo* info = platform_info(id);
  return std::string(info ? info->name : id);
}

std::string_view usual_word_for(std::string_view word) {
  constexpr std::pair<std::string_view, std::string_view> words[] = {
      {"gpu", "accelerator"}, {"gpus", "accelerator"}, {"nvidia", "cuda"},  {"geforce", "cuda"}, {"amd", "rocm"},
      {"radeon", "rocm"},     {"hip", "rocm"},         {"apple", "mps"},    {"metal", "mps"},    {"intel", "xpu"},
      {"arc", "xpu"},         {"habana", "gaudi"},     {"huawei", "ascend"}};
  std::string lower(word);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const auto& [usual, own] : words)
    if (usual == lower) return own;
  return {};
}

std::string platform_list() {
  std::string list;
  for (const PlatformInfo& row : rows) append_to_list(list, row.id);
  return list;
}

}  // namespace rigfit
