#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "evidence/evidence.hpp"
#include "facts/device_table.hpp"
#include "facts/platform.hpp"
#include "probes/layers/node_access.hpp"

namespace rigfit {

/// The chip of a Jetson: its GPU is no PCI device and shares the host's memory. (Thor's is one: 10de:2b00.)
struct Tegra {
  std::string chip;     ///< "tegra234" (Orin), by the device tree; empty when only the release file tells
  std::string release;  ///< of Jetson Linux: "36.4.3"; empty when not reported
  std::vector<std::string> sources;
};

/// What is always looked at, and, once there are signs of a Jetson, what else.
Requests tegra_first_look();
Requests tegra_second_look();

std::optional<Tegra> find_tegra(const Evidence& evidence);

/// # R36 (release), REVISION: 4.3, GCID: 38968081, BOARD: generic, EABI: aarch64, DATE: …
std::string parse_tegra_release(std::string_view text);

/// The GPU inside the chip, by the table's row for bus "tegra"; and, for the platform, tegra_chip and tegra_release.
Device read_tegra_device(const Evidence& evidence, const Tegra& tegra, const DeviceTable& table);

/// Whether the driver nvgpu is loaded, and its nodes can be opened.
LayerState tegra_driver(const Evidence& evidence);
NodeAccess access_to_tegra(const Evidence& evidence);

}  // namespace rigfit
