#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/evidence.hpp"
#include "facts/platform.hpp"
#include "probes/layers/kernel_logs.hpp"

namespace rigfit {

/// A message by which a driver says why a device does not work.
struct DriverMessage {
  std::string_view driver;  ///< stands in the line: "amdgpu"
  std::string_view text;    ///< and so does this: "Direct firmware load for "
  std::string_view word;    ///< what it means, in device.log_says: "firmware_missing"
};

/// One line of the log that is such a message, and what it names the device by; empty what it does not name.
struct DriverComplaint {
  std::string word;
  std::string pci_address;  ///< "0000:03:00.0"
  std::string pci_device;   ///< "7550" of "device 1002:7550"
  std::string line;         ///< the message, without what stands before the driver's name
  std::size_t rank = 0;     ///< of the message among those that were looked for
};

std::vector<DriverComplaint> parse_driver_log(std::string_view log, std::span<const DriverMessage> messages);

/// Sets device.log_says and device.log_line (of its messages the one that was looked for first), and
/// <platform>.log_says: all of them, none where the logs that were read hold none, unknown where no log may be read.
/// After the layers of the devices: a message that names none is about the only one that the driver does not serve.
void read_driver_log(const Evidence& evidence, std::span<const DriverMessage> messages, Platform& platform);

/// Where device.log_says holds `word`: the device cannot be started, for that reason. Returns whether it does.
bool cannot_start_by_log(Device& device, std::string_view word, std::string_view because);

}  // namespace rigfit
