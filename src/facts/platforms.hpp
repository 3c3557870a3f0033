#pragma once

#include <span>
#include <string>
#include <string_view>

namespace rigfit {

/// What the program knows of a platform besides its probe and its rules.
struct PlatformInfo {
  std::string_view id;            ///< the one word for it wherever it appears: folders, facts, rules, options
  std::string_view name;          ///< as its makers spell it
  bool is_accelerator = false;    ///< frameworks are compared by what they do with its devices
  bool is_always_shown = false;   ///< has a line of its own in text even where it is not there
  std::string_view device = {};   ///< "NVIDIA GPU": may hide behind what is unknown; empty: too rare to be guessed at
  std::string_view proof = {};    ///< what `rigfit prove` does with a device; empty: nothing can be proven
  std::string_view warning = {};  ///< not empty: the proof gets in others' way, and is made only when named
};

/// All platforms, in the order of every report. A row here and a folder of probes/ is all that a new one needs:
/// options, demands, schemas, scenarios and provers follow (CONTRIBUTING.md).
std::span<const PlatformInfo> platforms();

/// Null for what is no platform.
const PlatformInfo* platform_info(std::string_view id);

/// "CUDA" for "cuda"; the id itself for what is no platform.
std::string platform_name(std::string_view id);

/// The word of this program for what people also call a platform: "cuda" for "nvidia", "accelerator" for "gpu",
/// whatever the case. Empty for other words.
std::string_view usual_word_for(std::string_view word);

/// "cuda, rocm, ..., cpu"
std::string platform_list();

}  // namespace rigfit
