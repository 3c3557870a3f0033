#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "evidence/evidence.hpp"
#include "facts/device_table.hpp"
#include "facts/platform.hpp"
#include "probes/pci/pci.hpp"

namespace rigfit {

/// An accelerator that is known by its PCI id, its kernel drivers and its device nodes, and needs nothing else to be
/// judged.
struct AcceleratorKind {
  std::string_view platform;
  std::string_view what;                     ///< "a Gaudi"
  std::vector<std::string_view> drivers;     ///< any of them is right
  std::vector<std::string_view> node_globs;  ///< any usable one serves
  std::vector<std::string_view> vendors;     ///< PCI vendors, for the second look
};

/// Functions of the kind's vendors, by class or by the table.
Requests accelerator_next(const Evidence& evidence, const AcceleratorKind& kind);

/// The platform with its devices, layers and states. A kind without any device is absent when the bus was listed.
Platform read_accelerator(const Evidence& evidence, const DeviceTable& table, const AcceleratorKind& kind);

}  // namespace rigfit
