#pragma once

#include "evidence/evidence.hpp"
#include "facts/device_table.hpp"
#include "facts/platform.hpp"

namespace rigfit {

/// Coral Edge TPUs: small chips that run quantised TensorFlow Lite models and train nothing. They are distinguished
/// from Cloud TPUs everywhere.

/// What lists USB devices: read always, it is one folder.
Request usb_first_look();
/// Ids of the USB devices, then the nodes of those that are Edge TPUs, and libedgetpu; and /dev/apex_N of those on PCI.
Requests edge_requests(const Evidence& evidence, const DeviceTable& table);

/// Something on PCI or USB may be one: its id was not to be read.
bool may_be_edge_tpu(const Evidence& evidence);

/// Those on PCI and on USB, with their layers.
std::vector<Device> edge_tpus(const Evidence& evidence, const DeviceTable& table);

}  // namespace rigfit
