#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "export/export.hpp"

namespace rigfit {

// What several targets tell of a machine, taken out of its analysis once.

/// One accelerator platform that can exist here (all but `not_applicable`).
struct PlatformValues {
  const Platform* platform = nullptr;
  std::vector<const Device*> devices;         ///< those that are there
  std::vector<const Device*> usable;          ///< ready or proven, and not kept from this process
  std::vector<std::string> architectures;     ///< of `usable`, each once, sorted; without those that are not known
  std::optional<std::int64_t> least_memory;   ///< bytes, of the smallest of `usable`; empty: not known of all
  std::optional<std::string> driver_version;  ///< of its kernel driver
};

/// The recommended framework.
struct FrameworkValues {
  std::string id;
  const Build* build = nullptr;  ///< that `install` names; null: none runs here
  std::string install;           ///< command; may be empty
};

/// The pointers are into `facts` and into the rules of the analysis, which has to outlive this.
struct MachineValues {
  explicit MachineValues(const Analysis& analysis);
  MachineValues(const MachineValues&) = delete;
  MachineValues& operator=(const MachineValues&) = delete;

  Facts facts;  ///< with what the short forms of conditions add (rules/short_forms.hpp)
  std::vector<PlatformValues> platforms;
  std::optional<FrameworkValues> framework;  ///< empty: none was asked for, or none is left
  std::size_t errors = 0, warnings = 0;      ///< findings
};

/// Whether it fits on a line that a terminal shows: UTF-8 without control characters.
bool is_plain(std::string_view text);

/// "cuda device 0000:17:00.0", "rocm device 2" (from 1) where it has no address.
std::string device_label(const PlatformValues& platform, const Device& device);

/// The text of a fact that is known; nothing where it is not.
std::optional<std::string> text_of(const Fact& fact);

}  // namespace rigfit
