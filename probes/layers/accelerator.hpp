#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "evidence/evidence.hpp"
#include "facts/device_table.hpp"
#include "facts/platform.hpp"
#include "probes/layers/device_nodes.hpp"
#include "probes/pci/pci.hpp"

namespace rigfit {

/// An accelerator that is known by its PCI id, its kernel drivers, its device nodes and the files of its library.
struct AcceleratorKind {
  std::string_view platform;
  std::string_view what;                  ///< "Gaudi", after "no … on the PCI bus"
  std::vector<std::string_view> drivers;  ///< any of them is right; their modules are looked for in /sys/module
  std::vector<NodeFamily> nodes;          ///< any usable one serves
  std::vector<std::string_view> vendors;  ///< PCI vendors
  bool (*wanted)(const PciDevice&);       ///< by vendor and class alone: worth a second look
  /// Files of the library that frameworks need from the system, any of which will do; `*` stands for a run of
  /// characters of one name. Empty when they bring it themselves.
  std::vector<std::string> libraries;
  std::string_view library_name;  ///< "SynapseAI (libSynapse.so)"
};

/// Where a system's loader looks for libraries, as far as it can be said without running it.
const std::vector<std::string>& library_folders();

/// Each of `names` in each of the folders above.
std::vector<std::string> in_library_folders(const std::vector<std::string>& names);

/// The second look, when a function of this kind may be there; else nothing.
Requests accelerator_next(const Evidence& evidence, const AcceleratorKind& kind);

/// Whether a function that may be of this kind has no driver: then the kernel's log may tell why.
bool lacks_driver(const Evidence& evidence, const AcceleratorKind& kind);

/// Whether one of the library's files is there.
LayerState library_layer(const Evidence& evidence, const AcceleratorKind& kind);

/// The platform with its devices and their layers, up to the library. `conclude` has to follow.
Platform read_accelerator(const Evidence& evidence, const DeviceTable& table, const AcceleratorKind& kind);

/// The state of each device, and of the platform, out of their layers. A kind without any device is absent when the
/// whole bus was listed.
void conclude(const Evidence& evidence, const AcceleratorKind& kind, Platform& platform);

}  // namespace rigfit
