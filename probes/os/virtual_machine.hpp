#pragma once

#include "evidence/evidence.hpp"
#include "facts/fact.hpp"

namespace rigfit {

/// vm.kind and cloud.provider, by the firmware's tables (DMI). Prefixes as systemd's src/basic/virt.c
/// (https://github.com/systemd/systemd) and cloud-init's ds-identify (https://github.com/canonical/cloud-init) know
/// them. Serial numbers and UUIDs are not read.
Requests virtual_machine_first_look();
Requests virtual_machine_next(const Evidence& evidence);
void read_virtual_machine(const Evidence& evidence, HostFacts& host);

}  // namespace rigfit
