#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <vector>

namespace rigfit {

// What proofs on different platforms have in common.

/// How much a proof may take of each device, besides what the vendor's runtime takes for itself.
struct ProofLimits {
  std::size_t bytes = 64u << 20;  ///< device memory
  double seconds = 5;             ///< from the first use of the device on
};

/// The user's, from the variables of evidence/ask_protocol.hpp; what is not a sensible number is passed
/// over.
ProofLimits proof_limits();

/// `count` numbers that no memory holds by chance: other ones in each run.
std::vector<std::uint32_t> random_numbers(std::size_t count);

/// What the kernel "mix" makes of them; each platform has the same steps in its own language. Every element needs a
/// load, multiplications, shifts and a store, and depends on its place.
std::vector<std::uint32_t> mixed(const std::vector<std::uint32_t>& numbers);

double seconds_since(std::chrono::steady_clock::time_point begin);

/// Whether all are as expected; else notes in `answer` how many are "wrong", and the first: `what` is "kernel" or
/// "copy".
bool compare(const char* what, const std::uint32_t* got, std::span<const std::uint32_t> expected,
             nlohmann::ordered_json& answer);

}  // namespace rigfit
