#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "evidence/answer.hpp"
#include "facts/platform.hpp"

namespace rigfit {

// What the proofs of all platforms answer in the same way (`rigfit ask prove-…`):
//
//     {"passed": true, "elements": 1048576, "memory_bytes": 8388608, "seconds": 0.41,
//      "bandwidth": {"bytes_per_second": …, "from_cache": false}}
//
// and where it did not pass, one of "wrong": {"what": "kernel", "count": 3, "index": 7, "got": 1, "expected": 2},
// "error": {"call": "hipInit", "name": "hipErrorNoDevice", "code": 100, "text": "…"}, "late": what there was no time
// for, "untried": why nothing could be run.

/// Whether a child was started for it.
bool was_asked(const Answer& answer);

/// "cuInit: CUDA_ERROR_SYSTEM_NOT_READY (802), system not yet initialized"
std::string describe_error(const nlohmann::json& error);

/// How a child that gave no answer ended, and the last thing it said it did: "libcuda crashed: … (while …)".
std::string describe_end(const Answer& answer, std::string_view library);

struct ProofResult {
  std::string word;     ///< of device.proof: passed, wrong_result, failed, …; empty: nothing could be run
  std::string message;  ///< what went wrong; empty when it passed
  DeviceFacts facts;    ///< proof_… and copy_bandwidth_… of the device, without sources
};

ProofResult read_proof(const Answer& answer, std::string_view library);

/// Sets proof, proof_message and the others of `device`, read from the answer under `key`.
void set_proof(const ProofResult& result, const std::string& key, Device& device);

/// Layer::kernel_run by what set_proof() left.
LayerState kernel_layer(const Device& device);

}  // namespace rigfit
