#pragma once

#include <optional>
#include <string_view>

#include "evidence/evidence.hpp"
#include "facts/fact.hpp"

namespace rigfit {

/// What the environment and Google's metadata server say of this machine as part of a TPU slice.
Requests environment_requests();
/// Only where the firmware says that this is Google's cloud. Answered only when the user allowed it (--metadata).
Requests metadata_requests(const Evidence& evidence);

/// A variable says that there should be a TPU.
bool environment_expects_tpu(const Evidence& evidence);

/// "2,2,1" → 4; empty for what is no such list.
std::optional<std::int64_t> product_of_bounds(std::string_view bounds);

/// "v5litepod-8" → "v5e", "v4-16" → "v4", "tpu7x-8" → "v7x"; empty for what is no accelerator type.
std::string generation_of_type(std::string_view accelerator_type);

/// Facts: accelerator_type, generation, chips_per_host_bounds, chips, hosts, worker_id, topology, environment, place,
/// hidden_by, legacy_node, expects_tpu, metadata.
void read_instance(const Evidence& evidence, PlatformFacts& facts);

}  // namespace rigfit
