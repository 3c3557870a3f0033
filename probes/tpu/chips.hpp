#pragma once

#include <vector>

#include "evidence/evidence.hpp"
#include "facts/device_table.hpp"
#include "facts/platform.hpp"
#include "probes/pci/pci.hpp"

namespace rigfit {

/// May be a Cloud TPU: of Google, and neither a disk, a network card nor a bridge. Every machine of Google's cloud has
/// some of those under the same vendor id.
bool may_be_cloud_tpu(const PciDevice& pci);

/// What tells who may open a chip: the links to VFIO groups, and the nodes of both kinds.
Requests chip_requests(const Evidence& evidence);

/// The Cloud TPUs on the bus, one device a PCI function (a chip of some generations has two), with the layers up to
/// the device node. A function of Google's that no table knows is one of an unknown generation when its class is that
/// of accelerators.
std::vector<Device> cloud_tpus(const Evidence& evidence, const DeviceTable& table);

/// How many chips these are: functions of one PCI device are one chip.
std::int64_t chip_count(const std::vector<Device>& devices);

/// visible_chips, and device.visible of each function: what TPU_VISIBLE_CHIPS, or TPU_VISIBLE_DEVICES as it was called
/// before, leaves to this process. It numbers the chips of the host from 0.
/// https://github.com/pytorch/xla/pull/4724 , https://gist.github.com/skye/f82ba45d2445bb19d53545538754f9a3
void read_visible_chips(const Evidence& evidence, Platform& platform);

}  // namespace rigfit
