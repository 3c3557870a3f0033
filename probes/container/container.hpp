#pragma once

#include "probes/probe.hpp"

namespace rigfit {

/// Whether this is a container, and whose. Signs: systemd's src/basic/virt.c, https://github.com/systemd/systemd
extern const Probe container_probe;

}  // namespace rigfit
