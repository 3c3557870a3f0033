#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "evidence/evidence.hpp"
#include "facts/platform.hpp"
#include "probes/pci/pci.hpp"

namespace rigfit {

/// What switches the second GPU of a laptop off and on (bbswitch, vga_switcheroo), and the power state of each GPU.
/// Reading these wakes nothing, as reading the configuration space would.
Requests power_requests(const std::vector<PciDevice>& gpus);

/// 0000:01:00.0 OFF
bool bbswitch_says_off(std::string_view text, std::string_view address);

/// The state of the GPU at that address, "Pwr", "Off", "DynPwr" or "DynOff"; empty where it is not listed.
/// 1:DIS: :DynOff:0000:01:00.0
std::string switcheroo_state(std::string_view text, std::string_view address);

/// device.powered_off and device.power_switch: a GPU that its laptop has switched off reads as all ones, as a lost one
/// does. It is taken to be off where a switch says so, or where it reads as ones or stays in D3cold, no driver of
/// NVIDIA's has it, it is the second GPU of a laptop by its kind, and no log says that it was lost. `functions` are all
/// of the bus; the kernel's log was read before.
void read_power(const Evidence& evidence, const std::vector<PciDevice>& functions, Platform& platform);

}  // namespace rigfit
