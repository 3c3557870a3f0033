#pragma once

#include "evidence/evidence.hpp"
#include "probes/layers/accelerator.hpp"

namespace rigfit {

/// Gaudi: /sys/class/accel/accelN/device/status and driver_ver of the habanalabs driver.
/// https://docs.kernel.org/admin-guide/abi-testing.html (sysfs-driver-habanalabs)
extern const AcceleratorKind gaudi_kind;
Requests gaudi_next();
void add_gaudi_facts(const Evidence& evidence, Platform& platform);

/// Inferentia and Trainium: /sys/devices/virtual/neuron_device/neuronN. Its neuron-ls is read where recorded, and not
/// run: it prints the instance's id and the command lines of other users' processes.
/// https://awsdocs-neuron.readthedocs-hosted.com/en/latest/tools/neuron-sys-tools/neuron-sysfs-user-guide.html
extern const AcceleratorKind neuron_kind;
Requests neuron_next();
void add_neuron_facts(const Evidence& evidence, Platform& platform);

/// Ascend: the driver's version.info and the CANN toolkit below /usr/local/Ascend.
/// https://github.com/wheelnext/huawei-ascend-variant-provider
extern const AcceleratorKind ascend_kind;
Requests ascend_next();
void add_ascend_facts(const Evidence& evidence, Platform& platform);

/// Inference devices of laptops and servers: Intel NPU, AMD XDNA, Qualcomm Cloud AI, one platform.
const std::vector<AcceleratorKind>& npu_kinds();

}  // namespace rigfit
